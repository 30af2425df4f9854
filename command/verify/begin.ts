// What a trial begins with: its zones, its layer, the roots of the HSMs.

import { createHash, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, say } from "../failure";
import { buildLayer } from "../layer/build-layer";
import { rootsOf } from "../local-cloud/roots";
import { patience } from "../preflight/patience";

/** Two zones with CloudHSM: those of its endpoint's service, DescribeVpcEndpointServices, Amazon EC2 API Reference. @throws Failure */
export async function zonesIn(region: string): Promise<string[]> {
  const { EC2 } = await import("@aws-sdk/client-ec2");
  const ServiceNames = [`com.amazonaws.${region}.cloudhsmv2`];
  try {
    const { ServiceDetails } = await new EC2({ region, ...patience }).describeVpcEndpointServices({
      ServiceNames,
    });
    const zones = [...(ServiceDetails?.[0]?.AvailabilityZones ?? [])].sort();
    if (zones.length >= 2) return zones.slice(0, 2);
  } catch (error) {
    throw new Failure(`${region}: ${(error as Error).name}: ${(error as Error).message}`, 2);
  }
  throw new Failure(`CloudHSM has fewer than two availability zones in ${region}: name another --region`, 2);
}

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
    const { raw } = new X509Certificate(readFileSync(file));
    return { file: resolve(file), sha256: createHash("sha256").update(raw).digest("hex") };
  } catch (error) {
    throw new Failure(`${file} is no certificate: ${(error as Error).message}`, 2);
  }
}
