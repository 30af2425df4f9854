// What could stop a deploy half-way, looked at before anything is made.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SynthesizedStack } from "../app/app";
import { Stack } from "../app/stack";
import { Failure, say } from "../failure";
import { Blueprint } from "../review/blueprint";
import { showRow } from "../status/show";
import { Caller, checkCredentials, checkProviders, checkRegion } from "./account";
import { checkAddresses } from "./addresses";
import { Finding } from "./finding";
import { checkLayers } from "./layer";
import { checkQuotas } from "./quotas";
import { checkRoots } from "./roots";
import { checkServiceLinkedRoles } from "./service-linked-roles";
import { checkStateBackend } from "./state-backend";
import { checkZones, zonesOf } from "./zones";

/** What can be known before the state is read: whose credentials, which regions, and whether the state is kept well. */
export async function preflightOfAccount({ name, folder }: SynthesizedStack): Promise<Caller> {
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  const regions = knownRegions(new Blueprint(json));
  const [home] = regions;
  say(`Preflight of ${name}`);
  const [credentials, caller] = await checkCredentials(home);
  conclude([credentials, ...(caller ? checkProviders(json.provider?.aws ?? [], caller) : [])]);
  conclude(await Promise.all(regions.map(checkRegion)));
  conclude(await checkStateBackend(json.terraform, home));
  return caller!;
}

/** The rest, by what the state has not yet. */
export async function preflightOfStack(blueprint: Blueprint, stack: Stack, caller: Caller): Promise<void> {
  const zones = [...zonesOf(blueprint)].filter(([region]) => lacksHsms(blueprint, stack, region));
  const checked = await Promise.all([
    checkLayers(blueprint, (path) => stack.file(path)),
    checkRoots(blueprint, stack),
    Promise.all(zones.map(([region, names]) => checkZones(region, names))),
    checkServiceLinkedRoles(stack, caller),
    ...knownRegions(blueprint).flatMap((region) => [
      checkQuotas(blueprint, stack, region),
      checkAddresses(stack, region),
    ]),
  ]);
  conclude(checked.flat());
}

/** Without those that are known at deploy only. */
const knownRegions = ({ regions }: Blueprint): string[] => regions.filter((region) => !region.includes("${"));

const lacksHsms = (blueprint: Blueprint, stack: Stack, region: string): boolean =>
  blueprint
    .of("aws_cloudhsm_v2_hsm", "aws_cloudhsm_v2_cluster")
    .some((one) => one.region === region && !stack.instance(one.address));

const WIDTH = 40;

/** Says what was found. @throws Failure where something of it would stop the deploy. */
function conclude(findings: Finding[]): void {
  for (const one of findings) {
    say(showRow(one, WIDTH));
    if (one.mend) say(`      ${one.mend}`);
  }
  const bad = findings.filter(({ mark }) => mark === "bad");
  if (bad.length > 0)
    throw new Failure(
      `${bad.length === 1 ? "this" : `${bad.length} of these`} would stop the deploy: ${bad.map(({ name }) => name).join(", ")}. Nothing was made`,
      2,
    );
}
