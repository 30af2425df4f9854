// CloudHSM: the life of a cluster and its HSMs, and what AWS refuses on the way.
// Source, where a test names none: AWS CloudHSM API Reference.

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import * as x509 from "@peculiar/x509";
import { Network, TestCloud, until, ZONES } from "./cloud";
import { Operator } from "./operator";
import { sign } from "./sign";

let cloud: TestCloud;
let network: Network;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
});
afterAll(() => cloud.stop());
/** Clusters are few (a quota of four): each test leaves none. */
afterEach(async () => {
  const { Clusters } = await cloud.hsm.describeClusters({});
  for (const { ClusterId, Hsms, State } of Clusters!) {
    for (const { HsmId, State: of } of Hsms!)
      if (of !== "DELETE_IN_PROGRESS") await cloud.hsm.deleteHsm({ ClusterId, HsmId });
    await until(
      () => cloud.cluster(ClusterId!),
      (c) => c.Hsms!.length === 0 && !c.State!.startsWith("CREATE"),
    );
    if (State !== "DELETE_IN_PROGRESS") await cloud.hsm.deleteCluster({ ClusterId });
    await until(
      () => cloud.hsm.describeClusters({ Filters: { states: ["DELETED"], clusterIds: [ClusterId!] } }),
      (a) => a.Clusters!.length === 1,
    );
  }
});

const invalid = (message: string | RegExp) => ({
  name: "CloudHsmInvalidRequestException",
  message: expect.stringMatching(message),
});

describe("CreateCluster", () => {
  test("answers at once, with a number for the time and ids of AWS's form, and is UNINITIALIZED later", async () => {
    const { Cluster } = await cloud.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
    });
    expect(Cluster).toMatchObject({
      State: "CREATE_IN_PROGRESS",
      ClusterId: expect.stringMatching(/^cluster-[2-7a-zA-Z]{11,16}$/),
      CreateTimestamp: expect.any(Date),
      VpcId: network.vpcId,
      SubnetMapping: Object.fromEntries(ZONES.map((z, i) => [z, network.subnetIds[i]])),
    });
    expect(await cloud.clusterIn(Cluster!.ClusterId!, "UNINITIALIZED")).toMatchObject({ Hsms: [] });
  });

  test("makes the security group with TCP 2223-2225 from and to itself («Cluster security group», User Guide)", async () => {
    const cluster = await cloud.newCluster(network);
    const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [cluster.SecurityGroup!] });
    const [group] = SecurityGroups!;
    expect(group.GroupName).toBe(`cloudhsm-cluster-${cluster.ClusterId}-sg`);
    for (const rules of [group.IpPermissions!, group.IpPermissionsEgress!])
      expect(rules).toEqual([
        expect.objectContaining({
          IpProtocol: "tcp",
          FromPort: 2223,
          ToPort: 2225,
          UserIdGroupPairs: [expect.objectContaining({ GroupId: group.GroupId })],
        }),
      ]);
  });

  test("says that DUALSTACK is not emulated (NetworkType)", async () => {
    const dual = cloud.callHsm("CreateCluster", {
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
      NetworkType: "DUALSTACK",
    });
    await expect(dual).rejects.toMatchObject({ name: "NotEmulated" });
  });

  test("refuses an HSM type that does not exist", async () => {
    const made = cloud.hsm.createCluster({ HsmType: "hsm3.large", SubnetIds: network.subnetIds });
    await expect(made).rejects.toMatchObject(invalid("Provided HsmType is not supported"));
  });

  test("knows modes («Cluster modes», User Guide)", async () => {
    const made = await cloud.callHsm("CreateCluster", {
      HsmType: "hsm2m.medium",
      Mode: "NON_FIPS",
      SubnetIds: network.subnetIds,
    });
    expect(made.Cluster).toMatchObject({ Mode: "NON_FIPS" });
  });

  test("the first of an account makes the service-linked role («Service-linked roles», User Guide)", async () => {
    await cloud.newCluster(network);
    const { Role } = await cloud.iam.getRole({ RoleName: "AWSServiceRoleForCloudHSM" });
    expect(Role!.Path).toBe("/aws-service-role/cloudhsm.amazonaws.com/");
  });

  test("refuses two subnets in one zone, and subnets that are not there", async () => {
    const { Subnet } = await cloud.ec2.createSubnet({
      VpcId: network.vpcId,
      AvailabilityZone: ZONES[0],
      CidrBlock: "10.9.0.192/26",
    });
    const twice = cloud.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: [network.subnetIds[0], Subnet!.SubnetId!],
    });
    await expect(twice).rejects.toMatchObject(invalid("Only one subnet per Availability Zone"));
    const missing = cloud.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: ["subnet-0123456789abcdef0"],
    });
    await expect(missing).rejects.toMatchObject(invalid("cannot be found"));
  });

  test("allows four («Quotas», User Guide)", async () => {
    for (let i = 0; i < 4; i++) await cloud.newCluster(network);
    await expect(cloud.newCluster(network)).rejects.toMatchObject(invalid("maximum of 4 clusters"));
  });
});

