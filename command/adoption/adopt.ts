// Adopts what an interrupted deploy has left in AWS, so that the next one continues with it instead of making it twice; before a
// deploy also sees to manual changes that Terraform does not look at.
// A killed Terraform forgets what it was creating; an interrupted one taints it, and would replace it.

import { completions } from "./completions";
import { noticeDoubles } from "./doubles";
import { removeFailedHsms } from "./failed-hsms";
import { Finder, finders, Found, wanted } from "./finders";
import { refuseForeignVolumes } from "./foreign-volumes";
import { restoreFunctionCode } from "./function-code";
import { refuseLostCluster } from "./lost-cluster";
import { noticeHands } from "./notices";
import { patiently } from "./patience";
import { reconnectKeyStores } from "./reconnect";
import { handOver } from "./restored-volumes";
import { restoreClusterRules } from "./security-group";
import { signAnew } from "./signatures";
import { Stack } from "../app/stack";

async function adopt(stack: Stack): Promise<void> {
  const known = (address: string) => finders(stack.regionOf(address))[address.split(".")[0]];
  const complete = (address: string) => completions(stack.regionOf(address))[address.split(".")[0]];
  const reported = new Set<string>();
  // An adopted parent lets its children be found: go round until a round finds nothing.
  for (let progress = true; progress;) {
    progress = false;
    for (const [address, attributes] of Object.entries(stack.wanted)) {
      const find = known(address);
      const instance = stack.instance(address);
      if (!find || (instance && !instance.tainted && !(await forgetReplaced(stack, address, find)))) continue;
      const look: () => Promise<Found[]> = () => find(wanted(stack, attributes));
      const found = await look();
      if (found.length > 1 && !reported.has(address)) {
        reported.add(address);
        console.log(`${address}: there are several, ${found.map((f) => f.id).join(", ")}.`);
        console.log(`  Import the one to keep: terraform import '${address}' ID`);
      }
      if (found.length !== 1) continue;
      const settled = await settle(address, found[0], look);
      if (!settled) continue;
      console.log(`${address}: ${stack.instance(address) ? "complete after all" : "found"}, ${settled.id}`);
      await complete(address)?.(settled.id);
      if (stack.instance(address)) stack.untaint(address);
      else stack.import(address, settled.id);
      if (address.startsWith("aws_fsx_ontap_volume.")) handOver(stack, address);
      progress = true;
    }
  }
}

/**
 * An HSM that the operator has replaced at its address, since it lacked users: Terraform would look for the old one, and make a
 * third at an address that is taken. True where it has forgotten the old one.
 */
async function forgetReplaced(stack: Stack, address: string, find: Finder): Promise<boolean> {
  if (!address.startsWith("aws_cloudhsm_v2_hsm.")) return false;
  const found = await find(wanted(stack, stack.wanted[address]));
  if (found.length !== 1 || found[0].id === stack.instance(address)!.attributes.id) return false;
  stack.forget([address]);
  return true;
}

/** Waits until AWS has finished the resource; undefined where it failed or vanished: then Terraform may replace it. */
async function settle(
  address: string,
  first: Found,
  look: () => Promise<Found[]>,
): Promise<Found | undefined> {
  const again = async () => {
    const now = (await look()).find((f) => f.id === first.id);
    if (now && !now.ready) console.log(`${address}: ${now.id} is ${now.state}, waiting`);
    return now;
  };
  const found = first.ready
    ? first
    : await patiently(
        (f) => `${address}: ${f!.id} is still ${f!.state}`,
        again,
        (f) => !f || f.ready,
      );
  return found && /FAIL/i.test(found.state ?? "") ? undefined : found;
}

/** @param options Terraform's own, such as `-target=ADDRESS`. */
export async function adoptBefore(stack: Stack, run: "deploy" | "destroy", options: string[]): Promise<void> {
  if (run === "deploy") await refuseLostCluster(stack);
  await removeFailedHsms(stack);
  await adopt(stack);
  if (run === "destroy" && !options.some((option) => option.startsWith("-target")))
    await refuseForeignVolumes(stack);
  if (run !== "deploy") return;
  await signAnew(stack);
  await restoreFunctionCode(stack);
  await restoreClusterRules(stack);
  await reconnectKeyStores(stack);
  await noticeHands(stack);
}

/** What a deploy has made twice, or somebody else has made. */
export const noticeAfter = (stack: Stack): Promise<void> => noticeDoubles(stack);
