// The life of a deployment, by the real cdktf: deployed and planned again (the reference `everything`), changed, destroyed.

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SQS } from "@aws-sdk/client-sqs";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { Call } from "../../scripts/lib/pipeline-policies/actions";
import { beyond, policy } from "./pipeline-calls";
import { Deployment } from "./deployment";

const DAY = 24 * 3600;
const volumes = [{ name: "files", sizeGib: 100 }];

let deployment: Deployment;
let hsm: CloudHSMV2;
let kms: KMS;
let fsx: FSx;

beforeAll(async () => {
  deployment = await Deployment.fromReference("life", {}, "everything");
  hsm = new CloudHSMV2(deployment.client);
  kms = new KMS(deployment.client);
  fsx = new FSx(deployment.client);
});
afterAll(() => deployment.stop());

const cdktf = (command: string) => deployment.cdktf(command, "--auto-approve", "--skip-provider-lock");
const state = (type: string) =>
  deployment
    .state()
    .resources.filter((r) => r.mode === "managed" && r.type === type)
    .flatMap((r) => r.instances);

const operator = (action: string, more: object = {}) => deployment.operator(action, more);

describe("deploy", () => {
  test("builds the chain", async () => {
    const { Clusters } = await hsm.describeClusters({});
    expect(Clusters![0].State).toBe("ACTIVE");
    const { issuer } = new X509Certificate(Clusters![0].Certificates!.ClusterCertificate!);
    expect(issuer).toBe("CN=Company root");
    expect(Clusters![0].Hsms!.map((h) => h.AvailabilityZone).sort()).toEqual([
      "eu-central-1a",
      "eu-central-1b",
    ]);
    const { CustomKeyStores } = await kms.describeCustomKeyStores({});
    expect(CustomKeyStores![0].ConnectionState).toBe("CONNECTED");
    const key = await kms.describeKey({ KeyId: "alias/safe-storage" });
    expect(key.KeyMetadata).toMatchObject({ Origin: "AWS_CLOUDHSM", KeyState: "Enabled" });
    const { FileSystems } = await fsx.describeFileSystems({});
    expect(FileSystems![0]).toMatchObject({ Lifecycle: "AVAILABLE", KmsKeyId: key.KeyMetadata!.Arn });
  });

  test("gives ONTAP's administrators passwords that work, that Secrets Manager rotates, and that are in no state", async () => {
    const secrets = new SecretsManager(deployment.client);
    const text = JSON.stringify(deployment.state());
    const { StorageVirtualMachines } = await fsx.describeStorageVirtualMachines({});
    const fileSystemId = deployment.output("file_system_id");
    for (const [name, id] of [
      ["fsxadmin", fileSystemId],
      ["vsadmin-safe-storage", StorageVirtualMachines![0].StorageVirtualMachineId!],
    ]) {
      const SecretId = `safe-storage/${fileSystemId}/${name}`;
      const login = JSON.parse((await secrets.getSecretValue({ SecretId })).SecretString!);
      const body = JSON.stringify({ id, ...login });
      const answer = await fetch(`${deployment.endpoint}/_local/ontap-login`, { method: "POST", body });
      expect(await answer.json()).toEqual({ loggedIn: true });
      expect(text).not.toContain(login.password);
      expect(await secrets.describeSecret({ SecretId })).toMatchObject({
        RotationEnabled: true,
        RotationRules: { AutomaticallyAfterDays: 90 },
      });
    }
    const admin = await secrets.describeSecret({ SecretId: deployment.output("admin_secret_arn") });
    expect(admin.RotationEnabled).toBe(true);
  });

  test("leaves a volume that is mounted by the command of the stack's output", async () => {
    const { StorageVirtualMachines } = await fsx.describeStorageVirtualMachines({});
    const { DNSName } = StorageVirtualMachines![0].Endpoints!.Nfs!;
    expect(deployment.output("mount_commands")).toEqual({
      "safe-storage/files": `sudo mkdir -p /mnt/files && sudo mount -t nfs -o nfsvers=4.1 ${DNSName}:/files /mnt/files`,
    });
  });

  test("puts kmsuser on every HSM", async () => {
    const { users } = await operator("status");
    expect(users).toContainEqual(
      expect.objectContaining({ username: "kmsuser", role: "crypto-user", "cluster-coverage": "full" }),
    );
  });

  test("shows no living password in plan, log, state, output or argument list", async () => {
    const secrets = new SecretsManager(deployment.client);
    const { SecretString } = await secrets.getSecretValue({
      SecretId: deployment.output("admin_secret_arn"),
    });
    expect(SecretString).toMatch(/^[A-Za-z0-9]{32}$/);
    const kmsuser = await secrets.getSecretValue({
      SecretId: state("aws_secretsmanager_secret")
        .map((s) => s.attributes.arn)
        .find((arn) => arn.includes("kmsuser")),
    });
    const logs = new CloudWatchLogs(deployment.client);
    const logGroupName = `/aws/lambda/${deployment.output("operator_function")}`;
    const { events } = await logs.filterLogEvents({ logGroupName });
    expect(events!.length).toBeGreaterThan(10);
    await deployment.terraform("show", "-no-color");
    const stateFile = readFileSync(join(deployment.folder, "terraform.safe-storage.tfstate"), "utf8");
    const printed = deployment.printed + events!.map((e) => e.message).join("\n");
    for (const text of [printed, stateFile]) expect(text.includes(SecretString!)).toBe(false);
    // kmsuser's first password is in the state, and dead: KMS has another one since it connected.
    expect(printed.includes(kmsuser.SecretString!)).toBe(false);
    const argumentLists = deployment.argumentLists;
    expect(argumentLists.some((list) => list.includes("cloudhsm-cli"))).toBe(true); // the sampling saw the CLI run
    for (const password of [SecretString!, kmsuser.SecretString!])
      expect(argumentLists.some((list) => list.includes(password))).toBe(false);
    // Whatever ran, no file of the deployment has kept the admin's password (grep exits with 1: nothing found). In the folder `cloud` is
    // what AWS has.
    const options = ["-rlF", "--exclude-dir=cloud", SecretString!];
    const grep = () => execFileSync("grep", [...options, deployment.folder], { encoding: "utf8" });
    expect(grep).toThrow(expect.objectContaining({ status: 1 }));
  });
});

