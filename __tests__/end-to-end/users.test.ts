// Users of a deployment: declared, given new passwords, removed; and repaired by the runbook where an HSM lacks one, the file system's key
// serving all the while.

import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { TestCloud } from "../../emulator/conformance/cloud";
import { HsmClient, hsmClient } from "../../emulator/conformance/operator";
import { Deployment, Outcome } from "./deployment";

const USERS = { app: {}, second: { role: "admin" } };
const SETTINGS = {
  hsmUsers: { users: USERS },
  monitoring: { emails: ["on-call@example.com"], criticalCalls: true },
};

let deployment: Deployment;
let hsm: CloudHSMV2;
let secrets: SecretsManager;
let cli: HsmClient;
let secretArns: Record<string, string>;

beforeAll(async () => {
  deployment = await Deployment.fromReference("users", SETTINGS);
  hsm = new CloudHSMV2(deployment.client);
  secrets = new SecretsManager(deployment.client);
  await deployment.apply();
  cli = await hsmClient(new Lambda(deployment.client), deployment.output("operator_function"));
  secretArns = deployment.output("user_secret_arns") as unknown as Record<string, string>;
});
afterAll(() => deployment.stop());

const done = (outcome: Outcome) => expect(outcome).toEqual({ status: 0, output: expect.any(String) });
const hsms = async () => (await hsm.describeClusters({})).Clusters![0].Hsms!;
const value = async (SecretId: string) => (await secrets.getSecretValue({ SecretId })).SecretString!;
const as = (role: string, pin: string, command: string, address?: string) =>
  cli(
    deployment.output("cluster_id"),
    deployment.output("trust_anchor"),
    command.split(" "),
    { role, pin },
    address,
  );
const asApp = async (command: string) => as("crypto-user", `app:${await value(secretArns.app)}`, command);
const asAdmin = async (command: string, address?: string) =>
  as("admin", `admin:${await value(deployment.output("admin_secret_arn"))}`, command, address);
const names = async () => (await asAdmin("user list")).data.users.map((u: any) => u.username).sort();

test("who disables the key is reported at once, with the way back", async () => {
  const { client } = deployment;
  const topic = (await new SNS(client).listTopics({})).Topics!.find((t) => /monitoring/.test(t.TopicArn!))!;
  const sqs = new SQS({ ...client, endpoint: deployment.endpoint });
  const { QueueUrl } = await sqs.createQueue({ QueueName: "on-call" });
  const Endpoint = QueueUrl!.replace(/.*\/(\d+)\/(.*)$/, `arn:aws:sqs:${deployment.region}:$1:$2`);
  await new SNS(client).subscribe({ TopicArn: topic.TopicArn, Protocol: "sqs", Endpoint });
  const kms = new KMS(client);
  const KeyId = deployment.output("key_arn");
  await kms.disableKey({ KeyId });
  await kms.enableKey({ KeyId });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  expect(JSON.parse(Messages![0].Body!).Message).toMatch(
    new RegExp(`^DisableKey of ${KeyId} .* was called at .*The way back: aws kms enable-key`),
  );
});

