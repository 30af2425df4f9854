// A key's own say in who may use it: its key policy, and its grants.
// Source: «Key policies in AWS KMS», «Grants in AWS KMS», AWS KMS Developer Guide.

import { Grant } from "../core/state";
import { decide, Decision, list, Principal, Question, Statement } from "./policy";

export interface KeyAccess {
  policy: { Statement: Statement | Statement[] };
  grants: Pick<Grant, "GranteePrincipal" | "RetiringPrincipal" | "Operations" | "Constraints">[];
}

/** Who asks: the ARN of a role, or of the account's root, which administrators act as. */
export type PrincipalArn = string;

export const rootArn = (accountId: string): PrincipalArn => `arn:aws:iam::${accountId}:root`;

/** What the key policy alone says to a principal, and whether it lets IAM's policies decide. */
export function decideKeyPolicy(
  { policy }: Pick<KeyAccess, "policy">,
  principal: PrincipalArn,
  question: Question,
): { decision: Decision; delegates: boolean } {
  const accountId = principal.split(":")[4];
  const to = (names: string[]) => ({
    Statement: list(policy.Statement).filter((s) => names.some((name) => isFor(s.Principal, name))),
  });
  return {
    decision: decide([to([principal, "*"])], question),
    // "The key policy … gives the AWS account permission to use IAM policies": «Default key policy».
    delegates: decide([to([rootArn(accountId), accountId, "*"])], question) === "Allow",
  };
}

/** IAM's decision for a key: a deny anywhere, else the key policy, IAM by the key policy's leave, or a grant. */
export function decideKey(
  key: KeyAccess,
  principal: PrincipalArn,
  question: Question,
  byIdentity: Decision,
): Decision {
  const { decision, delegates } = decideKeyPolicy(key, principal, question);
  if (byIdentity === "Deny" || decision === "Deny") return "Deny";
  if (decision === "Allow" || (byIdentity === "Allow" && delegates)) return "Allow";
  return isGranted(key, principal, question) ? "Allow" : "ImplicitDeny";
}

function isFor(principals: Principal | undefined, name: string): boolean {
  if (principals === undefined || principals === "*") return name === "*";
  return list(principals.AWS).includes(name);
}

function isGranted({ grants }: KeyAccess, principal: PrincipalArn, { action, context }: Question): boolean {
  const operation = action.replace("kms:", "");
  const accountId = principal.split(":")[4];
  return grants.some((grant) => {
    // "can be called by the retiring principal for a grant": RetireGrant, API Reference.
    if (operation === "RetireGrant" && grant.RetiringPrincipal === principal) return true;
    const grantee = [principal, rootArn(accountId), accountId].includes(grant.GranteePrincipal ?? "");
    return grantee && grant.Operations.includes(operation) && constraintsHold(grant, operation, context);
  });
}

const CONTEXT_KEY = "kms:EncryptionContext:";

/** Operations with an encryption context: «Encryption context», AWS KMS Developer Guide. */
const WITH_CONTEXT = /^(Encrypt|Decrypt|ReEncrypt(From|To)|GenerateDataKey(Pair)?(WithoutPlaintext)?)$/;

/** The request's encryption context as condition keys; none for an operation that has no such context. */
export const encryptionContextKeys = (operation: string, given: Record<string, string> = {}) =>
  WITH_CONTEXT.test(operation)
    ? Object.fromEntries(Object.entries(given).map(([name, value]) => [CONTEXT_KEY + name, value]))
    : {};

/** "Encryption context grant constraints are not applied to operations that do not support an encryption context". */
function constraintsHold(
  { Constraints }: KeyAccess["grants"][number],
  operation: string,
  context: Question["context"],
): boolean {
  if (!WITH_CONTEXT.test(operation)) return true;
  const has = ([name, value]: [string, string]) => context[CONTEXT_KEY + name] === value;
  const asked = Object.keys(context).filter((name) => name.startsWith(CONTEXT_KEY)).length;
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = Constraints ?? {};
  return (
    Object.entries(subset ?? {}).every(has) &&
    (!equals || (Object.entries(equals).every(has) && asked === Object.keys(equals).length))
  );
}
