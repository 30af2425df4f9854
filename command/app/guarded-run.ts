// Terraform's apply or destroy of a stack, after it was seen to that its state is whole and knows all that is there: nothing is made twice,
// nothing stays behind. Terraform by itself: `cdktf deploy` would start it four times more, and can lose the last that it says.

import { adoptBefore, noticeAfter } from "../adoption/adopt";
import { Failure } from "../failure";
import { App, SynthesizedStack } from "./app";
import { forgetKeptState, keepState, restoreState, stateFile } from "./kept-state";
import { Stack } from "./stack";
import { runTerraform, terraformBinary } from "./terraform";

export type Run = "deploy" | "destroy";

/** @param options Terraform's own, such as `-auto-approve`. */
export async function guardedRun(
  app: App,
  stack: SynthesizedStack,
  run: Run,
  options: string[],
): Promise<void> {
  const state = stateFile(stack);
  if (state) restoreState(state);
  app.init(stack);
  await adoptBefore(new Stack(stack.folder, terraformBinary()), run, options);
  const end = state ? keepState(state) : () => {};
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? [] : ["-no-color"];
  const status = await runTerraform(
    stack.folder,
    [run === "deploy" ? "apply" : "destroy", ...colours, ...options],
    app.folder,
  );
  end();
  if (status !== 0)
    throw new Failure(`${run} of ${stack.name} did not end well (above). Run it again to go on`);
  if (state) forgetKeptState(state);
  if (run === "deploy") await noticeAfter(new Stack(stack.folder, terraformBinary()));
}
