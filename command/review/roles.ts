// Every role: who takes it, and what it may do on what, in sentences.

import { like, list } from "../../emulator/access/policy";
import { Blueprint, Resource } from "./blueprint";
import { encodedIn } from "./expression";

export interface Right {
  effect: "Allow" | "Deny";
  actions: string[];
  /** What it is about, by constructs' paths or AWS's own words. */
  on: string[];
  /** Conditions, as a reader says them. */
  when: string[];
  /** Whether it is about every resource, or has actions that are not named one by one. */
  wildcard: boolean;
  /** Why it is; undefined where nothing says so. */
  why?: string;
  /** Whether the actions, or the resources, are all but some, or not known: whatever a reader asks about may be among them. */
  open?: boolean;
}

export interface Role {
  name: string;
  path: string;
  takenBy: string[];
  boundary?: string;
  /** ARNs of managed policies, whose rights are not in the stack. */
  managed: string[];
  rights: Right[];
}

/**
 * Actions that AWS allows on every resource or none, or lists that have no resource. Source: «Actions, resources, and condition keys» of each
 * service, Service Authorization Reference.
 */
const WITHOUT_RESOURCE =
  /^(cloudhsm:(Describe(Clusters|Backups)|DeleteHsm)|kms:(DescribeCustomKeyStores|CreateCustomKeyStore|UpdateCustomKeyStore|ConnectCustomKeyStore|DisconnectCustomKeyStore|DeleteCustomKeyStore|ListKeys|ListAliases)|ec2:(CreateNetworkInterface|Describe\w+|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses)|secretsmanager:(GetRandomPassword|ListSecrets)|fsx:Describe\w+|cloudwatch:(PutMetricData|DescribeAlarms)|xray:Put\w+|servicequotas:\w+)$/;

export function rolesOf(blueprint: Blueprint): Role[] {
  return blueprint.of("aws_iam_role").map((role) => ({
    name: String(role.block.name ?? role.path),
    path: role.path,
    takenBy: statementsOf(role.block.assume_role_policy).flatMap((statement) =>
      principalsOf(blueprint, statement),
    ),
    ...(role.block.permissions_boundary && { boundary: role.block.permissions_boundary }),
    managed: [
      ...list<string>(role.block.managed_policy_arns),
      ...blueprint
        .of("aws_iam_role_policy_attachment")
        .filter(({ block }) => blueprint.named(block.role)?.address === role.address)
        .map(({ block }) => said(blueprint, String(block.policy_arn))),
    ],
    rights: blueprint
      .of("aws_iam_role_policy")
      .filter((policy) => blueprint.named(policy.block.role)?.address === role.address)
      .flatMap(({ block: { policy } }) =>
        encodedIn(policy)
          ? statementsOf(policy).map((statement) => rightOf(blueprint, statement))
          : [unreadable(said(blueprint, String(policy)))],
      ),
  }));
}

/** What only a deploy knows must not be missing from a review. */
const unreadable = (policy: string): Right => ({
  effect: "Allow",
  actions: ["what a policy says that is known at deploy only"],
  on: [policy],
  when: [],
  wildcard: true,
  open: true,
});

/** Whether it may allow an action. */
export const mayAllow = ({ effect, actions, open }: Right, action: string): boolean =>
  effect === "Allow" && (open || actions.some((pattern) => like(pattern, action)));

/** Rights to every resource, or to actions not named one by one, for which nothing says why. */
export const unexplained = (roles: Role[]): Right[] =>
  roles.flatMap(({ rights }) => rights.filter(({ wildcard, why }) => wildcard && !why));

export const statementsOf = (policy: unknown): Record<string, any>[] => list(encodedIn(policy)?.Statement);

/** Who takes a role, each with the conditions. */
function principalsOf(blueprint: Blueprint, { Principal, Condition }: Record<string, any>): string[] {
  const when = conditionsOf(blueprint, Condition);
  return Object.values<string | string[]>(
    typeof Principal === "string" ? { any: Principal } : (Principal ?? {}),
  )
    .flatMap(list)
    .map((who) => [said(blueprint, who), ...(when.length > 0 ? [`if ${when.join(" and ")}`] : [])].join(" "));
}

/** Each as a reader says it. */
const conditionsOf = (
  blueprint: Blueprint,
  conditions: Record<string, Record<string, unknown>> = {},
): string[] =>
  Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, value]) =>
        `${key} ${operator} ${list(value as string)
          .map((v) => said(blueprint, String(v)))
          .join(" or ")}`,
    ),
  );

export function rightOf(blueprint: Blueprint, statement: Record<string, any>): Right {
  const all = (but: string | string[]): string => `everything but ${list(but).join(", ")}`;
  const actions = statement.NotAction ? [all(statement.NotAction)] : list<string>(statement.Action).sort();
  const on = statement.NotResource ? [all(statement.NotResource)] : list<string>(statement.Resource);
  const open = statement.NotAction !== undefined || statement.NotResource !== undefined;
  const wildcard = open || on.includes("*") || actions.some((action) => action.includes("*"));
  const when = conditionsOf(blueprint, statement.Condition);
  return {
    effect: statement.Effect ?? "Allow",
    actions,
    on: on.map((resource) => said(blueprint, resource)),
    when,
    wildcard,
    ...(wildcard && { why: whyWildcard(statement, actions, when.length > 0) }),
    ...(open && { open }),
  };
}

function whyWildcard(
  { Effect }: Record<string, any>,
  actions: string[],
  conditional: boolean,
): string | undefined {
  if (Effect === "Deny") return "it takes rights away";
  if (actions.every((action) => WITHOUT_RESOURCE.test(action)))
    return "AWS has no resource for these actions";
  return conditional ? "its conditions narrow it" : undefined;
}

/** A text with its references as the constructs' paths. */
export function said(blueprint: Blueprint, text: string): string {
  const whole = /^\$\{([^}]*)\}$/.exec(text)?.[1];
  const resource: Resource | undefined = whole ? blueprint.named(whole) : undefined;
  if (resource && !resource.type.startsWith("data.")) return resource.path;
  return text.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const found = blueprint.named(expression);
    if (!found) return "…";
    if (found.type === "data.aws_caller_identity") return "ACCOUNT";
    return found.type === "data.aws_partition" ? "aws" : `‹${found.path}›`;
  });
}
