// `safe-storage verify`, whole, against the local cloud: there every claim in reach is confirmed, since the local cloud was built on it; and each
// check says «refuted» where the local cloud's rule is another one.

import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { KMS } from "@aws-sdk/client-kms";
import { isLocked } from "../../command/app/folder-lock";
import type { Report } from "../../command/verify/report";
import type { Recorded } from "../../command/verify/recorder";
import { isChecked } from "../../verification/claim";
import { ClaimId, claims } from "../../verification/claims";
import { differences } from "../../verification/compare";
import { Trial, TrialOutputs } from "../../verification/trial";
import { CloudProcess } from "./cloud-process";
import { COMMAND, ROOT } from "./deployment";
import { refutations } from "./refutations";

const FOLDER = join(ROOT, ".local/tests/verify");
const REGION = "eu-central-1";
const CHECKED = (Object.keys(claims) as ClaimId[]).filter((id) => isChecked(claims[id]));
const DAY = 24 * 3600;

let cloud: CloudProcess;

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  cloud = await CloudProcess.start(join(FOLDER, "cloud"));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
  });
});
afterAll(() => cloud.stop());

interface Outcome {
  status: number;
  output: string;
}

async function verify(name: string, ...args: string[]): Promise<Outcome> {
  const words = [COMMAND, "verify", "--folder", join(FOLDER, name), "--region", REGION, "--yes", ...args];
  const options = { cwd: ROOT, env: { ...process.env }, maxBuffer: 64 * 1024 * 1024 };
  return promisify(execFile)(process.execPath, words, options).then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ status: code, output: stdout + stderr }),
  );
}

const read = (...path: string[]): any => JSON.parse(readFileSync(join(FOLDER, ...path), "utf8"));
const reportOf = (name: string): Report => read(name, "report.json");
/** What clients of the SDK ask for, of the whole cloud. */
const vpcs = async () =>
  (await new EC2({}).describeVpcs({ Filters: [{ Name: "isDefault", Values: ["false"] }] })).Vpcs!;

test("checks what is free without making anything, claims by their ids", async () => {
  const ids = ["zones-without-cloudhsm", "alias-instead-of-key-id"];
  const { status, output } = await verify("free", "--only", ...ids);
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("It makes nothing.") });
  expect(reportOf("free").claims).toEqual({
    "zones-without-cloudhsm": { verdict: "confirmed", seen: expect.stringContaining("us-east-1 offers") },
    "alias-instead-of-key-id": { verdict: "confirmed", seen: expect.stringContaining("NotFoundException") },
  });
  expect(await vpcs()).toEqual([]);
});

test("refuses a claim that there is not", async () => {
  expect(await verify("free", "--only", "no-such-claim")).toEqual({
    status: 2,
    output: expect.stringContaining("there is no claim no-such-claim; docs/unverified.md lists them"),
  });
});

test("begins no stage that its budget does not allow", async () => {
  const { status, output } = await verify("budget", "--only", "runtime-programs", "--budget", "0");
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("more than the budget") });
  expect(reportOf("budget").claims["runtime-programs"].verdict).toBe("not in reach");
  expect(await vpcs()).toEqual([]);
});

test("a refuted claim is exit status 1, with what was seen in its report", async () => {
  for (const fault of refutations["alias-instead-of-key-id"]({} as TrialOutputs))
    await cloud.post("faults", fault);
  const { status } = await verify("refuted", "--only", "alias-instead-of-key-id");
  await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
  expect(status).toBe(1);
  expect(readFileSync(join(FOLDER, "refuted/report.md"), "utf8")).toContain("## Refuted\n\n- `alias-instead");
});

test("its recording is compared with the local cloud: each difference is a line", async () => {
  const recording = join(FOLDER, "refuted/recording.jsonl");
  const program = join(ROOT, ".local/js/scripts/lib/conformance.js");
  const compared = await promisify(execFile)(process.execPath, [program, recording], {
    cwd: ROOT,
    env: { ...process.env },
  }).catch(({ code, stdout }) => ({ code, stdout }));
  expect(compared).toEqual({
    code: 1,
    stdout:
      "alias-instead-of-key-id: kms DisableKey: in the local cloud alone: NotFoundException: Invalid keyId alias/safe-storage-verify\n",
  });
});

test("goes on after it was killed, with the same trial, and takes everything away again", async () => {
  let ended: Outcome | undefined;
  const running = verify("killed", "--only", "runtime-programs").then((outcome) => (ended = outcome));
  const log = join(FOLDER, "killed/app/cdktf.out/stacks/verify/deploy.jsonl");
  while (!ended && (!existsSync(log) || !readFileSync(log, "utf8").includes("aws_vpc"))) await sleep(100);
  expect(ended).toBeUndefined();
  const { name } = read("killed", "run.json");
  await promisify(execFile)("pkill", ["-KILL", "-f", join(FOLDER, "killed")]).catch(() => {});
  await running;
  while (isLocked(join(FOLDER, "killed"))) await sleep(100);
  const { status, output } = await verify("killed", "--only", "runtime-programs");
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining(`Trial ${name} in`) });
  expect(output).toContain(`nothing of ${name} is left that costs`);
  expect(reportOf("killed").claims["runtime-programs"].verdict).toBe("confirmed");
  expect(await vpcs()).toEqual([]);
});

