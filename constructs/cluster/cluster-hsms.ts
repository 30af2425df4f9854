// The HSMs of a cluster, Terraform's and the operator's, each with a guard of its deletion.

import { CloudhsmV2Hsm } from "@cdktf/provider-aws/lib/cloudhsm-v2-hsm";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { applyDeletionPolicy, DeletionPolicy, removeFromState } from "../private";
import { HsmPlace } from "./hsm-placement";

/** The cluster, and who guards its HSMs. */
interface HsmsOf {
  clusterId: string;
  operator: ClusterOperator;
  deletionPolicy: DeletionPolicy;
  /** Secret in which a schedule records what it has removed. @default none, all HSMs are Terraform's */
  recordArn?: string;
}

export class ClusterHsms {
  /** Invocation that a destroy must pass before it deletes an HSM. */
  readonly guards: ITerraformDependable[] = [];

  constructor(
    private readonly scope: Construct,
    private readonly of: HsmsOf,
  ) {}

  /** An HSM that Terraform creates. */
  byTerraform(place: HsmPlace, dependsOn?: ITerraformDependable[]): ITerraformDependable {
    const { clusterId, operator, deletionPolicy } = this.of;
    const { id, subnetId, ipAddress } = place;
    const hsm = new CloudhsmV2Hsm(this.scope, id, { clusterId, subnetId, ipAddress, dependsOn });
    applyDeletionPolicy(deletionPolicy, hsm);
    const input = { clusterId, ipAddress };
    this.guards.push(operator.beforeDestroy(this.scope, `release-${id}`, "guard-hsm", input, [hsm]));
    return hsm;
  }

  /** HSMs that the operator creates, so that a plan shows no drift while a schedule has removed them. */
  byOperator(id: string, places: HsmPlace[], dependsOn: ITerraformDependable[] = []): ITerraformDependable {
    const { clusterId, operator, recordArn } = this.of;
    const hsms = places.map(({ availabilityZone, ipAddress }) => ({ availabilityZone, ipAddress }));
    const made = operator.invoke(id, "ensure-hsms", { clusterId, hsms }, { attempts: 3, dependsOn });
    for (const { id, ipAddress } of places) {
      removeFromState(this.scope, "aws_cloudhsm_v2_hsm", id);
      const input = { clusterId, ipAddress, hsmRecordArn: recordArn! };
      // Not after the HSMs: Terraform would delete one before it creates its replacement.
      this.guards.push(operator.beforeDestroy(this.scope, `release-${id}`, "delete-hsm", input, []));
    }
    return made;
  }
}
