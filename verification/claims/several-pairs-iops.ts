import { confirmedIf, type Claim } from "../claim";
import { refusedFileSystem } from "../other-file-systems";

export default {
  text: "Provisioned IOPS of several HA pairs begin at `StorageCapacity * 3 * HAPairs`, as DiskIopsConfiguration says literally",
  source: "DiskIopsConfiguration, Amazon FSx API Reference, which in the same sentence says 3 IOPS per GB",
  byHand: "a `SINGLE_AZ_2` file system of two pairs with `USER_PROVISIONED` IOPS below that",
  cost: "everything",
  check: async (trial) => {
    const refusal = await refusedFileSystem(trial, {
      StorageCapacity: 2048,
      OntapConfiguration: {
        DeploymentType: "SINGLE_AZ_2",
        HAPairs: 2,
        ThroughputCapacityPerHAPair: 1536,
        DiskIopsConfiguration: { Mode: "USER_PROVISIONED", Iops: 2048 * 3 * 2 - 1 },
      },
    });
    return confirmedIf(
      /iops/i.test(refusal ?? ""),
      refusal ?? "12287 IOPS were taken for 2,048 GiB of two pairs",
    );
  },
} satisfies Claim;
