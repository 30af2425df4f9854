// The step before InitializeCluster where somebody else signs: writes the CSR to a file, and continues once a certificate that
// fits it is there. Terraform runs it; what it looks at comes by the environment.

import "reflect-metadata";
import { writeFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509"; // the field's X.509 library: node:crypto reads no CSR
import { wrongPair } from "./signed-pair";

x509.cryptoProvider.set(webcrypto as Crypto);

const env = (name: string): string => process.env[name] ?? "";

function stop(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

function main(): void {
  const [id, csr, csrFile] = [env("CLUSTER_ID"), env("CLUSTER_CSR"), env("CSR_FILE")];
  if (!csr) {
    console.log(`Cluster ${id} is initialised: its CSR is gone, there is nothing to sign.`);
    return;
  }
  writeFileSync(csrFile, csr);
  const [signed, anchor] = [env("SIGNED_CERTIFICATE"), env("TRUST_ANCHOR")];
  if (!signed || !anchor)
    return stop(
      `SignatureNeeded: the CSR of cluster ${id} is in ${csrFile}. Have your CA sign it (safe-storage sign csr), put the\n` +
        `certificate into ${env("SIGNED_CERTIFICATE_FILE")}\nand the CA's own into ${env("TRUST_ANCHOR_FILE")}, and deploy again: it goes on from here.`,
    );
  const key = Buffer.from(new x509.Pkcs10CertificateRequest(csr).publicKey.rawData);
  const wrong = wrongPair(signed, anchor, key);
  if (wrong)
    stop(
      `WrongSignature: ${wrong}. Nothing was initialised; the CSR of cluster ${id} is in ${csrFile}. Have that one signed,\n` +
        "and deploy again.",
    );
  else console.log(`The certificate fits the CSR of cluster ${id}, and its trust anchor has signed it.`);
}

main();
