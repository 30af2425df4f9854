// Initialisation of a new cluster: its first HSM is proven to be real, its CSR is signed, and the cluster is initialised with the signature.

import { DataAwsCloudhsmV2Cluster } from "@cdktf/provider-aws/lib/data-aws-cloudhsm-v2-cluster";
import { Fn, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { ClusterSigner } from "../signing";
import { HsmIdentityCheck, HsmRoots } from "./hsm-identity-check";

/** A cluster with its first HSM, and who signs its CSR. */
interface NewCluster {
  clusterId: string;
  firstHsm: ITerraformDependable;
  operator: ClusterOperator;
  signer: ClusterSigner;
  identityCheck?: HsmRoots | false;
  trustAnchorSecretName: string;
}

/** Makes the resources in `scope`; what waits for the one that is returned has an initialised cluster. */
export function initializeCluster(scope: Construct, cluster: NewCluster): ITerraformDependable {
  const { clusterId, firstHsm, operator, signer, identityCheck, trustAnchorSecretName } = cluster;
  // The resource is read before the first HSM has generated the CSR, so a data source reads it afterwards.
  const described = new DataAwsCloudhsmV2Cluster(scope, "described", { clusterId, dependsOn: [firstHsm] });
  // In state INITIALIZED the list is empty: taking its first element would break every later plan.
  const csr = Fn.try([described.clusterCertificates.get(0).clusterCsr, ""]);
  const proven =
    identityCheck === false
      ? [firstHsm]
      : [new HsmIdentityCheck(scope, "identity", described, identityCheck).passed];
  const { certificate, ready } = signer.sign({ clusterId, csr, dependsOn: proven });
  return operator.invoke(
    "initialize",
    "initialize",
    {
      clusterId,
      trustAnchor: signer.trustAnchor,
      signedCertificate: certificate,
      trustAnchorSecret: trustAnchorSecretName,
    },
    { attempts: 2, dependsOn: [firstHsm, ...ready] },
  );
}
