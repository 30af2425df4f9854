// Tags of all of FSx's resources, by ARN.

import { Call, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Region, Tag } from "../core/state";
import { overwritten } from "../core/tags";
import { badRequest } from "./errors";
import { MAX_TAGS, page } from "./lookup";

export function tagOperations(): Record<string, Operation> {
  return {
    ListTagsForResource(input, { region }: Call) {
      const { items, NextToken } = page(byArn(region, input.ResourceARN).tags, input);
      return { Tags: items, NextToken };
    },
    TagResource(input, { region }: Call) {
      const resource = byArn(region, input.ResourceARN);
      const tags = overwritten<Tag>(resource.tags, input.Tags, (t) => t.Key);
      if (tags.length > MAX_TAGS) throw badRequest(`A resource has ${MAX_TAGS} tags at most.`);
      resource.tags = tags;
      return {};
    },
    UntagResource(input, { region }: Call) {
      const resource = byArn(region, input.ResourceARN);
      resource.tags = resource.tags.filter((t) => !input.TagKeys.includes(t.Key));
      return {};
    },
  };
}

function byArn(region: Region, arn: string): { tags: Tag[] } {
  const id = arn.split("/").pop()!;
  const resource = region.fileSystems[id] ?? region.svms[id] ?? region.volumes[id] ?? region.fsxBackups[id];
  if (!resource)
    throw new AwsError("ResourceNotFound", `Resource ${arn} does not exist.`, 400, { ResourceARN: arn });
  return resource;
}
