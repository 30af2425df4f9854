// The network: private subnets for HSMs and the file system, and the endpoints that the operator needs. No way out.

import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpcEndpointService } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint-service";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Ec2SubnetCidrReservation } from "@cdktf/provider-aws/lib/ec2-subnet-cidr-reservation";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { Address4 } from "ip-address";
import {
  AwsProps,
  applyAwsProps,
  requireAfter,
  operand,
  overlap,
  parseRange,
  NameProps,
  nameOf,
  policyDocument,
  requireRegion,
  CLOUDHSM_REGIONS,
  regionOf,
  check,
  checkFlags,
  checkId,
  checkList,
  checkLogRetention,
  checkMap,
  checkNames,
  refuse,
} from "../private";
import { allowConnection, checkEndpointClient, EndpointClient, furtherServicesOf } from "./endpoint-clients";
import { logFlows } from "./flow-log";
import { hsmRange } from "./hsm-addresses";
import {
  ENDPOINT_SERVICES,
  EndpointService,
  EndpointUrls,
  FURTHER_SERVICES,
  FurtherService,
  HsmSubnet,
  HsmSubnetProps,
  IHsmNetwork,
} from "./hsm-network-interface";

export type {
  EndpointService,
  EndpointUrls,
  FurtherService,
  HsmSubnet,
  HsmSubnetProps,
  IHsmNetwork,
} from "./hsm-network-interface";

/** Properties of `HsmNetwork`. */
export interface HsmNetworkProps extends NameProps, AwsProps {
  /** IPv4 range of the VPC, /16 to /28. */
  readonly cidrBlock: string;
  /** Subnets: one for each availability zone that should have an HSM; two or more. */
  readonly subnets: HsmSubnetProps[];
  /**
   * Whether the services' ordinary DNS names resolve to the endpoints within the VPC (private DNS). With `false`, DNS in this VPC is
   * unchanged, and the operator is given the endpoints' own addresses.
   * @default true
   */
  readonly privateDns?: boolean;
  /**
   * Clients in the VPC that call AWS through the endpoints, beside the operator.
   * @default none: the endpoints let nobody else through
   */
  readonly endpointClients?: EndpointClient[];
  /**
   * Whether the VPC has a flow log, in CloudWatch Logs and encrypted by a KMS key of its own: who has talked to whom on which port, and what was
   * refused.
   * @default true
   */
  readonly flowLog?: boolean;
  /**
   * Retention of the flow log in days; a value that CloudWatch Logs accepts, or 0 to keep it for ever.
   * @default 365
   */
  readonly flowLogRetentionDays?: number;
}

/** Tags and a permissions boundary are of no use here: nothing is made. */
export interface ExistingHsmNetwork extends Pick<AwsProps, "provider"> {
  /** Id of the VPC. */
  readonly vpcId: string;
  /**
   * Private subnets, each in another availability zone; two or more. The HSMs' addresses are the tenth of each and those after it: keep
   * them free by an explicit subnet CIDR reservation (of 10.0.0.0/26 that is 10.0.0.8/29), or AWS gives one to the next interface that asks
   * for any, the operator's own among them, and the HSM is refused.
   */
  readonly subnets: HsmSubnet[];
  /**
   * Security group of your interface endpoints for cloudhsmv2, kms and secretsmanager, with `Notifications` for sns and
   * with a `ClusterHealth` that has file systems for fsx. Their policies must let the operator's role through.
   */
  readonly endpointSecurityGroupId: string;
  /**
   * Addresses of these endpoints, if they have no private DNS.
   * @default none, private DNS leads to them
   */
  readonly endpointUrls?: EndpointUrls;
  /**
   * Route tables of the subnets, for the floating addresses of a Multi-AZ file system. FSx tags them `AmazonFSx` = `ManagedByAmazonFSx`, and
   * may move its routes at a failover only while that tag is there: whatever makes these tables must leave it (`ignore_changes` on
   * `tags["AmazonFSx"]`, or the tag itself). Source: «AWS managed policy: AmazonFSxServiceRolePolicy», FSx for ONTAP User Guide.
   * @default none, FSx takes the VPC's main route table
   */
  readonly routeTableIds?: string[];
}

