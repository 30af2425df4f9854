// Clusters: created, described, initialised, modified, deleted.

import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupEgressCommand,
  Subnet,
} from "@aws-sdk/client-ec2";
import { ensureServiceLinkedRole } from "../access/service-linked-roles";
import { hsmServiceId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Cluster } from "../core/state";
import { page, shownHsm } from "./answers";
import { restorableBackup, scheduleDailyBackup } from "./backups";
import { checkSignedCertificate } from "./certificates";
import { findCluster, invalidRequest, presentHsms } from "./lookup";
import { deleteSecurityGroup } from "./security-group";
import { checkTags } from "./tags";

export function clusterOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;
  cloud.on("cluster created", (region, id) => {
    const cluster = cloud.region(region).clusters[id];
    cluster.State = cluster.SourceBackupId ? "ACTIVE" : "UNINITIALIZED";
    if (cluster.SourceBackupId) scheduleDailyBackup(cloud, region, id);
  });
  cloud.on("cluster initialized", (region, id) => {
    cloud.region(region).clusters[id].State = "INITIALIZED";
  });
  cloud.on("cluster activated", (region, id) => {
    cloud.region(region).clusters[id].State = "ACTIVE";
    scheduleDailyBackup(cloud, region, id);
  });
  cloud.on("cluster modified", (region, id) => {
    cloud.region(region).clusters[id].State = "ACTIVE";
  });
  cloud.on("cluster deleted", async (region, id) => {
    const cluster = cloud.region(region).clusters[id];
    cluster.State = "DELETED";
    await deleteSecurityGroup(context, region, cluster);
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
      // "The allowed values are hsm1.medium and hsm2m.medium": CreateCluster, API Reference; what it answers for hsm1.medium: README-CloudHSM.md
      // of RadiumGu/pix-proxy-samples, measured on 2026-09-20.
      if (type !== "hsm2m.medium") throw invalidRequest("Provided HsmType is not supported.");
      if (input.NetworkType === "DUALSTACK")
        throw new AwsError("NotEmulated", "Clusters of network type DUALSTACK are not emulated.", 501);
      const mode: string = input.Mode ?? "FIPS";
      const retention = input.BackupRetentionPolicy ? Number(input.BackupRetentionPolicy.Value) : 90;
      checkRetention(retention);
      if (Object.values(region.clusters).filter((c) => c.State !== "DELETED").length >= cloud.quotas.clusters)
        throw invalidRequest(`The maximum of ${cloud.quotas.clusters} clusters is reached.`);
      checkTags(input.TagList ?? []);
      const source = input.SourceBackupId && restorableBackup(cloud, region, input.SourceBackupId);
      // A backup's mode is the cluster's; hsm1.medium may move up: «Migrating from hsm1.medium», User Guide.
      if (source && source.Mode !== mode)
        throw invalidRequest(`Backup ${source.BackupId} is of ${source.HsmType} in mode ${source.Mode}.`);
      const { vpcId, mapping } = await subnetMapping(input.SubnetIds, regionName);
      const id = hsmServiceId("cluster");
      const cluster: Cluster = {
        ClusterId: id,
        HsmType: type,
        Mode: mode,
        State: "CREATE_IN_PROGRESS",
        CreateTimestamp: cloud.timestamp(),
        VpcId: vpcId,
        SecurityGroup: await createSecurityGroup(regionName, id, vpcId),
        SubnetMapping: mapping,
        NetworkType: "IPV4",
        BackupRetentionDays: retention,
        SourceBackupId: source?.BackupId,
        history: source?.history ?? id,
        clusterCertificate: source?.clusterCertificate,
        trustAnchor: source?.trustAnchor,
        hsms: [],
        tags: input.TagList ?? [],
      };
      await ensureServiceLinkedRole(context, "cloudhsm");
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
      const { items, NextToken } = page(chosen, input, 25);
      return { Clusters: items.map(describe), NextToken };
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

    ModifyCluster(input, { region, regionName }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      if (!input.HsmType && !input.BackupRetentionPolicy)
        throw invalidRequest("Specify HsmType or BackupRetentionPolicy.");
      if (input.HsmType) {
        // «Migrating from hsm1.medium to hsm2m.medium», AWS CloudHSM User Guide: up, and back within 24 hours.
        const back =
          cluster.HsmTypeRollbackExpiration !== undefined &&
          cluster.HsmTypeRollbackExpiration > cloud.timestamp();
        const allowed = cluster.HsmType === "hsm1.medium" ? "hsm2m.medium" : back ? "hsm1.medium" : undefined;
        if (cluster.State !== "ACTIVE" || input.HsmType !== allowed)
          throw invalidRequest(
            `Cluster ${cluster.ClusterId} of ${cluster.HsmType} in state ${cluster.State} cannot become ${input.HsmType}.`,
          );
        cluster.HsmTypeRollbackExpiration = back ? undefined : cloud.timestamp() + 24 * 3600;
        cluster.State = back ? "ROLLBACK_IN_PROGRESS" : "MODIFY_IN_PROGRESS";
        cluster.HsmType = input.HsmType;
        for (const hsm of presentHsms(cluster)) hsm.HsmType = input.HsmType;
        cloud.schedule("cluster modified", regionName, cluster.ClusterId);
      }
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
    Hsms: presentHsms(cluster).map(shownHsm),
    HsmType: cluster.HsmType,
    Mode: cluster.Mode,
    NetworkType: cluster.NetworkType,
    HsmTypeRollbackExpiration: cluster.HsmTypeRollbackExpiration,
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
