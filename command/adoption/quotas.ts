// What the account may have of clusters and HSMs, looked at before anything is made of what a deploy wants: an HSM that is refused at the end has
// cost the time and the money of all that is there by then.

import { Cluster, paginateDescribeClusters } from "@aws-sdk/client-cloudhsm-v2";
import { paginateListServiceQuotas, ServiceQuota, ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { cloudHsm } from "../app/clients";
import { QUOTAS } from "./quota-defaults";
import { Stack } from "../app/stack";

interface Limit {
  value: number;
  /** Undefined for AWS's default, where the account's own could not be read. */
  code?: string;
}

/** Ends the deploy where AWS would refuse a cluster or an HSM of it; warns where it may. */
export async function refuseOverQuota(stack: Stack): Promise<void> {
  const regions = new Set(stack.addresses("aws_cloudhsm_v2_cluster").map((a) => stack.regionOf(a)));
  for (const region of regions) {
    const clusters: Cluster[] = [];
    for await (const page of paginateDescribeClusters({ client: cloudHsm(region) }, {}))
      clusters.push(...page.Clusters!.filter((c) => !c.State!.startsWith("DELETE")));
    const inRegion = (type: string) => stack.addresses(type).filter((a) => stack.regionOf(a) === region);
    const ours = inRegion("aws_cloudhsm_v2_cluster");
    const ids = ours.map((a) => stack.instance(a)?.attributes.id);
    const hsmsOf = (of: Cluster[]) => of.flatMap((c) => c.Hsms!.filter((h) => h.State !== "DELETED"));
    const lacking = {
      clusters: ids.filter((id) => id === undefined).length,
      HSMs: wantedHsms(stack, inRegion) - hsmsOf(clusters.filter((c) => ids.includes(c.ClusterId))).length,
    };
    if (lacking.clusters <= 0 && lacking.HSMs <= 0) continue;
    const limits = await limitsOf(region);
    const there = { clusters: clusters.length, HSMs: hsmsOf(clusters).length };
    for (const what of ["clusters", "HSMs"] as const) {
      const { value, code } = limits[what];
      if (lacking[what] <= 0 || there[what] + lacking[what] <= value) continue;
      const message =
        `this deploy makes ${lacking[what]} ${what} in ${region}, where there are ${there[what]} and ${code ? "the account" : "by AWS's default an account"} may have ${value}. ` +
        "Ask for more: the console of Service Quotas, AWS CloudHSM; or " +
        `aws service-quotas request-service-quota-increase --region ${region} --service-code cloudhsm --quota-code ${code ?? "CODE"} --desired-value ${there[what] + lacking[what]}`;
      if (code) throw new Error(`${message}. Nothing was made`);
      console.log(
        `Quota of ${what}: ${message}. The account's own quota could not be read, so the deploy goes on`,
      );
    }
  }
}

/** Those that Terraform makes, and those that the operator makes for it, each of which several invocations name. */
function wantedHsms(stack: Stack, inRegion: (type: string) => string[]): number {
  const byOperator = inRegion("aws_lambda_invocation")
    .map((address) => String(stack.wanted[address].input))
    .filter((input) => input.includes('"ensure-hsms"'))
    .flatMap((input) => {
      const cluster = input.match(/"clusterId"[ :=]+([^,}]+)/)?.[1];
      return [...input.matchAll(/"ipAddress"[ :=]+([^,}]+)/g)].map(([, address]) => `${cluster} ${address}`);
    });
  return inRegion("aws_cloudhsm_v2_hsm").length + new Set(byOperator).size;
}

/** The account's quotas; AWS's defaults where they cannot be read or have other names. */
async function limitsOf(region: string): Promise<Record<keyof typeof QUOTAS, Limit>> {
  const all: ServiceQuota[] = [];
  try {
    const client = new ServiceQuotas({ region });
    for await (const page of paginateListServiceQuotas({ client }, { ServiceCode: "cloudhsm" }))
      all.push(...page.Quotas!);
  } catch (error) {
    console.log(`Quotas of CloudHSM in ${region}: ${(error as Error).message}`);
  }
  const limit = ({ of, byDefault }: (typeof QUOTAS)["HSMs"]): Limit => {
    const found = all.find((q) => of(q.QuotaName ?? "") && q.Value !== undefined);
    return found ? { value: found.Value!, code: found.QuotaCode } : { value: byDefault };
  };
  return { clusters: limit(QUOTAS.clusters), HSMs: limit(QUOTAS.HSMs) };
}