/** A VPC with private subnets and interface endpoints; without internet gateway, NAT or public address. */
export class HsmNetwork extends Construct implements IHsmNetwork {
  /** Id of the VPC. */
  readonly vpcId: string;
  readonly subnets: HsmSubnet[];
  readonly region: string;
  readonly endpointSecurityGroupId: string;
  readonly routeTableIds: string[];
  readonly reservations: ITerraformDependable[];
  readonly endpoints: ITerraformDependable[];
  readonly endpointUrls: EndpointUrls = {};
  /** Actions that a role may call through the endpoints, by its ARN. */
  private readonly permitted = new Map<string, Set<string>>();
  private readonly further = new Map<FurtherService, VpcEndpoint>();
  private readonly makeEndpoint: (service: EndpointService) => VpcEndpoint;

  constructor(scope: Construct, id: string, props: HsmNetworkProps) {
    super(scope, id);
    const name = nameOf(this, props);
    applyAwsProps(this, props);
    this.region = checkSubnets(this, props.subnets);
    requireRegion(this, this.region);
    const { flowLog = true, flowLogRetentionDays = 365 } = props;
    checkFlags(this, { privateDns: props.privateDns, flowLog });
    checkLogRetention(this, "flowLogRetentionDays", flowLogRetentionDays);
    checkRanges(this, props);

    requireCloudHsmZones(this, this.region, props.subnets);
    const vpc = new Vpc(this, "vpc", {
      cidrBlock: props.cidrBlock,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: name },
    });
    // No rule: what is put into it by mistake reaches nothing. Source: «Default security groups for your VPCs», Amazon VPC User Guide.
    new DefaultSecurityGroup(this, "default-group", { vpcId: vpc.id, tags: { Name: `${name}-default` } });
    if (flowLog)
      logFlows(new Construct(this, "flow-log"), {
        name,
        region: this.region,
        vpcId: vpc.id,
        retentionInDays: flowLogRetentionDays,
      });
    // Without routes but the local one: nothing in these subnets reaches the internet.
    const routeTable = new RouteTable(this, "route-table", {
      vpcId: vpc.id,
      tags: { Name: name },
      // FSx marks the table of a Multi-AZ file system, and may move its routes at a failover only while the mark is there: «AWS managed
      // policy: AmazonFSxServiceRolePolicy», FSx for ONTAP User Guide; hashicorp/terraform-provider-aws#21246.
      lifecycle: { ignoreChanges: ['tags["AmazonFSx"]', 'tags_all["AmazonFSx"]'] },
    });
    this.subnets = props.subnets.map((subnet) => {
      const made = new Subnet(this, `subnet-${subnet.availabilityZone}`, {
        vpcId: vpc.id,
        availabilityZone: subnet.availabilityZone,
        cidrBlock: subnet.cidrBlock,
        tags: { Name: `${name}-${subnet.availabilityZone}` },
      });
      new RouteTableAssociation(this, `route-${subnet.availabilityZone}`, {
        routeTableId: routeTable.id,
        subnetId: made.id,
      });
      return { ...subnet, subnetId: made.id };
    });
    // Else AWS may give an HSM's address to an endpoint or to the operator: «Subnet CIDR reservations», Amazon VPC User Guide.
    this.reservations = this.subnets.map(
      ({ availabilityZone, cidrBlock, subnetId }) =>
        new Ec2SubnetCidrReservation(this, `reservation-${availabilityZone}`, {
          subnetId,
          cidrBlock: hsmRange(cidrBlock),
          reservationType: "explicit",
        }),
    );
    const group = new SecurityGroup(this, "endpoint-group", {
      namePrefix: `${name}-endpoints-`,
      description: "Interface endpoints of the operator",
      vpcId: vpc.id,
      tags: { Name: `${name}-endpoints` },
      lifecycle: { createBeforeDestroy: true },
    });
    const privateDns = props.privateDns ?? true;
    this.makeEndpoint = (service) => {
      const endpoint = new VpcEndpoint(this, `endpoint-${service}`, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${this.region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: this.subnets.map((s) => s.subnetId),
        securityGroupIds: [group.id],
        privateDnsEnabled: privateDns,
        policy: Lazy.stringValue({ produce: () => this.endpointPolicy(service) }),
        dependsOn: this.reservations,
        tags: { Name: `${name}-${service}` },
      });
      // The first entry is the endpoint's name for the whole region.
      if (!privateDns) this.endpointUrls[service] = `https://${endpoint.dnsEntry.get(0).dnsName}`;
      return endpoint;
    };
    this.endpoints = ENDPOINT_SERVICES.map(this.makeEndpoint);
    this.vpcId = vpc.id;
    this.endpointSecurityGroupId = group.id;
    this.routeTableIds = [routeTable.id];
    const clients = props.endpointClients ?? [];
    checkList(this, "endpointClients", clients, "a list of { roleArn, from, actions }");
    for (const [i, client] of clients.entries()) this.allowEndpointClient(client, `endpointClients[${i}]`);
  }

  /** Lets a client's calls through the endpoints. An error calls the client `name`. */
  allowEndpointClient(client: EndpointClient, name = "client"): void {
    checkEndpointClient(this, name, client);
    for (const service of furtherServicesOf(client)) this.reach(service);
    this.permit(client.roleArn, client.actions);
    const id = `from-${client.from.replace("/", "-")}`;
    if (!this.node.tryFindChild(id)) allowConnection(this, id, this.endpointSecurityGroupId, client.from);
  }

  reach(service: FurtherService): ITerraformDependable[] {
    const endpoint = this.further.get(service) ?? this.makeEndpoint(service);
    this.further.set(service, endpoint);
    return [endpoint];
  }

  permit(roleArn: string, actions: string[]): void {
    this.permitted.set(roleArn, new Set([...(this.permitted.get(roleArn) ?? []), ...actions]));
  }

  /** A role's own policy names the resources: an endpoint that waited for their names would wait for the cluster. */
  private endpointPolicy(service: EndpointService): string {
    const prefix = service === "cloudhsmv2" ? "cloudhsm:" : `${service}:`;
    const statements = [...this.permitted].map(([roleArn, actions]) => ({
      Principal: "*",
      Action: [...actions].filter((action) => action.startsWith(prefix)).sort(),
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
    }));
    const nobody = [{ Effect: "Deny" as const, Principal: "*", Action: [`${prefix}*`], Resource: "*" }];
    const allowed = statements.filter(({ Action }) => Action.length > 0);
    return policyDocument(allowed.length > 0 ? allowed : nobody);
  }

  /** A network that somebody else made. Its endpoints must be there already. */
  static fromExisting(scope: Construct, id: string, network: ExistingHsmNetwork): IHsmNetwork {
    const here = new Construct(scope, id);
    checkMap(here, "network", network, "an object with vpcId, subnets and endpointSecurityGroupId");
    applyAwsProps(here, network);
    const region = checkSubnets(here, network.subnets);
    const { routeTableIds = [], endpointUrls = {} } = network;
    checkNames(here, "endpointUrls", endpointUrls, [...ENDPOINT_SERVICES, ...FURTHER_SERVICES]);
    for (const [service, url] of Object.entries(endpointUrls))
      check(
        here,
        `endpointUrls.${service}`,
        url,
        (u) => /^https?:\/\/[^/]+\/?$/.test(u),
        "an address such as https://vpce-0a1b2c3d-e4f5.kms.eu-central-1.vpce.amazonaws.com",
      );
    checkId(here, "vpcId", network.vpcId, "vpc");
    requireCloudHsmZones(here, region, network.subnets);
    checkId(here, "endpointSecurityGroupId", network.endpointSecurityGroupId, "sg");
    checkList(here, "routeTableIds", routeTableIds, "a list of route tables' ids");
    for (const [i, id] of routeTableIds.entries()) checkId(here, `routeTableIds[${i}]`, id, "rtb");
    for (const [i, subnet] of network.subnets.entries()) {
      checkId(here, `subnets[${i}].subnetId`, subnet.subnetId, "subnet");
      requireSubnet(here, network.vpcId, subnet);
    }
    return {
      ...network,
      region,
      routeTableIds,
      endpointUrls,
      reservations: [],
      endpoints: [],
      reach: () => [],
      permit: () => undefined,
    };
  }
}

