import type { Trial } from "./trial";

const MINUTES = 30;

/** Deletes storage virtual machines that a check has made, once they can be. */
export async function deleteMachines(trial: Trial, ids: string[]): Promise<void> {
  const { fsx } = trial;
  const present = async () => {
    const { StorageVirtualMachines } = await fsx.describeStorageVirtualMachines({
      Filters: [{ Name: "file-system-id", Values: [trial.outputs.file_system_id] }],
    });
    return StorageVirtualMachines!.filter((one) => ids.includes(one.StorageVirtualMachineId!));
  };
  await trial.until("storage virtual machines are made", MINUTES, async () =>
    (await present()).every(({ Lifecycle }) => Lifecycle === "CREATED"),
  );
  for (const StorageVirtualMachineId of ids)
    await fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId });
  await trial.until(
    "storage virtual machines are deleted",
    MINUTES,
    async () => (await present()).length === 0,
  );
}
