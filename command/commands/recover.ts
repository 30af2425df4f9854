import { Command } from "commander";
import { example, ofApp, terraformOptions, withTerraformOptions } from "../options";

export const recover = (): Command =>
  withTerraformOptions(
    ofApp(
      new Command("recover")
        .summary("make a lost cluster from its backup, and move its key store there")
        .description(
          "The way back when the cluster is gone: makes a cluster from its backup, moves the key store to it, and the same KMS keys work again. The backup is noted in the app's `settings.json` as `cluster.sourceBackupId`; an app without that file is told what to set. Interrupted, `safe-storage deploy` continues. Further options are those of `terraform apply`.",
        ),
    ).option("--backup <id>", "a READY backup of the lost cluster in its region; the newest unless named"),
  )
    .addHelpText(...example("safe-storage recover"))
    .action(async (given) =>
      (await import("../adoption/recover.js")).recover(given, terraformOptions(given)),
    );
