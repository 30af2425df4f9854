// Storage virtual machines join an Active Directory by the operator: a join that fails says why, and is tried again.

import { Network, TestCloud } from "../../emulator/conformance/cloud";
import { Operator } from "../../emulator/conformance/operator";

const DIRECTORY = {
  domainName: "corp.example.com",
  dnsIps: ["10.0.0.10", "10.0.0.11"],
  username: "joiner",
  password: 'p"a$s `word\\',
  organizationalUnits: ["OU=FSx,DC=corp,DC=example,DC=com"],
};

let cloud: TestCloud;
let network: Network;
let operator: Operator;
let fileSystemId: string;
let secretArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
  operator = await Operator.create(cloud, network);
  fileSystemId = await cloud.availableFileSystem(network.subnetIds[0], 512);
  secretArn = (await cloud.secrets.createSecret({ Name: "joiner" })).ARN!;
});
afterAll(() => cloud.stop());

const described = async (id: string) =>
  (await cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds: [id] }))
    .StorageVirtualMachines![0];

const newMachine = (name: string) => cloud.createdMachine(fileSystemId, name);

const join = (storageVirtualMachineId: string, more: object = {}) =>
  operator.invoke({
    action: "join-active-directory",
    storageVirtualMachineId,
    netBiosName: "FILES",
    domainName: DIRECTORY.domainName,
    dnsIps: ["10.0.0.10"],
    credentialsSecretArn: secretArn,
    ...more,
  });

const keep = (username: string, password: string) =>
  cloud.secrets.putSecretValue({ SecretId: secretArn, SecretString: JSON.stringify({ username, password }) });

test("an empty secret is refused before FSx is asked", async () => {
  expect(await join(await newMachine("early"))).toMatchObject({
    failed: true,
    answer: { errorType: "NoCredentials" },
  });
});

test("a directory that cannot be reached leaves the machine MISCONFIGURED, in which no volume is made; once it can, the next run joins (terraform-provider-aws#29845)", async () => {
  await keep(DIRECTORY.username, DIRECTORY.password);
  const id = await newMachine("files");
  expect(await join(id)).toMatchObject({
    failed: true,
    answer: {
      errorType: "DirectoryNotJoined",
      errorMessage: expect.stringMatching(/cannot reach the DNS servers.*No volume is made in it/),
    },
  });
  const OntapConfiguration = {
    StorageVirtualMachineId: id,
    SizeInMegabytes: 1024,
    StorageEfficiencyEnabled: true,
    JunctionPath: "/files",
  };
  await expect(
    cloud.fsx.createVolume({ VolumeType: "ONTAP", Name: "files", OntapConfiguration }),
  ).rejects.toThrow(/MISCONFIGURED/);
  await cloud.post("directories", DIRECTORY);
  expect(await join(id)).toMatchObject({ failed: false, answer: { status: "done", joined: "now" } });
  expect(await described(id)).toMatchObject({
    Lifecycle: "CREATED",
    ActiveDirectoryConfiguration: {
      NetBiosName: "FILES",
      SelfManagedActiveDirectoryConfiguration: { DomainName: DIRECTORY.domainName, UserName: "joiner" },
    },
    Endpoints: { Smb: { DNSName: "FILES.corp.example.com" } },
  });
  expect(await join(id)).toMatchObject({ failed: false, answer: { joined: "before" } });
});

test.each([
  ["wrong credentials", () => keep("joiner", "wrong"), {}, /credentials provided are invalid/],
  [
    "a unit that is not there",
    () => keep(DIRECTORY.username, DIRECTORY.password),
    { organizationalUnit: "OU=None,DC=corp,DC=example,DC=com" },
    /organizational unit/,
  ],
  [
    "a group that is not there",
    () => keep(DIRECTORY.username, DIRECTORY.password),
    { administratorsGroup: "Nobody" },
    /administrators group/,
  ],
  [
    "a name that is taken",
    () => keep(DIRECTORY.username, DIRECTORY.password),
    { netBiosName: "files" },
    /NetBIOS name is in use/,
  ],
])("%s: the message says so", async (what, prepare, more, message) => {
  await prepare();
  const id = await newMachine(what.replaceAll(" ", "-"));
  const { failed, answer } = await join(id, { netBiosName: "OTHER", ...more });
  expect({ failed, type: answer.errorType }).toEqual({ failed: true, type: "DirectoryNotJoined" });
  expect(answer.errorMessage).toMatch(message);
});

test("in a unit, by the names that AWS has for credentials in a secret", async () => {
  await cloud.secrets.putSecretValue({
    SecretId: secretArn,
    SecretString: JSON.stringify({
      CUSTOMER_MANAGED_ACTIVE_DIRECTORY_USERNAME: DIRECTORY.username,
      CUSTOMER_MANAGED_ACTIVE_DIRECTORY_PASSWORD: DIRECTORY.password,
    }),
  });
  const id = await newMachine("unit");
  const [organizationalUnit] = DIRECTORY.organizationalUnits;
  const event = { netBiosName: "UNIT", organizationalUnit, administratorsGroup: "Domain Admins" };
  expect(await join(id, event)).toMatchObject({ answer: { joined: "now" } });
});

test("no log and no answer of FSx has the password", async () => {
  const seen = [
    ...(await operator.log()),
    JSON.stringify(await cloud.fsx.describeStorageVirtualMachines({})),
  ].join("\n");
  expect(seen).not.toContain('p"a$s');
  expect(seen).not.toContain("`word");
});
