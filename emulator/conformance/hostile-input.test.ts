// Hostile input: a clean 4xx each, never a crash, never a file outside its folder.

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { ZipFile } from "yazl";
import { TestCloud, zip } from "./cloud";

let cloud: TestCloud;
let Role: string;
let outside: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  Role = await cloud.role("r", ["logs:*"]);
  outside = mkdtempSync(join(tmpdir(), "outside-"));
});
afterAll(async () => {
  await cloud.stop();
  rmSync(outside, { recursive: true });
});
/** Whatever came before, it still works. */
afterEach(async () => {
  expect((await fetch(`${cloud.url}/_local/health`)).status).toBe(200);
  await cloud.hsm.describeClusters({});
});

const scope = (service: string, region = "eu-central-1") =>
  `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const call = (target: string, body: string | Uint8Array<ArrayBuffer>, authorization = scope("cloudhsm")) =>
  fetch(cloud.url, { method: "POST", headers: { authorization, "x-amz-target": target }, body });
const isRefused = async (answer: Promise<Response>) => {
  const { status } = await answer;
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
};

test.each([
  ["no JSON", "{"],
  ["JSON that is no object", "[]"],
  ["a number", "7"],
  ["null", "null"],
  ["binary", new Uint8Array([0, 255, 254, 1])],
  ["very deep JSON", '{"Filters":'.repeat(100_000)],
  ["a prototype", '{"__proto__": {"ClusterId": "cluster-aaaaaaaaaaa"}}'],
])("%s as a body", async (_what, body) => {
  await isRefused(call("BaldrApiService.DeleteCluster", body));
});

test.each([
  ["a string for a list", { HsmType: "hsm2m.medium", SubnetIds: "subnet-1" }],
  ["an object for a string", { HsmType: {}, SubnetIds: [] }],
  ["a number for a string", { HsmType: 1, SubnetIds: [] }],
  ["a list with a hole", { HsmType: "hsm2m.medium", SubnetIds: [null] }],
])("%s", async (_what, body) => {
  await isRefused(call("BaldrApiService.CreateCluster", JSON.stringify(body)));
});

test("names that every object of JavaScript has", async () => {
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    await isRefused(call(`BaldrApiService.${name}`, "{}"));
    await isRefused(call("TrentService.DescribeKey", JSON.stringify({ KeyId: name }), scope("kms")));
    await isRefused(
      call("TrentService.ConnectCustomKeyStore", JSON.stringify({ CustomKeyStoreId: name }), scope("kms")),
    );
    await isRefused(call("BaldrApiService.DescribeClusters", "{}", scope("cloudhsm", name)));
  }
});

test("unknown targets, strange ones, and none", async () => {
  for (const target of [
    "BaldrApiService",
    "BaldrApiService.",
    ".",
    "BaldrApiService.Delete.Cluster",
    "Nobody.Nothing",
  ]) {
    const { status } = await call(target, "{}");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(502);
  }
});

test("a body larger than anything that AWS takes", async () => {
  const answer = await call("BaldrApiService.DescribeClusters", new Uint8Array(81 * 1024 * 1024)).catch(
    () => undefined,
  );
  if (answer) expect(answer.status).toBe(413); // or the connection is closed while it is sent
});

test("paths that lead out", async () => {
  for (const path of [
    "/_local/../../etc/passwd",
    "/_local/%2e%2e/secret",
    "/2015-03-31/functions/..%2f..%2fx/invocations",
  ]) {
    const { status } = await fetch(cloud.url + path, {
      method: "POST",
      headers: { authorization: scope("lambda") },
      body: "{}",
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(502);
  }
});

const create = (FunctionName: string, ZipFile_: Buffer) =>
  fetch(`${cloud.url}/2015-03-31/functions`, {
    method: "POST",
    headers: { authorization: scope("lambda"), "content-type": "application/json" },
    body: JSON.stringify({
      FunctionName,
      Role,
      Runtime: "provided.al2023",
      Handler: "b",
      Code: { ZipFile: ZipFile_.toString("base64") },
    }),
  });

test("a function's name that is a path", async () => {
  const code = await zip({ bootstrap: "#!/bin/bash\n" });
  for (const name of ["../escape", "a/b", "..", "", "x".repeat(65)]) await isRefused(create(name, code));
});

test.each([
  ["is no archive", async () => Buffer.from("PK not really")],
  ["has a name that leads out", () => evilZip("xx/../../../evil")],
  ["has an absolute name", () => evilZip("/tmp/evil/absolute/")],
])("an upload that %s", async (_what, make) => {
  const answer = await create("evil", await make());
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Error).message).toMatch(/Could not unzip uploaded file/);
});

/** An archive whose one entry has this name, which no zip writer would write: it is put in afterwards. */
async function evilZip(name: string): Promise<Buffer> {
  const archive = new ZipFile();
  const harmless = "x".repeat(name.length);
  archive.addBuffer(Buffer.from("evil"), harmless, { compress: false });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.from(Buffer.concat(chunks).toString("latin1").replaceAll(harmless, name), "latin1");
}

test("an entry is never written through a link of the same archive", async () => {
  const archive = new ZipFile();
  archive.addBuffer(Buffer.from(outside), "link", { mode: 0o120777 });
  archive.addBuffer(Buffer.from("#!/bin/bash\nexit 0\n"), "bootstrap", { mode: 0o100755 });
  archive.addBuffer(Buffer.from("evil"), "link/evil", { mode: 0o100644 });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  await isRefused(create("links", Buffer.concat(chunks)));
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(join(outside, "evil"))).toBe(false);
});

test("admin's calls with bodies that are no JSON", async () => {
  for (const path of ["clock", "faults", "snapshots"])
    await isRefused(fetch(`${cloud.url}/_local/${path}`, { method: "POST", body: "{" }));
});

test("it listens on loopback only", async () => {
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((i) => i && !i.internal && i.family === "IPv4");
  const port = Number(new URL(cloud.url).port);
  expect(new URL(cloud.url).hostname).toBe("127.0.0.1");
  // On each other address of this machine the port is still free.
  for (const { address } of others as { address: string }[])
    await new Promise<void>((resolve, reject) => {
      const server = createServer()
        .once("error", reject)
        .listen(port, address, () => server.close(() => resolve()));
    });
});
