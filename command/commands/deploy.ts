import { Command } from "commander";
import { example, ofStacks, terraformOptions, withTerraformOptions } from "../options";
import { say } from "../failure";
import type { Run } from "../app/guarded-run";

async function run(command: Run, given: Record<string, any>): Promise<void> {
  const { App } = await import("../app/app.js");
  const { lockFolder } = await import("../app/folder-lock.js");
  const { guardedRun } = await import("../app/guarded-run.js");
  const app = new App(given.folder);
  await lockFolder(app.folder);
  app.synth();
  const stacks = app.stacks(given.stack);
  if (command === "deploy") {
    const { reviewOf } = await import("../review/model.js");
    const { summaryOf } = await import("../review/summary.js");
    for (const { name, folder } of stacks) say(summaryOf(reviewOf(name, folder)));
  }
  for (const stack of command === "deploy" ? stacks : stacks.reverse())
    await guardedRun(app, stack, command, terraformOptions(given));
}

export const deploy = (): Command =>
  withTerraformOptions(
    ofStacks(
      new Command("deploy")
        .summary("deploy an app, and go on with one that was interrupted")
        .description(
          "Deploys the stacks of an app to the account of your credentials. The same as `cdktf deploy`, but it first takes over what an interrupted deploy has left, so run it again after any interruption. Further options are those of `terraform apply`.",
        ),
    ),
  )
    .addHelpText(...example("safe-storage deploy", "safe-storage deploy --folder storage --auto-approve"))
    .action((given) => run("deploy", given));

export const destroy = (): Command =>
  withTerraformOptions(
    ofStacks(
      new Command("destroy")
        .summary("destroy an app's stacks, as far as their deletionPolicy allows")
        .description(
          "Destroys the stacks of an app, as far as their `deletionPolicy` allows. The same as `cdktf destroy`, but it first takes over what an interrupted deploy has left, so that no HSM stays behind and is paid. Further options are those of `terraform destroy`.",
        ),
    ),
  )
    .addHelpText(...example("safe-storage destroy"))
    .action((given) => run("destroy", given));
