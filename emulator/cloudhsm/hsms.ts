// HSMs: the first brings the CSR, later ones are clones of what is there, a deleted one leaves a backup.

import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { Address4 } from "ip-address";
import { hsmServiceId } from "../cloud";
import { Call, Context, Operation } from "../context";
import { Cluster, Hsm, HsmContents, Region } from "../state";
import { newestBackup, takeBackup } from "./backups";
import { makeIdentity } from "./certificates";
import { activeHsms, findCluster, findHsm, invalidRequest, notFound, presentHsms } from "./lookup";

/** Quota, AWS CloudHSM User Guide, «Quotas». */
const MAX_HSMS_PER_CLUSTER = 28;
/** Not every zone of a region has CloudHSM. Which they are, AWS tells an account; this one stands for them. */
const ZONES_WITHOUT_CLOUDHSM = ["us-east-1e"];

export function hsmOperations({ cloud, moto, roots }: Context): Record<string, Operation> {
  cloud.on("hsm created", async (regionName, id) => {
    const { cluster, hsm } = findHsm(cloud.region(regionName), id)!;
    if (cluster.State === "UNINITIALIZED")
      cluster.identity ??= await makeIdentity(roots, cluster.ClusterId, cloud.now());
    hsm.State = "ACTIVE";
  });
  cloud.on("hsm deleted", async (regionName, id) => {
    const { hsm } = findHsm(cloud.region(regionName), id)!;
    hsm.State = "DELETED";
    await moto.ec2(regionName).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: hsm.EniId }));
  });

  async function createInterface(regionName: string, cluster: Cluster, subnetId: string, ip?: string) {
    const ec2 = moto.ec2(regionName);
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
    const block = new Address4(Subnets![0].CidrBlock!);
    if (ip) {
      if (!new Address4(ip).isInSubnet(block))
        throw invalidRequest(`IP address ${ip} is not in the subnet ${subnetId} (${Subnets![0].CidrBlock}).`);
    }
    const { NetworkInterface } = await ec2
      .send(
        new CreateNetworkInterfaceCommand({
          SubnetId: subnetId,
          PrivateIpAddress: ip,
          Groups: [cluster.SecurityGroup],
          Description: `CloudHSM ${cluster.ClusterId}`,
        }),
      )
      .catch((error: Error) => {
        if (error.name === "InvalidIPAddress.InUse")
          throw invalidRequest(`IP address ${ip} is already in use.`);
        throw error;
      });
    return { eniId: NetworkInterface!.NetworkInterfaceId!, eniIp: NetworkInterface!.PrivateIpAddress! };
  }

  return {
    async CreateHsm(input, { region, regionName }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      const present = presentHsms(cluster);
      if (!["UNINITIALIZED", "INITIALIZED", "ACTIVE", "DEGRADED"].includes(cluster.State))
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} is in state ${cluster.State}; HSMs cannot be created in it.`,
        );
      if (cluster.State === "UNINITIALIZED" && present.length > 0)
        throw invalidRequest("Only one HSM can be created in a cluster that is not initialized.");
      if (present.length >= MAX_HSMS_PER_CLUSTER)
        throw invalidRequest(`The maximum of ${MAX_HSMS_PER_CLUSTER} HSMs in a cluster is reached.`);
      if (Object.values(region.clusters).flatMap(presentHsms).length >= cloud.quotas.hsms)
        throw invalidRequest(`The maximum of ${cloud.quotas.hsms} HSMs is reached.`);
      if (ZONES_WITHOUT_CLOUDHSM.includes(input.AvailabilityZone))
        throw invalidRequest(`CloudHSM is not available in Availability Zone ${input.AvailabilityZone}.`);
      const subnetId = cluster.SubnetMapping[input.AvailabilityZone];
      if (!subnetId)
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} has no subnet in Availability Zone ${input.AvailabilityZone}.`,
        );
      const { eniId, eniIp } = await createInterface(regionName, cluster, subnetId, input.IpAddress);
      const hsm: Hsm = {
        HsmId: hsmServiceId("hsm"),
        ClusterId: cluster.ClusterId,
        AvailabilityZone: input.AvailabilityZone,
        SubnetId: subnetId,
        EniId: eniId,
        EniIp: eniIp,
        HsmType: cluster.HsmType,
        State: "CREATE_IN_PROGRESS",
        // A clone is what the cluster held when it was made: users that come later are not in it.
        contents: cloneFrom(region, cluster),
        sessions: [],
      };
      if (activeHsms(cluster).length > 0)
        takeBackup(cloud, regionName, cluster, activeHsms(cluster)[0].contents);
      cluster.hsms.push(hsm);
      cloud.schedule("hsm created", regionName, hsm.HsmId);
      const { contents: _, sessions: __, ...shown } = hsm;
      return { Hsm: shown };
    },

    DeleteHsm(input, { region, regionName }: Call) {
      const cluster = findCluster(region, input.ClusterId);
      const given = ["HsmId", "EniId", "EniIp"].filter((name) => input[name]);
      if (given.length !== 1) throw invalidRequest("Specify exactly one of HsmId, EniId and EniIp.");
      const hsm = presentHsms(cluster).find(
        (h) => h[given[0] as "HsmId" | "EniId" | "EniIp"] === input[given[0]],
      );
      if (!hsm)
        throw notFound(`Cluster ${cluster.ClusterId} has no HSM with ${given[0]} ${input[given[0]]}.`);
      if (hsm.State === "DELETE_IN_PROGRESS") throw invalidRequest(`HSM ${hsm.HsmId} is being deleted.`);
      if (cluster.State === "ACTIVE") takeBackup(cloud, regionName, cluster, hsm.contents);
      hsm.State = "DELETE_IN_PROGRESS";
      cloud.cancel("hsm created", regionName, hsm.HsmId);
      cloud.schedule("hsm deleted", regionName, hsm.HsmId);
      return { HsmId: hsm.HsmId };
    },
  };
}

/** From another HSM of the cluster, else from its newest backup, else new: only the two users every HSM has. */
function cloneFrom(region: Region, cluster: Cluster): HsmContents {
  const source =
    activeHsms(cluster)[0]?.contents ??
    newestBackup(region, cluster)?.contents ??
    (cluster.SourceBackupId && region.backups[cluster.SourceBackupId]?.contents);
  if (source) return structuredClone(source);
  return {
    users: {
      admin: { role: "unactivated-admin", failedLogins: 0 },
      app_user: { role: "internal(APPLIANCE_USER)", failedLogins: 0 },
    },
    keys: {},
  };
}
