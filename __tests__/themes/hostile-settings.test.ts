// Whatever stands in settings.json, in any place of it: it is taken, or refused in words, and never a stack trace.

import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { ExistingHsmNetwork, HsmNetwork, SafeStorage } from "../../constructs";
import { EXISTING_NETWORK, SETTINGS } from "../../scripts/lib/synthesize";

const folder = mkdtempSync(join(tmpdir(), "hostile-settings-"));
const root = {
  file: join(folder, "root.pem"),
  sha256: new X509Certificate(rootCertificates[0]).fingerprint256,
};
writeFileSync(root.file, rootCertificates[0]);
afterAll(() => rmSync(folder, { recursive: true }));

const targets = { emails: ["on-call@example.com"] };
const night = { removeAt: "cron(0 19 ? * MON-THU *)", restoreAt: "cron(30 6 ? * TUE-FRI *)" };

/** As in JSON, where no provider can stand. */
const COMPOSED: Record<string, object> = {
  network: SETTINGS.network,
  existing: EXISTING_NETWORK,
  operator: { architecture: "arm64", reserveConcurrency: true },
  cluster: {
    hsms: { "eu-central-1a": 1, "eu-central-1b": 1 },
    identityCheck: { awsRoot: root, manufacturerRoot: root },
  },
  keyStore: { name: "keys" },
  key: { deletionWindowInDays: 7 },
  certificateAuthority: { commonName: "ours" },
  externalSigner: {},
  acmPcaSigner: {
    certificateAuthorityArn: "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1",
  },
  fileSystem: { volumes: [{ name: "files", sizeGib: 100 }], endpointIpAddressRange: "100.64.7.0/26" },
  schedule: {
    windows: { nights: night },
    timeZone: "Europe/Berlin",
    holidays: ["2026-12-25"],
    ...targets,
  },
  backupReplication: { destinations: [{ region: "eu-west-1", ...targets }], recoveryPointHours: 30 },
  monitoring: {
    ...targets,
    criticalCalls: true,
    health: { everyMinutes: 10 },
    userAudit: { admins: ["second"] },
  },
  hsmUsers: { users: { app: {} } },
  tags: { team: "payments" },
};

const HOSTILE = [{}, "x", 5, null, [null], { x: null }];

/** Each place in a value, the value itself included. */
function places(value: unknown, path: string[] = []): string[][] {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...members.flatMap(([name, member]) => places(member, [...path, name]))];
}

function replaced(value: any, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  const member = replaced(value[name], rest, by);
  return Array.isArray(value)
    ? value.map((v, i) => (String(i) === name ? member : v))
    : { ...value, [name]: member };
}

/** By the construct that has the prop. */
function build(prop: string, value: unknown): void {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), "test");
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  new TlsProvider(stack, "tls");
  new NullProvider(stack, "null");
  if (prop === "existing") HsmNetwork.fromExisting(stack, "it", value as ExistingHsmNetwork);
  else new SafeStorage(stack, "it", { ...SETTINGS, [prop]: value });
}

test.each(Object.entries(COMPOSED))("%s", (prop, right) => {
  expect(() => build(prop, right)).not.toThrow();
  const faults: string[] = [];
  for (const place of places(right))
    for (const hostile of HOSTILE) {
      try {
        build(prop, replaced(right, place, hostile));
      } catch (error) {
        const { name, message } = error as Error;
        const inWords =
          name === "Error" && /^test\/it\S*: \S+ is .+(it must be|must be known)/s.test(message);
        if (!inWords) faults.push(`${[prop, ...place].join(".")} = ${JSON.stringify(hostile)}: ${message}`);
      }
    }
  expect(faults).toEqual([]);
});
