// CloudHSM's backups: what they carry, how long they live, and clusters made from them, here and in another region.
// Source, where a test names none: API Reference and «Managing backups», AWS CloudHSM User Guide.

import { Backup, CloudHSMV2, paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { activeCluster } from "./chain";
import { Network, TestCloud, until, ZONES } from "./cloud";
import { Operator } from "./operator";

const DAY = 24 * 3600;

let cloud: TestCloud;
let network: Network;
let operator: Operator;
let clusterId: string;
let trustAnchor: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  ({ network, operator, clusterId, trustAnchor } = await activeCluster(cloud, 1));
});
afterAll(() => cloud.stop());

const invalid = (message: RegExp) => ({
  name: "CloudHsmInvalidRequestException",
  message: expect.stringMatching(message),
});
const backups = async (filters: Record<string, string[]> = {}, hsm = cloud.hsm) => {
  const all: Backup[] = [];
  for await (const page of paginateDescribeBackups({ client: hsm }, { Filters: filters }))
    all.push(...page.Backups!);
  return all;
};
const ready = (filters: Record<string, string[]>, hsm = cloud.hsm) =>
  until(
    () => backups(filters, hsm),
    (found) => found.length > 0 && found.every((b) => b.BackupState === "READY"),
  );

test("one is taken when an HSM joins, when one is deleted, and daily («Managing backups», User Guide)", async () => {
  expect(await backups()).toEqual([]);
  const second = await cloud.addHsm(clusterId, ZONES[1]);
  expect(await backups()).toHaveLength(1);
  await cloud.hsm.deleteHsm({ ClusterId: clusterId, HsmId: second });
  expect(await backups()).toHaveLength(2);
  await cloud.advanceClock(DAY + 60);
  expect(await backups()).toHaveLength(3);
  await ready({ clusterIds: [clusterId] });
  const { Backups } = await cloud.callHsm("DescribeBackups", {});
  expect(Backups[0]).toMatchObject({
    ClusterId: clusterId,
    HsmType: "hsm2m.medium",
    Mode: "FIPS",
    NeverExpires: false,
    CreateTimestamp: expect.any(Number),
    BackupArn: expect.stringMatching(/^arn:aws:cloudhsm:eu-central-1:\d{12}:backup\/backup-/),
  });
});

test("they are found by each filter, newest first by default (DescribeBackups, API Reference)", async () => {
  const all = await backups();
  expect(await backups({ backupIds: [all[1].BackupId!] })).toEqual([all[1]]);
  expect(await backups({ states: ["DELETED"] })).toEqual([]);
  expect(await backups({ neverExpires: ["true"] })).toEqual([]);
  const { Backups } = await cloud.hsm.describeBackups({ SortAscending: true });
  expect(Backups).toEqual([...all].reverse());
  await expect(backups({ colours: ["red"] })).rejects.toMatchObject(invalid(/Filter colours/));
});

test("pages hold them all, each once", async () => {
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloud.hsm.describeBackups({ MaxResults: 1, NextToken });
    expect(page.Backups).toHaveLength(1);
    seen.push(page.Backups![0].BackupId!);
    NextToken = page.NextToken;
  } while (NextToken);
  expect(new Set(seen).size).toBe((await backups()).length);
  await expect(cloud.hsm.describeBackups({ NextToken: "!" })).rejects.toMatchObject(invalid(/NextToken/));
});

test("a deleted one can be restored for 7 days, and does not exist afterwards (DeleteBackup, RestoreBackup, API Reference)", async () => {
  const { BackupId } = (await backups())[2];
  await expect(cloud.hsm.restoreBackup({ BackupId })).rejects.toMatchObject(invalid(/PENDING_DELETION/));
  const { Backup } = await cloud.hsm.deleteBackup({ BackupId });
  expect(Backup).toMatchObject({ BackupState: "PENDING_DELETION", DeleteTimestamp: expect.any(Date) });
  await expect(cloud.hsm.deleteBackup({ BackupId })).rejects.toMatchObject(invalid(/READY/));
  expect((await cloud.hsm.restoreBackup({ BackupId })).Backup).toMatchObject({ BackupState: "READY" });
  await cloud.hsm.deleteBackup({ BackupId });
  await cloud.advanceClock(7 * DAY + 1);
  expect(await backups({ backupIds: [BackupId!] })).toEqual([]);
  await expect(cloud.hsm.deleteBackup({ BackupId })).rejects.toMatchObject({
    name: "CloudHsmResourceNotFoundException",
  });
});