/**
 * Refuses a plan with a zone that has no CloudHSM, before anything is made. Not every zone of a region has it; those of the endpoint service do.
 * Source: DescribeVpcEndpointServices, Amazon EC2 API Reference; aws-samples/aws-cloudhsm-cloudformation-template#33.
 */
function requireCloudHsmZones(scope: Construct, region: string, subnets: HsmSubnetProps[]): void {
  const zones = subnets.map((s) => s.availabilityZone);
  const offered = new DataAwsVpcEndpointService(scope, "zones", {
    serviceName: `com.amazonaws.${region}.cloudhsmv2`,
    serviceType: "Interface",
  });
  const missing = `setsubtract(${JSON.stringify(zones)}, self.availability_zones)`;
  requireAfter(offered, {
    condition: `\${length(${missing}) == 0}`,
    errorMessage: `${scope.node.path}: subnets has availability zones without CloudHSM: \${join(", ", ${missing})}. Those of ${region} that have it: \${join(", ", self.availability_zones)}. Nothing was made. Take subnets in these`,
  });
}

/** Refuses a plan where the subnet is not what it is said to be; the HSMs' addresses depend on it. */
function requireSubnet(scope: Construct, vpcId: string, subnet: HsmSubnet): void {
  const { subnetId, availabilityZone, cidrBlock } = subnet;
  const found = new DataAwsSubnet(scope, `subnet-${availabilityZone}`, { id: subnetId });
  const must = (attribute: string, value: string, what: string) => ({
    condition: `\${self.${attribute} == ${operand(value)}}`,
    errorMessage: `${scope.node.path}: subnet ${subnetId} ${what} \${self.${attribute}}, not ${value}. Mend subnets.`,
  });
  requireAfter(
    found,
    must("availability_zone", availabilityZone, "is in availability zone"),
    must("vpc_id", vpcId, "is in VPC"),
    must("cidr_block", cidrBlock, "has the range"),
  );
}

