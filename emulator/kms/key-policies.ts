// Key policies of keys in CloudHSM key stores: the default one, and what KMS refuses to attach.
// Source: Policy, CreateKey and PutKeyPolicy, AWS KMS API Reference.

import { GetRoleCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { decideKeyPolicy, rootArn } from "../access/key-policy";
import { list, Statement } from "../access/policy";
import { Call, Context } from "../core/context";
import { AwsError } from "../core/errors";

const malformed = (message: string) => new AwsError("MalformedPolicyDocumentException", message);

export const defaultPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: rootArn(accountId) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

export async function checkKeyPolicy(
  context: Context,
  { caller }: Call,
  text: string,
  bypassLockoutCheck = false,
): Promise<void> {
  const policy = parse(text);
  for (const { Effect, Principal } of list(policy.Statement)) {
    if (!["Allow", "Deny"].includes(Effect))
      throw malformed("Policy contains a statement without an Effect.");
    // "Each statement in the key policy must contain one or more principals".
    if (!Principal) throw malformed("Policy contains a statement without a principal.");
    // "The principals in the key policy must exist and be visible to AWS KMS".
    for (const arn of Principal === "*" ? [] : list(Principal.AWS))
      if (!(await exists(context, arn)))
        throw malformed("Policy contains a statement with one or more invalid principals.");
  }
  if (bypassLockoutCheck) return;
  // "The key policy must allow the calling principal to make a subsequent PutKeyPolicy request".
  const principal = caller?.roleArn ?? rootArn(context.cloud.accountId);
  const account = {
    "kms:CallerAccount": context.cloud.accountId,
    "aws:PrincipalAccount": context.cloud.accountId,
  };
  const question = { action: "kms:PutKeyPolicy", resource: "*", context: account };
  const { decision, delegates } = decideKeyPolicy({ policy }, principal, question);
  if (decision === "Deny" || (decision !== "Allow" && !delegates))
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
}

function parse(text: string): { Statement: Statement | Statement[] } {
  let policy: any;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed("The policy is not valid JSON.");
  }
  if (typeof policy?.Statement !== "object") throw malformed("The policy has no Statement.");
  return policy;
}

/** A principal of another account is taken for real. */
async function exists({ cloud, moto }: Context, arn: string): Promise<boolean> {
  if (/^\d{12}$/.test(arn) || arn === "*") return true;
  const [, account, kind, name] =
    /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):([\w-]+)(?:\/.*?)?([^/]*)$/.exec(arn) ?? [];
  if (!account) return false;
  if (account !== cloud.accountId || !["role", "user"].includes(kind)) return true;
  const iam = moto.iam("us-east-1");
  const found =
    kind === "role"
      ? iam.send(new GetRoleCommand({ RoleName: name }))
      : iam.send(new GetUserCommand({ UserName: name }));
  return found.then(
    () => true,
    () => false,
  );
}
