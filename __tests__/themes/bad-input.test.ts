// Bad input is refused at synth: with the construct's path, the prop, the value, and what would be right.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { CLOUDHSM_REGIONS, SafeStorage } from "../../constructs";
import { Changes, SETTINGS, safeStorage } from "../../scripts/lib/synthesize";

const [a, b] = SETTINGS.network.subnets;

const REFUSED: [what: string, changes: object, path: string, prop: string, value: string, right: RegExp][] = [
  ["no subnets", { network: { subnets: undefined } }, "network", "subnets", "undefined", /a list of/],
  [
    "a subnet without a range",
    { network: { subnets: [a, { availabilityZone: "eu-central-1b" }] } },
    "network",
    "subnets[1].cidrBlock",
    "undefined",
    /CIDR notation/,
  ],
  ["a typing error", { deltionPolicy: "delete" }, "", "props", '"deltionPolicy"', /one of .*deletionPolicy/],
  [
    "a typing error further in",
    { fileSystem: { size: 1 } },
    "",
    "fileSystem",
    '"size"',
    /one of .*storageCapacityGib/,
  ],
  [
    "a single AZ",
    { network: { subnets: [a] } },
    "network",
    "subnets",
    '["eu-central-1a"]',
    /at least two different availability zones/,
  ],
  [
    "two subnets in one AZ",
    { network: { subnets: [a, b, { ...b, cidrBlock: "10.42.0.128/26" }] } },
    "network",
    "subnets",
    '["eu-central-1a","eu-central-1b","eu-central-1b"]',
    /one subnet for each availability zone/,
  ],
  [
    "AZs of two regions",
    { network: { subnets: [a, { ...b, availabilityZone: "eu-west-1b" }] } },
    "network",
    "subnets",
    '["eu-central-1a","eu-west-1b"]',
    /of one region/,
  ],
  [
    "something that is no AZ",
    { network: { subnets: [a, { ...b, availabilityZone: "euc1-az2" }] } },
    "network",
    "availabilityZone",
    '"euc1-az2"',
    /the name of an availability zone, such as eu-central-1a/,
  ],
  [
    "a region without CloudHSM",
    { network: { subnets: [a, b].map((s, i) => ({ ...s, availabilityZone: `cn-north-1${"ab"[i]}` })) } },
    "network",
    "region",
    '"cn-north-1"',
    /a region that has AWS CloudHSM: .*eu-central-1/,
  ],
  [
    "a subnet outside the VPC",
    { network: { subnets: [a, { ...b, cidrBlock: "10.43.0.0/26" }] } },
    "network",
    "subnets[1].cidrBlock",
    '"10.43.0.0/26"',
    /inside the VPC's range 10\.42\.0\.0\/24/,
  ],
  [
    "subnets that overlap",
    { network: { subnets: [a, { ...b, cidrBlock: "10.42.0.32/27" }] } },
    "network",
    "subnets[1].cidrBlock",
    '"10.42.0.32/27"',
    /overlaps 10\.42\.0\.0\/26/,
  ],
  [
    "a range that does not begin where it says",
    { network: { subnets: [a, { ...b, cidrBlock: "10.42.0.65/26" }] } },
    "network",
    "subnets[1].cidrBlock",
    '"10.42.0.65/26"',
    /10\.42\.0\.64\/26/,
  ],
  [
    "a VPC that is too large",
    { network: { cidrBlock: "10.0.0.0/8" } },
    "network",
    "cidrBlock",
    '"10.0.0.0/8"',
    /between \/16 and \/28/,
  ],
  [
    "no range at all",
    { network: { cidrBlock: "ten dot something" } },
    "network",
    "cidrBlock",
    '"ten dot something"',
    /CIDR notation/,
  ],
  [
    "an unknown HSM type",
    { cluster: { hsmType: "hsm3.large" } },
    "cluster",
    "hsmType",
    '"hsm3.large"',
    /hsm2m\.medium/,
  ],
  [
    "an HSM type that AWS makes no more",
    { cluster: { hsmType: "hsm1.medium" } },
    "cluster",
    "hsmType",
    '"hsm1.medium"',
    /AWS makes no hsm1\.medium any more, whose support ended on 2026-03-31/,
  ],
  [
    "an architecture that Lambda lacks",
    { operator: { architecture: "aarch64" } },
    "operator",
    "architecture",
    '"aarch64"',
    /x86_64, arm64/,
  ],
  [
    "something else than the ARN of a private CA",
    { acmPcaSigner: { certificateAuthorityArn: "arn:aws:acm:eu-central-1:123456789012:certificate/1" } },
    "ca",
    "certificateAuthorityArn",
    '"arn:aws:acm:eu-central-1:123456789012:certificate/1"',
    /ARN of a CA of AWS Private CA/,
  ],
  ["an unknown mode", { cluster: { mode: "LAX" } }, "cluster", "mode", '"LAX"', /FIPS or NON_FIPS/],
  [
    "a password too short for an HSM",
    { cluster: { passwordLength: 6 } },
    "cluster",
    "passwordLength",
    "6",
    /between 7 and 32/,
  ],
  [
    "a password too long for an HSM",
    { cluster: { passwordLength: 33 } },
    "cluster",
    "passwordLength",
    "33",
    /between 7 and 32/,
  ],
  ["an empty key store name", { keyStore: { name: "" } }, "key-store", "name", '""', /1 to 256 characters/],
  [
    "a key store name too long",
    { keyStore: { name: "x".repeat(257) } },
    "key-store",
    "name",
    `"${"x".repeat(257)}"`,
    /1 to 256/,
  ],
  [
    "a deletion window too short",
    { key: { deletionWindowInDays: 6 } },
    "key",
    "deletionWindowInDays",
    "6",
    /between 7 and 30/,
  ],
  [
    "an unknown deletion policy",
    { deletionPolicy: "snapshot" },
    "",
    "deletionPolicy",
    '"snapshot"',
    /"retain" or "delete"/,
  ],
  ["a name that AWS rejects", { name: "Safe Storage" }, "", "name", '"Safe Storage"', /lower-case letters/],
  [
    "a throughput that the type lacks",
    { fileSystem: { throughputCapacityMbps: 100 } },
    "file-system",
    "throughputCapacityMbps",
    "100",
    /one of 128, 256/,
  ],
  [
    "a volume whose name ONTAP does not take",
    { fileSystem: { volumes: [{ name: "team-files", sizeGib: 10 }] } },
    "file-system",
    "volumes.name",
    '"team-files"',
    /letters, digits and _/,
  ],
  [
    "two volumes of a name",
    { fileSystem: { volumes: Array(2).fill({ name: "files", sizeGib: 10 }) } },
    "file-system",
    "volumes.name",
    '"files"',
    /unique/,
  ],
  [
    "a volume without a size",
    { fileSystem: { volumes: [{ name: "files" }] } },
    "file-system",
    "volumes.sizeGib",
    "undefined",
    /between 1 and 307200/,
  ],
  [
    "a volume that is mounted nowhere",
    { fileSystem: { volumes: [{ name: "files", sizeGib: 10, junctionPath: "files" }] } },
    "file-system",
    "volumes.junctionPath",
    '"files"',
    /begins with \//,
  ],
  [
    "a file system too small",
    { fileSystem: { storageCapacityGib: 512 } },
    "file-system",
    "storageCapacityGib",
    "512",
    /between 1024 and 196608/,
  ],
  [
    "a CA of no days",
    { certificateAuthority: { validityDays: 0 } },
    "ca",
    "validityDays",
    "0",
    /between 1 and 36500/,
  ],
];

