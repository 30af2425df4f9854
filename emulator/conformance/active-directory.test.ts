// Storage virtual machines that join an Active Directory, as a directory that was made known answers.
// Source, where a test names none: «Joining an SVM to a Microsoft Active Directory», FSx for ONTAP User Guide.

import { TestCloud, until } from "./cloud";

const DIRECTORY = {
  domainName: "corp.example.com",
  dnsIps: ["10.0.0.10"],
  username: "joiner",
  password: "join-me-1",
};

let cloud: TestCloud;
let FileSystemId: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  const { subnetIds } = await cloud.network();
  FileSystemId = await cloud.availableFileSystem(subnetIds[0]);
  await cloud.post("directories", DIRECTORY);
});
afterAll(() => cloud.stop());

const directory = (more: object = {}) => ({
  NetBiosName: "FILES",
  SelfManagedActiveDirectoryConfiguration: {
    DomainName: DIRECTORY.domainName,
    DnsIps: DIRECTORY.dnsIps,
    UserName: DIRECTORY.username,
    Password: DIRECTORY.password,
    ...more,
  },
});
const made = async (Name: string, ActiveDirectoryConfiguration: ReturnType<typeof directory>) => {
  const created = await cloud.fsx.createStorageVirtualMachine({
    FileSystemId,
    Name,
    ActiveDirectoryConfiguration,
  });
  return machineIn(created.StorageVirtualMachine!.StorageVirtualMachineId!, "CREATED", "MISCONFIGURED");
};
const machineIn = (id: string, ...states: string[]) =>
  until(
    async () =>
      (await cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds: [id] }))
        .StorageVirtualMachines![0],
    (m) => states.includes(m.Lifecycle!),
  );

test("one that can join is CREATED, with an SMB endpoint; its password is shown to nobody", async () => {
  const machine = await made("files", directory());
  expect(machine).toMatchObject({
    Lifecycle: "CREATED",
    Endpoints: { Smb: { DNSName: "FILES.corp.example.com" } },
    ActiveDirectoryConfiguration: { NetBiosName: "FILES" },
  });
  expect(JSON.stringify(machine)).not.toContain(DIRECTORY.password);
});

test.each([
  ["cannot reach the DNS servers", { DnsIps: ["10.0.0.99"] }],
  ["cannot reach the DNS servers", { DomainName: "other.example.com" }],
  ["credentials provided are invalid", { Password: "wrong" }],
])(
  "one that %s is MISCONFIGURED with a reason, and takes no volume (hashicorp/terraform-provider-aws#29845)",
  async (reason, more) => {
    const machine = await made(`m${Object.keys(more)[0]}`, { ...directory(more), NetBiosName: "OTHER" });
    expect(machine).toMatchObject({
      Lifecycle: "MISCONFIGURED",
      LifecycleTransitionReason: { Message: expect.stringContaining(reason) },
    });
    const OntapConfiguration = {
      StorageVirtualMachineId: machine.StorageVirtualMachineId,
      SizeInMegabytes: 1024,
      StorageEfficiencyEnabled: true,
    };
    await expect(
      cloud.fsx.createVolume({ VolumeType: "ONTAP", Name: "v", OntapConfiguration }),
    ).rejects.toThrow(/MISCONFIGURED/);
  },
);

test("a machine that is MISCONFIGURED can be updated, and joins then (UpdateStorageVirtualMachine)", async () => {
  const { StorageVirtualMachineId } = await made("mended", {
    ...directory({ Password: "wrong" }),
    NetBiosName: "MENDED",
  });
  await cloud.fsx.updateStorageVirtualMachine({
    StorageVirtualMachineId,
    ActiveDirectoryConfiguration: {
      SelfManagedActiveDirectoryConfiguration: { Password: DIRECTORY.password },
    },
  });
  expect((await machineIn(StorageVirtualMachineId!, "CREATED")).LifecycleTransitionReason).toBeUndefined();
});

test("a join without all that it needs is refused (SelfManagedActiveDirectoryConfiguration)", async () => {
  await expect(made("poor", directory({ UserName: undefined }))).rejects.toMatchObject({
    name: "BadRequest",
    message: expect.stringMatching(/UserName/),
  });
});
