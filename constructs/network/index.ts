// The VPC, its subnets and endpoints.

export type { EndpointClient } from "./endpoint-clients";
export * from "./hsm-addresses";
export * from "./hsm-network";
export * from "./hsm-network-interface";
