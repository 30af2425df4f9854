// Access of roles: the signature is checked, then the role's policies decide, as IAM does it.
// Source: «Policy evaluation logic», IAM User Guide. Credentials that were not issued here are the administrator's.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { STS } from "@aws-sdk/client-sts";
import { activeCluster } from "./chain";
import { TestCloud, until, zip } from "./cloud";

const ACCOUNT = "123456789012";

let cloud: TestCloud;
let settings: Awaited<ReturnType<TestCloud["as"]>>;

beforeAll(async () => {
  cloud = await TestCloud.start();
  await cloud.role("reader", ["kms:ListKeys"]);
  settings = await cloud.as("reader");
});
afterAll(() => cloud.stop());

const allow = (Action: string[], Resource: string | string[] = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const may = (...statements: object[]) => cloud.allow("reader", statements);

test("what a policy allows is allowed, in the name of the role", async () => {
  await may(allow(["kms:ListKeys"]));
  await new KMS(settings).listKeys({});
  const { Arn } = await new STS(settings).getCallerIdentity({});
  expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`);
});

test("what none allows is denied, with AWS's text and each service's own code", async () => {
  await may(allow(["kms:ListKeys"]));
  const who = `User: arn:aws:sts::${ACCOUNT}:assumed-role/reader/session is not authorized to perform: `;
  await expect(new KMS(settings).createKey({})).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `${who}kms:CreateKey on resource: * because no identity-based policy allows the kms:CreateKey action`,
  });
  await expect(new CloudHSMV2(settings).describeClusters({})).rejects.toMatchObject({
    name: "CloudHsmAccessDeniedException",
    message: expect.stringContaining(`${who}cloudhsm:DescribeClusters`),
  });
  await expect(new EC2(settings).describeVpcs({})).rejects.toMatchObject({ name: "UnauthorizedOperation" });
});

test("the record says who was denied what", async () => {
  const { calls } = (await (await fetch(`${cloud.url}/_local/calls`)).json()) as { calls: object[] };
  const who = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`;
  expect(calls).toContainEqual(
    expect.objectContaining({ who, operation: "CreateKey", allowed: false, status: 400 }),
  );
  expect(calls).toContainEqual(
    expect.objectContaining({ operation: "DescribeVpcs", allowed: false, status: 403 }),
  );
  expect(calls).toContainEqual(
    expect.objectContaining({ operation: "AssumeRole", allowed: true, status: 200 }),
  );
});

test("DeleteHsm has no resource: a policy that names the cluster does not allow it («Actions, resources, and condition keys for AWS CloudHSM»)", async () => {
  const ClusterId = "cluster-abcdefghijk";
  const call = () => new CloudHSMV2(settings).deleteHsm({ ClusterId, HsmId: "hsm-abcdefghijk" });
  await may(allow(["cloudhsm:DeleteHsm"], `arn:aws:cloudhsm:eu-central-1:${ACCOUNT}:cluster/${ClusterId}`));
  await expect(call()).rejects.toMatchObject({
    name: "CloudHsmAccessDeniedException",
    message: expect.stringContaining("cloudhsm:DeleteHsm on resource: * because"),
  });
  await may(allow(["cloudhsm:DeleteHsm"]));
  await expect(call()).rejects.toMatchObject({
    message: expect.stringContaining("ec2:DeleteNetworkInterface"),
  });
  await may(allow(["cloudhsm:DeleteHsm", "ec2:DeleteNetworkInterface"]));
  await expect(call()).rejects.toMatchObject({ name: "CloudHsmResourceNotFoundException" });
});

test("an explicit deny takes precedence over every allow", async () => {
  await may(allow(["kms:*"]), { Effect: "Deny", Action: ["kms:ListKeys"], Resource: "*" });
  await expect(new KMS(settings).listKeys({})).rejects.toMatchObject({
    message: expect.stringContaining("with an explicit deny in an identity-based policy"),
  });
  await new KMS(settings).listAliases({});
});

test("resources count: this cluster and no other", async () => {
  const hsm = new CloudHSMV2(settings);
  const mine = `arn:aws:cloudhsm:eu-central-1:${ACCOUNT}:cluster/cluster-aaaaaaaaaaa`;
  await may(allow(["cloudhsm:DeleteCluster"], mine));
  const notThere = { name: "CloudHsmResourceNotFoundException" }; // allowed, and then not found
  await expect(hsm.deleteCluster({ ClusterId: "cluster-aaaaaaaaaaa" })).rejects.toMatchObject(notThere);
  await expect(hsm.deleteCluster({ ClusterId: "cluster-bbbbbbbbbbb" })).rejects.toMatchObject({
    name: "CloudHsmAccessDeniedException",
  });
});

test("tags count: of a backup, and of the request that copies it («Condition keys for AWS CloudHSM»)", async () => {
  const { clusterId } = await activeCluster(cloud, 2);
  await until(
    () => cloud.hsm.describeBackups({ Filters: { clusterIds: [clusterId], states: ["READY"] } }),
    ({ Backups }) => Backups!.length > 0,
  );
  const { Backups } = await cloud.hsm.describeBackups({});
  const { BackupId } = Backups![0];
  const hsm = new CloudHSMV2(settings);
  const copy = (Value: string) =>
    hsm.copyBackupToRegion({
      BackupId,
      DestinationRegion: "eu-west-1",
      TagList: [{ Key: "Team", Value }],
    });
  const condition = (kind: string) => ({ Condition: { StringEquals: { [`aws:${kind}/Team`]: "a" } } });
  await may(allow(["cloudhsm:CopyBackupToRegion"], "*", condition("RequestTag")));
  await expect(copy("a")).rejects.toThrow("cloudhsm:TagResource on resource: arn:aws:cloudhsm:eu-west-1:");
  await may(allow(["cloudhsm:CopyBackupToRegion", "cloudhsm:TagResource"], "*", condition("RequestTag")));
  await expect(copy("b")).rejects.toThrow("cloudhsm:CopyBackupToRegion");
  await copy("a");
  await may(allow(["cloudhsm:DeleteBackup"], "*", condition("ResourceTag")));
  await expect(hsm.deleteBackup({ BackupId })).rejects.toThrow("cloudhsm:DeleteBackup");
  await cloud.hsm.tagResource({ ResourceId: BackupId, TagList: [{ Key: "Team", Value: "a" }] });
  await hsm.deleteBackup({ BackupId });
});

test("FSx asks for every resource of a call, and for its tags («Actions, resources, and condition keys for Amazon FSx»)", async () => {
  const network = await cloud.network();
  const FileSystemId = await cloud.availableFileSystem(network.subnetIds[0]);
  const StorageVirtualMachineId = await cloud.createdMachine(FileSystemId);
  const volume = {
    StorageVirtualMachineId,
    SizeInMegabytes: 1024,
    StorageEfficiencyEnabled: true,
  };
  const { Volume } = await cloud.fsx.createVolume({
    VolumeType: "ONTAP",
    Name: "data",
    OntapConfiguration: volume,
    Tags: [{ Key: "Team", Value: "a" }],
  });
  const VolumeId = Volume!.VolumeId!;
  await until(
    () => cloud.fsx.describeVolumes({ VolumeIds: [VolumeId] }),
    ({ Volumes }) => Volumes![0].Lifecycle === "CREATED",
  );
  const arn = (rest: string) => `arn:aws:fsx:eu-central-1:${ACCOUNT}:${rest}`;
  const volumes = arn(`volume/${FileSystemId}/*`);
  const machines = arn(`storage-virtual-machine/${FileSystemId}/*`);
  const backups = arn("backup/*");
  const fsx = new FSx(settings);

  // CreateBackup: backup, volume; tags of its own want fsx:TagResource.
  const Tags = [{ Key: "Team", Value: "a" }];
  await may(allow(["fsx:CreateBackup"], volumes));
  await expect(fsx.createBackup({ VolumeId })).rejects.toThrow(
    `fsx:CreateBackup on resource: ${arn("backup/")}`,
  );
  await may(allow(["fsx:CreateBackup"], volumes), allow(["fsx:CreateBackup"], backups));
  await expect(fsx.createBackup({ VolumeId, Tags })).rejects.toThrow("fsx:TagResource");
  const { Backup } = await fsx.createBackup({ VolumeId });
  const BackupId = Backup!.BackupId!;
  await until(
    () => cloud.fsx.describeBackups({ BackupIds: [BackupId] }),
    ({ Backups }) => Backups![0].Lifecycle === "AVAILABLE",
  );

  // CreateVolumeFromBackup: backup, storage virtual machine and volume.
  const restore = () => fsx.createVolumeFromBackup({ BackupId, Name: "again", OntapConfiguration: volume });
  const three = [volumes, machines, backups];
  for (const left of three) {
    await may(...three.filter((r) => r !== left).map((r) => allow(["fsx:CreateVolumeFromBackup"], r)));
    await expect(restore()).rejects.toThrow("fsx:CreateVolumeFromBackup");
  }
  await may(...three.map((r) => allow(["fsx:CreateVolumeFromBackup"], r)));
  await restore();

  // DeleteVolume: volume, and backup where one is left.
  const tagged = (Value: string) => ({ Condition: { StringEquals: { "aws:ResourceTag/Team": Value } } });
  const remove = (SkipFinalBackup: boolean) =>
    fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup } });
  await may(allow(["fsx:DeleteVolume"], volumes, tagged("b")));
  await expect(remove(true)).rejects.toThrow("fsx:DeleteVolume");
  await may(allow(["fsx:DeleteVolume"], volumes, tagged("a")));
  await expect(remove(false)).rejects.toThrow(`fsx:DeleteVolume on resource: ${arn("backup/")}`);
  await remove(true);
});

