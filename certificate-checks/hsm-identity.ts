// Is the HSM that made the CSR real hardware of AWS's? Checked before anything is signed.
// Source: «Verify the identity and authenticity of your cluster's HSM», AWS CloudHSM User Guide.

import "reflect-metadata";
import { KeyObject, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509"; // the field's X.509 library: node:crypto reads no CSR
import { wrongDates } from "./validity";

x509.cryptoProvider.set(webcrypto as Crypto);

/** All in PEM. */
export interface HsmEvidence {
  clusterCsr: string;
  hsmCertificate: string;
  awsHardwareCertificate: string;
  manufacturerHardwareCertificate: string;
  awsRoot: string;
  manufacturerRoot: string;
}

/** The least that NIST SP 800-131A takes for signatures. */
const MIN_BITS = { rsa: 2048, ec: 224 };

/** The first link of the chain that is broken, in words; undefined where all hold. */
export async function brokenLink(evidence: HsmEvidence, now = new Date()): Promise<string | undefined> {
  try {
    await checkChain(evidence, now);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenLink) return error.message;
    throw error;
  }
}

class BrokenLink extends Error {}

interface Named {
  name: string;
  certificate: X509Certificate;
}

async function checkChain(evidence: HsmEvidence, now: Date): Promise<void> {
  const read = (name: string, pem: string): Named => ({ name, certificate: parse(name, pem) });
  const hsm = read("the HSM's certificate", evidence.hsmCertificate);
  const chains = [
    [
      read("the AWS root", evidence.awsRoot),
      read("the AWS hardware certificate", evidence.awsHardwareCertificate),
    ],
    [
      read("the manufacturer's root", evidence.manufacturerRoot),
      read("the manufacturer's hardware certificate", evidence.manufacturerHardwareCertificate),
    ],
  ];
  for (const [root, hardware] of chains) {
    for (const authority of [root, hardware]) {
      checkDatesAndKey(authority, now);
      if (!authority.certificate.ca) throw new BrokenLink(`${authority.name} is not a CA's`);
    }
    checkIssued(root, root);
    checkIssued(hardware, root);
    checkIssued(hsm, hardware);
  }
  checkDatesAndKey(hsm, now);
  await checkCsr(evidence.clusterCsr, hsm);
}

function parse(name: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new BrokenLink(`${name} is ${pem ? "no certificate in PEM" : "missing"}`);
  }
}

function checkIssued(issued: Named, issuer: Named): void {
  const whose = issued === issuer ? "itself" : issuer.name;
  if (issued.certificate.issuer !== issuer.certificate.subject)
    throw new BrokenLink(
      `${issued.name} names another issuer than ${whose}: ${oneLine(issued.certificate.issuer)}`,
    );
  if (!issued.certificate.verify(issuer.certificate.publicKey))
    throw new BrokenLink(`${issued.name} is not signed by ${whose}`);
}

function checkDatesAndKey({ name, certificate }: Named, now: Date): void {
  const wrong = wrongDates(name, certificate, now);
  if (wrong) throw new BrokenLink(wrong);
  checkKey(name, certificate.publicKey);
}

function checkKey(name: string, key: KeyObject): void {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const bits = modulusLength ?? Number(/\d{3}/.exec(namedCurve ?? "")?.[0] ?? 0);
  const least = modulusLength === undefined ? MIN_BITS.ec : MIN_BITS.rsa;
  if (bits < least) throw new BrokenLink(`${name} has a key of ${bits} bits; ${least} are the least`);
}

async function checkCsr(pem: string, hsm: Named): Promise<void> {
  let csr: x509.Pkcs10CertificateRequest;
  try {
    csr = new x509.Pkcs10CertificateRequest(pem);
  } catch {
    throw new BrokenLink("the cluster's CSR is no certificate signing request in PEM");
  }
  if (!(await csr.verify())) throw new BrokenLink("the cluster's CSR is not signed by its own key");
  const hsmKey = hsm.certificate.publicKey.export({ type: "spki", format: "der" });
  if (!Buffer.from(csr.publicKey.rawData).equals(hsmKey))
    throw new BrokenLink("the cluster's CSR has another public key than the HSM's certificate");
}

const oneLine = (name: string): string => name.replace(/\n/g, ", ");
