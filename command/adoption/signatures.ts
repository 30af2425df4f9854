// A CSR that is no longer the one that was signed: AWS replaces an HSM also before its cluster is initialised, and the new one brings another
// key. Source: aws-samples/aws-cloudhsm-cloudformation-template#15.

import { Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../app/clients";
import { patiently } from "./patience";
import { Attributes, Stack } from "../app/stack";

/** Where the state has the CSR that a step was taken for, by Terraform type. */
const CSR_OF: Record<string, (attributes: Attributes) => unknown> = {
  tls_locally_signed_cert: (a) => a.cert_request_pem,
  aws_acmpca_certificate: (a) => a.certificate_signing_request,
  // Of an identity check, and of a signature from outside.
  null_resource: (a) => (a.triggers as Attributes | undefined)?.csr,
};

/** Has the next apply prove and sign again what was proven and signed for an HSM that is gone. */
export async function signAnew(stack: Stack): Promise<void> {
  for (const address of stack.addresses("aws_cloudhsm_v2_cluster")) {
    const id = stack.instance(address)?.attributes.id as string | undefined;
    const csr = id && (await csrOf(stack.regionOf(address), id));
    if (!csr) continue;
    const stale = Object.entries(CSR_OF).flatMap(([type, known]) =>
      stack.addresses(type).filter((step) => {
        const instance = stack.instance(step);
        const signed = instance && known(instance.attributes);
        return signed && signed !== csr && !instance.tainted && isOf(stack, step, id);
      }),
    );
    if (stale.length === 0) continue;
    console.log(
      `${address}: AWS has replaced the first HSM of ${id} before it was initialised, and its CSR is another one. It is proven and signed anew`,
    );
    for (const step of [...stale, ...keptBy(stack, stale)]) stack.taint(step);
  }
}

/** The CSR of a cluster that waits for its initialisation, once its HSM is there. */
async function csrOf(region: string, id: string): Promise<string | undefined> {
  const csr = (cluster: Cluster | undefined) => cluster?.Certificates?.ClusterCsr;
  const cluster = await patiently<Cluster | undefined>(
    () => `${id}: its first HSM is still being made`,
    async () => (await cloudHsm(region).describeClusters({ Filters: { clusterIds: [id] } })).Clusters?.[0],
    (c) =>
      c?.State !== "UNINITIALIZED" ||
      csr(c) !== undefined ||
      !c.Hsms?.some((h) => h.State === "CREATE_IN_PROGRESS"),
  );
  return cluster?.State === "UNINITIALIZED" ? csr(cluster) : undefined;
}

/** Whether a step is about the cluster, by the data source from which it has the CSR. */
function isOf(stack: Stack, step: string, clusterId: string): boolean {
  const source = /data\.aws_cloudhsm_v2_cluster\.\w+/.exec(JSON.stringify(stack.wanted[step]))?.[0];
  return source !== undefined && stack.instance(source)?.attributes.cluster_id === clusterId;
}

/** What has kept the outcome of such a step. */
const keptBy = (stack: Stack, steps: string[]): string[] =>
  stack
    .addresses("terraform_data")
    .filter((address) => stack.instance(address) && !stack.instance(address)!.tainted)
    .filter((address) =>
      (stack.wanted[address].depends_on as string[] | undefined)?.some((on) => steps.includes(on)),
    );
