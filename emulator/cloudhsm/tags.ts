// Tags of clusters and backups.

import { Call, Operation } from "../context";
import { Region, Tag } from "../state";
import { notFound } from "./lookup";

export function tagOperations(): Record<string, Operation> {
  return {
    ListTags(input, { region }: Call) {
      return { TagList: tagged(region, input.ResourceId).tags };
    },
    TagResource(input, { region }: Call) {
      const resource = tagged(region, input.ResourceId);
      const added = new Map((input.TagList as Tag[]).map((t) => [t.Key, t]));
      resource.tags = [...resource.tags.filter((t) => !added.has(t.Key)), ...added.values()];
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
  const resource = region.clusters[id] ?? region.backups[id];
  if (!resource) throw notFound(`Resource with ID ${id} does not exist.`);
  return resource;
}
