// What CloudHSM's answers have in common: ARNs and pages.

import { Cloud } from "../cloud";
import { tokenPage } from "../pages";
import { invalidRequest } from "./lookup";

export const backupArn = (cloud: Cloud, region: string, id: string): string =>
  `arn:aws:cloudhsm:${region}:${cloud.accountId}:backup/${id}`;

/** A page, by CloudHSM's own error. */
export const page = <T>(all: T[], input: { NextToken?: string; MaxResults?: number }, size: number) =>
  tokenPage(all, input, size, invalidRequest);