describe("the operator", () => {
  const hsms = async () => (await hsm.describeClusters({})).Clusters![0].Hsms!;

  test("makes a further HSM on demand, which Terraform leaves alone", async () => {
    const [first] = await hsms();
    const place = {
      availabilityZone: first.AvailabilityZone,
      ipAddress: first.EniIp!.replace(/\d+$/, (last) => String(Number(last) + 40)), // that nothing else has
    };
    const more = { hsms: [place] };
    let answer = await operator("ensure-hsms", more);
    while (answer.status === "pending") answer = await operator("ensure-hsms", more);
    expect(answer).toMatchObject({ status: "done", hsms: expect.arrayContaining([expect.anything()]) });
    const { HsmId } = (await hsms()).find((h) => h.EniIp === place.ipAddress)!;
    expect(await deployment.plan()).toMatchObject({ status: 0 });
    await hsm.deleteHsm({ ClusterId: deployment.output("cluster_id"), HsmId });
    while ((await hsms()).some((h) => h.HsmId === HsmId)) await sleep(500);
  });

  test("gives the admin a new password", async () => {
    const secrets = new SecretsManager(deployment.client);
    const admin = { SecretId: deployment.output("admin_secret_arn") };
    const before = await secrets.getSecretValue(admin);
    expect(await operator("rotate-admin-password")).toEqual({ status: "done", hsms: 2 });
    expect((await secrets.getSecretValue(admin)).SecretString).not.toBe(before.SecretString);
  });

  test("gives kmsuser a new password where KMS cannot log in as it, and the key works on", async () => {
    const CustomKeyStoreId = deployment.output("custom_key_store_id");
    await kms.disconnectCustomKeyStore({ CustomKeyStoreId });
    const store = async () => (await kms.describeCustomKeyStores({})).CustomKeyStores![0];
    while ((await store()).ConnectionState !== "DISCONNECTED") await sleep(200);
    const fault = { keyStore: CustomKeyStoreId, fault: "INVALID_CREDENTIALS" };
    await fetch(`${deployment.endpoint}/_local/faults`, { method: "POST", body: JSON.stringify(fault) });
    const kmsuserSecretArn = state("aws_secretsmanager_secret")
      .map((s) => s.attributes.arn)
      .find((arn) => arn.includes("kmsuser"));
    const answer = await operator("connect-key-store", { keyStoreId: CustomKeyStoreId, kmsuserSecretArn });
    expect(answer).toEqual({ status: "done", connectionState: "CONNECTED" });
    const KeyId = deployment.output("key_arn");
    await kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 32 });
  });

  test("leaves the event of a scheduled run that fails in all attempts in the queue", async () => {
    const FunctionName = deployment.output("operator_function");
    const Payload = Buffer.from(JSON.stringify({ action: "nonsense" }));
    await new Lambda(deployment.client).invoke({ FunctionName, InvocationType: "Event", Payload });
    const sqs = new SQS(deployment.client);
    const { QueueUrl } = await sqs.getQueueUrl({ QueueName: `${FunctionName}-failed-events` });
    const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
    expect(JSON.parse(Messages![0].Body!)).toMatchObject({
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: { action: "nonsense" },
      responsePayload: { errorType: "UnknownAction" },
    });
  });
});

