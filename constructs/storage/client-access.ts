// Who may reach a file system, and by which protocols: rules of its security group.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { check, checkKnown, checkList, checkOwnRange, idFor } from "../private";

interface Ports {
  readonly transports: readonly ("tcp" | "udp" | "icmp")[];
  /** The first and the last; of ICMP, all types and codes. */
  readonly range: readonly [from: number, to: number];
  /** Whether the file system itself connects to the other side as well. */
  readonly bothWays?: boolean;
}

const tcp = (from: number, to = from): Ports => ({ transports: ["tcp"], range: [from, to] });
const tcpAndUdp = (from: number, to = from): Ports => ({ transports: ["tcp", "udp"], range: [from, to] });

/** Source: «File system access control with Amazon VPC», FSx for ONTAP User Guide, unless said otherwise. */
const PROTOCOLS = {
  /** Port mapper, mount, NFS, and the lock daemon with its status monitor. */
  nfs3: [tcpAndUdp(111), tcpAndUdp(635), tcpAndUdp(2049), tcpAndUdp(4045, 4046)],
  /** It has locks and mounts of its own: RFC 8881. */
  nfs4: [tcp(2049)],
  smb: [tcp(445)],
  iscsi: [tcp(3260)],
  /** The discovery and the I/O controller: «NVMe/TCP», NetApp ONTAP documentation. */
  nvme: [tcp(4420), tcp(8009)],
  /** ONTAP's REST API, as `fsxadmin` and `vsadmin` use it. */
  https: [tcp(443)],
  /** ONTAP's command line. */
  ssh: [tcp(22)],
  /** Another cluster, which connects to this one and this one to it: «Scheduled replication using NetApp SnapMirror». */
  snapmirror: [
    { ...tcp(443), bothWays: true },
    { ...tcp(11104, 11105), bothWays: true },
    { transports: ["icmp"], range: [-1, -1], bothWays: true },
  ],
} satisfies Record<string, readonly Ports[]>;

/**
 * How a client reaches a file system: `nfs3`, `nfs4`, `smb`, `iscsi`, `nvme` (NVMe over TCP), ONTAP's REST API by `https` and its command
 * line by `ssh`, and `snapmirror` from and to another cluster.
 */
export type OntapProtocol = keyof typeof PROTOCOLS;

const NAMES = Object.keys(PROTOCOLS) as OntapProtocol[];
/** What a client may use where nothing is said. */
const NFS: readonly OntapProtocol[] = ["nfs3", "nfs4"];

/** Options of `allowFrom`. */
export interface AllowOptions {
  /**
   * Unique among the calls; required if the id of the security group is known only at deploy.
   * @default the id of the group, or the range
   */
  readonly id?: string;
  /**
   * How they may reach the file system; one or more.
   * @default ["nfs3", "nfs4"]
   */
  readonly protocols?: OntapProtocol[];
}

/** Clients of a file system. */
export interface OntapClients {
  /** Id of their security group, such as `sg-0a1b2c3d4e5f60718`, or their IPv4 range in CIDR notation. */
  readonly from: string;
  /**
   * How they may reach the file system; one or more.
   * @default ["nfs3", "nfs4"]
   */
  readonly protocols?: OntapProtocol[];
}

/** Allows clients, by their security group or its id, or by a range of addresses. `prop` is what a refusal names. */
export function allowClients(
  scope: Construct,
  fileSystemGroupId: string,
  from: SecurityGroup | string,
  { id: givenId, protocols = [...NFS] }: AllowOptions,
  prop = "protocols",
): void {
  const right = `a list of ${NAMES.join(", ")}`;
  checkList(scope, prop, protocols, right);
  checkKnown(scope, prop, protocols, right);
  check(scope, prop, protocols, (all) => all.length > 0 && all.every((p) => NAMES.includes(p)), right);
  const range = typeof from === "string" && from.includes("/") ? from : undefined;
  if (range) checkOwnRange(scope, "from", range);
  const id = range && !givenId ? range.replace("/", "-") : idFor(scope, from, givenId);
  const source = range
    ? { cidrIpv4: range }
    : { referencedSecurityGroupId: typeof from === "string" ? from : from.id };
  for (const { transport, fromPort, toPort, bothWays } of rulesOf(protocols)) {
    const rule = {
      ...source,
      securityGroupId: fileSystemGroupId,
      ipProtocol: transport,
      fromPort,
      toPort,
      description: `Clients of the file system: ${protocols.join(", ")}`,
    };
    const Name = `${id} ${transport}${fromPort < 0 ? "" : ` ${fromPort}`}`;
    const name = `${id}-${transport}-${fromPort < 0 ? "all" : fromPort}`;
    new VpcSecurityGroupIngressRule(scope, name, { ...rule, tags: { Name } });
    if (bothWays)
      new VpcSecurityGroupEgressRule(scope, `${name}-out`, { ...rule, tags: { Name: `${Name} out` } });
  }
}

interface Rule {
  transport: string;
  fromPort: number;
  toPort: number;
  bothWays: boolean;
}

/** A rule for each transport and port, once where several protocols use it. */
function rulesOf(protocols: readonly OntapProtocol[]): Rule[] {
  const rules = new Map<string, Rule>();
  for (const { transports, range, bothWays = false } of protocols.flatMap(
    (p): readonly Ports[] => PROTOCOLS[p],
  ))
    for (const transport of transports) {
      const key = `${transport} ${range[0]}`;
      const [fromPort, toPort] = range;
      rules.set(key, {
        transport,
        fromPort,
        toPort,
        bothWays: bothWays || (rules.get(key)?.bothWays ?? false),
      });
    }
  return [...rules.values()];
}
