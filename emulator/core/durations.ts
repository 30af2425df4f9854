// How long AWS takes, in seconds, from one table. `--speed` divides them; calendar waits are never scaled.

/** Source: what AWS's documents and public reports say; docs/unverified.md#durations. */
export const durations = {
  "cluster created": 5 * 60,
  "cluster initialized": 5 * 60,
  /** "for ~80 s" after `cluster activate` answered: VERIFICATION.md of RadiumGu/pix-proxy-samples, measured. */
  "cluster activated": 80,
  "cluster modified": 10 * 60,
  "cluster deleted": 60,
  /** Users made 34 s after CreateHsm were on the new HSM, those of 65 s were not: CLOUDHSM_ADD_HSM_FAQ.md, the same, measured. */
  "hsm cloned": 50,
  /** "ACTIVE at t+313s": the same. */
  "hsm created": 313,
  /** "for ~120 s": the same. */
  "hsm deleted": 2 * 60,
  "backup ready": 5 * 60,
  /** "up to 20 minutes": ConnectCustomKeyStore, AWS KMS API Reference. */
  "key store connected": 20 * 60,
  "key store disconnected": 60,
  "file system created": 25 * 60,
  "file system update begun": 30,
  /** "new capacity is typically available within minutes": «Increasing SSD storage capacity», FSx for ONTAP User Guide. */
  "file system updated": 2 * 60,
  /** A quarter of it; "for most file systems … a few hours": the same. */
  "file system optimized further": 45 * 60,
  "file system deleted": 10 * 60,
  "svm created": 3 * 60,
  "svm joined": 2 * 60,
  "svm deleted": 60,
  "volume created": 60,
  "volume deleted": 60,
  "file backup ready": 10 * 60,
  /** "creating a network interface can take several minutes": «Giving Lambda functions access to resources in an Amazon VPC», Developer Guide. */
  "function connected": 2 * 60,
  /** "up to 20 minutes": the same; 45 at most, says Lambda's team: hashicorp/terraform-provider-aws#10329. */
  "function interface released": 20 * 60,
};

export type Step = keyof typeof durations;
