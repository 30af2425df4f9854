// Load on the local cloud: 200 clusters with 2 HSMs each, and 5,000 describe calls by 16 clients, before and after a
// restart. The baseline is the same load on an empty cloud in the same run. Exit status 1 if any call failed.

import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { LocalCloud, startLocalCloud } from "../../emulator/start";

const CLUSTERS = 200;
const CALLS = 5000;
const CLIENTS = 16;
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

const folder = mkdtempSync(join(tmpdir(), "bench-"));
let cloud: LocalCloud;

const start = () =>
  startLocalCloud({
    host: "127.0.0.1",
    port: 0,
    speed: 100_000,
    folder,
    state: join(folder, "state"),
    python: join(__dirname, "../../.venv/bin/python"),
    motoLog: join(folder, "moto.log"),
  });

async function call(service: string, headers: Record<string, string>, body: string): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return fetch(cloud.url, { method: "POST", headers: { authorization, ...headers }, body });
}

async function hsm(operation: string, input: object): Promise<any> {
  const answer = await call(
    "cloudhsm",
    { "x-amz-target": `BaldrApiService.${operation}` },
    JSON.stringify(input),
  );
  const body: any = await answer.json();
  if (!answer.ok) throw new Error(`${operation}: ${body.message}`);
  return body;
}

async function ec2(parameters: Record<string, string>, element: string): Promise<string> {
  const body = new URLSearchParams({ Version: "2016-11-15", ...parameters }).toString();
  const answer = await call("ec2", { "content-type": "application/x-www-form-urlencoded" }, body);
  return new RegExp(`<${element}>([^<]+)`).exec(await answer.text())![1];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Ca {
  keys: CryptoKeyPair;
  anchor: x509.X509Certificate;
}

async function makeCa(): Promise<Ca> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const keys = (await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"])) as CryptoKeyPair;
  const anchor = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Bench",
    keys,
    signingAlgorithm: RSA,
  });
  return { keys, anchor };
}

async function makeCluster(subnets: string[], ca: Ca): Promise<void> {
  const { Cluster } = await hsm("CreateCluster", { HsmType: "hsm2m.medium", SubnetIds: subnets });
  const { ClusterId } = Cluster;
  const cluster = async () =>
    (await hsm("DescribeClusters", { Filters: { clusterIds: [ClusterId] } })).Clusters[0];
  const isIn = (state: string) => until(async () => (await cluster()).State === state);
  await isIn("UNINITIALIZED");
  await hsm("CreateHsm", { ClusterId, AvailabilityZone: "eu-central-1a" });
  await until(async () => (await cluster()).Certificates.ClusterCsr);
  const csr = new x509.Pkcs10CertificateRequest((await cluster()).Certificates.ClusterCsr);
  const signed = await x509.X509CertificateGenerator.create({
    subject: csr.subject,
    issuer: ca.anchor.subject,
    publicKey: csr.publicKey,
    signingKey: ca.keys.privateKey,
    signingAlgorithm: RSA,
  });
  await hsm("InitializeCluster", {
    ClusterId,
    SignedCert: signed.toString("pem"),
    TrustAnchor: ca.anchor.toString("pem"),
  });
  await isIn("INITIALIZED");
  await hsm("CreateHsm", { ClusterId, AvailabilityZone: "eu-central-1b" });
}

interface Load {
  p50: number;
  p99: number;
  failed: number;
}

/** The describe calls, side by side; times in milliseconds. */
async function load(): Promise<Load> {
  const times: number[] = [];
  let failed = 0;
  let left = CALLS;
  const client = async () => {
    while (left-- > 0) {
      const started = performance.now();
      await hsm("DescribeClusters", {}).catch(() => failed++);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(CALLS * 0.5)], p99: times[Math.floor(CALLS * 0.99)], failed };
}

async function countAll(): Promise<{ clusters: number; hsms: number }> {
  let clusters = 0;
  let hsms = 0;
  let NextToken: string | undefined;
  do {
    const page: any = await hsm("DescribeClusters", { NextToken });
    clusters += page.Clusters.length;
    for (const cluster of page.Clusters) hsms += cluster.Hsms.length;
    NextToken = page.NextToken;
  } while (NextToken);
  return { clusters, hsms };
}

const show = (what: string, { p50, p99, failed }: Load) =>
  console.log(`${what.padEnd(28)} p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms   failed ${failed}`);

async function main(): Promise<void> {
  cloud = await start();
  await load(); // warm
  const empty = await load();
  show("empty (baseline)", empty);

  await fetch(`${cloud.url}/_local/quotas`, {
    method: "POST",
    body: JSON.stringify({ clusters: CLUSTERS, hsms: 2 * CLUSTERS }),
  });
  const VpcId = await ec2({ Action: "CreateVpc", CidrBlock: "10.0.0.0/16" }, "vpcId");
  const subnet = (zone: string, i: number) =>
    ec2(
      {
        Action: "CreateSubnet",
        VpcId,
        CidrBlock: `10.0.${i * 16}.0/20`,
        AvailabilityZone: `eu-central-1${zone}`,
      },
      "subnetId",
    );
  const subnets = await Promise.all(["a", "b"].map(subnet));
  const ca = await makeCa();
  const started = performance.now();
  let left = CLUSTERS;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await makeCluster(subnets, ca);
    }),
  );
  console.log(
    `${CLUSTERS} clusters with 2 HSMs each in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );

  const full = await load();
  show(`${CLUSTERS} clusters`, full);
  const before = await countAll();
  await cloud.stop();
  cloud = await start();
  const after = await countAll();
  const restarted = await load();
  show("after a restart", restarted);
  await cloud.stop();
  rmSync(folder, { recursive: true });

  const lost = before.clusters - after.clusters + (before.hsms - after.hsms);
  console.log(`clusters ${after.clusters}, HSMs ${after.hsms}; lost by the restart: ${lost}`);
  console.log(`memory of the process, without moto: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
  console.log(`ratio of p99, ${CLUSTERS} clusters to empty: ${(full.p99 / empty.p99).toFixed(2)}`);
  const failed = empty.failed + full.failed + restarted.failed;
  if (failed > 0 || lost !== 0 || after.clusters !== CLUSTERS || after.hsms !== 2 * CLUSTERS)
    process.exitCode = 1;
}

void main();
