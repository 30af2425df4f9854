// How each kind of resource that a killed Terraform has forgotten is known again. A resource counts as this stack's own
// only by what it hangs on: a parent that the state knows, or the tag `Deployment`, whose value only this state has.

import { Cluster, paginateDescribeClusters } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2, Filter } from "@aws-sdk/client-ec2";
import { FileSystem, FSx, paginateDescribeFileSystems } from "@aws-sdk/client-fsx";
import { IAM } from "@aws-sdk/client-iam";
import {
  CustomKeyStoresListEntry,
  KMS,
  paginateDescribeCustomKeyStores,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { cloudHsm } from "../app/clients";
import { Attributes, Stack } from "../app/stack";

export interface Found {
  /** What `terraform import` takes. */
  id: string;
  /** AWS's word for its state, where it has one; a resource is adopted once it is `ready`. */
  state?: string;
  ready: boolean;
}

export interface Wanted {
  attributes: Attributes;
  /** A resolved attribute; undefined while the state does not know what it refers to. */
  get(name: string): string | undefined;
  /** The same for a list; undefined while one of its members is not known. */
  list(name: string): string[] | undefined;
  /** A tag of the wanted resource, resolved. */
  tag(name: string): string | undefined;
}

export type Finder = (wanted: Wanted) => Promise<Found[]>;

export function wanted(stack: Stack, attributes: Attributes): Wanted {
  const tags = (attributes.tags ?? {}) as Attributes;
  return {
    attributes,
    get: (name) => stack.resolve(attributes[name]),
    list: (name) => {
      const values = (attributes[name] as unknown[]).map((value) => stack.resolve(value));
      return values.some((value) => value === undefined) ? undefined : (values as string[]);
    },
    tag: (name) => stack.resolve(tags[name]),
  };
}

const byRegion = new Map<string, Record<string, Finder>>();

/** Finders by Terraform type, for the resources of a region. */
export function finders(region: string): Record<string, Finder> {
  if (!byRegion.has(region)) byRegion.set(region, findersIn(region));
  return byRegion.get(region)!;
}

/** A type that is not here is safe to make again: its API overwrites, or it is local. */
function findersIn(region: string): Record<string, Finder> {
  const ec2 = new EC2({ region });
  const hsm = cloudHsm(region);
  const kms = new KMS({ region });
  const ready = (id: string | undefined): Found => ({ id: id!, ready: true });
  const filters = (values: Record<string, string>): Filter[] =>
    Object.entries(values).map(([Name, value]) => ({ Name, Values: [value] }));

  const clusters = async (): Promise<Cluster[]> => {
    const all: Cluster[] = [];
    for await (const page of paginateDescribeClusters({ client: hsm }, {})) all.push(...page.Clusters!);
    return all.filter((c) => !c.State!.startsWith("DELETE"));
  };
  const rule = (isEgress: boolean) => async (w: Wanted) => {
    const group = w.get("security_group_id");
    const peer = w.get("referenced_security_group_id");
    const range = w.get("cidr_ipv4");
    if (!group || (!peer && !range)) return [];
    const answer = await ec2.describeSecurityGroupRules({ Filters: filters({ "group-id": group }) });
    return answer
      .SecurityGroupRules!.filter(
        (r) =>
          r.IsEgress === isEgress &&
          r.ReferencedGroupInfo?.GroupId === peer &&
          r.CidrIpv4 === range &&
          r.IpProtocol === w.get("ip_protocol") &&
          r.FromPort === w.attributes.from_port &&
          r.ToPort === w.attributes.to_port,
      )
      .map((r) => ready(r.SecurityGroupRuleId));
  };

  return {
    async aws_vpc(w) {
      const deployment = w.tag("Deployment");
      if (!deployment) return [];
      const { Vpcs } = await ec2.describeVpcs({ Filters: filters({ "tag:Deployment": deployment }) });
      return Vpcs!.map((v) => ready(v.VpcId));
    },
    async aws_flow_log(w) {
      const vpc = w.get("vpc_id");
      const destination = w.get("log_destination");
      if (!vpc || !destination) return [];
      const { FlowLogs } = await ec2.describeFlowLogs({ Filter: filters({ "resource-id": vpc }) });
      return FlowLogs!
        .filter((f) => destination.endsWith(f.LogDestination ?? `:log-group:${f.LogGroupName}`))
        .map((f) => ready(f.FlowLogId));
    },
    async aws_subnet(w) {
      const vpc = w.get("vpc_id");
      if (!vpc) return [];
      const { Subnets } = await ec2.describeSubnets({
        Filters: filters({ "vpc-id": vpc, "cidr-block": w.get("cidr_block")! }),
      });
      return Subnets!.map((s) => ready(s.SubnetId));
    },
    async aws_ec2_subnet_cidr_reservation(w) {
      const SubnetId = w.get("subnet_id");
      if (!SubnetId) return [];
      const { SubnetIpv4CidrReservations } = await ec2.getSubnetCidrReservations({ SubnetId });
      return SubnetIpv4CidrReservations!
        .filter((r) => r.Cidr === w.get("cidr_block"))
        .map((r) => ready(`${SubnetId}:${r.SubnetCidrReservationId}`));
    },
    async aws_route_table(w) {
      const vpc = w.get("vpc_id");
      if (!vpc) return [];
      const { RouteTables } = await ec2.describeRouteTables({
        Filters: filters({ "vpc-id": vpc, "tag:Name": w.tag("Name")! }),
      });
      return RouteTables!.map((t) => ready(t.RouteTableId));
    },
    async aws_route_table_association(w) {
      const table = w.get("route_table_id");
      const subnet = w.get("subnet_id");
      if (!table || !subnet) return [];
      const { RouteTables } = await ec2.describeRouteTables({ RouteTableIds: [table] });
      const associated = RouteTables![0].Associations!.some((a) => a.SubnetId === subnet);
      return associated ? [ready(`${subnet}/${table}`)] : [];
    },
    async aws_security_group(w) {
      const vpc = w.get("vpc_id");
      if (!vpc) return [];
      const { SecurityGroups } = await ec2.describeSecurityGroups({
        Filters: filters({ "vpc-id": vpc, "tag:Name": w.tag("Name")! }),
      });
      return SecurityGroups!.map((g) => ready(g.GroupId));
    },
    aws_vpc_security_group_egress_rule: rule(true),
    aws_vpc_security_group_ingress_rule: rule(false),
    async aws_vpc_endpoint(w) {
      const vpc = w.get("vpc_id");
      if (!vpc) return [];
      const { VpcEndpoints } = await ec2.describeVpcEndpoints({
        Filters: filters({ "vpc-id": vpc, "service-name": w.get("service_name")! }),
      });
      return VpcEndpoints!
        .filter((e) => !String(e.State).startsWith("delet"))
        .map((e) => ({
          id: e.VpcEndpointId!,
          state: e.State,
          ready: String(e.State).toLowerCase() === "available",
        }));
    },

    async aws_iam_role(w) {
      const name = w.get("name")!;
      const { Role } = await orNothing(new IAM({ region }).getRole({ RoleName: name }), "NoSuchEntity");
      return own(Role?.Tags, w) ? [ready(name)] : [];
    },
    async aws_cloudwatch_log_group(w) {
      const logs = new CloudWatchLogs({ region });
      const name = w.get("name")!;
      const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: name });
      const group = logGroups!.find((g) => g.logGroupName === name);
      if (!group) return [];
      const { tags } = await logs.listTagsForResource({ resourceArn: group.arn!.replace(/:\*$/, "") });
      return tags?.Deployment && tags.Deployment === w.tag("Deployment") ? [ready(name)] : [];
    },
    async aws_secretsmanager_secret(w) {
      const name = w.get("name");
      if (!name) return [];
      const secret = await orNothing(
        new SecretsManager({ region }).describeSecret({ SecretId: name }),
        "ResourceNotFoundException",
      );
      if (!secret.ARN || secret.DeletedDate) return [];
      // By its tag, or by the cluster's id in its name.
      return own(secret.Tags, w) || name.includes("/cluster-") ? [ready(secret.ARN)] : [];
    },
    async aws_lambda_function(w) {
      const name = w.get("function_name")!;
      const role = w.get("role");
      const { Configuration } = await orNothing(
        new Lambda({ region }).getFunction({ FunctionName: name }),
        "ResourceNotFoundException",
      );
      if (!Configuration || Configuration.Role !== role) return [];
      return [{ id: name, state: Configuration.State, ready: Configuration.State !== "Pending" }];
    },

    async aws_scheduler_schedule_group(w) {
      const Name = w.get("name")!;
      const scheduler = new Scheduler({ region });
      const group = await orNothing(scheduler.getScheduleGroup({ Name }), "ResourceNotFoundException");
      if (!group.Arn) return [];
      const { Tags } = await scheduler.listTagsForResource({ ResourceArn: group.Arn });
      return own(Tags, w) ? [ready(Name)] : [];
    },
    async aws_scheduler_schedule(w) {
      const GroupName = w.get("group_name");
      if (!GroupName) return [];
      const Name = w.get("name")!;
      const found = await orNothing(
        new Scheduler({ region }).getSchedule({ GroupName, Name }),
        "ResourceNotFoundException",
      );
      return found.Arn ? [ready(`${GroupName}/${Name}`)] : [];
    },

    async aws_cloudhsm_v2_cluster(w) {
      const subnets = w.list("subnet_ids");
      if (!subnets) return [];
      return (await clusters())
        .filter((c) => subnets.every((s) => Object.values(c.SubnetMapping!).includes(s)))
        .map((c) => ({ id: c.ClusterId!, state: c.State, ready: !c.State!.endsWith("_IN_PROGRESS") }));
    },
    async aws_cloudhsm_v2_hsm(w) {
      const cluster = (await clusters()).find((c) => c.ClusterId === w.get("cluster_id"));
      return (cluster?.Hsms ?? [])
        .filter((h) => h.EniIp === w.get("ip_address") && h.State !== "DELETE_IN_PROGRESS")
        .map((h) => ({ id: h.HsmId!, state: h.State, ready: h.State !== "CREATE_IN_PROGRESS" }));
    },
    async aws_kms_custom_key_store(w) {
      const cluster = w.get("cloud_hsm_cluster_id");
      if (!cluster) return [];
      const stores: CustomKeyStoresListEntry[] = [];
      for await (const page of paginateDescribeCustomKeyStores({ client: kms }, {}))
        stores.push(...page.CustomKeyStores!);
      return stores.filter((s) => s.CloudHsmClusterId === cluster).map((s) => ready(s.CustomKeyStoreId));
    },
    async aws_kms_key(w) {
      const store = w.get("custom_key_store_id");
      if (w.attributes.custom_key_store_id && !store) return [];
      const found: Found[] = [];
      for await (const page of paginateListKeys({ client: kms }, {}))
        for (const { KeyId } of page.Keys!) {
          const { KeyMetadata } = await orNothing(kms.describeKey({ KeyId }), "AccessDeniedException");
          if (KeyMetadata?.KeyManager !== "CUSTOMER" || KeyMetadata.DeletionDate) continue;
          if (KeyMetadata.CustomKeyStoreId !== store) continue;
          const { Tags } = await kms.listResourceTags({ KeyId });
          const tags = Tags!.map((t) => ({ Key: t.TagKey, Value: t.TagValue }));
          const named = tags.some((t) => t.Key === "Name" && t.Value === w.tag("Name"));
          if (named && (store || own(tags, w))) found.push(ready(KeyId));
        }
      return found;
    },
    async aws_kms_alias(w) {
      const target = w.get("target_key_id");
      if (!target) return [];
      const { Aliases } = await kms.listAliases({ KeyId: target });
      return Aliases!.filter((a) => a.AliasName === w.get("name")).map((a) => ready(a.AliasName));
    },
    async aws_fsx_ontap_file_system(w) {
      const key = w.get("kms_key_id");
      if (!key) return [];
      const all: FileSystem[] = [];
      for await (const page of paginateDescribeFileSystems({ client: new FSx({ region }) }, {}))
        all.push(...page.FileSystems!);
      return all
        .filter((f) => f.KmsKeyId === key && f.Lifecycle !== "DELETING")
        .filter((f) => f.Tags?.some((t) => t.Key === "Name" && t.Value === w.tag("Name")))
        .map((f) => ofFsx(f.FileSystemId, f.Lifecycle));
    },
    async aws_fsx_ontap_storage_virtual_machine(w) {
      const fileSystem = w.get("file_system_id");
      if (!fileSystem) return [];
      const { StorageVirtualMachines } = await new FSx({ region }).describeStorageVirtualMachines({
        Filters: [{ Name: "file-system-id", Values: [fileSystem] }],
      });
      return StorageVirtualMachines!
        .filter((m) => m.Name === w.get("name") && m.Lifecycle !== "DELETING")
        .map((m) => ofFsx(m.StorageVirtualMachineId, m.Lifecycle));
    },
    async aws_fsx_ontap_volume(w) {
      const machine = w.get("storage_virtual_machine_id");
      if (!machine) return [];
      const { Volumes } = await new FSx({ region }).describeVolumes({
        Filters: [{ Name: "storage-virtual-machine-id", Values: [machine] }],
      });
      return Volumes!
        .filter((v) => v.Name === w.get("name") && v.Lifecycle !== "DELETING")
        .map((v) => ofFsx(v.VolumeId, v.Lifecycle));
    },
  };
}

/** What FSx is making is CREATING; what hangs on it may be PENDING before. */
const ofFsx = (id: string | undefined, state: string | undefined): Found => ({
  id: id!,
  state,
  ready: state !== "CREATING" && state !== "PENDING",
});

/** True where the tags bear the id that only this stack's state has. */
function own(tags: { Key?: string; Value?: string }[] | undefined, w: Wanted): boolean {
  const deployment = w.tag("Deployment");
  return (
    deployment !== undefined && (tags ?? []).some((t) => t.Key === "Deployment" && t.Value === deployment)
  );
}

/** The answer, or an empty one where the error says that there is none. */
async function orNothing<T extends object>(answer: Promise<T>, ...errors: string[]): Promise<Partial<T>> {
  return answer.catch((error: Error) => {
    if (errors.includes(error.name) || errors.includes(error.name.replace(/Exception$/, ""))) return {};
    throw error;
  });
}
