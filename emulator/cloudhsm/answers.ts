// What CloudHSM's answers have in common: ARNs and pages.

import { Cloud } from "../cloud";
import { invalidRequest } from "./lookup";

export const backupArn = (cloud: Cloud, region: string, id: string): string =>
  `arn:aws:cloudhsm:${region}:${cloud.accountId}:backup/${id}`;

/** A page of a list. A token is only good for the list that it came from, and says where to go on. */
export function page<T>(
  all: T[],
  input: { NextToken?: string; MaxResults?: number },
  size: number,
): { items: T[]; NextToken?: string } {
  const token = input.NextToken && Buffer.from(input.NextToken, "base64").toString();
  if (token !== undefined && !/^\d+$/.test(token)) throw invalidRequest("NextToken is not valid.");
  const start = Number(token ?? 0);
  const end = start + (input.MaxResults ?? size);
  return {
    items: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
  };
}