test.each(REFUSED)("refuses %s", (_what, changes, path, prop, value, right) => {
  const synth = () => safeStorage(changes as Changes);
  const where = ["test", "storage", ...(path ? [path] : [])].join("/");
  expect(synth).toThrow(`${where}: ${prop} is ${value}; it must be `);
  expect(synth).toThrow(right);
});

test("takes every region that has CloudHSM", () => {
  for (const region of CLOUDHSM_REGIONS)
    expect(() =>
      safeStorage({
        network: {
          subnets: SETTINGS.network.subnets.map((s, i) => ({ ...s, availabilityZone: region + "ab"[i] })),
        },
      }),
    ).not.toThrow();
});

describe("names that AWS takes once", () => {
  const twice = (second: object) => () => {
    const stack = new TerraformStack(Testing.app({ stackTraces: false }), "test");
    new AwsProvider(stack, "aws", { region: "eu-central-1" });
    new TlsProvider(stack, "tls");
    new NullProvider(stack, "null");
    const provider = new AwsProvider(stack, "other", { alias: "other", region: "eu-central-1" });
    new SafeStorage(stack, "first", SETTINGS);
    new SafeStorage(stack, "second", { ...SETTINGS, ...second, ...("provider" in second && { provider }) });
    return Testing.synth(stack, true);
  };

  test("two constructs of one name in a stack are refused, each name with both", () => {
    const pattern = (type: string) =>
      new RegExp(
        `test/second/\\S+: ${type} is "\\S*safe-storage\\S*"; it must be another one than that of test/first/\\S+: AWS has it once`,
      );
    for (const prop of ["functionName", "name", "customKeyStoreName"])
      expect(twice({})).toThrow(pattern(prop));
  });

  test("with another name, or another provider, both are made", () => {
    expect(twice({ purpose: "test" })).not.toThrow();
    expect(twice({ provider: true })).not.toThrow();
  });
});
