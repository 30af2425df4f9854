// What was seen while the reference deployments were made: `usual` by safe-storage deploy, `everything` by `cdktf deploy`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readyReference } from "./deployment";
import { actionsOf, Call } from "../../scripts/lib/pipeline-policies/actions";
import { policiesOf } from "../../scripts/lib/pipeline-policies/policies";
import { policy } from "./pipeline-calls";
import { ReferenceName } from "./reference";

const read = async (name: ReferenceName, file: string): Promise<string> =>
  readFileSync(join(await readyReference(name), file), "utf8");

test("safe-storage status --watch shows the steps of the deploy, each as it runs and how long, and changes nothing", async () => {
  const seen = (await read("usual", "watched.log"))
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => JSON.parse(line).deploying ?? []);
  const running = new Set(seen.filter((s: any) => s.state === "running").map((s: any) => s.name));
  // In a cloud that is this fast a step may come and go between two looks.
  expect(running.size).toBeGreaterThan(2);
  for (const step of seen)
    expect(step).toMatchObject({ usually: expect.stringMatching(/min/), name: expect.any(String) });
  expect(seen.some((s: any) => s.state === "running" && s.seconds > 0)).toBe(true);
});

test.each<ReferenceName>(["usual", "everything"])("a second plan of %s is empty", async (name) => {
  expect(await read(name, "second-plan.log")).toContain(
    "No changes. Your infrastructure matches the configuration.",
  );
});

test("the policies of examples/pipeline are made of these deployments' calls", async () => {
  const calls = (
    await Promise.all((["usual", "everything"] as const).map((name) => read(name, "calls.json")))
  ).flatMap((file): Call[] => JSON.parse(file).calls);
  const made = policiesOf(actionsOf(calls));
  expect(policy("deploy")).toEqual(made.deploy);
  expect(policy("plan")).toEqual(made.plan);
});
