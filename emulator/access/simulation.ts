// What IAM would decide: SimulatePrincipalPolicy, for a role. Source: «SimulatePrincipalPolicy», IAM API Reference; «IAM policy testing with the
// IAM policy simulator», IAM User Guide.

import { FastifyReply, FastifyRequest } from "fastify";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { mayRole, roleNameOf } from "./access";

const DECISIONS = { Allow: "allowed", Deny: "explicitDeny", ImplicitDeny: "implicitDeny" };

export async function simulate(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = new URLSearchParams(String(request.body));
  const list = (name: string): string[] =>
    [...asked].filter(([key]) => new RegExp(`^${name}\\.member\\.\\d+$`).test(key)).map(([, value]) => value);
  const source = asked.get("PolicySourceArn") ?? "";
  if (!source.startsWith("arn:"))
    throw new AwsError("InvalidInput", "PolicySourceArn must be the ARN of a user, group or role.");
  // Who is no role is the local cloud's administrator.
  const isRole = source.includes(":role/");
  const about: Record<string, string> = {};
  for (let i = 1; asked.has(`ContextEntries.member.${i}.ContextKeyName`); i++)
    about[asked.get(`ContextEntries.member.${i}.ContextKeyName`)!] =
      asked.get(`ContextEntries.member.${i}.ContextKeyValues.member.1`) ?? "";
  const resources = list("ResourceArns");
  const results: string[] = [];
  for (const action of list("ActionNames"))
    for (const resource of resources.length > 0 ? resources : ["*"]) {
      const question = { action, resource, context: about };
      const decision = isRole ? await mayRole(context, roleNameOf(source), question) : "Allow";
      results.push(
        `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${DECISIONS[decision]}</EvalDecision></member>`,
      );
    }
  return reply
    .type("text/xml")
    .send(
      `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join("")}</EvaluationResults></SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>${request.id}</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`,
    );
}
