// Props that every construct takes and passes on to what it creates: tags, a provider, a permissions boundary.

import { Aspects, TerraformDataSource, TerraformProvider, TerraformResource } from "cdktf";
import { Construct, IConstruct } from "constructs";
import { requireUniqueNames } from "./unique-names";
import { check, checkMap, refuse } from "./validation";

/** Properties that every construct passes on to the AWS resources that it creates. */
export interface AwsProps {
  /**
   * Tags of all AWS resources that are created here, in addition to `Name` and to the tags of the provider.
   * @default none
   */
  readonly tags?: Record<string, string>;
  /**
   * AWS provider of everything that is created here: an alias, for another region, account or role.
   * @default the stack's AWS provider
   */
  readonly provider?: TerraformProvider;
  /**
   * ARN of the policy that is the permissions boundary of all roles that are created here.
   * @default none
   */
  readonly permissionsBoundary?: string;
}

/** Applies them to all AWS resources under `scope`, those of later methods included; an inner construct's own come first. */
export function applyAwsProps(scope: Construct, { tags, provider, permissionsBoundary }: AwsProps): void {
  requireUniqueNames(scope);
  checkTags(scope, tags ?? {});
  if (permissionsBoundary !== undefined)
    check(
      scope,
      "permissionsBoundary",
      permissionsBoundary,
      (arn) => /^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/.test(arn),
      "the ARN of an IAM policy",
    );
  if (!tags && !provider && !permissionsBoundary) return;
  const visit = (node: IConstruct): void => {
    const isResource = TerraformResource.isTerraformResource(node);
    if (!isResource && !TerraformDataSource.isTerraformDataSource(node)) return;
    if (node.terraformGeneratorMetadata?.providerName !== "aws") return;
    if (provider) node.provider = provider;
    if (isResource) applyToResource(node, tags, permissionsBoundary);
  };
  Aspects.of(scope).add({ visit });
}

/** The bindings' resources have these where AWS has them; no type of theirs says so. */
interface MaybeTagged {
  tags?: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
  permissionsBoundary?: string;
  /** Of the final backup that a destroy leaves. */
  finalBackupTags?: Record<string, string>;
  readonly finalBackupTagsInput?: Record<string, string>;
}

function applyToResource(
  resource: TerraformResource,
  tags?: Record<string, string>,
  permissionsBoundary?: string,
): void {
  const node = resource as MaybeTagged;
  if (tags && "tagsInput" in node) {
    const own = node.tagsInput;
    node.tags = { ...own, ...tags, ...(own?.Name !== undefined && { Name: own.Name }) };
  }
  if (tags && node.finalBackupTagsInput) node.finalBackupTags = { ...tags, ...node.finalBackupTagsInput };
  if (permissionsBoundary && "permissionsBoundaryInput" in node)
    node.permissionsBoundary = permissionsBoundary;
}

/** Two are left for what is made here. */
const MOST_TAGS = 48;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const ALLOWED_SAID = "letters, numbers, spaces and _ . : / = + - @";

/** Source: «Tag naming limits and requirements», Tagging AWS Resources and Tag Editor. */
function checkTags(scope: Construct, tags: Record<string, string>): void {
  checkMap(scope, "tags", tags, "texts by the tags' keys");
  const keys = Object.keys(tags);
  // "Each resource can have a maximum of 50 user created tags": the same. One of them is `Name`.
  check(
    scope,
    "tags",
    keys.length,
    (n) => n <= MOST_TAGS,
    `${MOST_TAGS} tags at most, beside Name and Deployment`,
  );
  // "Tag keys are not case sensitive" for roles: «Tagging IAM resources», IAM User Guide.
  for (const [i, key] of keys.entries())
    if (keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) < i)
      refuse(scope, "tags", key, "given once: for IAM the case of letters makes no other key");
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128 || /^aws:/i.test(key) || !ALLOWED.test(key))
      refuse(
        scope,
        "tags",
        key,
        `tag keys of 1 to 128 characters that do not begin with aws:, of ${ALLOWED_SAID}`,
      );
    check(
      scope,
      `tags.${key}`,
      value,
      (v) => typeof v === "string" && v.length <= 256 && ALLOWED.test(v),
      `a text of at most 256 characters, of ${ALLOWED_SAID}`,
    );
  }
}
