// Passwords of ONTAP's administrators and of the HSM user admin: set by the operator, rotated by Secrets Manager, as the deploy and the
// schedule ask for it, and where a run is killed in the middle.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud, until } from "../../emulator/conformance/cloud";
import { hsmClient, HsmClient, killedAtEachChange } from "../../emulator/conformance/operator";

const DAYS = 90;

let cloud: TestCloud;
let chain: Chain;
let functionArn: string;
let fileSystemId: string;
let machineId: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  const { Configuration } = await cloud.lambda.getFunction({ FunctionName: chain.operator.functionName });
  functionArn = Configuration!.FunctionArn!;
  fileSystemId = await cloud.availableFileSystem(chain.network.subnetIds[0]);
  machineId = await cloud.createdMachine(fileSystemId);
});
afterAll(() => cloud.stop());

/** A secret as the construct makes it: empty, with tags that say whose it is. */
async function secretOf(name: string, machine?: string): Promise<string> {
  const tags: Record<string, string> = { "safe-storage:file-system": fileSystemId };
  if (machine) tags["safe-storage:storage-virtual-machine"] = machine;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return (await cloud.secrets.createSecret({ Name: name, Tags })).ARN!;
}

const set = (secretArn: string) =>
  chain.operator.invoke({ action: "set-ontap-password", secretArn, passwordLength: "32" });

const current = async (SecretId: string) => {
  const { SecretString, VersionId } = await cloud.secrets.getSecretValue({ SecretId });
  return { ...(JSON.parse(SecretString!) as { username: string; password: string }), version: VersionId };
};

const logsIn = async (id: string, login: { username: string; password: string }) =>
  ((await (await cloud.post("ontap-login", { id, ...login })).json()) as { loggedIn: boolean }).loggedIn;

const stages = async (SecretId: string) =>
  Object.values((await cloud.secrets.describeSecret({ SecretId })).VersionIdsToStages!)
    .flat()
    .sort();

const rotate = (SecretId: string, RotateImmediately: boolean) =>
  cloud.secrets.rotateSecret({
    SecretId,
    RotationLambdaARN: functionArn,
    RotationRules: { AutomaticallyAfterDays: DAYS },
    RotateImmediately,
  });

test.each([
  ["fsxadmin", () => fileSystemId, undefined],
  ["vsadmin", () => machineId, () => machineId],
])("%s gets a first password, by which ONTAP lets it in; once more is no harm", async (user, id, machine) => {
  const secret = await secretOf(`first-${user}`, machine?.());
  expect(await set(secret)).toMatchObject({ failed: false, answer: { status: "done", user } });
  const login = await current(secret);
  expect(login).toMatchObject({ username: user, password: expect.stringMatching(/^[A-Za-z0-9]{32}$/) });
  expect(await logsIn(id(), login)).toBe(true);
  await set(secret);
  expect(await current(secret)).toEqual(login);
  expect(await stages(secret)).toEqual(["AWSCURRENT"]);
});

test("killed at each change, it leaves no password that nobody knows", async () => {
  let secret = "";
  let run = 0;
  const kills = await killedAtEachChange(cloud, chain.operator, {
    prepare: async () => void (secret = await secretOf(`killed-${run++}`)),
    run: () => set(secret),
    check: async ({ failed }) => {
      expect(failed).toBe(false);
      expect(await logsIn(fileSystemId, await current(secret))).toBe(true);
    },
  });
  expect(kills).toBeGreaterThanOrEqual(3);
});

test("a secret without tags is refused: nobody knows whose it is", async () => {
  const { ARN } = await cloud.secrets.createSecret({ Name: "nobodys" });
  expect(await set(ARN!)).toMatchObject({
    failed: true,
    answer: { errorType: "NoOwner", errorMessage: expect.stringMatching(/Deploy again/) },
  });
});

