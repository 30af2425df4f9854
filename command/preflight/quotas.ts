// What the account may have of what a deploy makes: an HSM that is refused at the end has cost the time and the money of all that is there
// by then.

import { Cluster, paginateDescribeClusters } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../app/clients";
import { Attributes, Stack } from "../app/stack";
import { Blueprint } from "../review/blueprint";
import { finding, Finding } from "./finding";
import { Quota, QUOTAS } from "../../aws-limits/service-quotas";
import { lackingIn, listed, subnetsOfFunction, subnetsOfKeyStore } from "./lacking";
import { patience } from "./patience";

type Name = keyof typeof QUOTAS;

/** Both of a region: what the deploy makes beyond what its state has, and what is there. */
interface Amounts {
  lacking: number;
  there: () => Promise<number>;
}

interface Limit {
  value: number;
  /** False for AWS's default, where the account's own could not be read. */
  own: boolean;
}

/** A finding for each quota that the deploy draws on in the region. */
export async function checkQuotas(blueprint: Blueprint, stack: Stack, region: string): Promise<Finding[]> {
  const amounts = await amountsOf(blueprint, stack, region);
  const findings: Finding[] = [];
  for (const [name, { lacking, there }] of Object.entries(amounts) as [Name, Amounts][]) {
    if (lacking <= 0) continue;
    const quota: Quota = QUOTAS[name];
    try {
      findings.push(found(quota, region, lacking, await there(), await limitOf(quota, region)));
    } catch (error) {
      findings.push(finding(`quota of ${quota.what}`, "note", `not looked at: ${(error as Error).message}`));
    }
  }
  return findings;
}

function found(
  { what, serviceCode, code }: Quota,
  region: string,
  lacking: number,
  there: number,
  { value, own }: Limit,
): Finding {
  const name = `quota of ${what}`;
  const whose = own ? "the account" : "by AWS's default an account";
  if (there + lacking <= value)
    return finding(name, "good", `${there} in ${region} and ${lacking} more, of ${value}`);
  const ask = code
    ? `ask for more: aws service-quotas request-service-quota-increase --region ${region} --service-code ${serviceCode} --quota-code ${code} --desired-value ${there + lacking}`
    : "ask AWS Support for more, or remove what is not needed";
  const state = `this deploy makes ${lacking} ${what} in ${region}, where there are ${there} and ${whose} may have ${value}`;
  return own ? finding(name, "bad", state, ask) : finding(name, "note", `${state}: that may fail`, ask);
}

const limits = new Map<string, Promise<Map<string, number>>>();

/** The account's quota; AWS's default where it cannot be read. */
async function limitOf({ serviceCode, code, byDefault }: Quota, region: string): Promise<Limit> {
  if (code === undefined) return { value: byDefault, own: false };
  const key = `${region} ${serviceCode}`;
  if (!limits.has(key)) limits.set(key, quotasOf(serviceCode, region));
  const value = (await limits.get(key)!).get(code);
  return value === undefined ? { value: byDefault, own: false } : { value, own: true };
}

async function quotasOf(ServiceCode: string, region: string): Promise<Map<string, number>> {
  const { paginateListServiceQuotas, ServiceQuotas } = await import("@aws-sdk/client-service-quotas");
  const values = new Map<string, number>();
  try {
    const client = new ServiceQuotas({ region, ...patience });
    for await (const page of paginateListServiceQuotas({ client }, { ServiceCode }))
      for (const { QuotaCode, Value } of page.Quotas!) if (Value !== undefined) values.set(QuotaCode!, Value);
  } catch {
    // Who deploys may lack the right; what is then said of a quota that is too small names the default.
  }
  return values;
}

