import { Command } from "commander";
import { example, ofStacks, terraformOptions, withTerraformOptions } from "../options";

async function run(command: "deploy" | "destroy", given: Record<string, any>): Promise<void> {
  const { App } = await import("../app/app.js");
  const { lockFolder } = await import("../app/folder-lock.js");
  const { guardedDeploy, guardedDestroy } = await import("../deploy/guarded-run.js");
  const app = new App(given.folder);
  await lockFolder(app.folder);
  app.synth();
  const stacks = app.stacks(given.stack);
  if (command === "deploy")
    for (const stack of stacks) await guardedDeploy(app, stack, terraformOptions(given));
  else for (const stack of stacks.reverse()) await guardedDestroy(app, stack, terraformOptions(given));
}

export const deploy = (): Command =>
  withTerraformOptions(
    ofStacks(
      new Command("deploy")
        .summary("deploy an app, and go on with one that was interrupted")
        .description(
          "Deploys the stacks of an app to the account of your credentials. Before anything is made, it looks for what could stop the deploy half-way: credentials, regions, quotas, zones, the layer, the roots, the state. It shows the plan and asks; then it shows each step against the time that AWS usually takes. It takes over what an interrupted deploy has left, so run it again after any interruption. Further options are those of `terraform apply`.",
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
