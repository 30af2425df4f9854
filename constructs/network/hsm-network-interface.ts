// The interface of a network and its subnets, created here or existing.

import { ITerraformDependable } from "cdktf";

/** Properties of a subnet to create. */
export interface HsmSubnetProps {
  /** Name of the availability zone, such as `eu-central-1a`. It cannot change, because the subnets of a cluster cannot. */
  readonly availabilityZone: string;
  /** IPv4 range inside the VPC's; /28 or larger. */
  readonly cidrBlock: string;
}

/** An existing subnet. */
export interface HsmSubnet extends HsmSubnetProps {
  /** Id of the subnet, `subnet-` and hexadecimal digits. */
  readonly subnetId: string;
}

/** A network, created here or existing. */
export interface IHsmNetwork {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Subnets: at least two, in different availability zones of one region. */
  readonly subnets: HsmSubnet[];
  /** Name of the region, known at synth. */
  readonly region: string;
  /** Security group of the interface endpoints, which allows the operator on port 443. */
  readonly endpointSecurityGroupId: string;
  /** Route tables of the subnets, for the floating addresses of a Multi-AZ file system. Empty where not known. */
  readonly routeTableIds: string[];
  /** Reservations of the HSMs' addresses. Everything else that takes an address of a subnet depends on them. Empty if there are none. */
  readonly reservations: ITerraformDependable[];
  /** Dependencies of the operator's way to AWS. */
  readonly endpoints: ITerraformDependable[];
  /** Addresses of the endpoints, such as `https://vpce-….amazonaws.com`; empty if private DNS resolves to them. */
  readonly endpointUrls: EndpointUrls;
  /** Adds the endpoint of a service that the operator needs in addition to the usual ones, unless it exists. */
  reach(service: FurtherService): ITerraformDependable[];
  /** Allows calls of a role through the endpoints. `actions` are as in a policy; those of services without an endpoint here are ignored. */
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
