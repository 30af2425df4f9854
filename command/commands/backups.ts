import { Command } from "commander";
import { example, json, ofApp, ofAppOrState } from "../options";

const operations = () => import("../backups/backups.js");

/** With the region of copies. */
const inRegion = (command: Command): Command =>
  command.option("--region <region>", "that of copies; the cluster's own unless named");

export const backups = (): Command =>
  new Command("backups")
    .summary("list, copy, keep, delete and restore backups of HSMs and volumes")
    .description(
      "A deployment's backups, and their copies in other regions, by the functions that it has there. In the cluster's own region the setting `cluster.backupsOnDemand` must be true, for volumes `fileSystem.backupsOnDemand`. How long backups are kept is the setting `cluster.backupRetentionDays`; of copies, `copies` and `copyDays` of their destination.",
    )
    .addCommand(
      json(
        inRegion(
          ofAppOrState(
            new Command("list").description(
              "Lists the backups of the HSMs, their copies, and the backups of volumes.",
            ),
          ),
        ),
      )
        .addHelpText(...example("safe-storage backups list --json"))
        .action(async (given) => (await operations()).list(given)),
    )
    .addCommand(
      ofApp(
        new Command("copy").description("Copies the newest backup now, instead of waiting for the schedule."),
      )
        .requiredOption("--region <region>", "region that it is copied to")
        .addHelpText(...example("safe-storage backups copy --region eu-west-1"))
        .action(async (given) => (await operations()).copy(given)),
    )
    .addCommand(
      inRegion(
        ofApp(
          new Command("keep").description(
            "Exempts a backup of the HSMs from its expiry, or backs a volume up now: such a backup stays, automatic ones expire.",
          ),
        ),
      )
        .argument("<id>", "backup, or volume")
        .addHelpText(...example("safe-storage backups keep backup-0123456789a"))
        .action(async (id, given) => (await operations()).keep(id, given)),
    )
    .addCommand(
      inRegion(ofApp(new Command("release").description("Lets a kept backup expire again.")))
        .argument("<backup>", "backup of the HSMs")
        .addHelpText(...example("safe-storage backups release backup-0123456789a"))
        .action(async (id, given) => (await operations()).release(id, given)),
    )
    .addCommand(
      inRegion(
        ofApp(
          new Command("delete").description(
            "Deletes a backup, which AWS keeps for 7 days more; the newest is refused.",
          ),
        ),
      )
        .argument("<backup>", "backup of the HSMs")
        .addHelpText(...example("safe-storage backups delete backup-0123456789a --region eu-west-1"))
        .action(async (id, given) => (await operations()).deleteBackup(id, given)),
    )
    .addCommand(
      inRegion(
        ofApp(
          new Command("restore").description(
            "Brings a deleted backup of the HSMs back, within 7 days, or makes a new volume of a volume's backup.",
          ),
        ),
      )
        .argument("<backup>", "backup of the HSMs, or of a volume")
        .option("--volume <name>", "of a volume's backup: the new volume's name")
        .option(
          "--machine <id>",
          "storage virtual machine that gets it; that of the backed-up volume unless named",
        )
        .addHelpText(...example("safe-storage backups restore backup-0123456789abcdef0 --volume data-before"))
        .action(async (id, given) => (await operations()).restore(id, given)),
    );