test("Secrets Manager refuses a function that does not let it in («Permissions for rotation»)", async () => {
  const secret = await secretOf("refused");
  await set(secret);
  await expect(rotate(secret, false)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringMatching(/function policy grants access to the principal secretsmanager/),
  });
});

describe("rotation", () => {
  let secret: string;

  beforeAll(async () => {
    await cloud.lambda.addPermission({
      FunctionName: chain.operator.functionName,
      StatementId: "rotations",
      Action: "lambda:InvokeFunction",
      Principal: "secretsmanager.amazonaws.com",
      SourceAccount: "123456789012",
    });
    secret = await secretOf("rotated", machineId);
    await set(secret);
  });

  /** What is current once a rotation has ended: the label AWSPENDING goes last. */
  async function rotated(before: { version?: string }) {
    const [after] = await until(
      async () => [await current(secret), await stages(secret)] as const,
      ([now, labels]) => now.version !== before.version && !labels.includes("AWSPENDING"),
    );
    return after;
  }

  test("its set-up only tries the steps: the password stays (RotateImmediately, RotateSecret)", async () => {
    const before = await current(secret);
    await rotate(secret, false);
    await until(
      () => stages(secret),
      (labels) => !labels.includes("AWSPENDING"),
    );
    expect(await current(secret)).toEqual(before);
    const described = await cloud.secrets.describeSecret({ SecretId: secret });
    expect(described).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: functionArn,
      RotationRules: { AutomaticallyAfterDays: DAYS },
    });
  });

  test("on its day, and again after as many days, there is another password, and ONTAP takes it and no other", async () => {
    for (let time = 0; time < 2; time++) {
      const before = await current(secret);
      await cloud.advanceClock(DAYS * 24 * 3600 + 60);
      const after = await rotated(before);
      expect(after.password).not.toBe(before.password);
      expect([await logsIn(machineId, after), await logsIn(machineId, before)]).toEqual([true, false]);
      expect(await stages(secret)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    }
  });

  test("one that fails leaves the old password current, and the next one resumes it", async () => {
    const before = await current(secret);
    await cloud.post("faults", {
      operation: "UpdateStorageVirtualMachine",
      fault: "error",
      error: "BadRequest",
    });
    await rotate(secret, true);
    await until(
      async () => (await chain.operator.log()).join("\n"),
      (log) => /UpdateStorageVirtualMachine: /.test(log),
    );
    await cloud.endFaults();
    expect(await current(secret)).toEqual(before);
    await expect(rotate(secret, true)).rejects.toThrow(/A previous rotation isn't complete/);
    await cloud.advanceClock(DAYS * 24 * 3600 + 60);
    expect(await logsIn(machineId, await rotated(before))).toBe(true);
  });

  test("of the HSM user admin: every HSM takes the new password", async () => {
    const { clusterId, trustAnchor, operator } = chain;
    const { adminSecretArn } = (await operator.userEvent("audit-users", clusterId, trustAnchor)) as any;
    await cloud.secrets.tagResource({
      SecretId: adminSecretArn,
      Tags: [{ Key: "safe-storage:cluster", Value: clusterId }],
    });
    await cloud.secrets.createSecret({
      Name: `safe-storage/${clusterId}/trust-anchor`,
      SecretString: trustAnchor,
    });
    const before = await operator.adminPassword(clusterId);
    await rotate(adminSecretArn, true);
    const password = await until(
      () => operator.adminPassword(clusterId),
      (now) => now !== before,
    );
    const client: HsmClient = await hsmClient(cloud.lambda, operator.functionName);
    const login = (pin: string) =>
      client(clusterId, trustAnchor, ["user", "list"], { role: "admin", pin: `admin:${pin}` });
    expect((await login(password)).error_code).toBe(0);
    expect((await login(before)).error_code).not.toBe(0);
  });
});

test("no log has a password", async () => {
  const log = (await chain.operator.log()).join("\n");
  for (const name of ["first-fsxadmin", "first-vsadmin", "rotated"])
    expect(log).not.toContain((await current(name)).password);
});
