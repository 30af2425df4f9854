// How much a role's inline policies may have: "Role inline policies: 10,240 characters … white space is not counted", of all together.
// Source: «IAM and AWS STS quotas», IAM User Guide.

import { GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";

const MOST = 10_240;

const sizeOf = (document: string): number => document.replaceAll(/\s/g, "").length;

/** Refuses PutRolePolicy where it would be more. */
export async function checkInlineSize({ moto }: Context, input: URLSearchParams): Promise<void> {
  const [RoleName, name] = [input.get("RoleName") ?? "", input.get("PolicyName") ?? ""];
  const iam = moto.iam("us-east-1");
  const { PolicyNames = [] } = await iam
    .send(new ListRolePoliciesCommand({ RoleName }))
    .catch(() => ({ PolicyNames: [] })); // moto says that there is no such role
  let size = sizeOf(input.get("PolicyDocument") ?? "");
  for (const PolicyName of PolicyNames) {
    if (PolicyName === name) continue;
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    size += sizeOf(decodeURIComponent(PolicyDocument!));
  }
  if (size > MOST)
    throw new AwsError(
      "LimitExceeded",
      `Maximum policy size of ${MOST} bytes exceeded for role ${RoleName}`,
      409,
    );
}
