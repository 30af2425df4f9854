// Resources that exist twice, because a call took effect and its answer was lost, and whoever made it (an SDK, Terraform) made it
// again. The state knows one of the two. Nothing deletes the other by itself; the line that does is printed.

import { finders, wanted } from "./finders";
import { Stack } from "../app/stack";

/** How a person deletes one, by type: of the others AWS makes no second one, or it is the same. */
const DELETE: Record<string, (id: string) => string> = {
  aws_vpc: (id) => `aws ec2 delete-vpc --vpc-id ${id}`,
  aws_route_table: (id) => `aws ec2 delete-route-table --route-table-id ${id}`,
  aws_security_group: (id) => `aws ec2 delete-security-group --group-id ${id}`,
  aws_vpc_endpoint: (id) => `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
  aws_cloudhsm_v2_cluster: (id) => `aws cloudhsmv2 delete-cluster --cluster-id ${id}`,
  aws_kms_key: (id) => `aws kms schedule-key-deletion --pending-window-in-days 7 --key-id ${id}`,
};

export async function noticeDoubles(stack: Stack): Promise<void> {
  for (const [type, deletion] of Object.entries(DELETE))
    for (const address of stack.addresses(type)) {
      const instance = stack.instance(address);
      if (!instance) continue;
      const region = stack.regionOf(address);
      const found = await finders(region)[type](wanted(stack, stack.wanted[address]));
      for (const { id } of found) {
        if (stack.knows(type, id)) continue;
        console.log(
          `${address}: there is another one, ${id}, which no state knows: a call that made it lost its answer.`,
        );
        console.log(`  To delete it: ${deletion(id)}${region === stack.region ? "" : ` --region ${region}`}`);
      }
    }
}
