// IAM actions and resources of CloudHSM's calls.
// Source: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference.

import { inCallersName } from "../access/questions";
import type { AskedCall, Context, KeyQuestion } from "../core/context";
import type { Tag } from "../core/state";
import { tagContext } from "../core/tags";

/** What CreateHsm does in EC2 in its caller's name. */
const CREATE_HSM = [
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateNetworkInterface",
  "ec2:CreateSecurityGroup",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:RevokeSecurityGroupEgress",
];

/** AWS chooses its id. */
const NEW_BACKUP = "backup-new";

export function cloudHsmQuestions({
  context,
  region,
  operation,
  input,
  arn,
  plain,
}: AskedCall): KeyQuestion[] {
  const id: string | undefined = input.ClusterId ?? input.BackupId ?? input.ResourceId;
  // "DeleteHsm: no resource types; dependent actions: ec2:DeleteNetworkInterface".
  if (operation === "DeleteHsm") return [plain("*"), inCallersName("ec2:DeleteNetworkInterface")];
  const asked = plain(id ? arn(`${id.split("-")[0]}/${id}`) : "*");
  Object.assign(asked.context, tagContext("ResourceTag", tagsOf(context, region, id)));
  Object.assign(asked.context, tagContext("RequestTag", input.TagList ?? []));
  // "Dependent actions: cloudhsm:TagResource".
  if (operation === "CopyBackupToRegion" && input.TagList?.length > 0) {
    const copy = `arn:aws:cloudhsm:${input.DestinationRegion}:${context.cloud.accountId}:backup/${NEW_BACKUP}`;
    return [asked, { ...asked, action: "cloudhsm:TagResource", resource: copy }];
  }
  return operation === "CreateHsm" ? [asked, ...CREATE_HSM.map(inCallersName)] : [asked];
}

const tagsOf = (context: Context, region: string, id = ""): Tag[] => {
  const { clusters, backups } = context.cloud.region(region);
  return (clusters[id] ?? backups[id])?.tags ?? [];
};
