// What the other constructs need of a cluster, whoever has made it.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { ITerraformDependable } from "cdktf";
import type { OperatorEvents } from "../operator";

/**
 * AWS makes no cluster of another type. Source: «HSM types», AWS CloudHSM User Guide; for hsm1.medium CreateCluster answers "Provided HsmType
 * is not supported" (measured: docs/evidence.md).
 */
export type HsmType = "hsm2m.medium";
/** What the operator's actions on the HSMs' users are given. */
export type UserInput = Omit<OperatorEvents["create-kmsuser"], "adopt">;

/** What a schedule wants to know of a cluster that was made for one. */
export interface ScheduledHsms {
  /** How many HSMs the cluster has by day. */
  readonly count: number;
  /** Their hardware. */
  readonly hsmType: HsmType;
  /** How many stay. */
  readonly keep: number;
  /** Addresses of those that stay, which are Terraform's. */
  readonly keptAddresses: string[];
  /** Secret in which the operator notes where the others stood. */
  readonly recordArn: string;
}

/** What a key store needs of a cluster. */
export interface IHsmCluster {
  /** Id of the cluster, `cluster-` and eleven to sixteen characters. */
  readonly clusterId: string;
  /**
   * True where somebody else has made the cluster. A key store on it is the operator's work, and a destroy keeps it.
   * @default false
   */
  readonly existing?: boolean;
  /** PEM of the certificate that the cluster's certificate leads to. */
  readonly trustAnchor: string;
  /** Secret with the password of `kmsuser`, which is dead once KMS has connected. */
  readonly kmsuserSecretArn: string;
  /**
   * Secret with the admin's password.
   * @default none: somebody else's cluster has it elsewhere
   */
  readonly adminSecretArn?: string;
  /**
   * Name of the secret with the trust anchor.
   * @default none: somebody else's cluster has it elsewhere
   */
  readonly trustAnchorSecretName?: string;
  /** What a key store waits for: users and at least two HSMs. */
  readonly ready: ITerraformDependable[];
  /**
   * What the operator wants to know to give `kmsuser` a new password, where KMS cannot log in as it.
   * @default none: then it gives none
   */
  readonly userInput?: UserInput;
  /**
   * What an `HsmSchedule` needs.
   * @default none: the cluster was made without `keep`
   */
  readonly scheduled?: ScheduledHsms;
  /**
   * How many HSMs it should have in each availability zone.
   * @default not known: somebody else's cluster
   */
  readonly hsmTargets?: Record<string, number>;
  /** The security group that AWS made for the cluster. KMS needs its rules as they are. */
  readonly securityGroupId: string;
  /**
   * Lets clients of the HSMs in, such as instances with `cloudhsm-cli`, by their security group or its id: TCP 2223-2225. `id`
   * is unique among these, and needed where the group's id is known at deploy only; by default the group's own. Source:
   * «Reconfigure the default security group», AWS CloudHSM User Guide.
   */
  allowFrom(securityGroup: SecurityGroup | string, id?: string): void;
}
