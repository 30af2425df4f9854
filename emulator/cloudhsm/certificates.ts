// The certificates of CloudHSM: roots, an HSM's hardware certificates, its CSR, and the check of what a CA signed.
// @peculiar/x509 makes them (the field's X.509 library over WebCrypto); node:crypto verifies them.

import "reflect-metadata";
import { randomBytes, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { AwsError } from "../core/errors";
import { HsmIdentity } from "../core/state";

x509.cryptoProvider.set(webcrypto as Crypto);

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const YEAR = 365 * 24 * 3600 * 1000;

interface Authority {
  certificate: x509.X509Certificate;
  keys: CryptoKeyPair;
}

/** The two roots of trust for HSM hardware, made again for each local cloud. */
export interface Roots {
  aws: Authority;
  manufacturer: Authority;
}

const newKeys = () => webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
const serial = () => "01" + randomBytes(15).toString("hex");

export async function makeRoots(now: number): Promise<Roots> {
  const root = async (name: string): Promise<Authority> => {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name,
      keys,
      serialNumber: serial(),
      notBefore: new Date(now - YEAR),
      notAfter: new Date(now + 20 * YEAR),
      signingAlgorithm: RSA,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return { certificate, keys };
  };
  const [aws, manufacturer] = await Promise.all([
    root("CN=Local Cloud CloudHSM Root, OU=CloudHSM, O=Local Cloud"),
    root("CN=Local Cloud HSM Manufacturer Root, O=Local Cloud Hardware"),
  ]);
  return { aws, manufacturer };
}

/** Roots as plain JSON. */
export type SavedRoots = Record<
  keyof Roots,
  { certificate: string; publicKey: JsonWebKey; privateKey: JsonWebKey }
>;

export async function exportRoots(roots: Roots): Promise<SavedRoots> {
  const one = async ({ certificate, keys }: Authority) => ({
    certificate: certificate.toString("pem"),
    publicKey: await webcrypto.subtle.exportKey("jwk", keys.publicKey),
    privateKey: await webcrypto.subtle.exportKey("jwk", keys.privateKey),
  });
  return { aws: await one(roots.aws), manufacturer: await one(roots.manufacturer) };
}

export async function importRoots(saved: SavedRoots): Promise<Roots> {
  const one = async ({ certificate, publicKey, privateKey }: SavedRoots["aws"]): Promise<Authority> => ({
    certificate: new x509.X509Certificate(certificate),
    keys: {
      publicKey: await webcrypto.subtle.importKey("jwk", publicKey, RSA, true, ["verify"]),
      privateKey: await webcrypto.subtle.importKey("jwk", privateKey, RSA, true, ["sign"]),
    },
  });
  return { aws: await one(saved.aws), manufacturer: await one(saved.manufacturer) };
}

/** What the first HSM of a new cluster makes: hardware certificates of both roots, its own certificate, the CSR. */
export async function makeIdentity(roots: Roots, clusterId: string, now: number): Promise<HsmIdentity> {
  const [hardware, partition] = await Promise.all([newKeys(), newKeys()]);
  const hardwareName = `CN=HSM:${randomBytes(6).toString("hex").toUpperCase()}, OU=Local Cloud Hardware`;
  const hardwareCertificate = (root: Authority) =>
    certificate(root.certificate.subject, root.keys.privateKey, hardwareName, hardware.publicKey, true, now);
  const partitionName = `CN=HSM:${clusterId}:PARTN:1, OU=CloudHSM`;
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `C=US, ST=CA, L=SanJose, O=Local Cloud, OU=N3FIPS, CN=HSM:${clusterId}:PARTN:1\\, for FIPS mode`,
    keys: partition,
    signingAlgorithm: RSA,
  });
  const [aws, manufacturer, hsm] = await Promise.all([
    hardwareCertificate(roots.aws),
    hardwareCertificate(roots.manufacturer),
    certificate(hardwareName, hardware.privateKey, partitionName, partition.publicKey, false, now),
  ]);
  return {
    csr: csr.toString("pem"),
    hsmCertificate: hsm.toString("pem"),
    awsHardwareCertificate: aws.toString("pem"),
    manufacturerHardwareCertificate: manufacturer.toString("pem"),
  };
}

function certificate(
  issuer: string,
  signingKey: CryptoKey,
  subject: string,
  publicKey: CryptoKey,
  ca: boolean,
  now: number,
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    issuer,
    subject,
    publicKey,
    signingKey,
    serialNumber: serial(),
    notBefore: new Date(now - 24 * 3600 * 1000),
    notAfter: new Date(now + 10 * YEAR),
    signingAlgorithm: RSA,
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  });
}

/**
 * Refuses what InitializeCluster refuses: a trust anchor that is not self-signed, a certificate that the
 * anchor did not issue, one whose key is not the CSR's. Source: InitializeCluster, AWS CloudHSM API Reference.
 */
export function checkSignedCertificate(
  signedPem: string,
  anchorPem: string,
  csrPem: string,
  now: number,
): void {
  const refuse = (message: string) => new AwsError("CloudHsmInvalidRequestException", message);
  for (const [name, pem] of Object.entries({ SignedCert: signedPem, TrustAnchor: anchorPem }))
    if (pem.length > 5000) throw refuse(`${name} has ${pem.length} characters; the maximum is 5000.`);
  const signed = parse(signedPem, "SignedCert", refuse);
  const anchor = parse(anchorPem, "TrustAnchor", refuse);
  if (anchor.subject !== anchor.issuer || !anchor.verify(anchor.publicKey))
    throw refuse("The trust anchor is not a self-signed certificate.");
  if (signed.issuer !== anchor.subject || !signed.verify(anchor.publicKey))
    throw refuse("The signed certificate was not issued by the trust anchor.");
  const csrKey = Buffer.from(new x509.Pkcs10CertificateRequest(csrPem).publicKey.rawData);
  if (!csrKey.equals(signed.publicKey.export({ type: "spki", format: "der" })))
    throw refuse(
      "The public key of the signed certificate is not that of the cluster's certificate signing request.",
    );
  for (const [name, cert] of Object.entries({ "signed certificate": signed, "trust anchor": anchor }))
    if (now < Date.parse(cert.validFrom) - 1000 || now > Date.parse(cert.validTo))
      throw refuse(`The ${name} is not valid at this time.`);
}

function parse(pem: string, name: string, refuse: (message: string) => AwsError): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refuse(`${name} is not a certificate in PEM format.`);
  }
}

/** True where both texts are the same certificate, whatever their line ends. */
export function sameCertificate(a: string, b: string): boolean {
  try {
    return new X509Certificate(a).raw.equals(new X509Certificate(b).raw);
  } catch {
    return false;
  }
}
