// HSMs whose creation has failed: AWS keeps them, at the address of the one that should be there, and bills them, until somebody deletes them.
// Source: aws-samples/aws-cloudhsm-cloudformation-template#17.

import { Hsm } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../app/clients";
import { wanted } from "./finders";
import { patiently } from "./patience";
import { Stack } from "../app/stack";

/** Deletes them, so that Terraform makes them again. There is nothing in them. */
export async function removeFailedHsms(stack: Stack): Promise<void> {
  for (const address of stack.addresses("aws_cloudhsm_v2_hsm")) {
    const { get } = wanted(stack, stack.wanted[address]);
    const [clusterId, ip] = [get("cluster_id"), get("ip_address")];
    if (!clusterId) continue;
    const client = cloudHsm(stack.regionOf(address));
    const hsmThere = async (): Promise<Hsm | undefined> => {
      const { Clusters } = await client.describeClusters({ Filters: { clusterIds: [clusterId] } });
      return Clusters?.[0]?.Hsms?.find((h) => h.EniIp === ip);
    };
    const hsm = await hsmThere();
    if (!hsm || !hasFailed(hsm)) continue;
    console.log(`${address}: ${hsm.HsmId} is ${hsm.State}: ${hsm.StateMessage} It is deleted and made anew`);
    await client.deleteHsm({ ClusterId: clusterId, HsmId: hsm.HsmId });
    await patiently(
      (h) => `${address}: ${h!.HsmId} is still ${h!.State}`,
      hsmThere,
      (h) => !h,
    );
    if (stack.instance(address)) stack.forget([address]);
  }
}

const hasFailed = ({ State, StateMessage }: Hsm): boolean =>
  State === "DEGRADED" && /creation failed/i.test(StateMessage ?? "");