async function amountsOf(
  blueprint: Blueprint,
  stack: Stack,
  region: string,
): Promise<Partial<Record<Name, Amounts>>> {
  const wanted = (type: string): string[] =>
    stack.addresses(type).filter((a) => stack.regionOf(a) === region);
  const lackingOf = lackingIn(stack, region);
  const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);

  const { EC2 } = await import("@aws-sdk/client-ec2");
  const ec2 = new EC2({ region, ...patience });
  const clusters = once(() => clustersIn(region));
  const ids = wanted("aws_cloudhsm_v2_cluster").map((a) => stack.instance(a)?.attributes.id);
  const hsmsOf = (of: Cluster[]) => of.flatMap((c) => c.Hsms!.filter((h) => h.State !== "DELETED"));
  const byOperator = blueprint.operatorHsms().filter((hsm) => hsm.region === region);
  const allHsms = wanted("aws_cloudhsm_v2_hsm").length + byOperator.length;
  const ours = ids.some(Boolean) || allHsms > 0 ? await clusters() : [];
  const hsms = allHsms - hsmsOf(ours.filter((c) => ids.includes(c.ClusterId))).length;

  const endpoints = lackingOf("aws_vpc_endpoint").filter((e) => e.vpc_endpoint_type === "Interface");
  // One VPC in each region, made here or there before.
  const vpc = endpoints.map((e) => stack.resolve(e.vpc_id)).find(Boolean);
  const fileSystems = lackingOf("aws_fsx_ontap_file_system");
  const subnetsOf = (of: Attributes[]): number => sum(of.map((one) => listed(one.subnet_ids).length));
  const fileSystemsThere = once(async () => {
    const { FSx, paginateDescribeFileSystems } = await import("@aws-sdk/client-fsx");
    const there = [];
    for await (const page of paginateDescribeFileSystems({ client: new FSx({ region, ...patience }) }, {}))
      there.push(...page.FileSystems!.filter((f) => f.FileSystemType === "ONTAP"));
    return there;
  });
  const pairs = (f: Attributes): number => Number(f.ha_pairs ?? 1);
  return {
    clusters: {
      lacking: ids.filter((id) => id === undefined).length,
      there: async () => (await clusters()).length,
    },
    hsms: { lacking: hsms, there: async () => hsmsOf(await clusters()).length },
    keyStores: {
      lacking: lackingOf("aws_kms_custom_key_store").length,
      there: async () => {
        const { KMS, paginateDescribeCustomKeyStores } = await import("@aws-sdk/client-kms");
        let there = 0;
        for await (const page of paginateDescribeCustomKeyStores(
          { client: new KMS({ region, ...patience }) },
          {},
        ))
          there += page.CustomKeyStores!.length;
        return there;
      },
    },
    vpcs: {
      lacking: lackingOf("aws_vpc").length,
      there: async () => (await ec2.describeVpcs({})).Vpcs!.length,
    },
    endpoints: {
      lacking: endpoints.length,
      there: async () => {
        if (!vpc) return 0;
        const Filters = [{ Name: "vpc-id", Values: [vpc] }];
        const { VpcEndpoints } = await ec2.describeVpcEndpoints({ Filters });
        return VpcEndpoints!.filter((e) => e.VpcEndpointType === "Interface").length;
      },
    },
    networkInterfaces: {
      // One in each subnet for an endpoint, a function and a key store, one for an HSM, one for each file server.
      lacking:
        subnetsOf(endpoints) +
        Math.max(0, hsms) +
        sum(lackingOf("aws_lambda_function").map((f) => subnetsOfFunction(f).length)) +
        sum(lackingOf("aws_kms_custom_key_store").map((s) => subnetsOfKeyStore(stack, s).length)) +
        sum(fileSystems.map((f) => 2 * pairs(f))),
      there: async () => {
        const { paginateDescribeNetworkInterfaces } = await import("@aws-sdk/client-ec2");
        let there = 0;
        for await (const page of paginateDescribeNetworkInterfaces({ client: ec2 }, {}))
          there += page.NetworkInterfaces!.length;
        return there;
      },
    },
    fileSystems: { lacking: fileSystems.length, there: async () => (await fileSystemsThere()).length },
    storage: {
      lacking: sum(fileSystems.map((f) => Number(f.storage_capacity ?? 0))),
      there: async () => sum((await fileSystemsThere()).map((f) => f.StorageCapacity ?? 0)),
    },
    throughput: {
      lacking: sum(
        fileSystems.map((f) =>
          Number(f.throughput_capacity ?? Number(f.throughput_capacity_per_ha_pair ?? 0) * pairs(f)),
        ),
      ),
      there: async () =>
        sum((await fileSystemsThere()).map((f) => f.OntapConfiguration?.ThroughputCapacity ?? 0)),
    },
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= work());
}

async function clustersIn(region: string): Promise<Cluster[]> {
  const clusters: Cluster[] = [];
  for await (const page of paginateDescribeClusters({ client: cloudHsm(region) }, {}))
    clusters.push(...page.Clusters!.filter((c) => !c.State!.startsWith("DELETE")));
  return clusters;
}
