// The check between CSR and signature: a real HSM passes, and each forgery is told by the link that it breaks.

import "reflect-metadata";
import { spawnSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { brokenLink, HsmEvidence } from "../../certificate-checks/hsm-identity";

const ROOT = join(__dirname, "../..");
const DAY = 24 * 3600 * 1000;
const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

x509.cryptoProvider.set(webcrypto as Crypto);

const newKeys = (modulusLength = 2048) =>
  webcrypto.subtle.generateKey({ ...ALGORITHM, modulusLength }, true, [
    "sign",
    "verify",
  ]) as Promise<CryptoKeyPair>;

interface Authority {
  name: string;
  keys: CryptoKeyPair;
  pem: string;
}

interface Settings {
  ca?: boolean;
  notBefore?: number;
  notAfter?: number;
}

async function certificate(
  subject: string,
  publicKey: CryptoKey,
  issuer: { name: string; keys: CryptoKeyPair },
  { ca = true, notBefore = -DAY, notAfter = DAY }: Settings = {},
): Promise<string> {
  const made = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer.name,
    publicKey,
    signingKey: issuer.keys.privateKey,
    serialNumber: "01",
    notBefore: new Date(Date.now() + notBefore),
    notAfter: new Date(Date.now() + notAfter),
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  });
  return made.toString("pem");
}

async function root(name: string, settings?: Settings, bits?: number): Promise<Authority> {
  const keys = await newKeys(bits);
  return { name, keys, pem: await certificate(name, keys.publicKey, { name, keys }, settings) };
}

const csrOf = async (keys: CryptoKeyPair): Promise<string> =>
  (
    await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=HSM", keys, signingAlgorithm: ALGORITHM })
  ).toString("pem");

interface Made {
  aws: Authority;
  manufacturer: Authority;
  hardware: { name: string; keys: CryptoKeyPair };
  partition: CryptoKeyPair;
  evidence: HsmEvidence;
}

/** An HSM as AWS delivers it: one hardware key that both roots vouch for, and a partition that it vouches for. */
async function newHsm(aws?: Authority, manufacturer?: Authority): Promise<Made> {
  const roots = {
    aws: aws ?? (await root("CN=AWS Root")),
    manufacturer: manufacturer ?? (await root("CN=Maker Root")),
  };
  const hardware = { name: "CN=Hardware", keys: await newKeys() };
  const partition = await newKeys();
  const byRoot = (authority: Authority) => certificate(hardware.name, hardware.keys.publicKey, authority);
  return {
    ...roots,
    hardware,
    partition,
    evidence: {
      clusterCsr: await csrOf(partition),
      hsmCertificate: await certificate("CN=Partition", partition.publicKey, hardware, { ca: false }),
      awsHardwareCertificate: await byRoot(roots.aws),
      manufacturerHardwareCertificate: await byRoot(roots.manufacturer),
      awsRoot: roots.aws.pem,
      manufacturerRoot: roots.manufacturer.pem,
    },
  };
}

let real: Made;

beforeAll(async () => {
  real = await newHsm();
});

test("a real HSM's chain holds", async () => {
  expect(await brokenLink(real.evidence)).toBeUndefined();
});

