import type { Claim } from "../claim";

export default {
  text: "FSx needs of its caller, with a key in HSMs too, no more than `kms:DescribeKey`, `kms:CreateGrant`, `kms:Decrypt` and `kms:GenerateDataKeyWithoutPlaintext` by `kms:ViaService`",
  source: "«Encryption of data at rest», FSx for ONTAP User Guide, has them as required",
  byHand: "deploy with the default settings; take a backup, restore a volume from it",
  notInReach:
    "The command deploys by the rights of whoever runs it; that fewer would do shows a deploy by a role that has no more.",
} satisfies Claim;