test("a resource policy belongs to a READY backup (PutResourcePolicy, API Reference)", async () => {
  await ready({ clusterIds: [clusterId] });
  const { Backups } = await cloud.callHsm("DescribeBackups", { Filters: { clusterIds: [clusterId] } });
  const ResourceArn = Backups[0].BackupArn;
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  expect(await cloud.callHsm("PutResourcePolicy", { ResourceArn, Policy })).toEqual({ ResourceArn, Policy });
  expect(await cloud.callHsm("GetResourcePolicy", { ResourceArn })).toEqual({ Policy });
  expect(await cloud.callHsm("DeleteResourcePolicy", { ResourceArn })).toEqual({ ResourceArn, Policy });
  expect(await cloud.callHsm("GetResourcePolicy", { ResourceArn })).toEqual({});
  const put = (arn: string, policy: string) =>
    cloud.callHsm("PutResourcePolicy", { ResourceArn: arn, Policy: policy });
  await expect(put(ResourceArn, "no JSON")).rejects.toMatchObject(invalid(/policy is not valid/));
  const clusterArn = ResourceArn.replace(/backup\/.*/, `cluster/${clusterId}`);
  await expect(put(clusterArn, Policy)).rejects.toMatchObject(invalid(/only backups/));
});

describe("a cluster from a backup", () => {
  test("is ACTIVE without initialisation or activation, with users, admin's password and trust anchor of its origin", async () => {
    const [{ BackupId }] = await ready({ clusterIds: [clusterId] });
    const { Cluster } = await cloud.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
      SourceBackupId: BackupId,
    });
    const restored = await cloud.clusterIn(Cluster!.ClusterId!, "ACTIVE");
    expect(restored).toMatchObject({ SourceBackupId: BackupId, Hsms: [] });
    expect(restored.Certificates).toEqual((await cloud.cluster(clusterId)).Certificates);
    await cloud.addHsm(restored.ClusterId!, ZONES[2]);
    await operator.openWayTo(restored);
    const { answer } = await operator.invoke({
      action: "status",
      clusterId: restored.ClusterId,
      trustAnchor,
    });
    expect(answer.users.map((u: any) => u.username)).toEqual(["admin", "app_user", "kmsuser"]);
  });

  test("keeps the mode of its origin", async () => {
    const [{ BackupId }] = await ready({ clusterIds: [clusterId] });
    const other = cloud.callHsm("CreateCluster", {
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
      SourceBackupId: BackupId,
      Mode: "NON_FIPS",
    });
    await expect(other).rejects.toMatchObject(invalid(/FIPS/));
  });
});

