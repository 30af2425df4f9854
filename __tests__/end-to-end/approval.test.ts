// A person's yes to a deploy: the plan and the review's summary come before it, and without it nothing is changed.

import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { COMMAND, Deployment, Outcome } from "./deployment";

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.fromReference("approval");
  deployment.configure({ operator: { logRetentionDays: 400 } });
});
afterAll(() => deployment.stop());

async function retention(): Promise<number | undefined> {
  const logs = new CloudWatchLogs(deployment.client);
  const { logGroups } = await logs.describeLogGroups({});
  return logGroups!.find((group) => group.logGroupName!.includes("operator"))!.retentionInDays;
}

/** Deploys on a terminal, and answers the question. */
function deployAnswering(answer: string): Promise<Outcome> {
  const command = `node '${COMMAND}' deploy --folder '${deployment.folder}'`;
  // util-linux' script gives a command a terminal.
  const child = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "terminal.log"], {
    cwd: deployment.folder,
    env: { ...process.env, ...deployment.awsVariables, CHECKPOINT_DISABLE: "1", TERM: "xterm" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let output = "";
  let answered = false;
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    if (answered || !output.includes("Deploy this?")) return;
    answered = true;
    child.stdin.write(`${answer}\r`);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output: stripVTControlCharacters(output) }));
  });
}

test("nobody is there to say yes: the plan is shown, nothing is changed, and the way to do without is named", async () => {
  const { status, output } = await deployment.command("deploy");
  expect({ status, output }).toMatchObject({ status: 2 });
  expect(output).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
  expect(output).toContain("nothing was deployed: nobody is there to say yes; --auto-approve deploys");
  expect(output).not.toContain("Saved the plan to");
  expect(await retention()).toBe(365);
});

test("a no changes nothing", async () => {
  const { status, output } = await deployAnswering("n");
  expect({ status, output }).toMatchObject({ status: 1 });
  expect(output).toContain("nothing was deployed");
  expect(await retention()).toBe(365);
});

test("a yes deploys what the plan has shown, and says at the end what to do next", async () => {
  const { status, output } = await deployAnswering("y");
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toMatch(
    /Preflight of safe-storage[^]*Plan: 0 to add, 1 to change[^]*a month by the prices of[^]*Deploy this\?[^]*the whole deploy[^]*Apply complete! Resources: 0 added, 1 changed[^]*Outputs[^]*cluster_id = "cluster-[^]*What to do next[^]*safe-storage status/,
  );
  expect(await retention()).toBe(400);
});

test("where nothing is to be done, nothing is asked", async () => {
  const { status, output } = await deployment.command("deploy");
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain("No changes.");
});
