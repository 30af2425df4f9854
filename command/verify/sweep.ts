// Takes away of a trial what costs by the hour, and tells what of it is still there. Found by the trial's tag and name, whatever Terraform's
// state knows: a deploy may have been interrupted.

import type { Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { FileSystem, paginateDescribeBackups, paginateDescribeFileSystems } from "@aws-sdk/client-fsx";
import { paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import type { Trial } from "../../verification/trial";
import { say } from "../failure";
import type { Leftovers } from "./run";

/** "7 to 30 days": PendingWindowInDays, ScheduleKeyDeletion, AWS KMS API Reference. */
const PENDING_DAYS = 7;
/** Longer than AWS takes for any deletion. */
const PATIENCE_MINUTES = 90;

export const TAG = "SafeStorageVerify";

interface Tagged {
  Tags?: { Key?: string; Value?: string }[];
}

export class Sweep {
  constructor(private readonly trial: Trial) {}

  /** File systems, then the keys of the store, then its HSMs. Gives what has to stay until the keys are gone. */
  async run(): Promise<Leftovers | undefined> {
    await this.deleteFileSystems();
    const leftovers = await this.retireKeys();
    const cluster = await this.cluster();
    if (cluster) {
      await this.deleteHsms(cluster);
      await this.trial.secrets
        .deleteSecret({
          SecretId: `safe-storage/${cluster.ClusterId}/trust-anchor`,
          ForceDeleteWithoutRecovery: true,
        })
        .catch(unlessMissing);
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
    await this.until(`${clusterId} is deleted`, async () => (await this.cluster()) === undefined);
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
    const { name, ec2, secrets, kms } = this.trial;
    const found: string[] = (await this.fileSystems()).map(({ FileSystemId }) => FileSystemId!);
    found.push(...((await this.cluster())?.Hsms ?? []).map(({ HsmId }) => HsmId!));
    const tagged = { Filters: [{ Name: `tag:${TAG}`, Values: [name] }] };
    const { VpcEndpoints } = await ec2.describeVpcEndpoints(tagged);
    found.push(
      ...VpcEndpoints!
        .filter((one) => String(one.State).toLowerCase() !== "deleted")
        .map((one) => one.VpcEndpointId!),
    );
    const { SecretList } = await secrets.listSecrets({ Filters: [{ Key: "tag-value", Values: [name] }] });
    found.push(...SecretList!.map((one) => one.Name!));
    for await (const { Aliases } of paginateListAliases({ client: kms }, {}))
      for (const { AliasName, TargetKeyId } of Aliases!) {
        if (!AliasName!.startsWith(`alias/${name}`) || !TargetKeyId) continue;
        const { KeyMetadata } = await kms.describeKey({ KeyId: TargetKeyId });
        if (KeyMetadata!.KeyState !== "PendingDeletion") found.push(`KMS key ${AliasName}`);
      }
    return found;
  }

  private async cluster(): Promise<Cluster | undefined> {
    for (let NextToken: string | undefined; ;) {
      const answer = await this.trial.cloudHsm.describeClusters({ NextToken });
      const found = answer.Clusters!.find(
        ({ TagList, State }) =>
          State !== "DELETED" && TagList?.some((tag) => tag.Key === TAG && tag.Value === this.trial.name),
      );
      if (found || !answer.NextToken) return found;
      NextToken = answer.NextToken;
    }
  }

  private async fileSystems(): Promise<FileSystem[]> {
    const found: FileSystem[] = [];
    for await (const { FileSystems } of paginateDescribeFileSystems({ client: this.trial.fsx }, {}))
      found.push(...FileSystems!.filter((one) => this.isOurs(one)));
    return found;
  }

  private isOurs({ Tags }: Tagged): boolean {
    return Tags?.some((tag) => tag.Key === TAG && tag.Value === this.trial.name) ?? false;
  }

  private async deleteFileSystems(): Promise<void> {
    const { fsx } = this.trial;
    for (const { FileSystemId } of await this.fileSystems()) {
      say(`deletes ${FileSystemId}`);
      const Filters = [{ Name: "file-system-id" as const, Values: [FileSystemId!] }];
      const volumes = async () =>
        (await fsx.describeVolumes({ Filters })).Volumes!.filter(
          (one) => !one.OntapConfiguration?.StorageVirtualMachineRoot,
        );
      for (const { VolumeId, Lifecycle } of await volumes())
        if (Lifecycle !== "DELETING")
          await fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
      await this.until("volumes are deleted", async () => (await volumes()).length === 0);
      const machines = async () =>
        (await fsx.describeStorageVirtualMachines({ Filters })).StorageVirtualMachines!;
      for (const { StorageVirtualMachineId, Lifecycle } of await machines())
        if (Lifecycle !== "DELETING") await fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId });
      await this.until("storage virtual machines are deleted", async () => (await machines()).length === 0);
      await fsx.deleteFileSystem({ FileSystemId }).catch(unlessMissing);
    }
    await this.until("file systems are deleted", async () => (await this.fileSystems()).length === 0);
    for await (const { Backups } of paginateDescribeBackups({ client: fsx }, {}))
      for (const backup of Backups!.filter((one) => this.isOurs(one)))
        await fsx.deleteBackup({ BackupId: backup.BackupId }).catch(unlessMissing);
  }

  /** The keys of the trial's store are scheduled for deletion, the store is disconnected, so that it needs no HSM. */
  private async retireKeys(): Promise<Leftovers | undefined> {
    const { kms, name } = this.trial;
    const CustomKeyStoreName = name;
    const store = async () =>
      (await kms.describeCustomKeyStores({ CustomKeyStoreName }).catch(unlessMissing))?.CustomKeyStores?.[0];
    const found = await store();
    if (!found) return undefined;
    const { CustomKeyStoreId, CloudHsmClusterId } = found;
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
      ["DISCONNECTED", "FAILED"].includes((await store())?.ConnectionState ?? "DISCONNECTED"),
    );
    if (keyIds.length === 0) {
      await kms.deleteCustomKeyStore({ CustomKeyStoreId });
      return undefined;
    }
    const cluster = await this.cluster();
    return {
      customKeyStoreId: CustomKeyStoreId!,
      clusterId: CloudHsmClusterId!,
      keyIds,
      vpcId: cluster!.VpcId!,
      deletableFrom: new Date(last).toISOString(),
    };
  }

  private async deleteHsms({ ClusterId }: Cluster): Promise<void> {
    const hsms = async () => (await this.cluster())?.Hsms ?? [];
    for (const { HsmId, State } of await hsms())
      if (State !== "DELETE_IN_PROGRESS") {
        say(`deletes ${HsmId}`);
        await this.trial.cloudHsm.deleteHsm({ ClusterId, HsmId });
      }
    await this.until("HSMs are deleted", async () => (await hsms()).length === 0);
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

/** Whatever is not there any more needs no deletion. */
function unlessMissing(error: unknown): undefined {
  if (/NotFound|NotFoundException/.test((error as Error).name)) return undefined;
  throw error;
}
