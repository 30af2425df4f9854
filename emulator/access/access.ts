// Access of a role: its signature, then its policies, as IAM decides. What the administrator asks is not asked here.

import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { VpcEndpoint } from "@aws-sdk/client-ec2";
import { FastifyRequest } from "fastify";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { Signature } from "../http/protocol";
import { Issued } from "./credentials";
import { decideKey, rootArn } from "./key-policy";
import { decide, Decision, Question, Statement } from "./policy";
import { questionsOf } from "./questions";
import { checkSignature } from "./signature";

interface Policy {
  Statement: Statement | Statement[];
}

/** The error's code, where a service has one of its own. */
const DENIED: Record<string, { code: string; status: number }> = {
  cloudhsm: { code: "CloudHsmAccessDeniedException", status: 400 },
  sns: { code: "AuthorizationError", status: 403 },
  ec2: { code: "UnauthorizedOperation", status: 403 },
};

/** Refuses a request that the role did not sign, or that its policies, or those of the endpoint on its way, do not allow. */
export async function checkAccess(
  context: Context,
  request: FastifyRequest,
  scope: Signature,
  issued: Issued,
  endpoint?: VpcEndpoint,
): Promise<void> {
  await checkSignature(request, scope, issued);
  // "sts:GetCallerIdentity: no permissions are required": GetCallerIdentity, AWS STS API Reference.
  if (scope.service === "sts") return;
  const questions = await questionsOf(context, request, scope);
  if (endpoint) checkEndpoint(context, endpoint, issued, questions, scope.service);
  for (const question of questions) {
    const byIdentity = await mayRole(context, issued.roleName, question);
    const decision = question.key
      ? decideKey(question.key, issued.roleArn, inAccount(context, question), byIdentity)
      : byIdentity;
    if (decision === "Allow") continue;
    const byKey = byIdentity === "Allow"; // then it is the key that does not let IAM decide
    throw denied(scope.service, issued, question, decision, byKey ? "resource-based" : "identity-based");
  }
}

/**
 * Refuses what a key's policy does not leave to the account: IAM allows its administrator everything, but "No AWS principal, including the
 * account root user …, has any permissions to a KMS key unless they are explicitly allowed": «Key policies in AWS KMS», AWS KMS Developer
 * Guide.
 */
export async function checkKeysLetAdministrator(
  context: Context,
  request: FastifyRequest,
  scope: Signature,
): Promise<void> {
  if (scope.service !== "kms") return;
  const principalArn = rootArn(context.cloud.accountId);
  for (const question of await questionsOf(context, request, scope)) {
    if (!question.key) continue;
    const decision = decideKey(question.key, principalArn, inAccount(context, question), "Allow");
    if (decision !== "Allow") throw denied("kms", { principalArn }, question, decision, "resource-based");
  }
}

/**
 * "An endpoint policy does not override or replace identity-based or resource-based policies": what passes the endpoint is
 * asked of it as well. What a service does in the caller's name does not pass it. Source: «Control access to VPC endpoints
 * using endpoint policies», AWS PrivateLink Guide.
 */
function checkEndpoint(
  context: Context,
  endpoint: VpcEndpoint,
  issued: Issued,
  questions: Question[],
  service: string,
): void {
  // An endpoint that was made without a policy has one that allows everything.
  if (!endpoint.PolicyDocument) return;
  const policy: Policy = parse(endpoint.PolicyDocument);
  for (const question of questions.filter((q) => q.action.startsWith(`${service}:`))) {
    const about = { ...inAccount(context, question).context, "aws:PrincipalArn": issued.roleArn };
    const decision = decide([policy], { ...question, context: about });
    if (decision !== "Allow") throw denied(service, issued, question, decision, "VPC endpoint");
  }
}

/** The last part of a role's ARN, whatever its path. */
export const roleNameOf = (roleArn: string): string => roleArn.split("/").pop()!;

/** IAM's decision for a role, by all its policies. */
export async function mayRole(context: Context, roleName: string, question: Question): Promise<Decision> {
  const policies = await context.lookups.known(`policies of ${roleName}`, () =>
    policiesOf(context.moto.iam("us-east-1"), roleName),
  );
  return decide(policies, inAccount(context, question));
}

const inAccount = ({ cloud }: Context, question: Question): Question => ({
  ...question,
  context: {
    "aws:PrincipalAccount": cloud.accountId,
    "kms:CallerAccount": cloud.accountId,
    ...question.context,
  },
});

async function policiesOf(iam: IAMClient, RoleName: string): Promise<Policy[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const inline = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return parse(PolicyDocument);
  });
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const attached = AttachedPolicies.map(async ({ PolicyArn }) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy!.DefaultVersionId }),
    );
    return parse(version.PolicyVersion!.Document);
  });
  return Promise.all([...inline, ...attached]);
}

const parse = (document: string | undefined): Policy =>
  JSON.parse(decodeURIComponent(document ?? '{"Statement":[]}'));

/** Source of the text: «Troubleshoot access denied error messages», IAM User Guide. */
function denied(
  service: string,
  issued: Pick<Issued, "principalArn">,
  { action, resource }: Question,
  decision: Decision,
  kind: "identity-based" | "resource-based" | "VPC endpoint",
): AwsError {
  const { code, status } = DENIED[service] ?? { code: "AccessDeniedException", status: 400 };
  const because =
    decision === "Deny"
      ? `with an explicit deny in ${kind === "identity-based" ? "an" : "a"} ${kind} policy`
      : `because no ${kind} policy allows the ${action} action`;
  return new AwsError(
    code,
    `User: ${issued.principalArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    status,
  );
}