describe("the first HSM", () => {
  test("brings CSR and hardware certificates, which were not there before", async () => {
    const { ClusterId, Certificates } = await cloud.newCluster(network);
    expect(Certificates!.ClusterCsr).toBeUndefined();
    await cloud.addHsm(ClusterId!, ZONES[0]);
    const after = (await cloud.cluster(ClusterId!)).Certificates!;
    const csr = new x509.Pkcs10CertificateRequest(after.ClusterCsr!);
    expect(await csr.verify()).toBe(true);
    expect(csr.subject).toContain(ClusterId);
    expect(
      new X509Certificate(after.HsmCertificate!).publicKey.export({ type: "spki", format: "der" }),
    ).toEqual(Buffer.from(csr.publicKey.rawData));
    const hardware = new X509Certificate(after.AwsHardwareCertificate!);
    expect(new X509Certificate(after.HsmCertificate!).verify(hardware.publicKey)).toBe(true);
    const roots: any = await (await fetch(`${cloud.url}/_local/roots`)).json();
    expect(hardware.verify(new X509Certificate(roots.aws).publicKey)).toBe(true);
    const manufacturer = new X509Certificate(after.ManufacturerHardwareCertificate!);
    expect(manufacturer.verify(new X509Certificate(roots.manufacturer).publicKey)).toBe(true);
  });

  test("is the only one until the cluster is ACTIVE, also for a while after «cluster activate» (terraform-provider-aws#7437; ~80 s measured: RadiumGu/pix-proxy-samples)", async () => {
    // At real speed nothing happens by itself: each state is seen.
    const slow = await TestCloud.start(1);
    try {
      const { ClusterId } = (
        await slow.hsm.createCluster({
          HsmType: "hsm2m.medium",
          SubnetIds: (await slow.network()).subnetIds,
        })
      ).Cluster!;
      const second = () => slow.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[1] });
      const refused = () =>
        expect(second()).rejects.toMatchObject(
          invalid(`Cluster '${ClusterId}' already contains an HSM but has not yet been fully activated`),
        );
      await slow.advanceClock(600);
      await slow.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[0] });
      await refused();
      await slow.advanceClock(600);
      await refused();
      const { Certificates } = await slow.cluster(ClusterId!);
      await slow.hsm.initializeCluster({ ClusterId, ...(await sign(Certificates!.ClusterCsr!)) });
      await slow.advanceClock(600);
      expect((await slow.cluster(ClusterId!)).State).toBe("INITIALIZED");
      await refused();
    } finally {
      await slow.stop();
    }
  });

  test("has its network interface from the start, at the address that was asked for", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    const { Hsm } = await cloud.hsm.createHsm({
      ClusterId,
      AvailabilityZone: ZONES[0],
      IpAddress: "10.9.0.10",
    });
    expect(Hsm).toMatchObject({
      State: "CREATE_IN_PROGRESS",
      EniIp: "10.9.0.10",
      EniId: expect.stringMatching(/^eni-/),
    });
  });

  test("cannot have an address that is taken, or that is not of its subnet", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    const at = (IpAddress: string) =>
      cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[0], IpAddress });
    await expect(at("10.9.0.70")).rejects.toMatchObject(invalid("not in the subnet"));
    const { NetworkInterface } = await cloud.ec2.createNetworkInterface({
      SubnetId: network.subnetIds[0],
      PrivateIpAddress: "10.9.0.20",
    });
    await expect(at("10.9.0.20")).rejects.toMatchObject(invalid("already in use"));
    await cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId: NetworkInterface!.NetworkInterfaceId });
  });

  test("cannot be in a zone where CloudHSM is not offered", async () => {
    const there = {
      endpoint: cloud.url,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    };
    const [hsm, ec2] = [new CloudHSMV2(there), new EC2(there)];
    const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/24" });
    const { Subnet } = await ec2.createSubnet({
      VpcId: Vpc!.VpcId,
      CidrBlock: "10.0.0.0/26",
      AvailabilityZone: "us-east-1e",
    });
    const { Cluster } = await hsm.createCluster({ HsmType: "hsm2m.medium", SubnetIds: [Subnet!.SubnetId!] });
    await until(
      () => hsm.describeClusters({}),
      (a) => a.Clusters![0].State === "UNINITIALIZED",
    );
    const made = hsm.createHsm({ ClusterId: Cluster!.ClusterId, AvailabilityZone: "us-east-1e" });
    await expect(made).rejects.toMatchObject(invalid("not available in Availability Zone us-east-1e"));

    // Nor does its endpoint (terraform-aws-modules/terraform-aws-vpc#785), whose service says so.
    const ServiceName = "com.amazonaws.us-east-1.cloudhsmv2";
    const { ServiceDetails } = await ec2.describeVpcEndpointServices({ ServiceNames: [ServiceName] });
    expect(ServiceDetails![0].AvailabilityZones).not.toContain("us-east-1e");
    const endpoint = ec2.createVpcEndpoint({
      VpcId: Vpc!.VpcId,
      VpcEndpointType: "Interface",
      ServiceName,
      SubnetIds: [Subnet!.SubnetId!],
    });
    await expect(endpoint).rejects.toMatchObject({
      name: "InvalidParameter",
      message: expect.stringContaining("does not support the availability zone of the subnet"),
    });
  });

  test("is in a zone of the cluster", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    await expect(cloud.addHsm(ClusterId!, "eu-central-1x")).rejects.toMatchObject(invalid("no subnet"));
  });
});

