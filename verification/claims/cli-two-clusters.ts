import { confirmedIf, type Claim } from "../claim";
import { clone } from "../clone";

export default {
  text: "`configure-cli add-cluster` takes `--hsm-ca-cert`, `--region` and `--endpoint`, as `configure-pkcs11 add-cluster` does",
  source:
    "«Add a cluster», CloudHSM User Guide, for PKCS #11; «Connecting to multiple clusters with CloudHSM CLI»",
  byHand: "two clones in one VPC, `replicate-users` twice, then `user list`",
  reported:
    "in part: a public record of 2026 ran `configure-cli add-cluster` with `--cluster-id` and `--hsm-ca-cert`, which were taken; it asks DescribeClusters, which could not be reached there",
  cost: "everything",
  check: async (trial) => {
    const { first } = await clone(trial);
    return confirmedIf(
      first.replicated,
      first.replicated ? "user replicate from the cluster to a clone of it" : first.data,
    );
  },
} satisfies Claim;
