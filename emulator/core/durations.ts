// How long AWS takes, in seconds, from one table. `--speed` divides them; calendar waits are never scaled.

/** Of a step of AWS's work, in seconds. Where one report or document is all there is, the three are the same. */
export interface Duration {
  minimum: number;
  median: number;
  maximum: number;
  /** Reports (docs/evidence.md), else AWS's documents, else none: docs/unverified.md#durations. */
  source: string;
}

const NONE = "none";
const minutes = (count: number): number => count * 60;
const always = (seconds: number, source: string): Duration => ({
  minimum: seconds,
  median: seconds,
  maximum: seconds,
  source,
});

const MEASURED = "RadiumGu/pix-proxy-samples, measured in September 2026";
const PROVIDER_CLUSTER = "hashicorp/terraform-provider-aws#20465: a cluster 283 to 318 s with its deletion";
const PROVIDER_HSM = `${MEASURED}: 313 s; hashicorp/terraform-provider-aws#20465: 826 to 974 s with a cluster and both deletions`;
const PROVIDER_FILE_SYSTEM =
  "hashicorp/terraform-provider-aws#24280, #32503, #34993: 1,805 to 2,119 s with its deletion";
// The maximum is the longest of them, less 2,119 s for a file system (its longest) and a minute for the deletion. The same done with the
// shortest and the middle ones gives 3 minutes.
const PROVIDER_SVM =
  "hashicorp/terraform-provider-aws#32621, #32624, #28567: 2,061 to 2,618 s with a file system and both deletions";
// The maximum is the longer one, less 2,240 s (the middle of those above) and a minute for the deletion. Shorter times than that are less
// than file systems differ by themselves.
const PROVIDER_VOLUME =
  "hashicorp/terraform-provider-aws#32530: 2,504 and 2,647 s with a file system, a storage virtual machine and the deletions";
const CONNECTION =
  "«Giving Lambda functions access to resources in an Amazon VPC», AWS Lambda Developer Guide";

export const table = {
  "cluster created": { minimum: 223, median: minutes(5), maximum: 318, source: PROVIDER_CLUSTER },
  "cluster initialized": always(minutes(5), NONE),
  "cluster activated": always(80, `${MEASURED}: "for ~80 s" after cluster activate has answered`),
  "cluster modified": always(minutes(10), NONE),
  "cluster deleted": always(60, NONE),
  "hsm cloned": {
    minimum: 34,
    median: 50,
    maximum: 65,
    source: `${MEASURED}: users made 34 s after CreateHsm were on the new HSM, those of 65 s were not`,
  },
  "hsm created": { minimum: 313, median: 313, maximum: 536, source: PROVIDER_HSM },
  "hsm deleted": always(minutes(2), `${MEASURED}: "for ~120 s"`),
  "backup ready": always(minutes(5), NONE),
  "key store connected": always(
    minutes(20),
    '"up to 20 minutes": ConnectCustomKeyStore, AWS KMS API Reference',
  ),
  "key store disconnected": always(60, NONE),
  "file system created": {
    minimum: 1205,
    median: minutes(25),
    maximum: 1519,
    source: PROVIDER_FILE_SYSTEM,
  },
  "file system update begun": always(30, NONE),
  "file system updated": always(
    minutes(2),
    '"new capacity is typically available within minutes": «Increasing SSD storage capacity», FSx for ONTAP User Guide',
  ),
  /** A quarter of it. */
  "file system optimized further": always(
    minutes(45),
    '"for most file systems … a few hours": «Increasing SSD storage capacity», FSx for ONTAP User Guide',
  ),
  "file system deleted": always(minutes(10), NONE),
  "svm created": { minimum: minutes(3), median: minutes(3), maximum: 439, source: PROVIDER_SVM },
  "svm joined": always(minutes(2), NONE),
  "svm deleted": always(60, NONE),
  "volume created": { minimum: 60, median: 60, maximum: 347, source: PROVIDER_VOLUME },
  "volume deleted": always(60, NONE),
  "file backup ready": always(minutes(10), NONE),
  "function connected": always(
    minutes(2),
    `"creating a network interface can take several minutes": ${CONNECTION}`,
  ),
  "function interface released": {
    minimum: minutes(20),
    median: minutes(20),
    maximum: minutes(45),
    source: `"up to 20 minutes": ${CONNECTION}; 45 at most, says Lambda's team: hashicorp/terraform-provider-aws#10329`,
  },
} satisfies Record<string, Duration>;

export type Step = keyof typeof table;

/** The usual ones: the medians. */
export const durations = Object.fromEntries(
  Object.entries(table).map(([step, { median }]) => [step, median]),
) as Record<Step, number>;
