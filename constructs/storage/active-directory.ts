// Storage virtual machines in an Active Directory, for SMB clients.

import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { Address4 } from "ip-address"; // IPv4 arithmetic that the field trusts
import { ClusterOperator } from "../operator";
import {
  check,
  checkKeyArn,
  checkKnown,
  checkList,
  checkMap,
  checkOwnRange,
  checkSecretArn,
  viaSecretsManager,
} from "../private";
import { operatorFor, partsOf } from "./own-operator";

/**
 * An Active Directory that a storage virtual machine joins, self-managed or AWS Managed Microsoft AD. Source: «Joining an SVM to a Microsoft
 * Active Directory», FSx for ONTAP User Guide.
 */
export interface ActiveDirectoryProps {
  /** Name of the machine's computer object in the directory: 15 letters, digits and hyphens at most. */
  readonly netBiosName: string;
  /** Fully qualified name of the domain, such as `corp.example.com`. */
  readonly domainName: string;
  /** IPv4 addresses of DNS servers or domain controllers of the domain; one to three. */
  readonly dnsIps: string[];
  /**
   * ARN of a secret with the account that may join computers: JSON with `username` and `password`, or with the names that AWS has for it,
   * `CUSTOMER_MANAGED_ACTIVE_DIRECTORY_USERNAME` and `CUSTOMER_MANAGED_ACTIVE_DIRECTORY_PASSWORD`.
   */
  readonly credentialsSecretArn: string;
  /**
   * ARN of the KMS key that encrypts this secret.
   * @default none: AWS's own key for Secrets Manager
   */
  readonly credentialsKeyArn?: string;
  /**
   * Distinguished name of the organizational unit that the computer object is in, such as `OU=FSx,DC=corp,DC=example,DC=com`.
   * @default the directory's default
   */
  readonly organizationalUnit?: string;
  /**
   * Group of the domain whose members administer the machine.
   * @default "Domain Admins"
   */
  readonly administratorsGroup?: string;
  /**
   * IPv4 ranges of the domain controllers, which the file system must reach.
   * @default the addresses of `dnsIps`
   */
  readonly domainControllers?: string[];
}

/** Outbound to the directory: «Prerequisites for joining an SVM to a self-managed Microsoft AD», FSx for ONTAP User Guide. */
const PORTS: [protocol: "tcp" | "udp", from: number, to: number][] = [
  ["tcp", 53, 53],
  ["udp", 53, 53],
  ["tcp", 88, 88],
  ["udp", 88, 88],
  ["udp", 123, 123],
  ["tcp", 135, 135],
  ["tcp", 389, 389],
  ["udp", 389, 389],
  ["tcp", 445, 445],
  ["tcp", 464, 464],
  ["udp", 464, 464],
  ["tcp", 636, 636],
  ["tcp", 3268, 3269],
  ["tcp", 9389, 9389],
  ["tcp", 49152, 65535],
];

/** What a machine joins with. */
interface Joining {
  fileSystemGroupId: string;
  operator: ClusterOperator | undefined;
  machineId: string;
  machineArn: string;
  machine: ITerraformDependable;
}

/** Joins the machine in `scope`. What is made in it depends on what this returns. `at` is what errors call the prop. */
export function joinDirectory(
  scope: Construct,
  at: string,
  props: ActiveDirectoryProps,
  place: Joining,
): TerraformResource {
  const { fileSystemGroupId, machineId, machineArn, machine } = place;
  checkDirectory(scope, at, props);
  const operator = operatorFor(scope, at, props.domainName, place.operator, "join");
  const { domainControllers, credentialsKeyArn, organizationalUnit, administratorsGroup, ...event } = props;
  const ranges = domainControllers ?? props.dnsIps.map((ip) => `${ip}/32`);
  const rules = ranges.flatMap((cidrIpv4) =>
    PORTS.map(
      ([ipProtocol, fromPort, toPort]) =>
        new VpcSecurityGroupEgressRule(
          scope,
          `directory-${cidrIpv4.replace("/", "-")}-${ipProtocol}-${fromPort}`,
          {
            securityGroupId: fileSystemGroupId,
            cidrIpv4,
            ipProtocol,
            fromPort,
            toPort,
            description: "To the domain controllers of the Active Directory",
            tags: { Name: `to ${props.domainName} ${ipProtocol} ${fromPort}` },
          },
        ),
    ),
  );
  const id = `${partsOf(scope)}-directory`;
  const allowed = operator.allow(id, [
    { Action: ["fsx:UpdateStorageVirtualMachine"], Resource: machineArn },
    { Action: ["fsx:DescribeStorageVirtualMachines"], Resource: "*" }, // as of all storage virtual machines
    { Action: ["secretsmanager:GetSecretValue"], Resource: props.credentialsSecretArn },
    ...(credentialsKeyArn ? [viaSecretsManager(operator.region, credentialsKeyArn)] : []),
  ]);
  return operator.invoke(
    id,
    "join-active-directory",
    {
      ...event,
      storageVirtualMachineId: machineId,
      ...(organizationalUnit && { organizationalUnit }),
      ...(administratorsGroup && { administratorsGroup }),
    },
    { attempts: 2, dependsOn: [machine, allowed, ...operator.reach("fsx"), ...rules] },
  );
}

function checkDirectory(scope: Construct, at: string, props: ActiveDirectoryProps): void {
  checkMap(scope, at, props, "an object with netBiosName, domainName, dnsIps and credentialsSecretArn");
  const { netBiosName, domainName, dnsIps, domainControllers, organizationalUnit } = props;
  const name = "1 to 15 letters, digits and hyphens";
  check(scope, `${at}.netBiosName`, netBiosName, (n) => /^[A-Za-z0-9-]{1,15}$/.test(n), name);
  const domain = "the fully qualified name of a domain, such as corp.example.com";
  check(
    scope,
    `${at}.domainName`,
    domainName,
    (d) => /^[\w-]+(\.[\w-]+)+$/.test(d) && d.length <= 255,
    domain,
  );
  const addresses = "a list of one to three IPv4 addresses";
  checkList(scope, `${at}.dnsIps`, dnsIps, addresses);
  checkKnown(scope, `${at}.dnsIps`, dnsIps, addresses);
  const isAddress = (ip: string) => Address4.isValid(ip) && !ip.includes("/");
  check(
    scope,
    `${at}.dnsIps`,
    dnsIps,
    (ips) => ips.length > 0 && ips.length <= 3 && ips.every(isAddress),
    addresses,
  );
  checkSecretArn(scope, `${at}.credentialsSecretArn`, props.credentialsSecretArn);
  if (props.credentialsKeyArn !== undefined)
    checkKeyArn(scope, `${at}.credentialsKeyArn`, props.credentialsKeyArn);
  const unit = "a distinguished name, such as OU=FSx,DC=corp,DC=example,DC=com";
  check(
    scope,
    `${at}.organizationalUnit`,
    organizationalUnit,
    (u) => u === undefined || /^(OU|CN)=.+,DC=/i.test(u),
    unit,
  );
  const ranges = "a list of IPv4 ranges in CIDR notation";
  if (domainControllers === undefined) return;
  checkList(scope, `${at}.domainControllers`, domainControllers, ranges);
  checkKnown(scope, `${at}.domainControllers`, domainControllers, ranges);
  for (const [i, range] of domainControllers.entries())
    checkOwnRange(scope, `${at}.domainControllers[${i}]`, range);
}
