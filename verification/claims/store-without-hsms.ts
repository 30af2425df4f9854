import { confirmedIf, type Claim } from "../claim";
import { withoutHsms } from "../without-hsms";

export default {
  text: "With all HSMs unreachable a key store stays CONNECTED, and a use of a key fails",
  source: "«Troubleshooting an AWS CloudHSM key store», KMS Developer Guide, names KMSInvalidStateException",
  byHand: "remove the cluster's inbound rules for a minute, `aws kms generate-data-key-without-plaintext`",
  cost: "everything",
  check: async (trial) => {
    const { connectionState, use } = await withoutHsms(trial);
    return confirmedIf(
      connectionState === "CONNECTED" && /^KMSInvalidStateException/.test(use ?? ""),
      `without HSMs the store was ${connectionState}; a use of its key: ${use ?? "granted"}`,
    );
  },
} satisfies Claim;
