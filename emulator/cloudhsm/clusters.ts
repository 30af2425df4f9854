// Clusters: created, described, initialised, modified, deleted.

import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupEgressCommand,
  Subnet,
} from "@aws-sdk/client-ec2";
import { hsmServiceId } from "../cloud";
import { Call, Context, Operation } from "../context";
import { Cluster } from "../state";
import { checkSignedCertificate } from "./certificates";
import { findCluster, invalidRequest, notFound, presentHsms } from "./lookup";

/** Default quota, AWS CloudHSM User Guide, «Quotas». */
const MAX_CLUSTERS = 4;

export function clusterOperations({ cloud, moto }: Context): Record<string, Operation> {
  cloud.on("cluster created", (region, id) => {
    const cluster = cloud.region(region).clusters[id];
    cluster.State = cluster.SourceBackupId ? "ACTIVE" : "UNINITIALIZED";
  });
  cloud.on("cluster initialized", (region, id) => {
    cloud.region(region).clusters[id].State = "INITIALIZED";
  });
  cloud.on("cluster activated", (region, id) => {
    cloud.region(region).clusters[id].State = "ACTIVE";
  });
  cloud.on("cluster deleted", async (region, id) => {
    const cluster = cloud.region(region).clusters[id];
    cluster.State = "DELETED";
    await moto.ec2(region).send(new DeleteSecurityGroupCommand({ GroupId: cluster.SecurityGroup }));
  });

  async function createSecurityGroup(regionName: string, clusterId: string, vpcId: string): Promise<string> {
    const ec2 = moto.ec2(regionName);
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: `cloudhsm-cluster-${clusterId}-sg`,
        Description: `cloudhsm-cluster-${clusterId}`,
        VpcId: vpcId,
      }),
    );
    const toItself = [
      { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId: GroupId! }] },
    ];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: toItself }));
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: toItself }));
    await ec2.send(
      new RevokeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    return GroupId!;
  }

  async function subnetMapping(
    ids: string[],
    regionName: string,
  ): Promise<{ vpcId: string; mapping: Record<string, string> }> {
    const subnets: Subnet[] = await moto
      .ec2(regionName)
      .send(new DescribeSubnetsCommand({ SubnetIds: ids }))
      .then((answer) => answer.Subnets ?? [])
      .catch((error) => {
        throw invalidRequest(`The subnets cannot be found: ${error.message}`);
      });
    const mapping: Record<string, string> = {};
    for (const { AvailabilityZone, SubnetId } of subnets) {
      if (mapping[AvailabilityZone!])
        throw invalidRequest("Only one subnet per Availability Zone can be specified.");
      mapping[AvailabilityZone!] = SubnetId!;
    }
    if (new Set(subnets.map((s) => s.VpcId)).size !== 1)
      throw invalidRequest("All subnets must be in the same virtual private cloud (VPC).");
    return { vpcId: subnets[0].VpcId!, mapping };
  }

  return {
    async CreateCluster(input, { region, regionName }: Call) {
      const type: string = input.HsmType;
      // "The allowed values are hsm1.medium and hsm2m.medium": CreateCluster, AWS CloudHSM API Reference.
      if (!["hsm1.medium", "hsm2m.medium"].includes(type))
        throw invalidRequest(`HSM type ${type} is not supported.`);
      const mode: string = input.Mode ?? "FIPS";
      if (type === "hsm1.medium" && mode === "NON_FIPS")
        throw invalidRequest("Mode NON_FIPS is not supported for HSM type hsm1.medium.");
      const retention = input.BackupRetentionPolicy ? Number(input.BackupRetentionPolicy.Value) : 90;
      checkRetention(retention);
      if (Object.values(region.clusters).filter((c) => c.State !== "DELETED").length >= MAX_CLUSTERS)
        throw invalidRequest(`The maximum of ${MAX_CLUSTERS} clusters is reached.`);
      if (input.SourceBackupId) {
        const id = String(input.SourceBackupId).split("/").pop()!;
        if (region.backups[id]?.BackupState !== "READY")
          throw notFound(`Backup with ID ${id} does not exist or is not READY.`);
      }
      const { vpcId, mapping } = await subnetMapping(input.SubnetIds, regionName);
      const id = hsmServiceId("cluster");
      const source = input.SourceBackupId && region.backups[String(input.SourceBackupId).split("/").pop()!];
      const origin: Cluster | undefined = source && region.clusters[source.ClusterId];
      const cluster: Cluster = {
        ClusterId: id,
        HsmType: type,
        Mode: mode,
        State: "CREATE_IN_PROGRESS",
        CreateTimestamp: cloud.timestamp(),
        VpcId: vpcId,
        SecurityGroup: await createSecurityGroup(regionName, id, vpcId),
        SubnetMapping: mapping,
        BackupRetentionDays: retention,
        SourceBackupId: source?.BackupId,
        history: source?.history ?? id,
        clusterCertificate: origin?.clusterCertificate,
        trustAnchor: origin?.trustAnchor,
        hsms: [],
        tags: input.TagList ?? [],
      };
      region.clusters[id] = cluster;
      cloud.schedule("cluster created", regionName, id);
      return { Cluster: describe(cluster) };
    },

    DescribeClusters(input, { region }: Call) {
      const filters: Record<string, string[]> = input.Filters ?? {};
      for (const name of Object.keys(filters))
        if (!["clusterIds", "vpcIds", "states"].includes(name))
          throw invalidRequest(`Filter ${name} is not valid; use clusterIds, vpcIds or states.`);
      const chosen = Object.values(region.clusters)
        .filter((c) => c.State !== "DELETED" || filters.clusterIds || filters.states?.includes("DELETED"))
        .filter((c) => !filters.clusterIds || filters.clusterIds.includes(c.ClusterId))
        .filter((c) => !filters.vpcIds || filters.vpcIds.includes(c.VpcId))
        .filter((c) => !filters.states || filters.states.includes(c.State));
      const start = input.NextToken ? Number(Buffer.from(input.NextToken, "base64").toString()) : 0;
      if (!Number.isInteger(start) || start < 0) throw invalidRequest("NextToken is not valid.");
      const end = start + (input.MaxResults ?? 25);
      return {
        Clusters: chosen.slice(start, end).map(describe),
        ...(end < chosen.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
      };
    },

    InitializeCluster(input, { region, regionName }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      if (cluster.State !== "UNINITIALIZED")
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} is in state ${cluster.State}; it must be UNINITIALIZED.`,
        );
      if (!cluster.identity)
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} has no HSM yet, hence no certificate signing request.`,
        );
      checkSignedCertificate(input.SignedCert, input.TrustAnchor, cluster.identity.csr, cloud.now());
      cluster.clusterCertificate = input.SignedCert;
      cluster.trustAnchor = input.TrustAnchor;
      cluster.State = "INITIALIZE_IN_PROGRESS";
      cloud.schedule("cluster initialized", regionName, cluster.ClusterId);
      return { State: cluster.State };
    },

    ModifyCluster(input, { region }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      if (input.HsmType) throw invalidRequest("Changing a cluster's HSM type is not emulated.");
      if (input.BackupRetentionPolicy) {
        const days = Number(input.BackupRetentionPolicy.Value);
        checkRetention(days);
        cluster.BackupRetentionDays = days;
      }
      return { Cluster: describe(cluster) };
    },

    DeleteCluster(input, { region, regionName }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      if (presentHsms(cluster).length > 0)
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} has HSMs; delete them before you delete the cluster.`,
        );
      if (["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].includes(cluster.State))
        throw invalidRequest(`Cluster ${cluster.ClusterId} is in state ${cluster.State}.`);
      cluster.State = "DELETE_IN_PROGRESS";
      cloud.schedule("cluster deleted", regionName, cluster.ClusterId);
      return { Cluster: describe(cluster) };
    },
  };
}

/** "Use a value between 7 - 379": BackupRetentionPolicy, AWS CloudHSM API Reference. */
function checkRetention(days: number): void {
  if (!(days >= 7 && days <= 379))
    throw invalidRequest("The backup retention must be between 7 and 379 days.");
}

function describe(cluster: Cluster) {
  const first = cluster.State === "UNINITIALIZED" ? cluster.identity : undefined;
  return {
    BackupPolicy: "DEFAULT",
    BackupRetentionPolicy: { Type: "DAYS", Value: String(cluster.BackupRetentionDays) },
    ClusterId: cluster.ClusterId,
    CreateTimestamp: cluster.CreateTimestamp,
    Hsms: presentHsms(cluster).map(({ contents: _, ...shown }) => shown),
    HsmType: cluster.HsmType,
    Mode: cluster.Mode,
    NetworkType: "IPV4",
    SecurityGroup: cluster.SecurityGroup,
    SourceBackupId: cluster.SourceBackupId,
    State: cluster.State,
    SubnetMapping: cluster.SubnetMapping,
    VpcId: cluster.VpcId,
    TagList: cluster.tags,
    Certificates: {
      ClusterCsr: first?.csr,
      HsmCertificate: first?.hsmCertificate,
      AwsHardwareCertificate: first?.awsHardwareCertificate,
      ManufacturerHardwareCertificate: first?.manufacturerHardwareCertificate,
      ClusterCertificate: cluster.clusterCertificate,
    },
  };
}