describe("InitializeCluster", () => {
  async function withCsr(): Promise<{ ClusterId: string; csr: string }> {
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    return { ClusterId: ClusterId!, csr: (await cloud.cluster(ClusterId!)).Certificates!.ClusterCsr! };
  }

  test("accepts a certificate of the CSR's key by a self-signed trust anchor; there is no CSR afterwards", async () => {
    const { ClusterId, csr } = await withCsr();
    const signed = await sign(csr);
    const answer = await cloud.hsm.initializeCluster({ ClusterId, ...signed });
    expect(answer.State).toBe("INITIALIZE_IN_PROGRESS");
    const { Certificates } = await cloud.clusterIn(ClusterId, "INITIALIZED");
    expect(Certificates).toEqual({ ClusterCertificate: signed.SignedCert });
  });

  test("refuses each pair that does not fit («Initialize the cluster», User Guide), and still takes the right one", async () => {
    const { ClusterId, csr } = await withCsr();
    const initialize = (pair: { SignedCert: string; TrustAnchor: string }) =>
      cloud.hsm.initializeCluster({ ClusterId, ...pair });
    const good = await sign(csr);
    await expect(initialize(await sign(csr, { otherKey: true }))).rejects.toMatchObject(
      invalid("public key"),
    );
    await expect(initialize(await sign(csr, { otherAnchor: true }))).rejects.toMatchObject(
      invalid("not issued by"),
    );
    await expect(initialize(await sign(csr, { intermediate: true }))).rejects.toMatchObject(
      invalid("self-signed"),
    );
    await expect(initialize(await sign(csr, { days: -1 }))).rejects.toMatchObject(
      invalid("not valid at this time"),
    );
    await expect(initialize({ ...good, SignedCert: "no PEM" })).rejects.toMatchObject(invalid("PEM|pattern"));
    await expect(initialize({ ...good, TrustAnchor: "x".repeat(20_001) })).rejects.toMatchObject(
      invalid("5000|length"),
    );
    await initialize(good);
    await expect(initialize(good)).rejects.toMatchObject(invalid("UNINITIALIZED"));
  });

  test("needs an HSM first", async () => {
    const { ClusterId, csr } = await withCsr();
    const bare = await cloud.newCluster(network);
    const early = cloud.hsm.initializeCluster({ ClusterId: bare.ClusterId, ...(await sign(csr)) });
    await expect(early).rejects.toMatchObject(invalid("no HSM yet"));
    expect((await cloud.cluster(ClusterId)).State).toBe("UNINITIALIZED");
  });
});

