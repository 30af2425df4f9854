// A deploy or destroy of a stack, after it was seen to that its state is whole and knows all that is there: nothing is made twice, nothing
// stays behind. By Terraform itself: `cdktf deploy` would start it four times more, and can lose the last that it says.

import { adoptBefore, noticeAfter } from "../adoption/adopt";
import { App, SynthesizedStack } from "../app/app";
import { forgetKeptState, keepState, restoreState, stateFile } from "../app/kept-state";
import { Stack } from "../app/stack";
import { colours, runTerraform, terraformBinary } from "../app/terraform";
import { Failure } from "../failure";
import { preflightOfAccount, preflightOfStack } from "../preflight/preflight";
import { blueprintIn } from "../review/blueprint";
import { reviewOf } from "../review/model";
import { summaryOf } from "../review/summary";
import { deployOf } from "../review/timeline";
import { apply } from "./apply";
import { conclusionOf } from "./next-steps";
import { Progress } from "./progress";
import { TerraformFailure } from "./terraform-failure";

/** @param options Terraform's own, such as `-auto-approve`. */
export async function guardedDeploy(app: App, stack: SynthesizedStack, options: string[]): Promise<void> {
  const { name, folder } = stack;
  const caller = await preflightOfAccount(stack);
  const known = readWhole(app, stack);
  await adoptBefore(known, "deploy", options);
  const blueprint = blueprintIn(folder);
  await preflightOfStack(blueprint, known, caller);
  const isThere = (address: string): boolean => known.instance(address) !== undefined;
  const timeline = deployOf(blueprint, isThere);
  const outputs = await whileKept(stack, "deploy", () =>
    apply({
      folder,
      cwd: app.folder,
      options,
      summary: `\n${summaryOf(reviewOf(name, folder))}\n`,
      progress: () => new Progress(timeline),
    }),
  );
  const after = new Stack(folder, terraformBinary());
  if (outputs) console.log(conclusionOf(outputs, after, timeline.steps.length > 0));
  await noticeAfter(after);
}

/** @param options Terraform's own, such as `-auto-approve`. */
export async function guardedDestroy(app: App, stack: SynthesizedStack, options: string[]): Promise<void> {
  await adoptBefore(readWhole(app, stack), "destroy", options);
  await whileKept(stack, "destroy", async () => {
    const status = await runTerraform(stack.folder, ["destroy", ...colours(), ...options], app.folder);
    if (status !== 0) throw new TerraformFailure();
  });
}

function readWhole(app: App, stack: SynthesizedStack): Stack {
  const state = stateFile(stack);
  if (state) restoreState(state);
  app.init(stack);
  return new Stack(stack.folder, terraformBinary());
}

/** Keeps copies of a local state while Terraform may be killed in the middle of writing it. */
async function whileKept<T>(
  stack: SynthesizedStack,
  run: "deploy" | "destroy",
  work: () => Promise<T>,
): Promise<T> {
  const state = stateFile(stack);
  const end = state ? keepState(state) : () => {};
  let done: T;
  try {
    done = await work();
  } catch (error) {
    if (error instanceof TerraformFailure)
      throw new Failure(
        `${run} of ${stack.name} did not end well (above). ${error.message}Run it again to go on`,
      );
    throw error;
  } finally {
    end();
  }
  if (state) forgetKeptState(state);
  return done;
}
