import { confirmedIf, refusalOf, type Claim } from "../claim";
import { deleteMachines } from "../machines";

export default {
  text: "A file system has 6, 14 or 24 SVMs at most by its throughput, and 500 volumes",
  source: "«Maximum number of SVMs per file system», «Quotas», FSx for ONTAP User Guide, as remembered",
  byHand: "create a seventh SVM at 128 MBps",
  cost: "everything",
  check: async (trial) => {
    const { fsx, outputs } = trial;
    const made: string[] = [];
    let refusal: string | undefined;
    for (let i = 1; i <= 6 && refusal === undefined; i++)
      refusal = await refusalOf(
        fsx
          .createStorageVirtualMachine({ FileSystemId: outputs.file_system_id, Name: `verify${i}` })
          .then(({ StorageVirtualMachine }) => made.push(StorageVirtualMachine!.StorageVirtualMachineId!)),
      );
    await deleteMachines(trial, made);
    return confirmedIf(
      made.length === 5 && refusal !== undefined,
      `after ${made.length + 1} at 128 MBps: ${refusal}`,
    );
  },
} satisfies Claim;