const FORGERIES: [what: string, forge: () => Promise<Partial<HsmEvidence>>, link: RegExp][] = [
  [
    "another HSM's CSR",
    async () => ({ clusterCsr: (await newHsm(real.aws, real.manufacturer)).evidence.clusterCsr }),
    /^the cluster's CSR has another public key than the HSM's certificate$/,
  ],
  [
    "another HSM's certificate",
    async () => ({ hsmCertificate: (await newHsm(real.aws, real.manufacturer)).evidence.hsmCertificate }),
    /^the HSM's certificate is not signed by the AWS hardware certificate$/,
  ],
  [
    "another HSM's AWS hardware certificate",
    async () => ({
      awsHardwareCertificate: (await newHsm(real.aws, real.manufacturer)).evidence.awsHardwareCertificate,
    }),
    /^the HSM's certificate is not signed by the AWS hardware certificate$/,
  ],
  [
    "another HSM's manufacturer's hardware certificate",
    async () => ({
      manufacturerHardwareCertificate: (await newHsm(real.aws, real.manufacturer)).evidence
        .manufacturerHardwareCertificate,
    }),
    /^the HSM's certificate is not signed by the manufacturer's hardware certificate$/,
  ],
  [
    "the two hardware certificates swapped",
    async () => ({
      awsHardwareCertificate: real.evidence.manufacturerHardwareCertificate,
      manufacturerHardwareCertificate: real.evidence.awsHardwareCertificate,
    }),
    /^the AWS hardware certificate names another issuer than the AWS root: CN=Maker Root$/,
  ],
  [
    "a self-made chain under roots of the same names",
    async () => {
      const { evidence } = await newHsm();
      return { ...evidence, awsRoot: real.aws.pem, manufacturerRoot: real.manufacturer.pem };
    },
    /^the AWS hardware certificate is not signed by the AWS root$/,
  ],
  [
    "a self-made manufacturer's chain beside a true AWS one",
    async () => {
      const { evidence } = await newHsm(real.aws);
      return { ...evidence, manufacturerRoot: real.manufacturer.pem };
    },
    /^the manufacturer's hardware certificate is not signed by the manufacturer's root$/,
  ],
  [
    "a tampered CSR",
    async () => {
      const der = Buffer.from(new x509.Pkcs10CertificateRequest(real.evidence.clusterCsr).rawData);
      der[der.length - 10] ^= 1; // in the signature
      return { clusterCsr: new x509.Pkcs10CertificateRequest(der).toString("pem") };
    },
    /^the cluster's CSR is not signed by its own key$/,
  ],
  [
    "a CSR for the HSM's key by somebody who has not got it",
    async () => {
      const thief = { publicKey: real.partition.publicKey, privateKey: (await newKeys()).privateKey };
      return { clusterCsr: await csrOf(thief) };
    },
    /^the cluster's CSR is not signed by its own key$/,
  ],
  [
    "an expired root",
    async () => {
      const expired = await certificate(real.aws.name, real.aws.keys.publicKey, real.aws, {
        notAfter: -1000,
      });
      return { awsRoot: expired };
    },
    /^the AWS root has expired on /,
  ],
  [
    "a hardware certificate of the future",
    async () => ({
      manufacturerHardwareCertificate: await certificate(
        real.hardware.name,
        real.hardware.keys.publicKey,
        real.manufacturer,
        { notBefore: DAY / 2 },
      ),
    }),
    /^the manufacturer's hardware certificate is valid from .* on only$/,
  ],
  [
    "an expired HSM certificate",
    async () => ({
      hsmCertificate: await certificate("CN=Partition", real.partition.publicKey, real.hardware, {
        ca: false,
        notAfter: -1000,
      }),
    }),
    /^the HSM's certificate has expired on /,
  ],
  [
    "a hardware certificate that may sign nothing",
    async () => ({
      awsHardwareCertificate: await certificate(real.hardware.name, real.hardware.keys.publicKey, real.aws, {
        ca: false,
      }),
    }),
    /^the AWS hardware certificate is not a CA's$/,
  ],
  [
    "a root with a short key",
    async () => {
      const { evidence } = await newHsm(await root("CN=AWS Root", {}, 1024));
      return evidence;
    },
    /^the AWS root has a key of 1024 bits; 2048 are the least$/,
  ],
  [
    "a root that another one has signed",
    async () => ({
      awsRoot: await certificate(real.aws.name, real.aws.keys.publicKey, await root("CN=Somebody")),
    }),
    /^the AWS root names another issuer than itself: CN=Somebody$/,
  ],
  ["no HSM certificate", async () => ({ hsmCertificate: "" }), /^the HSM's certificate is missing$/],
  [
    "something else than a root",
    async () => ({ awsRoot: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }),
    /^the AWS root is no certificate in PEM$/,
  ],
  [
    "something else than a CSR",
    async () => ({ clusterCsr: real.evidence.hsmCertificate }),
    /^the cluster's CSR is /,
  ],
];

test.each(FORGERIES)("%s is refused", async (_what, forge, link) => {
  expect(await brokenLink({ ...real.evidence, ...(await forge()) })).toMatch(link);
});

describe("the step that Terraform runs", () => {
  beforeAll(() => {
    expect(spawnSync(join(ROOT, "scripts/build-certificate-checks")).status).toBe(0);
  });

  const run = (evidence: Partial<HsmEvidence>) =>
    spawnSync(process.execPath, [join(ROOT, "dist/check-hsm-identity.cjs")], {
      encoding: "utf8",
      env: {
        CLUSTER_ID: "cluster-abcdefghijk",
        CLUSTER_CSR: evidence.clusterCsr,
        HSM_CERTIFICATE: evidence.hsmCertificate,
        AWS_HARDWARE_CERTIFICATE: evidence.awsHardwareCertificate,
        MANUFACTURER_HARDWARE_CERTIFICATE: evidence.manufacturerHardwareCertificate,
        AWS_ROOT: evidence.awsRoot,
        MANUFACTURER_ROOT: evidence.manufacturerRoot,
      },
    });

  test("passes a real HSM, and a cluster that has no CSR any more", () => {
    expect(run(real.evidence)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/is hardware of AWS's/),
    });
    expect(run({})).toMatchObject({ status: 0, stdout: expect.stringMatching(/nothing to sign/) });
  });

  test("stops it at a broken link, and says which", () => {
    const { status, stderr } = run({ ...real.evidence, awsRoot: real.manufacturer.pem });
    expect(status).toBe(1);
    expect(stderr).toContain("cluster-abcdefghijk");
    expect(stderr).toContain("the AWS hardware certificate names another issuer than the AWS root");
    expect(stderr).toContain("Nothing was signed");
  });
});
