// What CloudHSM's answers have in common: ARNs and pages.

import { tokenPage } from "../core/pages";
import { Hsm } from "../core/state";
import { invalidRequest } from "./lookup";

export const backupArn = (accountId: string, region: string, id: string): string =>
  `arn:aws:cloudhsm:${region}:${accountId}:backup/${id}`;

/** A page, by CloudHSM's own error. */
export const page = <T>(all: T[], input: { NextToken?: string; MaxResults?: number }, size: number) =>
  tokenPage(all, input, size, invalidRequest);

/** What the API shows of an HSM. */
export const shownHsm = ({ contents: _, sessions: __, fails: ___, ...shown }: Hsm) => shown;