describe("an initialised cluster", () => {
  test("is not active until its admin is, who is then known by the password that was set", async () => {
    const operator = await Operator.create(cloud, network);
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    await operator.activate(ClusterId!);
    expect((await cloud.cluster(ClusterId!)).State).toBe("ACTIVE");
  });

  test("clones users and keys into an HSM that joins, and takes a backup", async () => {
    const operator = await Operator.create(cloud, network);
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    const { trustAnchor } = await operator.activate(ClusterId!);
    await cloud.addHsm(ClusterId!, ZONES[1]);
    const { answer } = await operator.invoke({ action: "status", clusterId: ClusterId, trustAnchor });
    expect(answer.users.map((u: any) => [u.username, u["cluster-coverage"]])).toEqual([
      ["admin", "full"],
      ["app_user", "full"],
      ["kmsuser", "full"],
    ]);
    const { Backups } = await cloud.hsm.describeBackups({ Filters: { clusterIds: [ClusterId!] } });
    expect(Backups!.length).toBe(1);
  });
});

describe("quotas («Quotas», User Guide)", () => {
  const quotas = (changes: object) =>
    fetch(`${cloud.url}/_local/quotas`, { method: "POST", body: JSON.stringify(changes) });

  async function active(): Promise<string> {
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    await (await Operator.create(cloud, network)).activate(ClusterId!);
    return ClusterId!;
  }

  test("six HSMs in a region, until AWS raises it", async () => {
    const ClusterId = await active();
    for (let i = 1; i < 6; i++) await cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[i % 3] });
    const seventh = () => cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[0] });
    await expect(seventh()).rejects.toMatchObject(invalid("maximum of 6 HSMs"));
    expect((await quotas({ hsms: 7 })).status).toBe(200);
    await seventh();
    await quotas({ hsms: 6 });
  });

  test("28 HSMs in a cluster", async () => {
    await quotas({ hsms: 100 });
    const ClusterId = await active();
    for (let i = 1; i < 28; i++) await cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[i % 3] });
    const more = cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[0] });
    await expect(more).rejects.toMatchObject(invalid("maximum of 28 HSMs in a cluster"));
    await quotas({ hsms: 6 });
  });

  test("a quota is a whole number of something that has one", async () => {
    for (const wrong of [{ hsms: 0 }, { hsms: 1.5 }, { users: 3 }])
      expect((await quotas(wrong)).status).toBe(400);
  });
});

describe("the hardware's certificates", () => {
  test("form chains that openssl verifies, up to the two roots («Verify HSM identity», User Guide)", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    const certificates = (await cloud.cluster(ClusterId!)).Certificates!;
    const roots: any = await (await fetch(`${cloud.url}/_local/roots`)).json();
    const folder = mkdtempSync(join(tmpdir(), "chain-"));
    const file = (name: string, pem: string) => {
      writeFileSync(join(folder, name), pem);
      return join(folder, name);
    };
    const hsm = file("hsm.crt", certificates.HsmCertificate!);
    for (const [root, hardware] of [
      [roots.aws, certificates.AwsHardwareCertificate!],
      [roots.manufacturer, certificates.ManufacturerHardwareCertificate!],
    ]) {
      const args = [
        "verify",
        "-CAfile",
        file("root.crt", root),
        "-untrusted",
        file("hardware.crt", hardware),
        hsm,
      ];
      expect(execFileSync("openssl", args, { encoding: "utf8" })).toContain("hsm.crt: OK");
    }
    const swapped = ["verify", "-CAfile", file("root.crt", roots.aws), hsm];
    expect(() => execFileSync("openssl", swapped, { stdio: "pipe" })).toThrow();
    rmSync(folder, { recursive: true });
  });
});

