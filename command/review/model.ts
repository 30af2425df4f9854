// The review of a synthesized stack: all that its page says, as data.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nightsIn } from "../schedule/nights";
import { Architecture, architectureOf } from "./architecture";
import { Blueprint } from "./blueprint";
import { Cost, costOf } from "./cost";
import { destructionOf, Fate } from "./destruction";
import { Needs, needsOf } from "./needs";
import { Risk, risksOf, Watch, watchesOf } from "./risks";
import { Role, rolesOf } from "./roles";
import { Secret, secretsOf } from "./secrets";
import { deployOf, destroyOf, Timeline } from "./timeline";

export interface Review {
  stack: string;
  regions: string[];
  /** The construct's path of each resource, by Terraform's address. */
  paths: Record<string, string>;
  architecture: Architecture;
  deploy: Timeline;
  destroy: Timeline;
  cost: Cost;
  roles: Role[];
  secrets: Secret[];
  destruction: Fate[];
  risks: Risk[];
  watches: Watch[];
  needs: Needs;
  /** Scanners' findings that are accepted, with the reasons. */
  acceptedFindings: { path: string; id: string; comment: string }[];
}

/** Of the stack in a folder with a `cdk.tf.json`. */
export function reviewOf(name: string, folder: string): Review {
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  const blueprint = new Blueprint(json);
  const roles = rolesOf(blueprint);
  const nights = nightsIn(json);
  // With a schedule, the operator makes some.
  const hsmCount =
    nights?.count ?? blueprint.of("aws_cloudhsm_v2_hsm").length + blueprint.operatorHsms().length;
  return {
    stack: name,
    regions: blueprint.regions,
    paths: Object.fromEntries([...blueprint.resources.values()].map(({ address, path }) => [address, path])),
    architecture: architectureOf(blueprint),
    deploy: deployOf(blueprint),
    destroy: destroyOf(blueprint),
    cost: costOf(blueprint, hsmCount, nights),
    roles,
    secrets: secretsOf(blueprint, roles),
    destruction: destructionOf(blueprint),
    risks: risksOf(roles),
    watches: watchesOf(blueprint),
    needs: needsOf(blueprint, hsmCount, roles),
    acceptedFindings: blueprint.acceptedFindings,
  };
}
