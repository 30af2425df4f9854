// Tags of clusters and backups.

import { Call, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Region, Tag } from "../core/state";
import { overwritten } from "../core/tags";
import { page } from "./answers";
import { notFound } from "./lookup";

/** "Maximum number of tags per resource: 50": «Tagging resources», AWS CloudHSM User Guide. */
const MAX_TAGS = 50;

/** Refuses keys that AWS keeps for itself, and two tags of one key. Source: «Tag naming limits», General Reference. */
export function checkTags(tags: Tag[]): void {
  const keys = tags.map((t) => t.Key);
  if (keys.some((k) => k.toLowerCase().startsWith("aws:")))
    throw new AwsError("CloudHsmTagException", "Tag keys must not begin with aws:.");
  if (new Set(keys).size < keys.length)
    throw new AwsError("CloudHsmTagException", "A tag key must not be given twice.");
}

export function tagOperations(): Record<string, Operation> {
  return {
    ListTags(input, { region }: Call) {
      const { items, NextToken } = page(tagged(region, input.ResourceId).tags, input, 100);
      return { TagList: items, NextToken };
    },
    TagResource(input, { region }: Call) {
      const resource = tagged(region, input.ResourceId);
      checkTags(input.TagList);
      const tags = overwritten<Tag>(resource.tags, input.TagList, (t) => t.Key);
      if (tags.length > MAX_TAGS)
        throw new AwsError("CloudHsmResourceLimitExceededException", `A resource can have ${MAX_TAGS} tags.`);
      resource.tags = tags;
      return {};
    },
    UntagResource(input, { region }: Call) {
      const resource = tagged(region, input.ResourceId);
      resource.tags = resource.tags.filter((t) => !input.TagKeyList.includes(t.Key));
      return {};
    },
  };
}

function tagged(region: Region, id: string): { tags: Tag[] } {
  const cluster = region.clusters[id];
  const resource = cluster?.State === "DELETED" ? undefined : (cluster ?? region.backups[id]);
  if (!resource) throw notFound(`Resource with ID ${id} does not exist.`);
  return resource;
}