describe("DeleteHsm and DeleteCluster", () => {
  test("a cluster with HSMs cannot be deleted (DeleteCluster, API Reference)", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    await cloud.addHsm(ClusterId!, ZONES[0]);
    await expect(cloud.hsm.deleteCluster({ ClusterId })).rejects.toMatchObject(invalid("has HSMs"));
  });

  test("users come back from the newest backup into a cluster that had no HSM left", async () => {
    const operator = await Operator.create(cloud, network);
    const { ClusterId } = await cloud.newCluster(network);
    const HsmId = await cloud.addHsm(ClusterId!, ZONES[0]);
    const { trustAnchor } = await operator.activate(ClusterId!);
    await cloud.hsm.deleteHsm({ ClusterId, HsmId });
    await until(
      () => cloud.cluster(ClusterId!),
      (c) => c.Hsms!.length === 0,
    );
    await cloud.addHsm(ClusterId!, ZONES[1]);
    const { answer } = await operator.invoke({ action: "status", clusterId: ClusterId, trustAnchor });
    expect(answer.users.map((u: any) => u.username)).toContain("kmsuser");
  });

  test("deletion frees address and security group", async () => {
    const cluster = await cloud.newCluster(network);
    const HsmId = await cloud.addHsm(cluster.ClusterId!, ZONES[0]);
    await cloud.hsm.deleteHsm({ ClusterId: cluster.ClusterId, HsmId });
    await until(
      () => cloud.cluster(cluster.ClusterId!),
      (c) => c.Hsms!.length === 0,
    );
    const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
      Filters: [{ Name: "group-id", Values: [cluster.SecurityGroup!] }],
    });
    expect(NetworkInterfaces).toEqual([]);
    await cloud.hsm.deleteCluster({ ClusterId: cluster.ClusterId });
    await until(
      () =>
        cloud.hsm.describeClusters({ Filters: { states: ["DELETED"], clusterIds: [cluster.ClusterId!] } }),
      (a) => a.Clusters!.length === 1,
    );
    const group = cloud.ec2.describeSecurityGroups({ GroupIds: [cluster.SecurityGroup!] });
    await expect(group).rejects.toMatchObject({ name: "InvalidGroup.NotFound" });
  });

  test('an HSM is named in one way, no more ("You need to specify only one of these values", DeleteHsm, API Reference; floci-io/floci#1776)', async () => {
    const cluster = await cloud.newCluster(network);
    const HsmId = await cloud.addHsm(cluster.ClusterId!, ZONES[0]);
    const { EniIp } = (await cloud.cluster(cluster.ClusterId!)).Hsms![0];
    const named = (by: object) => cloud.hsm.deleteHsm({ ClusterId: cluster.ClusterId, ...by });
    for (const by of [{}, { HsmId, EniIp }])
      await expect(named(by)).rejects.toMatchObject(invalid("exactly one of"));
    expect(await named({ EniIp })).toMatchObject({ HsmId });
  });

  test("what is not there is CloudHsmResourceNotFoundException", async () => {
    const gone = { name: "CloudHsmResourceNotFoundException" };
    await expect(cloud.hsm.deleteCluster({ ClusterId: "cluster-aaaaaaaaaaa" })).rejects.toMatchObject(gone);
    const { ClusterId } = await cloud.newCluster(network);
    await expect(cloud.hsm.deleteHsm({ ClusterId, HsmId: "hsm-aaaaaaaaaaa" })).rejects.toMatchObject(gone);
  });
});
