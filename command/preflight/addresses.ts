// Whether subnets that are there already have room for what a deploy puts into them, and whether the HSMs' addresses are free.

import type { Subnet } from "@aws-sdk/client-ec2";
import { Stack } from "../app/stack";
import { finding, Finding, notSeen } from "./finding";
import { lackingIn, listed, subnetsOfFunction, subnetsOfKeyStore } from "./lacking";
import { patience } from "./patience";

const SUBNET = /^subnet-[0-9a-f]+$/;

export async function checkAddresses(stack: Stack, region: string): Promise<Finding[]> {
  const lacking = lackingIn(stack, region);
  const needed = new Map<string, number>();
  const need = (subnet: unknown, count = 1): void => {
    const id = stack.resolve(subnet);
    if (id && SUBNET.test(id)) needed.set(id, (needed.get(id) ?? 0) + count);
  };
  const hsms = lacking("aws_cloudhsm_v2_hsm");
  for (const hsm of hsms) need(hsm.subnet_id);
  for (const { subnet_ids } of lacking("aws_vpc_endpoint")) listed(subnet_ids).forEach((id) => need(id));
  for (const one of lacking("aws_lambda_function")) subnetsOfFunction(one).forEach((id) => need(id));
  // A file server in each subnet of a Multi-AZ file system, two in the one of a Single-AZ; one more for its management.
  for (const { subnet_ids, ha_pairs } of lacking("aws_fsx_ontap_file_system"))
    listed(subnet_ids).forEach((id) => need(id, 3 * Number(ha_pairs ?? 1)));
  for (const one of lacking("aws_kms_custom_key_store"))
    subnetsOfKeyStore(stack, one).forEach((id) => need(id));
  if (needed.size === 0) return [];
  const { EC2 } = await import("@aws-sdk/client-ec2");
  const ec2 = new EC2({ region, ...patience });
  let subnets: Subnet[];
  try {
    subnets = (await ec2.describeSubnets({ Filters: [{ Name: "subnet-id", Values: [...needed.keys()] }] }))
      .Subnets!;
  } catch (error) {
    return [notSeen("addresses", error)];
  }
  const findings = [...needed].map(([id, count]) => roomIn(id, count, subnets));
  for (const { ip_address, subnet_id } of hsms) {
    const subnet = subnets.find((s) => s.SubnetId === stack.resolve(subnet_id));
    if (!subnet || typeof ip_address !== "string") continue;
    findings.push(...(await taken(ip_address, subnet)));
  }
  return findings;

  async function taken(address: string, { SubnetId }: Subnet): Promise<Finding[]> {
    const Filters = [
      { Name: "subnet-id", Values: [SubnetId!] },
      { Name: "addresses.private-ip-address", Values: [address] },
    ];
    try {
      const [by] = (await ec2.describeNetworkInterfaces({ Filters })).NetworkInterfaces!;
      if (!by) return [];
      return [
        finding(
          `address ${address}`,
          "bad",
          `an HSM shall have it, and ${by.NetworkInterfaceId} has it in ${SubnetId}: ${by.Description || "without a description"}`,
          "remove what has it, or give the HSMs other subnets",
        ),
      ];
    } catch (error) {
      return [notSeen(`address ${address}`, error)];
    }
  }
}

function roomIn(id: string, needed: number, subnets: Subnet[]): Finding {
  const subnet = subnets.find((s) => s.SubnetId === id);
  const name = `addresses in ${id}`;
  if (!subnet) return finding(name, "bad", "there is no such subnet", "name one of this account and region");
  const free = subnet.AvailableIpAddressCount!;
  return free >= needed
    ? finding(name, "good", `${needed} are needed, ${free} are free`)
    : finding(
        name,
        "bad",
        `${needed} are needed, ${free} are free in ${subnet.CidrBlock}`,
        "take a larger subnet, or remove what is not needed in it",
      );
}