describe("a copy in another region", () => {
  let there: CloudHSMV2;

  beforeAll(() => {
    there = new CloudHSMV2({
      endpoint: cloud.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  });

  test("has an id of its own, and names its source (CopyBackupToRegion, API Reference)", async () => {
    const [source] = await ready({ clusterIds: [clusterId] });
    const copy = (DestinationRegion: string) =>
      cloud.hsm.copyBackupToRegion({ BackupId: source.BackupId, DestinationRegion });
    await expect(copy("eu-central-1")).rejects.toMatchObject(invalid(/another region/));
    await expect(copy("ap-east-2")).rejects.toMatchObject(invalid(/that has AWS CloudHSM/));
    const { DestinationBackup } = await copy("eu-west-1");
    expect(DestinationBackup).toEqual({
      CreateTimestamp: source.CreateTimestamp,
      SourceRegion: "eu-central-1",
      SourceBackup: source.BackupId,
      SourceCluster: clusterId,
    });
    const [found] = await ready({ sourceBackupIds: [source.BackupId!] }, there);
    expect(found.BackupId).not.toBe(source.BackupId);
    expect(found.CopyTimestamp!.getTime()).toBeGreaterThan(source.CreateTimestamp!.getTime());
  });

  test("outlives the cluster's retention policy, which does not follow it", async () => {
    const [copy] = await ready({}, there);
    await cloud.advanceClock(400 * DAY);
    expect((await backups({}, there)).map((b) => b.BackupId)).toEqual([copy.BackupId]);
  });
});

describe("a backup of another account («Working with shared backups», User Guide)", () => {
  let arn: string;
  let id: string;
  const create = (SourceBackupId: string) =>
    cloud.hsm.createCluster({ HsmType: "hsm2m.medium", SubnetIds: network.subnetIds, SourceBackupId });
  const share = (Action: string[]) => ({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action, Resource: arn },
    ],
  });

  async function foreign(policy?: (backupArn: string) => object): Promise<void> {
    await cloud.advanceClock(DAY + 60);
    [{ BackupId: id }] = (await ready({ clusterIds: [clusterId] })) as { BackupId: string }[];
    arn = `arn:aws:cloudhsm:eu-central-1:123456789012:backup/${id}`;
    if (policy)
      await cloud.callHsm("PutResourcePolicy", { ResourceArn: arn, Policy: JSON.stringify(policy(arn)) });
    await cloud.post("foreign-backup", { backupId: id, accountId: "210987654321" });
    arn = arn.replace("123456789012", "210987654321");
  }

  test("is not there, unless it is shared", async () => {
    await foreign();
    for (const source of [id, arn])
      await expect(create(source)).rejects.toMatchObject({ name: "CloudHsmResourceNotFoundException" });
    expect((await backups()).map((b) => b.BackupId)).not.toContain(id);
  });

  test("that is shared is listed as such, and makes a cluster by its full ARN only", async () => {
    await foreign(() => share(["cloudhsm:DescribeBackups", "cloudhsm:CreateCluster"]));
    const { Backups } = await cloud.callHsm("DescribeBackups", { Shared: true });
    expect(Backups).toMatchObject([{ BackupId: id, BackupArn: arn }]);
    await expect(create(id)).rejects.toMatchObject({ name: "CloudHsmResourceNotFoundException" });
    const { Cluster } = await create(arn);
    await cloud.clusterIn(Cluster!.ClusterId!, "ACTIVE");
  });

  test("is neither copied nor deleted nor changed from here", async () => {
    const missing = { name: "CloudHsmResourceNotFoundException" };
    const copy = { BackupId: id, DestinationRegion: "eu-west-1" };
    await expect(cloud.hsm.copyBackupToRegion(copy)).rejects.toMatchObject(missing);
    await expect(cloud.hsm.deleteBackup({ BackupId: id })).rejects.toMatchObject(missing);
    const change = cloud.hsm.modifyBackupAttributes({ BackupId: id, NeverExpires: true });
    await expect(change).rejects.toMatchObject(missing);
  });
});

test("retention removes the old ones, never the last, and none that never expires (BackupRetentionPolicy, API Reference)", async () => {
  const [kept] = await ready({ clusterIds: [clusterId] });
  await cloud.hsm.modifyBackupAttributes({ BackupId: kept.BackupId, NeverExpires: true });
  await cloud.advanceClock(100 * DAY);
  const left = await ready({ clusterIds: [clusterId] });
  expect(left.map((b) => b.BackupId)).toContain(kept.BackupId);
  for (const { BackupId, CreateTimestamp, NeverExpires } of left) {
    const newest = left[0].CreateTimestamp!.getTime();
    if (!NeverExpires && BackupId !== left[0].BackupId)
      expect(newest - CreateTimestamp!.getTime()).toBeLessThanOrEqual(91 * DAY * 1000);
  }
});

test("the retention is 7 to 379 days", async () => {
  const retain = (Value: string) =>
    cloud.hsm.modifyCluster({ ClusterId: clusterId, BackupRetentionPolicy: { Type: "DAYS", Value } });
  await expect(retain("6")).rejects.toMatchObject(invalid(/between 7 and 379/));
  await expect(retain("380")).rejects.toMatchObject(invalid(/between 7 and 379/));
  const { Cluster } = await retain("30");
  expect(Cluster!.BackupRetentionPolicy).toEqual({ Type: "DAYS", Value: "30" });
});

test("tags: added, overwritten, removed, none that AWS keeps for itself, fifty at most", async () => {
  const [{ BackupId }] = await ready({ clusterIds: [clusterId] });
  const ResourceId = BackupId!;
  await cloud.hsm.tagResource({ ResourceId, TagList: [{ Key: "a", Value: "1" }] });
  await cloud.hsm.tagResource({
    ResourceId,
    TagList: [
      { Key: "a", Value: "2" },
      { Key: "b", Value: "3" },
    ],
  });
  await cloud.hsm.untagResource({ ResourceId, TagKeyList: ["b"] });
  expect((await cloud.hsm.listTags({ ResourceId })).TagList).toEqual([{ Key: "a", Value: "2" }]);
  const reserved = cloud.hsm.tagResource({ ResourceId, TagList: [{ Key: "aws:x", Value: "" }] });
  await expect(reserved).rejects.toMatchObject({ name: "CloudHsmTagException" });
  const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
  await expect(cloud.hsm.tagResource({ ResourceId, TagList: many })).rejects.toMatchObject({
    name: "CloudHsmResourceLimitExceededException",
  });
});
