// Refusing bad input at synth: what is wrong, where, and what would be right.

import { Token } from "cdktf";
import { Construct } from "constructs";

/** Throws an error that names the construct's path, the prop, its value and what would be right. */
export function refuse(scope: Construct, prop: string, value: unknown, right: string): never {
  // The text of a token (a variable, an attribute of a resource) would mean nothing to the reader.
  const said = isKnown(value) ? `${JSON.stringify(value)}; it must be` : `${LATER} and`;
  throw new Error(`${scope.node.path}: ${prop} is ${said} ${right}`);
}

const LATER = "known at deploy only; it must be known at synth,";

/** Refuses what is known at deploy only where its text, or each of its members, is needed at synth. */
export function checkKnown(scope: Construct, prop: string, value: unknown, right: string): void {
  if (!isKnown(value)) refuse(scope, prop, value, right);
}

/** Whether nothing of it is a token of CDKTF. */
const isKnown = (value: unknown): boolean =>
  !Token.isUnresolved(value) &&
  (typeof value !== "object" || value === null || Object.entries(value).flat().every(isKnown));

/** Refuses what is no list, and a member that is nothing; in JSON anything may stand anywhere. */
export function checkList(scope: Construct, prop: string, value: unknown, right: string): void {
  if (Token.isUnresolved(value) || !Array.isArray(value) || value.some((v) => v === null || v === undefined))
    refuse(scope, prop, value, right);
}

/** Refuses what is no object with members by name, and a member that is nothing. */
export function checkMap(scope: Construct, prop: string, value: unknown, right: string): void {
  const isMap =
    typeof value === "object" && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
  if (!isMap || Object.values(value).some((v) => v === null)) refuse(scope, prop, value, right);
}

/** Refuses a value that `holds` rejects. Values known only at deploy time (tokens) pass: AWS checks them. */
export function check<T>(
  scope: Construct,
  prop: string,
  value: T,
  holds: (value: T) => boolean,
  right: string,
): void {
  if (!Token.isUnresolved(value) && !holds(value)) refuse(scope, prop, value, right);
}

/** Refuses members that `names` does not have: what comes as JSON, no compiler has checked for typing errors. */
export function checkNames(scope: Construct, prop: string, value: object, names: readonly string[]): void {
  checkMap(scope, prop, value, `an object with members of ${names.join(", ")}`);
  for (const name of Object.keys(value))
    if (!names.includes(name)) refuse(scope, prop, name, `one of ${names.join(", ")}`);
}

/** Refuses what is no key's ARN. Source: KeyId, AWS KMS API Reference. */
export function checkKeyArn(scope: Construct, prop: string, keyArn: string): void {
  const isArn = (arn: string): boolean => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(arn);
  check(scope, prop, keyArn, isArn, "the ARN of a KMS key");
}

/** Refuses what is no secret's ARN. Source: SecretListEntry, AWS Secrets Manager API Reference. */
export function checkSecretArn(scope: Construct, prop: string, secretArn: string): void {
  const isArn = (arn: string): boolean => /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/.test(arn);
  check(scope, prop, secretArn, isArn, "the ARN of a secret");
}

/** Refuses what is no certificate. "maximum length of 5000": TrustAnchorCertificate, AWS KMS API Reference. */
export function checkPem(scope: Construct, prop: string, pem: string): void {
  const isPem = (text: string): boolean =>
    /^-----BEGIN CERTIFICATE-----$/m.test(String(text)) && text.length <= 5000;
  check(scope, prop, pem, isPem, "a certificate in PEM of at most 5,000 characters");
}

/** Refuses what is neither true nor false; from JSON a text may come, and "false" would count as true. */
export function checkFlags(scope: Construct, flags: Record<string, boolean | undefined>): void {
  for (const [prop, value] of Object.entries(flags)) {
    // The resources depend on it.
    checkKnown(scope, prop, value, "true or false");
    check(scope, prop, value, (v) => v === undefined || typeof v === "boolean", "true or false");
  }
}

/** Source: PutRetentionPolicy, Amazon CloudWatch Logs API Reference. */
const LOG_RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Refuses a retention of logs, in days, that CloudWatch Logs does not have. */
export function checkLogRetention(scope: Construct, prop: string, value: number): void {
  const right = `one of ${LOG_RETENTION_DAYS.join(", ")}, or 0 for ever`;
  check(scope, prop, value, (days) => LOG_RETENTION_DAYS.includes(days), right);
}

/** Refuses a number that is not whole or not between the bounds, both included. */
export function checkRange(
  scope: Construct,
  prop: string,
  value: number,
  min: number,
  max: number,
  unit: string,
): void {
  check(
    scope,
    prop,
    value,
    (n) => Number.isInteger(n) && n >= min && n <= max,
    `a whole number of ${unit} between ${min} and ${max}`,
  );
}

/** Refuses what is no cluster's id. Source: ClusterId, AWS CloudHSM API Reference. */
export function checkClusterId(scope: Construct, prop: string, clusterId: string): void {
  const isId = (text: string): boolean => /^cluster-[2-7a-zA-Z]{11,16}$/.test(text);
  check(scope, prop, clusterId, isId, "a cluster's id, such as cluster-abcdefghijk");
}

/** Refuses what no HSM takes for a user's name; in capitals it would come back in small letters. Source: «user create», AWS CloudHSM User Guide. */
export function checkUserName(scope: Construct, prop: string, name: string): void {
  const isName = (text: string): boolean => /^[a-z0-9_]{1,31}$/.test(text);
  const right = "a user's name: at most 31 small letters, digits and underscores";
  checkKnown(scope, prop, name, right);
  check(scope, prop, name, isName, right);
}

/** Refuses what is no id of EC2. Source: «Resource IDs», Amazon EC2 User Guide. */
export function checkId(scope: Construct, prop: string, id: string, kind: string): void {
  const isId = (text: unknown): boolean => new RegExp(`^${kind}-[0-9a-f]+$`).test(String(text));
  check(scope, prop, id, isId, `an id such as ${kind}-0a1b2c3d4e5f60718`);
}