describe("a whole run", () => {
  let outcome: Outcome;
  let trial: Trial;
  let outputs: TrialOutputs;

  beforeAll(async () => {
    outcome = await verify("whole", "--keep", "--budget", "100");
    const kept = Object.entries<{ value: any }>(read("whole/app/terraform.verify.tfstate").outputs);
    outputs = Object.fromEntries(kept.map(([name, { value }]) => [name, value])) as unknown as TrialOutputs;
    trial = new Trial(read("whole/run.json"), outputs);
  });

  test("confirms every claim in reach, and says of the others why they are not", () => {
    const { claims: observed } = reportOf("whole");
    expect(Object.keys(observed).sort()).toEqual(Object.keys(claims).sort());
    for (const [id, { verdict, seen }] of Object.entries(observed))
      expect({ id, verdict, seen }).toEqual({
        id,
        verdict: CHECKED.includes(id as ClaimId) ? "confirmed" : "not in reach",
        seen: expect.stringMatching(/\S/),
      });
    expect(outcome).toMatchObject({ status: 0 });
  });

  test("says what it makes, for how long and for how much before it begins", () => {
    expect(outcome.output).toMatch(
      /It makes a VPC of its own in eu-central-1a and eu-central-1b, .*About \d+ minutes and [\d.]+ US dollars/,
    );
  });

  test("measures how long AWS takes, and tells no account's id", () => {
    const report = reportOf("whole");
    const measured = report.measured.map(({ resource }) => resource);
    for (const type of ["aws_cloudhsm_v2_cluster", "aws_cloudhsm_v2_hsm", "aws_fsx_ontap_file_system"])
      expect(measured).toContain(type);
    for (const step of [
      "cluster created",
      "cluster activated",
      "hsm created",
      "hsm deleted",
      "key store connected",
      "svm created",
    ])
      expect(measured).toContain(step);
    for (const file of ["report.json", "report.md"])
      expect(readFileSync(join(FOLDER, "whole", file), "utf8")).not.toMatch(/\b\d{12}\b/);
  });

  test("records what CloudHSM, KMS, FSx, Lambda and cloudhsm-cli were asked and have answered, by checks, Terraform and the operator, without secrets", async () => {
    const text = readFileSync(join(FOLDER, "whole/recording.jsonl"), "utf8");
    const calls: Recorded[] = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const services = new Set(calls.map(({ service }) => service));
    expect([...services].sort()).toEqual(["cloudhsm", "cloudhsm-cli", "fsx", "kms", "lambda"]);
    const { SecretString } = await trial.secrets.getSecretValue({ SecretId: trial.outputs.admin_secret_arn });
    expect(text).not.toContain(SecretString);
    expect(text).not.toContain("123456789012"); // the account's id
    const deployed = calls.filter(({ claim }) => claim.startsWith("deploy "));
    expect(deployed.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(["CreateCluster", "CreateHsm", "CreateCustomKeyStore", "CreateFileSystem"]),
    );
    const operated = calls.filter(({ claim }) => claim.startsWith("operator "));
    expect(operated.map(({ claim, operation }) => `${claim} ${operation}`)).toEqual(
      expect.arrayContaining([
        "operator initialize InitializeCluster",
        "operator connect-key-store ConnectCustomKeyStore",
        "operator activate DescribeClusters",
      ]),
    );
    expect(existsSync(join(FOLDER, "whole/app/terraform-log.jsonl"))).toBe(false);
    expect(differences(calls, calls)).toEqual([]);
  });

  test("every check has a refutation", () => {
    expect(Object.keys(refutations).sort()).toEqual([...CHECKED].sort());
  });

  test.each(CHECKED)("%s can be refuted", async (id) => {
    const claim = claims[id];
    if (!isChecked(claim)) throw new Error(id);
    for (const fault of refutations[id](outputs)) await cloud.post("faults", fault);
    try {
      // One of its own: what several claims are about is looked at once for a trial.
      expect(await claim.check(new Trial(read("whole/run.json"), outputs))).toMatchObject({
        verdict: "refuted",
      });
    } finally {
      await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
    }
  });

  test("is taken away by the same command: what costs at once, the rest when AWS allows it", async () => {
    const { status, output } = await verify("whole", "--clean-up");
    expect({ status, output: output.slice(-2000) }).toEqual({
      status: 0,
      output: expect.stringContaining(`nothing of ${trial.name} is left that costs`),
    });
    expect((await trial.cluster()).Hsms ?? []).toEqual([]);
    expect((await trial.fsx.describeFileSystems({})).FileSystems).toEqual([]);
    const early = await verify("whole");
    expect(early).toMatchObject({
      status: 0,
      output: expect.stringContaining("stay until their keys are gone"),
    });
    await cloud.post("clock", { advanceSeconds: 7 * DAY + 60 });
    const { output: late } = await verify("whole");
    expect(late).toContain(`Nothing of ${trial.name} is left`);
    expect((await new CloudHSMV2({ endpoint: cloud.url }).describeClusters({})).Clusters).toEqual([]);
    expect((await new KMS({}).describeCustomKeyStores({})).CustomKeyStores).toEqual([]);
    expect(await vpcs()).toEqual([]);
  });
});
