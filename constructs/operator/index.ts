// The Lambda function that does what Terraform has no resource for, its scheduled runs and its notifications.

export * from "./cluster-operator";
export * from "./notifications";
export * from "./operator-events";
export * from "./operator-function";
export * from "./operator-rights";
export * from "./scheduled-runs";
