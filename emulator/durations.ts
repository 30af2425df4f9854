// How long AWS takes, in seconds, from one table. `--speed` divides them; calendar waits are never scaled.

/** Source: what AWS's documents and public reports say; see docs/unverified.md for those without a document. */
export const durations = {
  "cluster created": 5 * 60,
  "cluster initialized": 5 * 60,
  "cluster activated": 60,
  "cluster modified": 10 * 60,
  "cluster deleted": 60,
  "hsm created": 8 * 60,
  "hsm deleted": 2 * 60,
  "backup ready": 5 * 60,
  /** "up to 20 minutes": ConnectCustomKeyStore, AWS KMS API Reference. */
  "key store connected": 20 * 60,
  "key store disconnected": 60,
  "file system created": 25 * 60,
  "file system updated": 2 * 60,
  "file system deleted": 10 * 60,
  "svm created": 3 * 60,
  "svm deleted": 60,
  "volume created": 60,
  "volume deleted": 60,
  "file backup ready": 10 * 60,
};

export type Step = keyof typeof durations;
