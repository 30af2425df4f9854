// Clients in the VPC, beside the operator, that call AWS through its endpoints.

import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { check, checkId, checkKnown, checkList, checkMap, checkOwnRange, refuse } from "../private";
import { FURTHER_SERVICES, FurtherService } from "./hsm-network-interface";

/**
 * A client in the VPC that calls services which have an endpoint there. Private DNS leads it to the endpoints, whose policies let nobody
 * through but the operator and these.
 */
export interface EndpointClient {
  /** ARN of the IAM role that calls. Its own policies must allow the calls as well. */
  readonly roleArn: string;
  /** Id of the client's security group, such as `sg-0a1b2c3d4e5f60718`, or its IPv4 range in CIDR notation. */
  readonly from: string;
  /** What it may call, of `cloudhsm`, `kms`, `secretsmanager`, `sns` and `fsx`, such as `kms:Decrypt`; each by its full name. */
  readonly actions: string[];
}

const ACTIONS =
  'a list of actions of cloudhsm, kms, secretsmanager, sns and fsx by their full names, such as "kms:Decrypt"';

/** Refuses what is no such client. `prop` is what the error calls it. */
export function checkEndpointClient(scope: Construct, prop: string, client: EndpointClient): void {
  checkMap(scope, prop, client, "an object with roleArn, from and actions");
  const { roleArn, from, actions } = client;
  check(
    scope,
    `${prop}.roleArn`,
    roleArn,
    (arn) => /^arn:[\w-]+:iam::\d{12}:role\/.+/.test(arn),
    "the ARN of an IAM role",
  );
  checkKnown(scope, `${prop}.from`, from, "a security group's id or an IPv4 range");
  if (String(from).includes("/")) checkOwnRange(scope, `${prop}.from`, from);
  else checkId(scope, `${prop}.from`, from, "sg");
  checkList(scope, `${prop}.actions`, actions, ACTIONS);
  checkKnown(scope, `${prop}.actions`, actions, ACTIONS);
  const isAction = (action: string): boolean =>
    /^(cloudhsm|kms|secretsmanager|sns|fsx):[A-Z][A-Za-z]+$/.test(action);
  if (actions.length === 0 || !actions.every(isAction)) refuse(scope, `${prop}.actions`, actions, ACTIONS);
}

/** Services of the actions whose endpoint is there only where something asks for it. */
export const furtherServicesOf = ({ actions }: EndpointClient): FurtherService[] =>
  FURTHER_SERVICES.filter((service) => actions.some((action) => action.startsWith(`${service}:`)));

/** Lets the client's connections into the endpoints. */
export function allowConnection(scope: Construct, id: string, endpointGroupId: string, from: string): void {
  new VpcSecurityGroupIngressRule(scope, id, {
    securityGroupId: endpointGroupId,
    ...(from.includes("/") ? { cidrIpv4: from } : { referencedSecurityGroupId: from }),
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    description: "A client that calls AWS through the endpoints",
    tags: { Name: `${from} into endpoints` },
  });
}
