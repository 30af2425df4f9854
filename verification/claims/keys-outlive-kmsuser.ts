import type { Claim } from "../claim";

export default {
  text: "Keys of a store outlive that its `kmsuser` is deleted and made again",
  source:
    "«Troubleshooting an AWS CloudHSM key store», KMS Developer Guide, tells to make it again (USER_NOT_FOUND), and says nothing of keys",
  byHand:
    "a test cluster with one key: encrypt, disconnect the key store, delete kmsuser, `safe-storage deploy`, decrypt",
  notInReach:
    "It takes an HSM that lets kmsuser be deleted, though it owns the keys; by `key-owners` none does.",
} satisfies Claim;