test("kms:KeyOrigin counts («AWS KMS condition keys», Developer Guide)", async () => {
  const { KeyMetadata } = await cloud.kms.createKey({});
  const describeIf = (origin: string) =>
    may(allow(["kms:DescribeKey"], "*", { Condition: { StringEquals: { "kms:KeyOrigin": origin } } }));
  await describeIf("AWS_CLOUDHSM");
  const describe_ = () => new KMS(settings).describeKey({ KeyId: KeyMetadata!.KeyId });
  await expect(describe_()).rejects.toMatchObject({ name: "AccessDeniedException" });
  await describeIf("AWS_KMS");
  await describe_();
});

describe("a secret", () => {
  let arn: string;
  let keyArn: string;

  beforeAll(async () => {
    keyArn = (await cloud.kms.createKey({})).KeyMetadata!.Arn!;
    arn = (await cloud.secrets.createSecret({ Name: "mine", SecretString: "s", KmsKeyId: keyArn })).ARN!;
  });
  const read = (SecretId = arn) => new SecretsManager(settings).getSecretValue({ SecretId });

  test("needs its key as well («Secret encryption and decryption», Secrets Manager User Guide)", async () => {
    await may(allow(["secretsmanager:GetSecretValue"], arn));
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("kms:Decrypt") });
    const via = (service: string) => ({
      Condition: { StringEquals: { "kms:ViaService": `${service}.eu-central-1.amazonaws.com` } },
    });
    await may(allow(["secretsmanager:GetSecretValue"], arn), allow(["kms:Decrypt"], keyArn, via("ssm")));
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("kms:Decrypt") });
    await may(
      allow(["secretsmanager:GetSecretValue"], arn),
      allow(["kms:Decrypt"], keyArn, via("secretsmanager")),
    );
    expect((await read()).SecretString).toBe("s");
  });

  test("is this one and no other, also by its name", async () => {
    await cloud.secrets.createSecret({ Name: "another", SecretString: "s" });
    expect((await read("mine")).SecretString).toBe("s");
    await expect(read("another")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("signatures", () => {
  const withCredentials = (changes: object) =>
    new KMS({ ...settings, credentials: { ...settings.credentials, ...changes } });

  test("by a wrong secret key are refused", async () => {
    await may(allow(["kms:*"]));
    await expect(withCredentials({ secretAccessKey: "wrong" }).listKeys({})).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
  });

  test("need the session's token", async () => {
    await expect(withCredentials({ sessionToken: "stolen" }).listKeys({})).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  });

  test("count for the body that was signed, and for five minutes («Request expiration», General Reference)", async () => {
    const captured: Request[] = [];
    const kms = new KMS({
      ...settings,
      requestHandler: {
        handle: async (request: any) => {
          captured.push(request);
          throw new Error("captured");
        },
      } as any,
    });
    await kms.listKeys({ Limit: 1 }).catch(() => undefined);
    const [{ headers }] = captured as any[];
    const send = (body: string, changes: object = {}) =>
      fetch(cloud.url, { method: "POST", headers: { ...headers, ...changes }, body });
    expect((await send('{"Limit":1}')).status).toBe(200);
    expect((await send('{"Limit":2}')).status).toBe(403);
    expect((await send('{"Limit":1}', { "x-amz-date": "20200101T000000Z" })).status).toBe(403);
  });
});

test("a function in a VPC needs a role that may make network interfaces («Required IAM permissions», Lambda)", async () => {
  const network = await cloud.network();
  const Role = await cloud.role("no-network", ["logs:PutLogEvents"]);
  const made = cloud.lambda.createFunction({
    FunctionName: "f",
    Role,
    Runtime: "provided.al2023",
    Handler: "bootstrap",
    Code: { ZipFile: await zip({ bootstrap: "#!/bin/bash\n" }) },
    VpcConfig: { SubnetIds: network.subnetIds, SecurityGroupIds: [] },
  });
  await expect(made).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("CreateNetworkInterface"),
  });
});
