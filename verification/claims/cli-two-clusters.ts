import type { Claim } from "../claim";

export default {
  text: "`configure-cli add-cluster` takes `--hsm-ca-cert`, `--region` and `--endpoint`, as `configure-pkcs11 add-cluster` does",
  source:
    "«Add a cluster», CloudHSM User Guide, for PKCS #11; «Connecting to multiple clusters with CloudHSM CLI»",
  byHand: "two clones in one VPC, `replicate-users` twice, then `user list`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
