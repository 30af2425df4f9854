// Reference deployments: each made once, and kept until something changes that it depends on. Tests that change, break or destroy something
// begin where one ended (Deployment.fromReference).

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isPessimistic } from "./cloud-process";

const ROOT = join(__dirname, "../..");

export type ReferenceName = "usual" | "everything";

export interface ReferenceSettings {
  /** `rootCaArn`: of a root of AWS Private CA that is there before. */
  settings: (rootCaArn: () => string) => object;
  /** How it is deployed: by safe-storage deploy, or by cdktf's own command line. */
  by: "safe-storage deploy" | "cdktf";
}

export const REFERENCES: Record<ReferenceName, ReferenceSettings> = {
  /** Three zones, so that HSMs can go elsewhere, and a file system that is small. */
  usual: {
    settings: () => ({
      network: {
        subnets: ["a", "b", "c"].map((zone, i) => ({
          availabilityZone: `eu-central-1${zone}`,
          cidrBlock: `10.42.0.${i * 64}/26`,
        })),
      },
      cluster: { hsms: { "eu-central-1a": 1, "eu-central-1b": 1 }, hsmsOnDemand: true },
      fileSystem: { deploymentType: "SINGLE_AZ_1" },
      key: { services: [] }, // the tests prove by it that the keys live
    }),
    by: "safe-storage deploy",
  },
  /** All that the operator can be given to do, so that all its permissions are needed, and a signer that exists already. */
  everything: {
    settings: (rootCaArn) => ({
      network: { privateDns: false },
      operator: { reserveConcurrency: true },
      cluster: { hsmsOnDemand: true, adminPasswordRotationDays: 90 },
      acmPcaSigner: { certificateAuthorityArn: rootCaArn() },
      fileSystem: { volumes: [{ name: "files", sizeGib: 100 }], passwords: {} },
      backupReplication: { destinations: [{ region: "eu-west-1" }], recoveryPointHours: 168 },
    }),
    by: "cdktf",
  },
};

/** All that makes another deployment, or another cloud, of the same settings. */
const SOURCES = [
  "__tests__/end-to-end/reference.ts",
  "main.ts",
  "settings.json",
  "package-lock.json",
  "emulator/requirements.txt",
  "aws-limits",
  "certificate-checks",
  "constructs",
  "emulator",
  "lambda-runtime",
  "command/adoption",
  "command/app",
  "command/deploy",
  "command/preflight",
];

/** Where it lies: a folder for each state of the sources. */
export function referenceFolder(name: ReferenceName): string {
  const digest = createHash("sha256").update(`${ROOT} ${isPessimistic}`);
  const add = (path: string): void => {
    if (path.includes("emulator/conformance")) return;
    if (statSync(path).isDirectory()) for (const entry of readdirSync(path).sort()) add(join(path, entry));
    else digest.update(path).update(readFileSync(path));
  };
  for (const source of SOURCES) add(join(ROOT, source));
  return join(ROOT, ".local/reference", name, digest.digest("hex").slice(0, 16));
}
