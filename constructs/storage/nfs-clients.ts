// Clients that may reach the file system by NFS.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { idFor } from "../private";

/** TCP and UDP 111, 635, 2049, 4045 and 4046. Source: «File system access control with Amazon VPC», FSx for ONTAP User Guide. */
export function allowNfsClients(
  scope: Construct,
  fileSystemGroupId: string,
  group: SecurityGroup | string,
  givenId?: string,
): void {
  const id = idFor(scope, group, givenId);
  for (const [from, to] of [
    [111, 111],
    [635, 635],
    [2049, 2049],
    [4045, 4046],
  ])
    for (const protocol of ["tcp", "udp"])
      new VpcSecurityGroupIngressRule(scope, `${id}-${protocol}-${from}`, {
        securityGroupId: fileSystemGroupId,
        referencedSecurityGroupId: typeof group === "string" ? group : group.id,
        ipProtocol: protocol,
        fromPort: from,
        toPort: to,
        tags: { Name: `${id} NFS ${protocol} ${from}` },
      });
}
