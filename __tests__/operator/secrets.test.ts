// Passwords of every character that an HSM takes are in no log, no process list, no environment but cloudhsm-cli's own,
// and in no file that is left: with the real function at work, also where its calls fail.

import { ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { TestCloud } from "../../emulator/conformance/cloud";
import { beforeInitialization, Operator } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let operator: Operator;
let clusterId: string;
let trustAnchor: string;
let watch: ChildProcess;

beforeAll(async () => {
  watch = fork(join(__dirname, "process-watch.mjs"), { execArgv: [] });
  cloud = await TestCloud.start();
  let certificates;
  ({ operator, clusterId, certificates } = await beforeInitialization(cloud));
  trustAnchor = certificates.TrustAnchor;
  await cloud.hsm.initializeCluster({ ClusterId: clusterId, ...certificates });
  await cloud.clusterIn(clusterId, "INITIALIZED");
});
afterAll(async () => {
  watch.disconnect();
  await cloud.stop();
});

/** "password 7 to 32": «Quotas», AWS CloudHSM User Guide. */
const [SHORTEST, LONGEST] = [7, 32];
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/** Passwords that together have every printable character, in an order by the seed, and what shells, JSON and forms mistake. */
function passwords(seed: number): string[] {
  let state = seed;
  const random = (below: number) =>
    (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) && Math.floor((state / 2 ** 32) * below);
  const shuffled = [...PRINTABLE];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  const pieces: string[] = [];
  for (let at = 0; at < shuffled.length;) {
    const length = Math.min(SHORTEST + random(LONGEST - SHORTEST + 1), shuffled.length - at);
    pieces.push(
      shuffled
        .slice(at, at + length)
        .join("")
        .padEnd(SHORTEST, "x"),
    );
    at += length;
  }
  return [
    ...pieces,
    ` a b "c' `,
    "$(id)`id`\\n\\\\",
    "-----user create",
    "a:b:c&d=e+f%20?#",
    '{"a":[1]},*~!^',
  ];
}

/** As it is, and as a program might write it. */
const spellings = (password: string): string[] => [
  password,
  JSON.stringify(password).slice(1, -1),
  encodeURIComponent(password),
  Buffer.from(password).toString("base64").replace(/=*$/, ""),
];

/** Names and contents of all files in the /tmp of the function's environments. */
function leftFiles(): string {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      found.push(name);
      if (statSync(path).isDirectory()) walk(path);
      else if (statSync(path).isFile()) found.push(readFileSync(path, "utf8"));
    }
  };
  const functions = join(cloud.folder!, "lambda");
  for (const environment of readdirSync(functions)) {
    if (environment.startsWith(operator.functionName)) walk(join(functions, environment, "tmp"));
  }
  return found.join("\n");
}

/** Puts the password where an interrupted run would have left it, runs the action, and looks everywhere. */
async function runWith(action: string, password: string, fault?: object): Promise<void> {
  const event: any = await operator.userEvent(action, clusterId, trustAnchor);
  if (action === "create-kmsuser") event.adopt = true;
  const SecretId = action === "create-kmsuser" ? event.kmsuserSecretArn : event.adminSecretArn;
  await cloud.secrets.putSecretValue({ SecretId, SecretString: password, VersionStages: ["AWSPENDING"] });
  watch.send({ watch: [password] });
  if (fault) {
    await cloud.post("faults", fault);
    const { failed, answer } = await operator.invoke(event);
    expect({ fault, failed }).toEqual({ fault, failed: true });
    for (const spelling of spellings(password)) expect(JSON.stringify(answer)).not.toContain(spelling);
    await cloud.endFaults();
  }
  // A run in which the watch did not get to look while the CLI had the password proves nothing: once more then.
  for (let run = 1; ; run++) {
    const { answer } = await operator.invoke(event);
    expect({ password, answer }).toMatchObject({ password, answer: { status: "done" } });
    watch.send("report");
    const [{ leaks, seen }] = await once(watch, "message");
    expect({ password, leaks }).toEqual({ password, leaks: [] });
    if (action !== "rotate-admin-password" || seen[0] > 0) break;
    expect(run).toBeLessThan(5);
    await cloud.secrets.putSecretValue({ SecretId, SecretString: password, VersionStages: ["AWSPENDING"] });
  }
  const log = (await operator.log()).join("\n");
  expect(log).toContain(`"action":"${action}"`);
  const files = leftFiles();
  expect(files).not.toContain("cloudhsm"); // nor anything else that the CLI wrote
  for (const spelling of spellings(password)) {
    expect(log).not.toContain(spelling);
    expect(files).not.toContain(spelling);
  }
}

const SEED = 20260101;

test("activate", async () => {
  await runWith("activate", passwords(SEED)[0], {
    operation: "hsm cluster-activate",
    fault: "error",
  });
});

test.each(passwords(SEED))("rotate-admin-password to %j", async (password) => {
  await runWith("rotate-admin-password", password);
});

test("rotate-admin-password whose first attempt the HSM refused", async () => {
  const fault = { operation: "hsm user-change-password", fault: "error" };
  await runWith("rotate-admin-password", passwords(SEED + 1)[0], fault);
});

test.each(passwords(SEED + 2))("create-kmsuser with %j", async (password) => {
  await runWith("create-kmsuser", password);
});

test("create-kmsuser whose password could not be promoted at first", async () => {
  const fault = { operation: "UpdateSecretVersionStage", fault: "error", times: 8 };
  await runWith("create-kmsuser", passwords(SEED + 3)[0], fault);
});
