import { confirmedIf, type Claim } from "../claim";
import { restoreByProbe } from "../restore";

export default {
  text: "FSx needs of its caller, with a key in HSMs too, no more than `kms:DescribeKey`, `kms:CreateGrant`, `kms:Decrypt` and `kms:GenerateDataKeyWithoutPlaintext` by `kms:ViaService`",
  source: "«Encryption of data at rest», FSx for ONTAP User Guide, has them as required",
  byHand: "deploy with the default settings; take a backup, restore a volume from it",
  cost: "everything",
  // Nobody may use the key but by its own policy, `services` of HsmKey: these rights through FSx.
  check: async (trial) => {
    const { fsx, outputs } = trial;
    const { FileSystems } = await fsx.describeFileSystems({ FileSystemIds: [outputs.file_system_id] });
    const { Lifecycle, KmsKeyId } = FileSystems![0];
    const { creation, lifecycle } = await restoreByProbe(trial);
    return confirmedIf(
      Lifecycle === "AVAILABLE" && KmsKeyId === outputs.file_system_key_arn && lifecycle === "CREATED",
      `the file system is ${Lifecycle}; a volume from a backup is ${lifecycle ?? creation}`,
    );
  },
} satisfies Claim;
