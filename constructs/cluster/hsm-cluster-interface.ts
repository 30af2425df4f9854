// The interface of a cluster, created here or existing.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { ITerraformDependable } from "cdktf";
import type { OperatorEvents } from "../operator";

/**
 * AWS makes no cluster of another type. Source: «HSM types», AWS CloudHSM User Guide; for hsm1.medium CreateCluster answers "Provided HsmType
 * is not supported" (measured: docs/evidence.md).
 */
export type HsmType = "hsm2m.medium";
/** Event members that the operator's actions on HSM users need. */
export type UserInput = Omit<OperatorEvents["create-kmsuser"], "adopt">;

/** HSMs of a cluster that was created for a schedule. */
export interface ScheduledHsms {
  /** Number of HSMs outside the windows. */
  readonly count: number;
  /** Type of the HSMs. */
  readonly hsmType: HsmType;
  /** Number of HSMs that are never removed. */
  readonly keep: number;
  /** Addresses of the HSMs that are never removed, which Terraform manages. */
  readonly keptAddresses: string[];
  /** ARN of the secret in which the operator records the addresses of removed HSMs. */
  readonly recordArn: string;
}

/** A cluster, created here or existing. */
export interface IHsmCluster {
  /** Id of the cluster, `cluster-` and eleven to sixteen characters. */
  readonly clusterId: string;
  /**
   * True for an existing cluster. The operator, not Terraform, creates a key store on it, and a destroy keeps the key store.
   * @default false
   */
  readonly existing?: boolean;
  /** PEM of the trust anchor: the certificate that signed the cluster's certificate. */
  readonly trustAnchor: string;
  /** ARN of the secret with the first password of `kmsuser`. The password is invalid once KMS has connected, because KMS rotates it. */
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
  /** Dependencies of a key store: the users, and at least two HSMs. */
  readonly ready: ITerraformDependable[];
  /**
   * Event members with which the operator gives `kmsuser` a new password if KMS cannot log in.
   * @default none: then it gives none
   */
  readonly userInput?: UserInput;
  /**
   * What an `HsmSchedule` needs.
   * @default none: the cluster was made without `keep`
   */
  readonly scheduled?: ScheduledHsms;
  /**
   * Number of HSMs in each availability zone.
   * @default not known: somebody else's cluster
   */
  readonly hsmTargets?: Record<string, number>;
  /** Security group that AWS created for the cluster. KMS needs its rules unchanged. */
  readonly securityGroupId: string;
  /**
   * Allows clients of the HSMs, such as instances with `cloudhsm-cli`, by their security group or its id: TCP 2223-2225. `id` must be unique
   * among these calls; it is required if the id of the group is known only at deploy. By default it is the id of the group. Source:
   * «Reconfigure the default security group», AWS CloudHSM User Guide.
   */
  allowFrom(securityGroup: SecurityGroup | string, id?: string): void;
}
