import { confirmedIf, type Claim } from "../claim";
import { refusedFileSystem } from "../other-file-systems";

export default {
  text: "One HA pair of a `SINGLE_AZ_2` file system takes 384 and 768 MBps, several take 1536, 3072 and 6144 each",
  source:
    "hashicorp/terraform-provider-aws#47825, where somebody runs one at 384; CreateFileSystemOntapConfiguration, Amazon FSx API Reference, has 1536, 3072 and 6144 for any number",
  byHand: "`aws fsx create-file-system` of that type with `ThroughputCapacityPerHAPair=384`",
  cost: "everything",
  check: async (trial) => {
    const refusal = await refusedFileSystem(trial, {
      StorageCapacity: 1024,
      OntapConfiguration: { DeploymentType: "SINGLE_AZ_2", HAPairs: 1, ThroughputCapacityPerHAPair: 384 },
    });
    return confirmedIf(refusal === undefined, refusal ?? "one pair took 384 MBps. Others were not tried");
  },
} satisfies Claim;
