import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "A FlexGroup volume has 800 GiB at least and 20 PiB at most; a FlexVol volume 300 TiB",
  source: "«Quotas», FSx for ONTAP User Guide",
  byHand: "make one of 799 GiB",
  cost: "everything",
  check: async (trial) => {
    const { fsx, outputs } = trial;
    const refusal = await refusalOf(
      fsx
        .createVolume({
          Name: "verify_small",
          VolumeType: "ONTAP",
          OntapConfiguration: {
            StorageVirtualMachineId: outputs.storage_virtual_machine_id,
            VolumeStyle: "FLEXGROUP",
            JunctionPath: "/verify_small",
            StorageEfficiencyEnabled: true,
            SizeInBytes: 799 * 1024 ** 3,
          },
        })
        .then(({ Volume }) =>
          fsx.deleteVolume({ VolumeId: Volume!.VolumeId, OntapConfiguration: { SkipFinalBackup: true } }),
        ),
    );
    return confirmedIf(
      refusal !== undefined,
      `a FlexGroup volume of 799 GiB: ${refusal ?? "made"}. The largest sizes were not tried`,
    );
  },
} satisfies Claim;
