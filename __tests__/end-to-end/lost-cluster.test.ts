// The way back of docs/operations.md where the cluster is gone and only its backups are left.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { KMS } from "@aws-sdk/client-kms";
import { until } from "../../emulator/conformance/cloud";
import { Deployment, Outcome } from "./deployment";

const HSM_ADDRESSES = ["10.42.0.10", "10.42.0.74"];
const Plaintext = Buffer.from("Safe Storage");

let deployment: Deployment;
let hsm: CloudHSMV2;
let kms: KMS;

beforeAll(async () => {
  deployment = await Deployment.fromReference("lost-cluster");
  hsm = new CloudHSMV2(deployment.client);
  kms = new KMS(deployment.client);
});
afterAll(() => deployment.stop());

const done = (outcome: Outcome) => expect(outcome).toEqual({ status: 0, output: expect.any(String) });

describe("the cluster is gone", () => {
  let lostId: string;
  let keyArn: string;
  let ciphertext: Uint8Array;

  beforeAll(async () => {
    keyArn = deployment.output("key_arn");
    ciphertext = (await kms.encrypt({ KeyId: keyArn, Plaintext })).CiphertextBlob!;
    const { ClusterId, Hsms } = await deployment.cluster();
    lostId = ClusterId!;
    for (const { HsmId } of Hsms!) await hsm.deleteHsm({ ClusterId, HsmId });
    await until(async () => (await deployment.cluster()).Hsms!.length === 0, Boolean);
    await hsm.deleteCluster({ ClusterId });
    await until(
      async () => (await hsm.describeBackups({})).Backups!.every((b) => b.BackupState === "READY"),
      Boolean,
    );
    await expect(kms.decrypt({ CiphertextBlob: ciphertext })).rejects.toThrow();
  });

  test("a deploy stops before it changes anything, and names the newest backup and the way back", async () => {
    const before = await deployment.calls();
    const { status, output } = await deployment.deploy();
    expect(status).toBe(1);
    expect(output).toContain(`cluster ${lostId} of this stack is gone. Nothing was changed`);
    const { Backups } = await hsm.describeBackups({
      Filters: { clusterIds: [lostId] },
      SortAscending: false,
    });
    expect(output).toContain(`the newest of which is ${Backups![0].BackupId}: safe-storage recover makes`);
    const changes = Object.entries(await deployment.calls()).filter(
      ([call, count]) => count !== before[call] && !/^(Describe|List|Get)/.test(call),
    );
    expect(changes).toEqual([]);
  });

  test("one command brings the same key back to life: it decrypts what it encrypted before", async () => {
    done(await deployment.runbook("The cluster is gone"));
    const opened = await kms.decrypt({ CiphertextBlob: ciphertext });
    expect(Buffer.from(opened.Plaintext!)).toEqual(Plaintext);
    expect(deployment.output("key_arn")).toBe(keyArn);
    const { ClusterId, Hsms } = await deployment.cluster();
    expect(ClusterId).not.toBe(lostId);
    expect(Hsms!.map((h) => h.EniIp).sort()).toEqual(HSM_ADDRESSES);
    expect(await deployment.keyStore()).toMatchObject({
      ConnectionState: "CONNECTED",
      CloudHsmClusterId: ClusterId,
    });
  });

  test("leaves a second plan without changes, and the admin's password opens the HSMs", async () => {
    expect(await deployment.plan()).toMatchObject({
      status: 0,
      output: expect.stringContaining("No changes."),
    });
    const answer = await deployment.operator("activate", { last: true });
    expect(answer).toEqual({ status: "done", clusterState: "ACTIVE" });
  });

  test("and is not recovered twice", async () => {
    const { status, output } = await deployment.runbook("The cluster is gone");
    expect(status).toBe(1);
    expect(output).toContain("no cluster of this stack is lost");
  });
});
