import type { CreateFileSystemCommandInput } from "@aws-sdk/client-fsx";
import { refusalOf } from "./claim";
import type { Trial } from "./trial";

const MINUTES = 60;

/** What FSx refuses such a file system with; one that it takes is deleted as soon as it can be, and undefined. */
export async function refusedFileSystem(
  trial: Trial,
  {
    OntapConfiguration,
    StorageCapacity,
  }: Pick<CreateFileSystemCommandInput, "OntapConfiguration" | "StorageCapacity">,
): Promise<string | undefined> {
  const { fsx, outputs, tags } = trial;
  const several = OntapConfiguration!.DeploymentType!.startsWith("MULTI");
  let FileSystemId: string | undefined;
  const refusal = await refusalOf(
    fsx
      .createFileSystem({
        FileSystemType: "ONTAP",
        StorageCapacity,
        OntapConfiguration,
        SubnetIds: outputs.subnet_ids.slice(0, several ? 2 : 1),
        Tags: tags,
      })
      .then(({ FileSystem }) => (FileSystemId = FileSystem!.FileSystemId)),
  );
  if (FileSystemId === undefined) return refusal;
  const lifecycle = async () => {
    const { FileSystems } = await fsx.describeFileSystems({});
    return FileSystems!.find((one) => one.FileSystemId === FileSystemId)?.Lifecycle;
  };
  await trial.until("the file system is made", MINUTES, async () => (await lifecycle()) !== "CREATING");
  await fsx.deleteFileSystem({ FileSystemId });
  await trial.until("the file system is deleted", MINUTES, async () => (await lifecycle()) === undefined);
  return undefined;
}