describe("safe-storage status", () => {
  test("is one screen with every part of the deployment, and says healthy", async () => {
    const { status, output } = await deployment.command("status");
    for (const part of ["Cluster", "HSMs", "Users", "Backups", "Certificates", "Key store", "Keys"])
      expect(output).toMatch(new RegExp(`^${part}$`, "m"));
    for (const part of ["File systems", "Schedules", "Alarms"]) expect(output).toContain(part);
    expect(output).toMatch(/app +crypto-user {2}2 of 2 HSMs/);
    expect(output).toMatch(/eu-central-1a {2}10\.42\.0\.10 +ACTIVE/);
    expect(output).not.toContain("\u001b["); // there is no terminal
    expect(output).toContain("Healthy.");
    expect(status).toBe(0);
  });

  test("ends with 1 and names what is wrong; --json has the same", async () => {
    const kms = new KMS(deployment.client);
    const KeyId = deployment.output("key_arn");
    await kms.disableKey({ KeyId });
    const { status, output } = await deployment.command("status", "--json");
    expect(status).toBe(1);
    const { healthy, sections } = JSON.parse(output.slice(output.indexOf("{")));
    expect(healthy).toBe(false);
    const bad = sections.flatMap((s: any) => s.rows.filter((r: any) => r.mark === "bad"));
    expect(bad).toEqual([expect.objectContaining({ state: "Disabled" })]);
    await kms.enableKey({ KeyId });
    expect((await deployment.command("status")).status).toBe(0);
  });

  test("calls bad what the deployment's own alarms call bad", async () => {
    const file = deployment.stateFile;
    const before = readFileSync(file, "utf8");
    const state = JSON.parse(before);
    const alarms = state.resources.filter((r: any) => r.type === "aws_cloudwatch_metric_alarm");
    const ends = alarms.find((r: any) => r.instances[0].attributes.metric_name === "CertificateDays");
    ends.instances[0].attributes.threshold = 20_000; // days, more than any certificate has here
    writeFileSync(file, JSON.stringify(state));
    const { status, output } = await deployment.command("status");
    writeFileSync(file, before);
    expect(status).toBe(1);
    expect(output).toMatch(/trust anchor +ends on .*, in \d+ days/);
    expect((await deployment.command("status")).status).toBe(0);
  });

  test("calls nothing that changes anything", async () => {
    const before = await deployment.calls();
    await deployment.command("status");
    const after = await deployment.calls();
    const made = Object.keys(after).filter((name) => after[name] !== before[name]);
    const changing = made.filter((name) => !/^(Describe|Get|GET|List)/.test(name));
    // The operator's own: that it looks at the users, and its lock.
    expect(
      changing.filter((n) => !/^(Invoke|PutSecretValue|UpdateSecret|hsm (user|quorum)-list)$/.test(n)),
    ).toEqual([]);
  });

  test("is shown of a state in S3 alone, without the app", async () => {
    const bucket = ["--bucket", "states"];
    deployment.aws(
      "s3api",
      "create-bucket",
      ...bucket,
      "--create-bucket-configuration",
      "LocationConstraint=eu-central-1",
    );
    deployment.aws(
      "s3api",
      "put-object",
      ...bucket,
      "--key",
      "safe-storage.tfstate",
      "--body",
      deployment.stateFile,
    );
    const ofState = (...words: string[]) =>
      deployment.commandIn("/nowhere", ...words, "--state", "s3://states/safe-storage.tfstate", "--json");
    const json = (text: string) => JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    const [alone, withApp] = [await ofState("status"), await deployment.command("status", "--json")];
    expect(alone).toMatchObject({ status: 0 });
    const titles = (text: string) => json(text).sections.map((s: any) => s.title);
    expect(titles(alone.output)).toEqual(titles(withApp.output));
    expect(json((await ofState("users", "audit")).output).problems).toEqual([]);
    expect(await deployment.commandIn("/nowhere", "status", "--state", "s3://states/other")).toMatchObject({
      status: 2,
      output: expect.stringContaining("NoSuchKey"),
    });
  });

  test("ends with 2 where it cannot look", async () => {
    expect((await deployment.command("status", "--nonsense")).status).toBe(2);
  });
});

