// The VPC, its subnets and endpoints.

export * from "./hsm-addresses";
export * from "./hsm-network";
export * from "./hsm-network-interface";
