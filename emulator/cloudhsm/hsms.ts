// HSMs: the first brings the CSR, later ones are clones of what is there, a deleted one leaves a backup.

import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointServicesCommand,
} from "@aws-sdk/client-ec2";
import { Address4 } from "ip-address";
import { Cloud, hsmServiceId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { Cluster, Hsm, HsmContents, Region } from "../core/state";
import { shownHsm } from "./answers";
import { newestBackup, takeBackup } from "./backups";
import { makeIdentity } from "./certificates";
import { activeHsms, findCluster, findHsm, invalidRequest, notFound, presentHsms } from "./lookup";

/** Quota, AWS CloudHSM User Guide, «Quotas». */
const MAX_HSMS_PER_CLUSTER = 28;

/** Source: aws-samples/aws-cloudhsm-cloudformation-template#17. */
const CREATION_FAILED = "HSM creation failed. Please delete this HSM and try again.";

export function hsmOperations(context: Context): Record<string, Operation> {
  const { cloud, moto, roots, lookups } = context;
  // "Adding an HSM makes a backup and restores it": what comes later is not in it, and users never come by themselves (hsm cloned).
  cloud.on("hsm cloned", (regionName, id) => {
    const region = cloud.region(regionName);
    const { cluster, hsm } = findHsm(region, id)!;
    hsm.contents = cloneFrom(region, cluster, hsm);
    if (activeHsms(cluster).length > 0)
      takeBackup(cloud, regionName, cluster, activeHsms(cluster)[0].contents);
  });
  cloud.on("hsm created", async (regionName, id) => {
    const { cluster, hsm } = findHsm(cloud.region(regionName), id)!;
    if (hsm.fails) {
      hsm.State = "DEGRADED";
      hsm.StateMessage = CREATION_FAILED;
      return;
    }
    if (cluster.State === "UNINITIALIZED")
      cluster.identity ??= await makeIdentity(roots, cluster.ClusterId, cloud.now());
    // "Server-side synchronization periodically clones keys": «Key synchronization», AWS CloudHSM User Guide.
    const [served] = activeHsms(cluster);
    if (served) hsm.contents.keys = structuredClone(served.contents.keys);
    hsm.State = "ACTIVE";
  });
  cloud.on("hsm deleted", async (regionName, id) => {
    const { hsm } = findHsm(cloud.region(regionName), id)!;
    hsm.State = "DELETED";
    await moto.ec2(regionName).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: hsm.EniId }));
  });

  /** "Not every zone": those of the service's endpoint tell which («Interface endpoints», AWS PrivateLink Guide). */
  const zonesWithCloudHsm = (regionName: string): Promise<string[]> =>
    lookups.known(`zones with CloudHSM in ${regionName}`, async () => {
      const ServiceNames = [`com.amazonaws.${regionName}.cloudhsmv2`];
      const answer = await moto
        .ec2(regionName)
        .send(new DescribeVpcEndpointServicesCommand({ ServiceNames }));
      return answer.ServiceDetails![0].AvailabilityZones!;
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
      // Source of rule and text: hashicorp/terraform-provider-aws#7437.
      if (["UNINITIALIZED", "INITIALIZED"].includes(cluster.State) && present.length > 0)
        throw invalidRequest(
          `Cluster '${cluster.ClusterId}' already contains an HSM but has not yet been fully activated.`,
        );
      if (present.length >= MAX_HSMS_PER_CLUSTER)
        throw invalidRequest(`The maximum of ${MAX_HSMS_PER_CLUSTER} HSMs in a cluster is reached.`);
      if (Object.values(region.clusters).flatMap(presentHsms).length >= cloud.quotas.hsms)
        throw invalidRequest(`The maximum of ${cloud.quotas.hsms} HSMs is reached.`);
      const subnetId = cluster.SubnetMapping[input.AvailabilityZone];
      if (!subnetId)
        throw invalidRequest(
          `Cluster ${cluster.ClusterId} has no subnet in Availability Zone ${input.AvailabilityZone}.`,
        );
      if (!(await zonesWithCloudHsm(regionName)).includes(input.AvailabilityZone))
        throw invalidRequest(`CloudHSM is not available in Availability Zone ${input.AvailabilityZone}.`);
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
        contents: newContents(),
        sessions: [],
        fails: context.faults?.failsCreation("CreateHsm") || undefined,
      };
      cluster.hsms.push(hsm);
      cloud.schedule("hsm cloned", regionName, hsm.HsmId);
      cloud.schedule("hsm created", regionName, hsm.HsmId);
      return { Hsm: shownHsm(hsm) };
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
      // One that never was ACTIVE holds nothing.
      if (cluster.State === "ACTIVE" && !hsm.fails) takeBackup(cloud, regionName, cluster, hsm.contents);
      hsm.State = "DELETE_IN_PROGRESS";
      cloud.cancel("hsm cloned", regionName, hsm.HsmId);
      cloud.cancel("hsm created", regionName, hsm.HsmId);
      cloud.schedule("hsm deleted", regionName, hsm.HsmId);
      return { HsmId: hsm.HsmId };
    },
  };
}

/** From another HSM of the cluster, else from its newest backup, else what AWS has moved of the HSM that this one replaces. */
function cloneFrom(region: Region, cluster: Cluster, hsm: Hsm): HsmContents {
  return structuredClone(
    activeHsms(cluster)[0]?.contents ??
      newestBackup(region, cluster)?.contents ??
      (cluster.SourceBackupId ? region.backups[cluster.SourceBackupId]?.contents : undefined) ??
      hsm.contents,
  );
}

/** Only the two users that every HSM has. */
const newContents = (): HsmContents => ({
  users: {
    admin: { role: "unactivated-admin", failedLogins: 0 },
    app_user: { role: "internal(APPLIANCE_USER)", failedLogins: 0 },
  },
  keys: {},
});

/**
 * AWS puts another HSM behind the same network interface, with another id: hashicorp/terraform-provider-aws#8648. Before the cluster is
 * initialised it has another key, hence another CSR: aws-samples/aws-cloudhsm-cloudformation-template#15.
 */
export function replaceHsm(cloud: Cloud, regionName: string, hsmId: string): string {
  const { cluster, hsm } = findHsm(cloud.region(regionName), hsmId)!;
  hsm.HsmId = hsmServiceId("hsm");
  hsm.State = "CREATE_IN_PROGRESS";
  hsm.sessions = [];
  if (cluster.State === "UNINITIALIZED") cluster.identity = undefined;
  cloud.schedule("hsm cloned", regionName, hsm.HsmId);
  cloud.schedule("hsm created", regionName, hsm.HsmId);
  return hsm.HsmId;
}
