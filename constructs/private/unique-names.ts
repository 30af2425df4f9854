// Names that must be unique in AWS: duplicates in a stack are found at synth, not when AWS refuses the second one.

import { TerraformResource, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";

/** The attribute with the name, by Terraform type. Source: each service's API Reference, «Create…» or «Put…». */
const NAMED_BY: Record<string, string> = {
  aws_cloudwatch_dashboard: "dashboardName",
  aws_cloudwatch_event_rule: "name",
  aws_cloudwatch_log_group: "name",
  aws_cloudwatch_metric_alarm: "alarmName",
  aws_iam_role: "name",
  aws_kms_alias: "name",
  aws_kms_custom_key_store: "customKeyStoreName",
  aws_lambda_function: "functionName",
  aws_scheduler_schedule_group: "name",
  aws_secretsmanager_secret: "name",
  aws_sns_topic: "name",
  aws_sqs_queue: "name",
};

const checked = new WeakSet<TerraformStack>();

/** Has a synth refuse names that two resources of the stack have in one account and region. */
export function requireUniqueNames(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  if (checked.has(stack)) return;
  checked.add(stack);
  // A validation, because it runs when each resource has its provider: another provider is another account or region.
  stack.node.addValidation({ validate: () => namesTakenTwice(stack) });
}

function namesTakenTwice(stack: TerraformStack): string[] {
  const owners = new Map<string, TerraformResource>();
  return stack.node.findAll().flatMap((node) => {
    if (!TerraformResource.isTerraformResource(node)) return [];
    const prop = NAMED_BY[node.terraformResourceType];
    const name = prop && (node as unknown as Record<string, unknown>)[`${prop}Input`];
    if (typeof name !== "string" || Token.isUnresolved(name)) return [];
    const key = [node.terraformResourceType, node.provider?.fqn, name].join(" ");
    const owner = owners.get(key);
    owners.set(key, owner ?? node);
    return owner
      ? [
          `${node.node.path}: ${prop} is "${name}"; it must be another one than that of ${owner.node.path}: AWS has it once in an account and region. Give one of the two constructs another name, or a purpose`,
        ]
      : [];
  });
}
