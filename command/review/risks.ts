// Who could make keys unusable or lose them, and what watches for it.

import { Blueprint } from "./blueprint";
import { mayAllow, Role } from "./roles";

export interface Risk {
  /** The call, such as `kms:ScheduleKeyDeletion`. */
  action: string;
  what: string;
  /** Roles of this stack that may call it; beside them whoever administers the account. */
  roles: string[];
}

export interface Watch {
  name: string;
  what: string;
}

const HARM: Record<string, string> = {
  "kms:ScheduleKeyDeletion": "deletes a key after 7 to 30 days",
  "kms:DisableKey": "makes a key unusable at once, until it is enabled",
  "kms:PutKeyPolicy": "can shut everybody out of a key",
  "kms:DisconnectCustomKeyStore": "makes all keys of the store unusable, until it is connected",
  "kms:UpdateCustomKeyStore": "can give the store another cluster or a wrong password",
  "kms:DeleteCustomKeyStore": "deletes the store, once it has no keys",
  "cloudhsm:DeleteHsm": "takes an HSM away; without HSMs no key can be used",
  "cloudhsm:DeleteCluster": "deletes the cluster; its keys live on in backups alone",
  "cloudhsm:DeleteBackup": "deletes a backup after 7 days, perhaps the last with a key",
};

export const risksOf = (roles: Role[]): Risk[] =>
  Object.entries(HARM).map(([action, what]) => ({
    action,
    what,
    roles: roles
      .filter(({ rights }) => rights.some((right) => mayAllow(right, action)))
      .map(({ name }) => name),
  }));

export function watchesOf(blueprint: Blueprint): Watch[] {
  const alarms = blueprint.of("aws_cloudwatch_metric_alarm").map(({ block }) => ({
    name: `alarm ${plain(block.alarm_name)}`,
    what: plain(block.alarm_description),
  }));
  const rules = blueprint.of("aws_cloudwatch_event_rule").map(({ block }) => ({
    name: `rule ${plain(block.name)}`,
    what: plain(block.description) || "notifies of the calls that can lose keys",
  }));
  const guards = blueprint
    .of("aws_lambda_invocation")
    .map((one) => ({ ...blueprint.actionOf(one), path: one.path }))
    .filter(({ onDelete }) => onDelete && onDelete !== "nothing")
    .map(({ onDelete, path }) => ({
      name: `guard ${path}`,
      what:
        onDelete === "retain"
          ? "a destroy by Terraform is refused"
          : `a destroy by Terraform passes ${onDelete} first`,
    }));
  return [...alarms, ...rules, ...guards];
}

const plain = (text: unknown): string => String(text ?? "").replace(/\$\{[^}]*\}/g, "…");
