// How many admins must approve a change: quorum values, and what they refuse. Tokens and their signatures are not emulated: what wants
// approval is never approved. Source: «Manage quorum authentication (M of N access control) using CloudHSM CLI», AWS CloudHSM User Guide.

import { Cluster, Hsm } from "../core/state";
import type { DeviceRequest } from "./device-request";
import { HsmError } from "./hsm-error";

/** "The minimum number of quorum approvers ranges from two (2) to eight (8)"; 1 is none. */
const MOST_APPROVERS = 8;

/** "cluster" is a service of hsm2m.medium only: «quorum token-sign list-quorum-values». */
const servicesOf = (cluster: Cluster): string[] =>
  cluster.HsmType === "hsm1.medium" ? ["user", "quorum"] : ["user", "quorum", "cluster"];

const valueOf = (hsm: Hsm, service: string): number => hsm.contents.quorum?.[service] ?? 1;

/**
 * "user create", "user delete", "user change-password" are the service user's: «Supported service names and types». The text: «User
 * management with quorum authentication enabled», AWS CloudHSM User Guide.
 */
export function refuseUnapproved(hsm: Hsm, service: string): void {
  if (valueOf(hsm, service) > 1) throw new HsmError("Quorum approval is required for this operation");
}

export function quorumCommands(
  cluster: Cluster,
  hsm: Hsm,
  asAdmin: () => void,
  { options = {} }: DeviceRequest,
): Record<string, () => unknown> {
  return {
    /** "You do not need to be logged in to run this command": «quorum token-sign list-quorum-values». */
    "quorum-list": () =>
      Object.fromEntries(servicesOf(cluster).map((service) => [service, valueOf(hsm, service)])),
    "quorum-set": () => {
      asAdmin();
      refuseUnapproved(hsm, "quorum");
      const { service, value } = options;
      if (!servicesOf(cluster).includes(service)) throw new HsmError(`Invalid service ${service}`);
      if (!/^[1-8]$/.test(value ?? "")) throw new HsmError(`The value must be 1 to ${MOST_APPROVERS}`);
      hsm.contents.quorum = { ...hsm.contents.quorum, [service]: Number(value) };
      return "Set Quorum Value successful"; // «Update a quorum value»
    },
  };
}