test("users are on every HSM, with passwords that only their secrets have; a second plan is empty", async () => {
  expect(await names()).toEqual(["admin", "app", "app_user", "kmsuser", "second"]);
  expect(await asApp("key list")).toMatchObject({ error_code: 0 });
  const login = `second:${await value(secretArns.second)}`;
  expect(await as("admin", login, "user list")).toMatchObject({ error_code: 0 });
  expect(JSON.stringify(deployment.state())).not.toContain(await value(secretArns.app));
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("a user that an HSM lacks is found, and the runbook repairs it while the key keeps working", async () => {
  const [complete, lacking] = await hsms();
  await asAdmin("user delete --username app --role crypto-user", lacking.EniIp);
  const found = await deployment.command("users", "audit");
  expect(found.status).toBe(1);
  expect(found.output).toContain(`app is missing on HSM ${lacking.EniIp}`);

  const kms = new KMS(deployment.client);
  const KeyId = deployment.output("key_arn");
  let ended = false;
  let uses = 0;
  const serving = (async () => {
    for (; !ended; uses++) {
      const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("use") });
      await kms.decrypt({ CiphertextBlob });
      await sleep(200);
    }
  })();
  serving.catch(() => undefined); // awaited below
  const mended = await deployment.runbook("A user is missing on an HSM");
  ended = true;
  await serving;
  done(mended);
  expect(uses).toBeGreaterThan(20);
  expect(mended.output).toContain(
    `would repair app in place, with the password in its secret: on ${lacking.EniIp}`,
  );
  expect(mended.output).toContain("app is on every HSM, with the password in its secret");
  expect((await hsms()).map((h) => h.HsmId).sort()).toEqual([complete.HsmId, lacking.HsmId].sort());
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("an undeclared user is drift: the audit names it, and no repair spreads it", async () => {
  const [complete] = await hsms();
  await asAdmin("user create --username half --role crypto-user --password half-secret", complete.EniIp);
  const { status, output } = await deployment.command("users", "audit");
  expect(status).toBe(1);
  expect(output).toMatch(/half is not declared on HSM/);
  const repair = await deployment.command("users", "repair", "--yes");
  expect(repair.output).toContain("cloudhsm-cli user delete --username half --role crypto-user");
  expect(repair.status).toBe(1);
  await asAdmin("user delete --username half --role crypto-user", complete.EniIp);
  done(await deployment.command("users", "audit"));
});

test("another passwordVersion gives a new password, and touches nothing else", async () => {
  const before = [await value(secretArns.app), await value(secretArns.second)];
  deployment.configure({ ...SETTINGS, hsmUsers: { users: { ...USERS, app: { passwordVersion: 2 } } } });
  expect(await deployment.apply()).toMatch(/Plan: 1 to add, \d+ to change, 1 to destroy/);
  expect(await value(secretArns.app)).not.toBe(before[0]);
  expect(await value(secretArns.second)).toBe(before[1]);
  expect(await asApp("key list")).toMatchObject({ error_code: 0 });
});

test("one that fails is done by the next deploy (hashicorp/terraform-provider-aws#43447)", async () => {
  const before = await value(secretArns.app);
  deployment.configure({ ...SETTINGS, hsmUsers: { users: { ...USERS, app: { passwordVersion: 3 } } } });
  const fault = {
    function: deployment.output("operator_function"),
    fault: "kill",
    changing: true,
    times: 100,
  };
  const cloud = TestCloud.at(deployment.endpoint);
  await cloud.post("faults", fault);
  await expect(deployment.apply()).rejects.toThrow(/signal: killed/);
  await cloud.endFaults();
  await deployment.apply();
  expect(await value(secretArns.app)).not.toBe(before);
  expect(await asApp("user list")).toMatchObject({ error_code: 0 });
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("a user whose line was removed is deleted, except one who owns keys, unless the deploy before permitted it", async () => {
  await asApp("key generate-symmetric aes --label mine --key-length-bytes 32");
  deployment.configure({ ...SETTINGS, hsmUsers: { users: {} } });
  await expect(deployment.apply()).rejects.toThrow("UserOwnsKeys");
  expect(await names()).toContain("app");

  const told = { deleteKeysOfRemovedUsers: true };
  deployment.configure({ ...SETTINGS, hsmUsers: { ...told, users: { app: { passwordVersion: 3 } } } });
  await deployment.apply();
  deployment.configure({ ...SETTINGS, hsmUsers: { ...told, users: {} } });
  await deployment.apply();
  expect(await names()).toEqual(["admin", "app_user", "kmsuser"]);
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});
