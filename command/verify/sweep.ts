// Takes away of a trial what costs by the hour, and tells what of it is still there.

import { Cluster, paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { KMS, paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { TAG, type Trial } from "../../verification/trial";
import { cloudHsm } from "../app/clients";
import { say } from "../failure";
import { TrialResources, unlessMissing } from "./resources";
import type { Leftovers } from "./run";

/** "7 to 30 days": PendingWindowInDays, ScheduleKeyDeletion, AWS KMS API Reference. */
const PENDING_DAYS = 7;
/** Longer than AWS takes for any deletion. */
const PATIENCE_MINUTES = 90;

export class Sweep {
  private readonly resources: TrialResources;

  constructor(private readonly trial: Trial) {
    this.resources = new TrialResources(trial);
  }

  /** File systems, then the keys of the store, then its HSMs. Gives what has to stay until the keys are gone. */
  async run(): Promise<Leftovers | undefined> {
    await this.deleteFileSystems();
    const leftovers = await this.retireKeys();
    for (const clone of await this.resources.clones()) {
      await this.deleteHsms(clone);
      await this.trial.cloudHsm.deleteCluster({ ClusterId: clone.ClusterId });
    }
    const cluster = await this.resources.cluster();
    if (cluster) {
      await this.deleteHsms(cluster);
      await this.deleteCopies(cluster.ClusterId!);
      await this.deleteSecret(`safe-storage/${cluster.ClusterId}/trust-anchor`);
      if (!leftovers) await this.trial.cloudHsm.deleteCluster({ ClusterId: cluster.ClusterId });
    }
    return leftovers;
  }

  /** Removes what had to stay. @returns false where it still has to. */
  async removeLeftovers({ customKeyStoreId, clusterId, vpcId }: Leftovers): Promise<boolean> {
    const { kms, cloudHsm, ec2 } = this.trial;
    try {
      await kms.deleteCustomKeyStore({ CustomKeyStoreId: customKeyStoreId });
    } catch (error) {
      if ((error as Error).name === "CustomKeyStoreHasCMKsException") return false;
      unlessMissing(error);
    }
    await cloudHsm.deleteCluster({ ClusterId: clusterId }).catch(unlessMissing);
    await this.until(`${clusterId} is deleted`, async () => (await this.resources.cluster()) === undefined);
    const ofVpc = { Filters: [{ Name: "vpc-id", Values: [vpcId] }] };
    for (const { SubnetId } of (await ec2.describeSubnets(ofVpc)).Subnets!)
      await ec2.deleteSubnet({ SubnetId });
    // That of the cluster, if it is still there.
    for (const { GroupId, GroupName } of (await ec2.describeSecurityGroups(ofVpc)).SecurityGroups!)
      if (GroupName !== "default") await ec2.deleteSecurityGroup({ GroupId });
    if ((await ec2.describeVpcs(ofVpc)).Vpcs!.length > 0) await ec2.deleteVpc({ VpcId: vpcId });
    return true;
  }

  /** What costs and is still there. */
  async whatCosts(): Promise<string[]> {
    const { name, ec2, region, copyRegion } = this.trial;
    const found: string[] = (await this.resources.fileSystems()).map(({ FileSystemId }) => FileSystemId!);
    const backups = await this.resources.volumeBackups();
    found.push(...backups.filter((one) => one.Lifecycle !== "DELETED").map(({ BackupId }) => BackupId!));
    const clusters = [await this.resources.cluster(), ...(await this.resources.clones())];
    found.push(...clusters.flatMap((one) => one?.Hsms ?? []).map(({ HsmId }) => HsmId!));
    const tagged = { Filters: [{ Name: `tag:${TAG}`, Values: [name] }] };
    const { VpcEndpoints } = await ec2.describeVpcEndpoints(tagged);
    found.push(
      ...VpcEndpoints!
        .filter((one) => String(one.State).toLowerCase() !== "deleted")
        .map((one) => one.VpcEndpointId!),
    );
    const alarms = await new CloudWatch({ region }).describeAlarms({ AlarmNamePrefix: name });
    found.push(...alarms.MetricAlarms!.map((one) => `alarm ${one.AlarmName}`));
    for (const one of [region, copyRegion]) found.push(...(await this.whatCostsIn(one)));
    return found;
  }

  /** Secrets and KMS keys. */
  private async whatCostsIn(region: string): Promise<string[]> {
    const { name } = this.trial;
    const [secrets, kms] = [new SecretsManager({ region }), new KMS({ region })];
    const found: string[] = [];
    const { SecretList } = await secrets.listSecrets({ Filters: [{ Key: "tag-value", Values: [name] }] });
    found.push(...SecretList!.map((one) => `${one.Name} in ${region}`));
    for await (const { Aliases } of paginateListAliases({ client: kms }, {}))
      for (const { AliasName, TargetKeyId } of Aliases!) {
        if (!AliasName!.startsWith(`alias/${name}`) || !TargetKeyId) continue;
        const { KeyMetadata } = await kms.describeKey({ KeyId: TargetKeyId });
        if (KeyMetadata!.KeyState !== "PendingDeletion") found.push(`KMS key ${AliasName} in ${region}`);
      }
    return found;
  }

  private async deleteFileSystems(): Promise<void> {
    const { fsx } = this.trial;
    for (const { FileSystemId } of await this.resources.fileSystems()) {
      say(`deletes ${FileSystemId}`);
      const volumes = () => this.resources.volumes(FileSystemId!);
      for (const { VolumeId, Lifecycle } of await volumes())
        if (Lifecycle !== "DELETING")
          await fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
      await this.until("volumes are deleted", async () => (await volumes()).length === 0);
      const machines = () => this.resources.machines(FileSystemId!);
      for (const { StorageVirtualMachineId, Lifecycle } of await machines())
        if (Lifecycle !== "DELETING") await fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId });
      await this.until("storage virtual machines are deleted", async () => (await machines()).length === 0);
      await fsx.deleteFileSystem({ FileSystemId }).catch(unlessMissing);
    }
    await this.until(
      "file systems are deleted",
      async () => (await this.resources.fileSystems()).length === 0,
    );
    for (const { BackupId } of await this.resources.volumeBackups())
      await fsx.deleteBackup({ BackupId }).catch(unlessMissing);
  }

  /** The keys of the trial's store are scheduled for deletion, the store is disconnected, so that it needs no HSM. */
  private async retireKeys(): Promise<Leftovers | undefined> {
    const { kms } = this.trial;
    const found = await this.resources.keyStore();
    if (!found) return undefined;
    const { CustomKeyStoreId } = found;
    const keyIds: string[] = [];
    let last = 0;
    for await (const { Keys } of paginateListKeys({ client: kms }, {}))
      for (const { KeyId } of Keys!) {
        const described = await kms.describeKey({ KeyId }).catch(unlessDenied);
        if (described?.KeyMetadata!.CustomKeyStoreId !== CustomKeyStoreId) continue;
        keyIds.push(KeyId!);
        if (described!.KeyMetadata!.KeyState !== "PendingDeletion")
          await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: PENDING_DAYS });
        const { DeletionDate } = (await kms.describeKey({ KeyId })).KeyMetadata!;
        last = Math.max(last, DeletionDate!.getTime());
      }
    if (found.ConnectionState === "CONNECTED") {
      say(`disconnects ${CustomKeyStoreId}`);
      await kms.disconnectCustomKeyStore({ CustomKeyStoreId });
    }
    await this.until("the key store is disconnected", async () =>
      ["DISCONNECTED", "FAILED"].includes(
        (await this.resources.keyStore())?.ConnectionState ?? "DISCONNECTED",
      ),
    );
    if (keyIds.length === 0) {
      await kms.deleteCustomKeyStore({ CustomKeyStoreId });
      return undefined;
    }
    const cluster = await this.resources.cluster();
    return {
      customKeyStoreId: CustomKeyStoreId!,
      clusterId: cluster!.ClusterId!,
      keyIds,
      vpcId: cluster!.VpcId!,
      deletableFrom: new Date(last).toISOString(),
    };
  }

  private async deleteHsms({ ClusterId }: Cluster): Promise<void> {
    const { cloudHsm } = this.trial;
    const Filters = { clusterIds: [ClusterId!] };
    const hsms = async () => (await cloudHsm.describeClusters({ Filters })).Clusters![0].Hsms ?? [];
    for (const { HsmId, State } of await hsms())
      if (State !== "DELETE_IN_PROGRESS") {
        say(`deletes ${HsmId}`);
        await cloudHsm.deleteHsm({ ClusterId, HsmId });
      }
    await this.until("HSMs are deleted", async () => (await hsms()).length === 0);
  }

  /** Which AWS keeps for 7 days more, at no cost. */
  private async deleteCopies(clusterId: string): Promise<void> {
    const client = cloudHsm(this.trial.copyRegion);
    for await (const { Backups } of paginateDescribeBackups({ client }, {}))
      for (const { BackupId, BackupState, SourceCluster } of Backups!)
        if (SourceCluster === clusterId && BackupState === "READY")
          await client.deleteBackup({ BackupId }).catch(unlessMissing);
  }

  /** With its replica, which must go first: «DeleteSecret», AWS Secrets Manager API Reference. */
  private async deleteSecret(SecretId: string): Promise<void> {
    const { secrets, copyRegion } = this.trial;
    const found = await secrets.describeSecret({ SecretId }).catch(unlessMissing);
    if (!found) return;
    if (found.ReplicationStatus?.some(({ Region }) => Region === copyRegion))
      await secrets.removeRegionsFromReplication({ SecretId, RemoveReplicaRegions: [copyRegion] });
    await secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
  }

  private until(what: string, done: () => Promise<boolean>): Promise<boolean> {
    return this.trial.until(what, PATIENCE_MINUTES, done);
  }
}

/** A key of somebody else's in the account. */
function unlessDenied(error: unknown): undefined {
  if ((error as Error).name === "AccessDeniedException") return undefined;
  throw error;
}