/** Source: «Create a cluster», AWS CloudHSM User Guide: subnets in at least two zones, one a zone, all in one VPC. */
function checkSubnets(scope: Construct, subnets: HsmSubnetProps[]): string {
  checkList(scope, "subnets", subnets, "a list of { availabilityZone, cidrBlock }");
  const zones = subnets.map((s) => s.availabilityZone);
  if (new Set(zones).size < 2)
    refuse(
      scope,
      "subnets",
      zones,
      "in at least two different availability zones: a key store needs HSMs in two",
    );
  if (new Set(zones).size < zones.length)
    refuse(scope, "subnets", zones, "one subnet for each availability zone: a cluster takes no second one");
  const aZone = "the name of an availability zone, such as eu-central-1a";
  const regions = zones.map(
    (zone) => regionOf(String(zone)) ?? refuse(scope, "availabilityZone", zone, aZone),
  );
  if (new Set(regions).size > 1) refuse(scope, "subnets", zones, "availability zones of one region");
  check(
    scope,
    "region",
    regions[0],
    (r) => CLOUDHSM_REGIONS.includes(r),
    `a region that has AWS CloudHSM: ${CLOUDHSM_REGIONS.join(", ")}`,
  );
  return regions[0];
}

function checkRanges(scope: Construct, { cidrBlock, subnets }: HsmNetworkProps): void {
  const vpc = parseRange(scope, "cidrBlock", cidrBlock);
  const seen: Address4[] = [];
  for (const [i, subnet] of subnets.entries()) {
    const prop = `subnets[${i}].cidrBlock`;
    const range = parseRange(scope, prop, subnet.cidrBlock);
    if (!range.isInSubnet(vpc)) refuse(scope, prop, subnet.cidrBlock, `inside the VPC's range ${cidrBlock}`);
    for (const other of seen)
      if (overlap(range, other))
        refuse(scope, prop, subnet.cidrBlock, `apart from the other subnets: it overlaps ${other.address}`);
    seen.push(range);
  }
}
