import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "What is allowed on an ONTAP file system while it is `UPDATING`: other settings, machines and volumes; not another change of its size",
  source: "UpdateFileSystem, FSx API Reference, for the second; the rest by reasoning: it serves on",
  byHand: "change the storage, and make a volume at once",
  cost: "everything",
  check: async (trial) => {
    const { fsx, outputs } = trial;
    const FileSystemId = outputs.file_system_id;
    const lifecycle = async () =>
      (await fsx.describeFileSystems({ FileSystemIds: [FileSystemId] })).FileSystems![0];
    const { StorageCapacity } = await lifecycle();
    const grow = (by: number) =>
      fsx.updateFileSystem({ FileSystemId, StorageCapacity: Math.ceil(StorageCapacity! * by) });
    await grow(1.1);
    const again = await refusalOf(grow(1.3));
    const setting = await refusalOf(
      fsx.updateFileSystem({
        FileSystemId,
        OntapConfiguration: { WeeklyMaintenanceStartTime: "7:05:00" },
      }),
    );
    return confirmedIf(
      again !== undefined && setting === undefined,
      `another size at once: ${again ?? "taken"}; another maintenance window at once: ${setting ?? "taken"}`,
    );
  },
} satisfies Claim;
