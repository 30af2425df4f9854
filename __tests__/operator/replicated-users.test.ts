// Users who were made or deleted after a backup was taken: found in the cluster from it, and brought over to it.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let clone: string;
let passwords: string[];

const asAdmin = async (clusterId: string, command: string) => {
  const pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  const { error_code, data } = await cli(clusterId, chain.trustAnchor, command.split(" "), {
    role: "admin",
    pin,
  });
  if (error_code !== 0) throw new Error(data);
};
/** On one HSM of the source alone. */
const asAdminAt = async (address: string, command: string) => {
  const pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  await cli(chain.clusterId, chain.trustAnchor, command.split(" "), { role: "admin", pin }, address);
};
const namesIn = async (clusterId: string): Promise<string[]> => {
  const { data } = await cli(clusterId, chain.trustAnchor, ["user", "list"]);
  return data.users.map((u: any) => `${u.username} ${u["cluster-coverage"]}`);
};
const replicate = async (more: object = {}) => {
  const event = {
    ...(await chain.operator.userEvent("replicate-users", clone, chain.trustAnchor)),
    adminSecretArn: secretArn,
    sourceClusterId: chain.clusterId,
    sourceRegion: "eu-central-1",
    sourceAdminSecretArn: secretArn,
    ...more,
  };
  const { failed, answer } = await chain.operator.invoke(event);
  return failed ? { error: answer.errorType, message: answer.errorMessage } : answer;
};
let secretArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  const password = await chain.operator.adminPassword(chain.clusterId);
  secretArn = (await cloud.secrets.createSecret({ Name: "admin", SecretString: password })).ARN!;
  passwords = [password, "late-secret", "early-secret"];
  await asAdmin(chain.clusterId, "user create --username early --role crypto-user --password early-secret");
  const older = (await cloud.hsm.describeBackups({})).Backups!.map((b) => b.BackupId);
  await cloud.advanceClock(24 * 3600 + 1);
  const daily = await until(
    async () => (await cloud.hsm.describeBackups({})).Backups!.find((b) => !older.includes(b.BackupId)),
    (backup) => backup?.BackupState === "READY",
  );
  await asAdmin(chain.clusterId, "user create --username late --role crypto-user --password late-secret");
  await asAdmin(chain.clusterId, "user create --username second --role admin --password second-secret");
  await asAdmin(chain.clusterId, "user delete --username early --role crypto-user");
  clone = await cloud.restoredCluster(chain.network, daily!.BackupId!, ZONES.slice(0, 2));
  await chain.operator.openWayTo(await cloud.cluster(clone));
});
afterAll(() => cloud.stop());

test("a dry run reports missing and stale users, and changes nothing", async () => {
  const before = await namesIn(clone);
  expect(await replicate({ dryRun: true })).toEqual({
    status: "done",
    missing: ["second", "late"],
    stale: ["early"],
    replicated: [],
  });
  expect(await namesIn(clone)).toEqual(before);
});

test("those who are missing come over with their passwords, on every HSM; nobody is deleted", async () => {
  expect(await replicate()).toMatchObject({ replicated: ["second", "late"], stale: ["early"] });
  const names = await namesIn(clone);
  for (const name of ["late", "second", "early"]) expect(names).toContain(`${name} full`);
  const { error_code } = await cli(clone, chain.trustAnchor, ["user", "list"], {
    role: "crypto-user",
    pin: "late:late-secret",
  });
  expect(error_code).toBe(0);
});

test("once more does nothing", async () => {
  expect(await replicate()).toEqual({ status: "done", missing: [], stale: ["early"], replicated: [] });
});

test("a user whom only some HSMs of the source have is not brought over, with what mends it («AWS CloudHSM Client SDK 5 user replicate failures», User Guide)", async () => {
  const [{ EniIp }] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await asAdminAt(EniIp!, "user create --username half --role crypto-user --password half-secret");
  expect(await replicate()).toMatchObject({
    error: "HsmUserInconsistent",
    message: expect.stringMatching(
      /Specified user is inconsistent across the cluster.*safe-storage users repair/,
    ),
  });
  await asAdmin(chain.clusterId, "user delete --username half --role crypto-user");
});

test("a user with two roles is named, before anybody is brought over", async () => {
  const hsms = (await cloud.cluster(chain.clusterId)).Hsms!.map(({ EniIp }) => EniIp!);
  for (const [i, role] of ["admin", "crypto-user"].entries())
    await asAdminAt(hsms[i], `user create --username both --role ${role} --password both-secret`);
  expect(await replicate()).toMatchObject({
    error: "HsmUserInconsistent",
    message: expect.stringMatching(/different roles on its HSMs: both\. safe-storage users repair/),
  });
  for (const role of ["admin", "crypto-user"])
    await asAdmin(chain.clusterId, `user delete --username both --role ${role}`);
});

test("a user whom the destination has otherwise is refused by the CLI, with what to do", async () => {
  const both = "--username late --role";
  await asAdmin(clone, `user delete ${both} crypto-user`);
  await asAdmin(clone, `user create ${both} admin --password other-secret`);
  expect(await replicate()).toMatchObject({
    error: "HsmUserExists",
    message: expect.stringMatching(/User replicate failed on 2 of 2 connections.*delete the one/),
  });
});

test("a cluster that is no clone is refused, and nobody is made there", async () => {
  const other = await activeCluster(cloud, 1);
  await chain.operator.openWayTo(await cloud.cluster(other.clusterId));
  expect(await replicate({ sourceClusterId: other.clusterId, dryRun: true })).toMatchObject({
    error: expect.stringMatching(/WrongTrustAnchor|HsmCli/),
  });
});

test("no log has a password", async () => {
  const log = (await chain.operator.log()).join("\n");
  expect(log).toContain("replicate-users");
  for (const password of passwords) expect(log).not.toContain(password);
});
