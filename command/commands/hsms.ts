import { Command } from "commander";
import { example, json, ofApp } from "../options";

async function restore(given: Record<string, any>): Promise<void> {
  const { DeploymentState } = await import("../app/deployment.js");
  const { askOperator } = await import("../app/operator.js");
  const { deploymentAt } = await import("../app/state.js");
  const { Failure } = await import("../failure.js");
  const found = new DeploymentState(await deploymentAt(given)).scheduled("restore-hsms");
  if (!found) throw new Failure("the deployment has no schedule that removes HSMs");
  const { holidays: _, ...event } = found.event;
  const { hsms, notice } = await askOperator(found.functionArn, { ...event, action: "restore-hsms" });
  if (given.json) return console.log(JSON.stringify({ hsms, notice }, null, 2));
  for (const { HsmId, AvailabilityZone, EniIp, State } of hsms)
    console.log(`${HsmId}  ${AvailabilityZone}  ${EniIp}  ${State}`);
  if (notice) console.log(`Look at this: ${notice}`);
}

export const hsms = (): Command =>
  new Command("hsms")
    .summary("bring back HSMs that a schedule has removed")
    .description("The HSMs of a deployment whose schedule removes them.")
    .addCommand(
      json(
        ofApp(
          new Command("restore")
            .summary("bring back by hand the HSMs that a schedule has removed")
            .description(
              "Brings back by hand the HSMs that a schedule has removed, as its own restore does, on a holiday too. It waits until all are ACTIVE; run it again after any interruption.",
            ),
        ),
      )
        .addHelpText(...example("safe-storage hsms restore"))
        .action(restore),
    );
