// Settings of version 0.1.0, which had no groups for most constructs: they are read, with a warning.

import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { refuse } from "../private";
import {
  ClusterSettings,
  HealthSettings,
  KeySettings,
  MonitoringSettings,
  NetworkSettings,
  OperatorSettings,
  SafeStorageProps,
  UserAuditSettings,
  UsersSettings,
} from "./settings";

/**
 * Settings of a `SafeStorage` as version 0.1.0 knew them; each is a member of a group now, and a warning says of which.
 * @deprecated Use the groups of `SafeStorageProps`.
 */
export interface PreviousSettings
  extends
    Partial<Pick<NetworkSettings, "cidrBlock" | "subnets" | "privateDns">>,
    Pick<OperatorSettings, "architecture" | "layerZip" | "reserveConcurrency">,
    Pick<
      ClusterSettings,
      | "hsmType"
      | "mode"
      | "passwordLength"
      | "sourceBackupId"
      | "hsms"
      | "backupRetentionDays"
      | "hsmsOnDemand"
      | "backupsOnDemand"
      | "identityCheck"
    >,
    Pick<KeySettings, "deletionWindowInDays">,
    Partial<Pick<UsersSettings, "users" | "deleteKeysOfRemovedUsers">> {
  /**
   * Name of the key store.
   * @default the name
   */
  readonly keyStoreName?: string;
  /**
   * How it is monitored.
   * @default none
   */
  readonly monitoring?: MonitoringSettings &
    Pick<HealthSettings, "everyMinutes" | "backupHours" | "certificateDays"> &
    Pick<UserAuditSettings, "admins" | "automaticRepair" | "everyHours">;
}

/** Where each setting is now. */
const MOVED: Record<string, string> = {
  cidrBlock: "network.cidrBlock",
  subnets: "network.subnets",
  privateDns: "network.privateDns",
  architecture: "operator.architecture",
  layerZip: "operator.layerZip",
  reserveConcurrency: "operator.reserveConcurrency",
  hsmType: "cluster.hsmType",
  mode: "cluster.mode",
  passwordLength: "cluster.passwordLength",
  sourceBackupId: "cluster.sourceBackupId",
  hsms: "cluster.hsms",
  backupRetentionDays: "cluster.backupRetentionDays",
  hsmsOnDemand: "cluster.hsmsOnDemand",
  backupsOnDemand: "cluster.backupsOnDemand",
  identityCheck: "cluster.identityCheck",
  keyStoreName: "keyStore.name",
  deletionWindowInDays: "key.deletionWindowInDays",
  users: "hsmUsers.users",
  deleteKeysOfRemovedUsers: "hsmUsers.deleteKeysOfRemovedUsers",
  "monitoring.everyMinutes": "monitoring.health.everyMinutes",
  "monitoring.backupHours": "monitoring.health.backupHours",
  "monitoring.certificateDays": "monitoring.health.certificateDays",
  "monitoring.admins": "monitoring.userAudit.admins",
  "monitoring.automaticRepair": "monitoring.userAudit.automaticRepair",
  "monitoring.everyHours": "monitoring.userAudit.everyHours",
};

type Group = Record<string, unknown>;

/** The settings with each of 0.1.0 in its group, and a warning for it. */
export function currentSettings(
  scope: Construct,
  given: SafeStorageProps | (PreviousSettings & Partial<SafeStorageProps>),
): SafeStorageProps {
  const settings: Group = { ...given };
  for (const [old, current] of Object.entries(MOVED)) {
    const value = take(settings, old.split("."));
    if (value === undefined) continue;
    Annotations.of(scope).addWarning(`${old} is a setting of version 0.1.0: write ${current} instead`);
    put(scope, settings, current, value);
    // 0.1.0 used one length for the passwords of all users.
    if (old === "passwordLength" && "users" in settings)
      put(scope, settings, "hsmUsers.passwordLength", value);
  }
  return settings as unknown as SafeStorageProps;
}

/** Takes the value at a path out of the settings; undefined where there is none. */
function take(settings: Group, [name, ...rest]: string[]): unknown {
  const value = settings[name];
  if (rest.length === 0) {
    delete settings[name];
    return value;
  }
  if (!isGroup(value)) return undefined;
  const group = (settings[name] = { ...value });
  return take(group, rest);
}

function put(scope: Construct, settings: Group, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  let group = settings;
  for (const next of names) {
    const inner = group[next] ?? {};
    if (!isGroup(inner)) return; // a value that is no group is refused by name later
    group = group[next] = { ...inner };
  }
  if (group[last] !== undefined)
    refuse(scope, path, group[last], "given once, and not by its name of 0.1.0 as well");
  group[last] = value;
}

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);
