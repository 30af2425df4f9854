// The customer's CA in the tests: what it signs, and what InitializeCluster must refuse.

import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

export interface Signed {
  SignedCert: string;
  TrustAnchor: string;
}

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const newKeys = () => webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;

export interface SigningOptions {
  /** Sign another key than the CSR's. */
  otherKey?: boolean;
  /** Give the certificate of another CA as the trust anchor, of the same name. */
  otherAnchor?: boolean;
  /** Let the CA that signs be signed by another one, so that it is no root. */
  intermediate?: boolean;
  /** Days from now at which the signed certificate ends. */
  days?: number;
}

/** What a customer's CA does with the CSR; with an option, what InitializeCluster must refuse. */
export async function sign(csrPem: string, options: SigningOptions = {}): Promise<Signed> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const [ca, other] = await Promise.all([newKeys(), newKeys()]);
  const validity = {
    notBefore: new Date(Date.now() - 1000 * 24 * 3600 * 1000),
    notAfter: new Date(Date.now() + (options.days ?? 365) * 24 * 3600 * 1000),
  };
  const name = "CN=Test CA";
  const root = (keys: CryptoKeyPair, issuerKeys = keys, issuer = name) =>
    x509.X509CertificateGenerator.create({
      subject: name,
      issuer,
      publicKey: keys.publicKey,
      signingKey: issuerKeys.privateKey,
      notBefore: validity.notBefore,
      notAfter: new Date(Date.now() + 365 * 24 * 3600 * 1000),
      signingAlgorithm: RSA,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
  const signed = await x509.X509CertificateGenerator.create({
    subject: new x509.Pkcs10CertificateRequest(csrPem).subject,
    issuer: name,
    publicKey: options.otherKey ? other.publicKey : new x509.Pkcs10CertificateRequest(csrPem).publicKey,
    signingKey: ca.privateKey,
    signingAlgorithm: RSA,
    ...validity,
  });
  const anchor = options.intermediate
    ? root(ca, other, "CN=Another CA")
    : root(options.otherAnchor ? other : ca);
  return { SignedCert: signed.toString("pem"), TrustAnchor: (await anchor).toString("pem") };
}

/** PEM of a certificate of a CA that ends in so many days. */
export async function certificateOfDays(days: number): Promise<string> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Test CA",
    keys: await newKeys(),
    notBefore: new Date(Date.now() - 1000 * 24 * 3600 * 1000),
    notAfter: new Date(Date.now() + days * 24 * 3600 * 1000),
    signingAlgorithm: RSA,
  });
  return certificate.toString("pem");
}
