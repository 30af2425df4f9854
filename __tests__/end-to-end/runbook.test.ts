// docs/operations.md, command by command, on a deployment that hands and schedules come to.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { until } from "../../emulator/conformance/cloud";
import { Deployment, Outcome } from "./deployment";

const HSM_ADDRESSES = ["10.42.0.10", "10.42.0.74"];

let deployment: Deployment;
let hsm: CloudHSMV2;
let kms: KMS;

beforeAll(async () => {
  deployment = await Deployment.fromReference("runbook");
  hsm = new CloudHSMV2(deployment.client);
  kms = new KMS(deployment.client);
});
afterAll(() => deployment.stop());

const done = (outcome: Outcome) => expect(outcome).toEqual({ status: 0, output: expect.any(String) });

describe("hands", () => {
  let addedId: string;
  let addedIp: string;
  let backupId: string;
  let lostId: string;

  test("take away rules, an HSM, the connection and kmsuser: a plan shows what is Terraform's", async () => {
    const { ClusterId, SecurityGroup, Hsms } = await deployment.cluster();
    lostId = Hsms!.find((h) => h.EniIp === HSM_ADDRESSES[1])!.HsmId!;
    addedId = (await hsm.createHsm({ ClusterId, AvailabilityZone: "eu-central-1a" })).Hsm!.HsmId!;
    await until(async () => (await deployment.cluster()).Hsms!.every((h) => h.State === "ACTIVE"), Boolean);
    addedIp = (await deployment.cluster()).Hsms!.find((h) => h.HsmId === addedId)!.EniIp!;
    const { CustomKeyStoreId } = await deployment.keyStore();
    await kms.disconnectCustomKeyStore({ CustomKeyStoreId });
    await until(async () => (await deployment.keyStore()).ConnectionState === "DISCONNECTED", Boolean);
    // What KMS says of a kmsuser that was deleted (the operator's own tests delete it).
    await fetch(`${deployment.endpoint}/_local/faults`, {
      method: "POST",
      body: JSON.stringify({ keyStore: CustomKeyStoreId, fault: "USER_NOT_FOUND" }),
    });
    await hsm.deleteHsm({ ClusterId, HsmId: lostId });
    await until(async () => (await deployment.cluster()).Hsms!.length === 2, Boolean);
    const { Backups } = await hsm.describeBackups({ Filters: { states: ["READY"] } });
    backupId = Backups![0].BackupId!;
    await hsm.deleteBackup({ BackupId: backupId });
    const ec2 = new EC2(deployment.client);
    const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: [SecurityGroup!] }],
    });
    for (const { IsEgress, SecurityGroupRuleId } of SecurityGroupRules!) {
      const rule = { GroupId: SecurityGroup, SecurityGroupRuleIds: [SecurityGroupRuleId!] };
      await (IsEgress ? ec2.revokeSecurityGroupEgress(rule) : ec2.revokeSecurityGroupIngress(rule));
    }
    const plan = await deployment.plan();
    expect(plan.status).toBe(2);
    // The HSM, and the rule that lets the operator in.
    expect(plan.output).toContain("Plan: 2 to add, 0 to change, 0 to destroy.");
  });

  test("a deploy repairs what it can, and says what it leaves", async () => {
    const key = deployment.output("key_arn");
    const { SecurityGroup, ClusterId } = await deployment.cluster();
    const { CustomKeyStoreId } = await deployment.keyStore();
    const { status, output } = await deployment.runbook(
      "An HSM, a rule, the key store's connection or kmsuser was changed by hand",
    );
    expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
    for (const way of ["inbound rule for TCP 2223-2225 from", "outbound rule for TCP 2223-2225 to"])
      expect(output).toContain(
        `security group ${SecurityGroup} has lost its ${way} itself; it is made again`,
      );
    expect(output).toContain(`key store ${CustomKeyStoreId} is DISCONNECTED; it is connected again`);
    expect(output).toContain(`HSM ${addedId} at ${addedIp} in eu-central-1a is not this stack's`);
    expect(output).toContain(`aws cloudhsmv2 delete-hsm --cluster-id ${ClusterId} --hsm-id ${addedId}`);
    expect(output).toMatch(
      new RegExp(`backup ${backupId} was deleted and is gone for good on \\d{4}-\\d\\d-\\d\\d`),
    );
    expect(output).toContain(`aws cloudhsmv2 restore-backup --backup-id ${backupId}`);
    expect((await deployment.keyStore()).ConnectionState).toBe("CONNECTED");
    expect(deployment.output("key_arn")).toBe(key);
    const { Hsms } = await deployment.cluster();
    expect(Hsms!.map((h) => h.EniIp)).toEqual(expect.arrayContaining(HSM_ADDRESSES));
    expect(Hsms!.map((h) => h.HsmId)).not.toContain(lostId);
    expect(await deployment.plan()).toMatchObject({ status: 0 });
  });

  test("an HSM that is not the stack's is deleted by the runbook's line", async () => {
    const { status, output } = await deployment.runbook("An HSM was added by hand", { HSM_ID: addedId });
    expect(status).toBe(0);
    expect(output).toMatch(new RegExp(`${addedId}\\s+eu-central-1a\\s+${addedIp}\\s+ACTIVE`));
    await until(async () => (await deployment.cluster()).Hsms!.length === 2, Boolean);
  });

  test("the runbook restores a backup", async () => {
    const { status, output } = await deployment.runbook("A backup was deleted by hand", {
      BACKUP_ID: backupId,
    });
    expect(status).toBe(0);
    expect(output).toContain(backupId);
    const { Backups } = await hsm.describeBackups({ Filters: { backupIds: [backupId] } });
    expect(Backups![0].BackupState).toBe("READY");
  });

  test("the runbook restores a key that is scheduled for deletion", async () => {
    const KeyId = deployment.output("key_arn");
    await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    done(await deployment.runbook("A destroy stopped at a key"));
    expect((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState).toBe("Enabled");
  });

  test("the event of a scheduled run that failed is read by the runbook's line", async () => {
    const Payload = Buffer.from(JSON.stringify({ action: "nonsense" }));
    const FunctionName = deployment.output("operator_function");
    await new Lambda(deployment.client).invoke({ FunctionName, InvocationType: "Event", Payload });
    await until(
      async () => (await deployment.runbook("A scheduled run failed")).output.includes("nonsense"),
      Boolean,
    );
  });

  /** Terraform's view of an app whose line for key and file system is gone. */
  test("end a deploy after a rule for clients by their range was made: the next one takes it over", async () => {
    const range = "10.9.0.0/16";
    const clients = [{ from: range, protocols: ["nfs4"] }];
    deployment.configure({ fileSystem: { deploymentType: "SINGLE_AZ_1", clients } });
    const call = "AuthorizeSecurityGroupIngress";
    await deployment.deployKilledAt(call, ((await deployment.calls(call))[call] ?? 0) + 1);
    done(await deployment.deploy());
    const { SecurityGroupRules } = await new EC2(deployment.client).describeSecurityGroupRules({});
    expect(SecurityGroupRules!.filter((r) => r.CidrIpv4 === range)).toHaveLength(1);
    deployment.configure({});
    done(await deployment.deploy());
  });

  test("remove the lines of key and file system: under retain their guards refuse, and nothing of them is touched", async () => {
    const file = join(deployment.folder, "cdktf.out/stacks/safe-storage/cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8"));
    for (const resources of Object.values<object>(stack.resource))
      for (const name of Object.keys(resources))
        if (/^storage_(key|file-system)_/.test(name)) delete resources[name as keyof object];
    for (const type of Object.keys(stack.resource))
      if (Object.keys(stack.resource[type]).length === 0) delete stack.resource[type];
    for (const output of Object.keys(stack.output))
      if (/^(key_arn|file_system_id|mount_commands|storage_virtual_machines)$/.test(output))
        delete stack.output[output];
    writeFileSync(file, JSON.stringify(stack));
    const { status, output } = await deployment.terraform(
      "apply",
      "-auto-approve",
      "-input=false",
      "-no-color",
    );
    expect(status).toBe(1);
    const text = output.replace(/[\s│]+/g, " ");
    for (const kept of [/KMS key [\w-]+ is kept/, /file system fs-\w+ is kept/]) expect(text).toMatch(kept);
    expect(text).toContain("put it back. To delete it, deploy it with deletionPolicy delete first");
    const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/safe-storage" });
    expect(KeyMetadata!.KeyState).toBe("Enabled");
    const { FileSystems } = await new FSx(deployment.client).describeFileSystems({});
    expect(FileSystems![0].Lifecycle).toBe("AVAILABLE");
    const back = await deployment.deploy(); // with the lines put back
    expect(back.output).toContain("Apply complete! Resources: 0 added, 0 changed, 0 destroyed.");
  });
});
