import { confirmedIf, type Claim } from "../claim";
import { refusedFileSystem } from "../other-file-systems";

export default {
  text: "A range for a Multi-AZ file system's endpoints may have any size between /16 and /28",
  source: "none: EndpointIpAddressRange, Amazon FSx API Reference, says nothing of it",
  byHand: "`aws fsx create-file-system` with a range of /28",
  cost: "everything",
  check: async (trial) => {
    const refusal = await refusedFileSystem(trial, {
      StorageCapacity: 1024,
      OntapConfiguration: {
        DeploymentType: "MULTI_AZ_1",
        ThroughputCapacity: 128,
        PreferredSubnetId: trial.outputs.subnet_ids[0],
        EndpointIpAddressRange: "198.19.255.0/28",
      },
    });
    return confirmedIf(refusal === undefined, refusal ?? "a range of /28 was taken");
  },
} satisfies Claim;
