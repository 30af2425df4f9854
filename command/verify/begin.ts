// What a trial begins with: its zones, its layer, the roots of the HSMs.

import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, say } from "../failure";
import { buildLayer } from "../layer/build-layer";
import { rootsOf } from "../local-cloud/roots";
import { offeredZones } from "../preflight/zones";

/** Two zones with CloudHSM. @throws Failure */
export async function zonesIn(region: string): Promise<string[]> {
  const zones = await offeredZones(region).catch(({ name, message }: Error) => {
    throw new Failure(`${region}: ${name}: ${message}`, 2);
  });
  if (zones.length >= 2) return zones.slice(0, 2);
  throw new Failure(`CloudHSM has fewer than two availability zones in ${region}: name another --region`, 2);
}

/** Regions with CloudHSM that every account has, two of each part of the world. */
const COPY_REGIONS: Record<string, string[]> = {
  ap: ["ap-northeast-1", "ap-southeast-2"],
  eu: ["eu-west-1", "eu-central-1"],
  us: ["us-east-1", "us-west-2"],
};

/** Another region for copies of backups, in the same part of the world where there is one. */
export const copyRegionOf = (region: string): string =>
  (COPY_REGIONS[region.split("-")[0]] ?? COPY_REGIONS.eu).find((one) => one !== region)!;

/** Whether AWS_ENDPOINT_URL names a local cloud, whose HSMs have roots of their own and which AWS's client does not reach. */
export async function isLocalCloud(): Promise<boolean> {
  const url = process.env.AWS_ENDPOINT_URL;
  if (!url) return false;
  return fetch(`${url}/_local/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The layer: that which is given, or one that is built here. */
export async function layerIn(folder: string, given: string | undefined, standIn: boolean): Promise<string> {
  if (given !== undefined) {
    if (!existsSync(given))
      throw new Failure(`--layer ${given} is not there: safe-storage build-layer makes it`, 2);
    return resolve(given);
  }
  const out = join(folder, "layer.zip");
  if (!existsSync(out)) {
    say("builds the layer with cloudhsm-cli");
    await buildLayer({ architecture: "x86_64", standIn, out });
  }
  return out;
}

export interface Roots {
  /** The cluster's prop of that name. */
  identityCheck: object | false;
  /** PEM. */
  manufacturerRoot?: string;
}

interface GivenRoots {
  awsRoot?: string;
  manufacturerRoot?: string;
}

/** The roots by which the deploy proves that the HSMs are real. Without them it proves nothing: no data is at stake. */
export async function rootsFor(folder: string, given: GivenRoots, local: boolean): Promise<Roots> {
  if (local) {
    const roots = await rootsOf(process.env.AWS_ENDPOINT_URL!, folder);
    return {
      identityCheck: roots,
      manufacturerRoot: readFileSync(roots.manufacturerRoot.file, "utf8"),
    };
  }
  const { awsRoot, manufacturerRoot } = given;
  if (awsRoot === undefined && manufacturerRoot === undefined) return { identityCheck: false };
  if (awsRoot === undefined || manufacturerRoot === undefined)
    throw new Failure("--aws-root and --manufacturer-root belong together", 2);
  return {
    identityCheck: { awsRoot: pinned(awsRoot), manufacturerRoot: pinned(manufacturerRoot) },
    manufacturerRoot: readFileSync(manufacturerRoot, "utf8"),
  };
}

function pinned(file: string): { file: string; sha256: string } {
  try {
    return { file: resolve(file), sha256: new X509Certificate(readFileSync(file)).fingerprint256 };
  } catch (error) {
    throw new Failure(`${file} is no certificate: ${(error as Error).message}`, 2);
  }
}
