// What all rooms use of Terraform and of AWS's naming and policies; no construct of its own.

export * from "./accepted-findings";
export * from "./aws-props";
export * from "./built-files";
export * from "./conditions";
export * from "./construct-ids";
export * from "./deletion-policy";
export * from "./dependencies";
export * from "./expression";
export * from "./ip-ranges";
export * from "./policy-document";
export * from "./provider-region";
export * from "./provider-versions";
export * from "./regions";
export * from "./removed-from-state";
export * from "./replacement";
export * from "./resource-names";
export * from "./validation";
