import type { Observation } from "./claim";
import type { Trial } from "./trial";

const MINUTES = 30;
/** The smallest of a FlexVol volume: SizeInMegabytes, CreateOntapVolumeConfiguration, Amazon FSx API Reference. */
const MEGABYTES = 20;

/** A volume of the trial's file system, as long as the check needs it. */
export async function withVolume(
  trial: Trial,
  name: string,
  check: (volumeId: string) => Promise<Observation>,
): Promise<Observation> {
  const { fsx, outputs } = trial;
  const { Volume } = await fsx.createVolume({
    Name: name,
    VolumeType: "ONTAP",
    OntapConfiguration: {
      StorageVirtualMachineId: outputs.storage_virtual_machine_id,
      SizeInMegabytes: MEGABYTES,
      JunctionPath: `/${name}`,
      StorageEfficiencyEnabled: true,
    },
  });
  const VolumeId = Volume!.VolumeId!;
  const present = async () => {
    const Filters = [{ Name: "file-system-id" as const, Values: [outputs.file_system_id] }];
    return (await fsx.describeVolumes({ Filters })).Volumes!.find((one) => one.VolumeId === VolumeId);
  };
  try {
    await trial.until("the volume is made", MINUTES, async () => (await present())?.Lifecycle === "CREATED");
    return await check(VolumeId);
  } finally {
    const left = await present();
    if (left && left.Lifecycle !== "DELETING")
      await fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
    await trial.until("the volume is deleted", MINUTES, async () => (await present()) === undefined);
  }
}
