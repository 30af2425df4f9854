// Pages by NextToken and MaxResults, as CloudHSM and FSx have them.

import { AwsError } from "./errors";

/** A page of a list. A token is only good for the list that it came from, and says where to continue. */
export function tokenPage<T>(
  all: T[],
  input: { NextToken?: string; MaxResults?: number },
  size: number,
  invalid: (message: string) => AwsError,
): { items: T[]; NextToken?: string } {
  const token = input.NextToken && Buffer.from(input.NextToken, "base64").toString();
  if (token !== undefined && !/^\d+$/.test(token)) throw invalid("NextToken is not valid.");
  const start = Number(token ?? 0);
  const end = start + (input.MaxResults ?? size);
  return {
    items: all.slice(start, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
  };
}
