// What the other constructs need of a network and its subnets, whoever has made them.

import { ITerraformDependable } from "cdktf";

/** A subnet to be made. */
export interface HsmSubnetProps {
  /** Name of the availability zone, such as `eu-central-1a`. Fixed by you: a cluster's subnets can never change. */
  readonly availabilityZone: string;
  /** IPv4 range inside the VPC's; /28 or larger. */
  readonly cidrBlock: string;
}

/** A subnet that exists, made here or by somebody else. */
export interface HsmSubnet extends HsmSubnetProps {
  /** Id of the subnet, `subnet-` and hexadecimal digits. */
  readonly subnetId: string;
}

/** What the other constructs need of a network. */
export interface IHsmNetwork {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** At least two, each in another availability zone of one region. */
  readonly subnets: HsmSubnet[];
  /** Name of the region, known at synth. */
  readonly region: string;
  /** Security group of the interface endpoints; the operator is let in to it on port 443. */
  readonly endpointSecurityGroupId: string;
  /** Route tables of the subnets, for the floating addresses of a Multi-AZ file system. Empty where not known. */
  readonly routeTableIds: string[];
  /** What keeps the HSMs' addresses free: what else takes an address of a subnet waits for it. Empty where nothing does. */
  readonly reservations: ITerraformDependable[];
  /** What must be there before the operator can reach AWS. */
  readonly endpoints: ITerraformDependable[];
  /** Addresses of the endpoints, such as `https://vpce-….amazonaws.com`; empty where private DNS leads to them. */
  readonly endpointUrls: EndpointUrls;
  /** The way to a service that the operator needs beside the usual ones: an endpoint, made here or there already. */
  reach(service: FurtherService): ITerraformDependable[];
  /** Lets a role's calls through the endpoints; `actions` as in a policy, those of other services are left out. */
  permit(roleArn: string, actions: string[]): void;
}

/** AWS services that the operator calls from inside the VPC. */
export const ENDPOINT_SERVICES = ["cloudhsmv2", "kms", "secretsmanager"] as const;
/** Those that it calls only where a construct asks for it: SNS for notifications, FSx for the health of a file system. */
export const FURTHER_SERVICES = ["sns", "fsx"] as const;
/** One of these, as in its endpoint's name. */
export type FurtherService = (typeof FURTHER_SERVICES)[number];
/** A service that the operator calls, as in its endpoint's name. */
export type EndpointService = (typeof ENDPOINT_SERVICES)[number] | FurtherService;
/** Addresses of endpoints, by service. */
export type EndpointUrls = Partial<Record<EndpointService, string>>;