test("a destroy under retain refuses before it touches anything, and says how to continue", async () => {
  const before = [await deployment.calls(), deployment.state()];
  const { status, output } = await cdktf("destroy");
  expect(status).not.toBe(0);
  expect(output).toContain("deletionPolicy_of_storage_is_retain--set_it_to_delete--then_destroy");
  const [calls, after] = [await deployment.calls(), deployment.state()];
  const deletions = Object.keys(calls).filter((c) =>
    /^(Delete|Disconnect|Schedule|Terminate|Revoke)/.test(c),
  );
  for (const call of deletions) expect(calls[call]).toBe((before[0] as Record<string, number>)[call]);
  expect(after).toEqual(before[1]);
});

/** What it is changed to. */
const deployed = {
  deletionPolicy: "delete",
  key: { deletionWindowInDays: 7 },
  fileSystem: { volumes, passwords: {}, automaticBackupRetentionDays: 14 } as object,
};

test("a change is made in place", async () => {
  const ids = () =>
    ["aws_fsx_ontap_file_system", "aws_kms_key", "aws_cloudhsm_v2_hsm"].map((t) =>
      state(t).map((i) => i.attributes.id),
    );
  const before = ids();
  deployment.configure(deployed);
  expect(await cdktf("deploy")).toMatchObject({ status: 0 });
  expect(ids()).toEqual(before);
  const { FileSystems } = await fsx.describeFileSystems({});
  expect(FileSystems![0].OntapConfiguration!.AutomaticBackupRetentionDays).toBe(14);
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("a directory that cannot be joined stops the deploy before volumes are made; mended, the next deploy joins and makes them", async () => {
  const SecretString = JSON.stringify({ username: "joiner", password: "join-me-1" });
  const secret = await new SecretsManager(deployment.client).createSecret({ Name: "joiner", SecretString });
  const activeDirectory = {
    netBiosName: "FILES",
    domainName: "corp.example.com",
    dnsIps: ["10.50.0.10"],
    credentialsSecretArn: secret.ARN,
  };
  const share = { name: "share", sizeGib: 10, securityStyle: "NTFS" };
  const storageVirtualMachines = [{ name: "windows", activeDirectory, volumes: [share] }];
  deployed.fileSystem = { ...deployed.fileSystem, storageVirtualMachines };
  deployment.configure(deployed);
  const { status, output } = await cdktf("deploy");
  expect(status).not.toBe(0);
  expect(output.replace(/[\s│]+/g, " ")).toMatch(/DirectoryNotJoined.*cannot reach the DNS servers/);
  const volumeNames = async () => (await fsx.describeVolumes({})).Volumes!.map((v) => v.Name);
  expect(await volumeNames()).not.toContain("share");
  await fetch(`${deployment.endpoint}/_local/directories`, {
    method: "POST",
    body: JSON.stringify({
      domainName: activeDirectory.domainName,
      dnsIps: activeDirectory.dnsIps,
      username: "joiner",
      password: "join-me-1",
    }),
  });
  expect(await cdktf("deploy")).toMatchObject({ status: 0 });
  expect(await volumeNames()).toContain("share");
  expect(await deployment.plan()).toMatchObject({ status: 0 });
  const gone = { SecretId: "joiner", ForceDeleteWithoutRecovery: true };
  await new SecretsManager(deployment.client).deleteSecret(gone);
});

test("a destroy names volumes that others have made in the file system, before it touches anything", async () => {
  const { StorageVirtualMachines } = await fsx.describeStorageVirtualMachines({});
  const OntapConfiguration = {
    StorageVirtualMachineId: StorageVirtualMachines![0].StorageVirtualMachineId,
    SizeInMegabytes: 1024,
    StorageEfficiencyEnabled: true,
  };
  const made = await fsx.createVolume({ VolumeType: "ONTAP", Name: "theirs", OntapConfiguration });
  const { VolumeId } = made.Volume!;
  const before = JSON.stringify(deployment.state().resources);
  const { status, output } = await deployment.destroy();
  expect(status).not.toBe(0);
  expect(output).toContain(
    `has what is not this stack's: volume theirs (${VolumeId}). Nothing was destroyed.`,
  );
  expect(output).toContain(`aws fsx delete-volume --volume-id ${VolumeId}`);
  expect(JSON.stringify(deployment.state().resources)).toBe(before);
  while ((await fsx.describeVolumes({ VolumeIds: [VolumeId!] })).Volumes![0].Lifecycle !== "CREATED")
    await sleep(200);
  await fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
  while ((await fsx.describeVolumes({})).Volumes!.some((v) => v.VolumeId === VolumeId)) await sleep(200);
});

test.each([
  [{ cluster: { mode: "NON_FIPS" } }, "mode is 'NON_FIPS' now, and was 'FIPS'"],
  [{ acmPcaSigner: undefined }, "signer is 'certificate authority' now, and was 'AWS Private CA'"],
])("a change that would replace the cluster is refused while planning: %j", async (change, reason) => {
  deployment.configure({ ...deployed, ...change });
  const { status, output } = await deployment.plan();
  deployment.configure(deployed);
  expect(status).toBe(1);
  const text = output.replace(/[\s│]+/g, " ");
  expect(text).toContain(reason);
  expect(text).toContain("AWS would make another cluster, without the keys of this one. Set it back.");
});

describe("destroy under delete", () => {
  let keyId: string;
  let clusterId: string;

  // All that depends on the target goes before it, and so passes the guards as well. The AWS provider waits ten minutes before it looks
  // whether a file system is gone (provider.test.ts waits for it): here it is interrupted as soon as it is, and run again.
  test("of one HSM by -target removes the file system, schedules the key's deletion, and stops with the key and the date", async () => {
    keyId = deployment.output("key_arn").split("/")[1];
    clusterId = deployment.output("cluster_id");
    const { resource } = JSON.parse(
      readFileSync(join(deployment.folder, "cdktf.out/stacks/safe-storage/cdk.tf.json"), "utf8"),
    );
    const second = Object.keys(resource.aws_cloudhsm_v2_hsm).find((name) => name.includes("1b"));
    const target = `-target=aws_cloudhsm_v2_hsm.${second}`;
    const destroy = () => deployment.terraform("destroy", "-auto-approve", "-no-color", target);
    const keyState = async () => (await kms.describeKey({ KeyId: keyId })).KeyMetadata!.KeyState;
    const interrupted = destroy();
    while ((await fsx.describeFileSystems({})).FileSystems!.length > 0) await sleep(200);
    expect(await keyState()).toBe("Enabled"); // as long as anything may need it
    deployment.interruptTerraform();
    expect(await interrupted).toMatchObject({ output: expect.stringContaining("Interrupt received") });
    const { status, output } = await destroy();
    expect(status).not.toBe(0);
    const { KeyMetadata } = await kms.describeKey({ KeyId: keyId });
    expect(KeyMetadata!.KeyState).toBe("PendingDeletion");
    const date = KeyMetadata!.DeletionDate!.toISOString().slice(0, 10);
    // Terraform wraps its errors.
    const text = output.replace(/[\s│]+/g, " ");
    expect(text).toContain("KeyStoreHasKeysPendingDeletion");
    expect(text).toContain(`key ${keyId} is gone on ${date}`);
    expect((await fsx.describeFileSystems({})).FileSystems).toEqual([]);
  });

  test("leaves a final backup of each volume", async () => {
    const { Backups } = await fsx.describeBackups({});
    const final = Backups!.filter((b) => b.Tags!.some((t) => t.Value === "safe-storage files final"));
    expect(final).toHaveLength(1);
    expect(["CREATING", "AVAILABLE"]).toContain(final[0].Lifecycle);
  });

  test("keeps the key store and its HSMs alive under the waiting key", async () => {
    const { CustomKeyStores } = await kms.describeCustomKeyStores({});
    expect(CustomKeyStores![0].ConnectionState).toBe("CONNECTED");
    const { Clusters } = await hsm.describeClusters({});
    expect(Clusters![0].Hsms!.filter((h) => h.State === "ACTIVE")).toHaveLength(2);
  });

  test("stops at the same place when it is run too early", async () => {
    const { status, output } = await deployment.destroy();
    expect(status).not.toBe(0);
    expect(output).toContain("KeyStoreHasKeysPendingDeletion");
  });

  test("after that date, removes the rest", async () => {
    await deployment.advanceClock(7 * DAY + 60);
    const { status, output } = await deployment.destroy();
    expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
    expect(deployment.state().resources.filter((r) => r.mode === "managed")).toEqual([]);
  });

  test("and leaves nothing behind but the cluster's backups and its trust anchor", async () => {
    expect((await hsm.describeClusters({})).Clusters).toEqual([]);
    expect((await kms.describeCustomKeyStores({})).CustomKeyStores).toEqual([]);
    const ec2 = new EC2(deployment.client);
    const own = { Filters: [{ Name: "tag:Project", Values: ["safe-storage"] }] };
    expect((await ec2.describeVpcs(own)).Vpcs).toEqual([]);
    expect((await ec2.describeSecurityGroups(own)).SecurityGroups).toEqual([]);
    expect((await ec2.describeNetworkInterfaces({})).NetworkInterfaces).toEqual([]);
    expect((await new Lambda(deployment.client).listFunctions({})).Functions).toEqual([]);
    // What a restored cluster will need stays: the trust anchor, which is public.
    const { SecretList } = await new SecretsManager(deployment.client).listSecrets({});
    expect(SecretList!.map((s) => s.Name)).toEqual([`safe-storage/${clusterId}/trust-anchor`]);
    // The operator's own key waits its window out; without it the secrets in their recovery window could not be read.
    const { Keys } = await kms.listKeys({});
    for (const { KeyId } of Keys!)
      expect((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState).toBe("PendingDeletion");
    const { Backups } = await hsm.describeBackups({ Filters: { clusterIds: [clusterId] } });
    expect(Backups!.length).toBeGreaterThan(0);
    for (const backup of Backups!) expect(backup.BackupState).toBe("READY");
  });

  test("nor in the other region but the copies, and the trust anchor's replica", async () => {
    const there = { ...deployment.client, region: "eu-west-1" };
    expect((await new Lambda(there).listFunctions({})).Functions).toEqual([]);
    const { SecretList } = await new SecretsManager(there).listSecrets({});
    expect(SecretList!.map((s) => s.Name)).toEqual([`safe-storage/${clusterId}/trust-anchor`]);
    const { Backups } = await new CloudHSMV2(there).describeBackups({});
    expect(Backups).toMatchObject([{ BackupState: "READY", SourceCluster: clusterId }]);
  });
});

test("the operator's role, and the endpoints' policies, allow what its actions have called, and nothing else", async () => {
  const used = await deployment.calledByOperator();
  expect(deployment.allowedBy("aws_vpc_endpoint")).toEqual([...used].sort());
  // «Secret encryption and decryption», Secrets Manager User Guide: it uses the secret's key in the caller's name.
  used.push("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey");
  expect(deployment.allowedBy("aws_iam_role_policy", "storage_operator")).toEqual(used.sort());
});

test("all that Terraform and the command have called in this life, a pipeline's role may do", async () => {
  const { calls } = (await (await fetch(`${deployment.endpoint}/_local/calls`)).json()) as { calls: Call[] };
  expect(beyond(policy("deploy"), calls)).toEqual([]);
});
