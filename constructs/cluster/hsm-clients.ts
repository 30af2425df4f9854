// Clients that may reach the HSMs.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { idFor } from "../private";

/** TCP 2223-2225. Source: «Reconfigure the default security group», AWS CloudHSM User Guide. */
export function allowHsmClients(
  scope: Construct,
  clusterGroupId: string,
  group: SecurityGroup | string,
  givenId?: string,
): void {
  const id = idFor(scope, group, givenId);
  new VpcSecurityGroupIngressRule(scope, `from-${id}`, {
    securityGroupId: clusterGroupId,
    referencedSecurityGroupId: typeof group === "string" ? group : group.id,
    ipProtocol: "tcp",
    fromPort: 2223,
    toPort: 2225,
    description: "A client of the HSMs",
    tags: { Name: `${id} to HSMs` },
  });
}
