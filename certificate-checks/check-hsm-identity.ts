// The step between the cluster's CSR and its signature, which Terraform runs: ends with 1 where a link is broken.
// All that it looks at comes by the environment; it reads no file and calls nobody.

import { brokenLink } from "./hsm-identity";

async function main(): Promise<void> {
  const { CLUSTER_ID: id, CLUSTER_CSR: clusterCsr } = process.env;
  if (!clusterCsr) {
    console.log(
      `Cluster ${id} is initialised: its CSR is gone, there is nothing to sign and nothing to check.`,
    );
    return;
  }
  const env = (name: string): string => process.env[name] ?? "";
  const broken = await brokenLink({
    clusterCsr,
    hsmCertificate: env("HSM_CERTIFICATE"),
    awsHardwareCertificate: env("AWS_HARDWARE_CERTIFICATE"),
    manufacturerHardwareCertificate: env("MANUFACTURER_HARDWARE_CERTIFICATE"),
    awsRoot: env("AWS_ROOT"),
    manufacturerRoot: env("MANUFACTURER_ROOT"),
  });
  if (broken) {
    console.error(
      `HsmIdentity: the first HSM of cluster ${id} is not proven to be AWS's hardware: ${broken}.\n` +
        "Nothing was signed. Are the roots the right ones for this type of HSM (docs/security.md)? If they are, do not\n" +
        "initialise this cluster: destroy it, and ask AWS Support.",
    );
    process.exitCode = 1;
  } else console.log(`The first HSM of cluster ${id} is hardware of AWS's and of its manufacturer's.`);
}

void main();
