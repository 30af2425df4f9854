// What the tables of errors share: how a message reads, and constructs of valid props.

import { TerraformStack } from "cdktf";
import { ClusterOperator, HsmNetwork } from "../constructs";
import { EXISTING_NETWORK } from "../scripts/lib/synthesize";

export const network = (stack: TerraformStack, id = "network") =>
  HsmNetwork.fromExisting(stack, id, EXISTING_NETWORK);

export const operator = (stack: TerraformStack) =>
  new ClusterOperator(stack, "operator", { network: network(stack, "operator-network") });

export const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [] };
export const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

export const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:hsm-admin-a1b2c3";

export type Wrong = Record<string, [value: unknown, message: string][]>;
export interface Subject {
  /** Makes the construct «it» of valid props, but for these. */
  make: (stack: TerraformStack, changes: object) => unknown;
  wrong: Wrong;
  /** Props that take every value of their type, each with why nothing is checked. */
  free?: Record<string, string>;
  /** Errors that depend on files or on several props; other tests here have them. */
  also?: string[];
}

export const is = (prop: string, value: unknown, right: string, where = "test/it"): string =>
  `${where}: ${prop} is ${JSON.stringify(value)}; it must be ${right}`;
export const each = (prop: string, right: string, ...values: unknown[]): [unknown, string][] =>
  values.map((value) => [value, is(prop, value, right)]);

const NAME = "1 to 41 lower-case letters, digits and hyphens, a letter first";
export const NAMES: Wrong = {
  name: each("name", NAME, "Safe Storage", "", "1st", "x".repeat(42)),
  system: each("system", NAME, "Payments"),
  purpose: each("purpose", NAME, "Prod!"),
};

const TAG_CHARACTERS = "letters, numbers, spaces and _ . : / = + - @";
const TAG_KEYS = `tag keys of 1 to 128 characters that do not begin with aws:, of ${TAG_CHARACTERS}`;
export const AWS: Wrong = {
  tags: [
    [{ "aws:x": "1" }, is("tags", "aws:x", TAG_KEYS)],
    [{ "cost?": "1" }, is("tags", "cost?", TAG_KEYS)],
    [{ x: 1 }, is("tags.x", 1, `a text of at most 256 characters, of ${TAG_CHARACTERS}`)],
    [{ x: "a;b" }, is("tags.x", "a;b", `a text of at most 256 characters, of ${TAG_CHARACTERS}`)],
    [
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t${i}`, ""])),
      is("tags", 60, "48 tags at most, beside Name and Deployment"),
    ],
    [
      { Team: "a", team: "b" },
      is("tags", "team", "given once: for IAM the case of letters makes no other key"),
    ],
  ],
  permissionsBoundary: each("permissionsBoundary", "the ARN of an IAM policy", "boundary"),
};
export const LOG_RETENTION =
  "one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, or 0 for ever";
export const AWS_FREE = { provider: "a construct" };
export const POLICY: Wrong = { deletionPolicy: each("deletionPolicy", '"retain" or "delete"', "snapshot") };
export const FLAG = "true or false";
export const OWN_RANGE =
  "an IPv4 range in CIDR notation of your own, such as 10.0.0.0/24, that begins where it says";
export const CIDR = "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24";
