// Bad input of the file system, and the error for each.

import { TerraformStack } from "cdktf";
import { HsmKey, IHsmKey, OntapFileSystem, OntapStorageVirtualMachine } from "../constructs";
import {
  AWS,
  AWS_FREE,
  each,
  FLAG,
  is,
  NAMES,
  network,
  OWN_RANGE,
  POLICY,
  secretArn,
  Subject,
} from "./shared";

const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const key = (stack: TerraformStack): IHsmKey => HsmKey.fromKeyArn(stack, "file-key", keyArn);

const FILE_SYSTEM = {
  fileSystemId: "fs-0123456789abcdef0",
  dnsName: "fs-0123456789abcdef0.fsx.eu-central-1.amazonaws.com",
  securityGroupId: "sg-0a1b2c3d4e5f60718",
};
const BACKUP = "backup-0123456789abcdef0";
const VOLUME_NAME = "a letter or _, then letters, digits and _, at most 203 in all, and unique";
const PATH = "a path that begins with /, and that no other volume has";
const PROTOCOLS = "a list of nfs3, nfs4, smb, iscsi, nvme, https, ssh, snapmirror";
const MACHINE_NAME = "a letter or _, then letters, digits, _, . and -, at most 47 in all";

type Wrong = [value: unknown, message: string];

/** Bad volumes: a list with one volume that has this member, and what is said of it. */
const volume = (member: object, name: string, value: unknown, right: string): Wrong => [
  [{ name: "files", sizeGib: 10, ...member }],
  is(`volumes.${name}`, value, right),
];
const snaplock = (member: object, name: string, value: unknown, right: string): Wrong =>
  volume({ snaplock: { type: "ENTERPRISE", ...member } }, `snaplock.${name}`, value, right);

const directory = {
  netBiosName: "FILES",
  domainName: "corp.example.com",
  dnsIps: ["10.0.0.10"],
  credentialsSecretArn: secretArn,
};
const joined = (member: object, name: string, value: unknown, right: string): Wrong => [
  [{ name: "smb", activeDirectory: { ...directory, ...member } }],
  is(`storageVirtualMachines.activeDirectory${name}`, value, right, "test/it/machine-smb"),
];

const directoryErrors: Wrong[] = [
  [
    [{ name: "smb", activeDirectory: "corp" }],
    is(
      "storageVirtualMachines.activeDirectory",
      "corp",
      "an object with netBiosName, domainName, dnsIps and credentialsSecretArn",
      "test/it/machine-smb",
    ),
  ],
  joined(
    { netBiosName: "much-too-long-name" },
    ".netBiosName",
    "much-too-long-name",
    "1 to 15 letters, digits and hyphens",
  ),
  joined(
    { domainName: "corp" },
    ".domainName",
    "corp",
    "the fully qualified name of a domain, such as corp.example.com",
  ),
  joined({ dnsIps: [] }, ".dnsIps", [], "a list of one to three IPv4 addresses"),
  joined({ dnsIps: ["dns"] }, ".dnsIps", ["dns"], "a list of one to three IPv4 addresses"),
  joined({ credentialsSecretArn: "joiner" }, ".credentialsSecretArn", "joiner", "the ARN of a secret"),
  joined({ credentialsKeyArn: "key" }, ".credentialsKeyArn", "key", "the ARN of a KMS key"),
  joined(
    { organizationalUnit: "FSx" },
    ".organizationalUnit",
    "FSx",
    "a distinguished name, such as OU=FSx,DC=corp,DC=example,DC=com",
  ),
  joined({ domainControllers: ["10.0.0.10"] }, ".domainControllers[0]", "10.0.0.10", OWN_RANGE),
  joined({}, "", "corp.example.com", "left out with a key that has no operator, which would join"),
];

const volumeErrors: Wrong[] = [
  ["files", is("volumes", "files", "a list of { name, sizeGib }")],
  volume({ name: "team-files" }, "name", "team-files", VOLUME_NAME),
  [Array(2).fill({ name: "files", sizeGib: 10 }), is("volumes.name", "files", VOLUME_NAME)],
  volume({ sizeGib: 0 }, "sizeGib", 0, "a whole number of GiB between 1 and 307200"),
  volume(
    { sizeGib: 799, volumeStyle: "FLEXGROUP" },
    "sizeGib",
    799,
    "a whole number of GiB between 800 and 20971520",
  ),
  volume({ junctionPath: "files" }, "junctionPath", "files", PATH),
  [
    [
      { name: "one", sizeGib: 10, junctionPath: "/files" },
      { name: "files", sizeGib: 10 },
    ],
    is("volumes.junctionPath", "/files", PATH),
  ],
  volume(
    { backupId: BACKUP },
    "backupId",
    BACKUP,
    "left out with a key that has no operator, which would restore it",
  ),
  volume({ backupId: "backup-1" }, "backupId", "backup-1", "backup- and 17 hexadecimal digits"),
  volume(
    { backupId: BACKUP, dataProtection: true },
    "dataProtection",
    true,
    "left out for a volume from a backup",
  ),
  volume(
    { backupId: BACKUP, snaplock: { type: "COMPLIANCE" } },
    "snaplock",
    { type: "COMPLIANCE" },
    "left out for a volume from a backup",
  ),
  volume({ finalBackup: "no" }, "finalBackup", "no", FLAG),
  volume({ storageEfficiency: "no" }, "storageEfficiency", "no", FLAG),
  volume({ dataProtection: "no" }, "dataProtection", "no", FLAG),
  volume({ securityStyle: "POSIX" }, "securityStyle", "POSIX", "one of UNIX, NTFS, MIXED"),
  volume(
    { snapshotPolicy: "" },
    "snapshotPolicy",
    "",
    "the name of a policy, such as default, default-1weekly or none",
  ),
  volume(
    { tieringPolicy: { name: "COLD" } },
    "tieringPolicy.name",
    "COLD",
    "one of SNAPSHOT_ONLY, AUTO, ALL, NONE",
  ),
  volume(
    { tieringPolicy: { name: "ALL", coolingPeriodDays: 31 } },
    "tieringPolicy.coolingPeriodDays",
    31,
    "left out with ALL",
  ),
  volume(
    { tieringPolicy: { name: "AUTO", coolingPeriodDays: 184 } },
    "tieringPolicy.coolingPeriodDays",
    184,
    "a whole number of days between 2 and 183",
  ),
  volume(
    { dataProtection: true, finalBackup: true },
    "finalBackup",
    true,
    "left out for a data protection volume, which has none",
  ),
  volume(
    { dataProtection: true, junctionPath: "/files" },
    "junctionPath",
    "/files",
    "left out for a data protection volume, which has none",
  ),
  volume({ volumeStyle: "STRIPED" }, "volumeStyle", "STRIPED", "one of FLEXVOL, FLEXGROUP"),
  volume(
    { aggregates: ["aggr13"] },
    "aggregates",
    ["aggr13"],
    "a list of aggregates' names, aggr1 to aggr12, each once",
  ),
  volume(
    { aggregates: ["aggr1", "aggr2"] },
    "aggregates",
    ["aggr1", "aggr2"],
    "one aggregate for a FlexVol volume",
  ),
  volume({ constituentsPerAggregate: 8 }, "constituentsPerAggregate", 8, "left out for a FlexVol volume"),
  volume(
    { volumeStyle: "FLEXGROUP", sizeGib: 800, constituentsPerAggregate: 201 },
    "constituentsPerAggregate",
    201,
    "a whole number of constituents between 1 and 200",
  ),
  volume(
    { snaplock: "COMPLIANCE" },
    "snaplock",
    "COMPLIANCE",
    'an object with a type, "COMPLIANCE" or "ENTERPRISE"',
  ),
  snaplock({ type: "STRICT" }, "type", "STRICT", "one of COMPLIANCE, ENTERPRISE"),
  snaplock(
    { type: "COMPLIANCE", privilegedDelete: "ENABLED" },
    "privilegedDelete",
    "ENABLED",
    "one of DISABLED, PERMANENTLY_DISABLED for COMPLIANCE",
  ),
  snaplock(
    { type: "COMPLIANCE", bypassEnterpriseRetention: true },
    "bypassEnterpriseRetention",
    true,
    "left out for COMPLIANCE: nothing deletes such files before their time",
  ),
  volume(
    { junctionPath: "/snaplock_audit_log", snaplock: { type: "COMPLIANCE", auditLogVolume: "yes" } },
    "snaplock.auditLogVolume",
    "yes",
    FLAG,
  ),
  snaplock({ appendMode: "yes" }, "appendMode", "yes", FLAG),
  snaplock(
    { autocommit: { unit: "WEEKS", value: 1 } },
    "autocommit.unit",
    "WEEKS",
    "one of MINUTES, HOURS, DAYS, MONTHS, YEARS",
  ),
  snaplock(
    { autocommit: { unit: "MINUTES", value: 4 } },
    "autocommit.value",
    4,
    "a whole number of MINUTES between 5 and 65535",
  ),
  snaplock(
    { minimumRetention: { unit: "WEEKS", value: 1 } },
    "minimumRetention.unit",
    "WEEKS",
    "one of SECONDS, MINUTES, HOURS, DAYS, MONTHS, YEARS, INFINITE, UNSPECIFIED",
  ),
  snaplock(
    { minimumRetention: { unit: "MONTHS", value: 13 } },
    "minimumRetention.value",
    13,
    "a whole number of MONTHS between 0 and 12",
  ),
  snaplock(
    { maximumRetention: { unit: "INFINITE", value: 1 } },
    "maximumRetention.value",
    1,
    "left out with INFINITE",
  ),
  snaplock(
    {
      minimumRetention: { unit: "YEARS", value: 2 },
      defaultRetention: { unit: "MONTHS", value: 6 },
    },
    "defaultRetention",
    { unit: "MONTHS", value: 6 },
    "between minimumRetention and maximumRetention",
  ),
  volume(
    {
      junctionPath: "/snaplock_audit_log",
      snaplock: {
        type: "COMPLIANCE",
        auditLogVolume: true,
        minimumRetention: { unit: "MONTHS", value: 5 },
      },
    },
    "snaplock.minimumRetention",
    { unit: "MONTHS", value: 5 },
    "six months at least for an audit log volume",
  ),
  volume(
    { snaplock: { type: "COMPLIANCE", auditLogVolume: true } },
    "junctionPath",
    "/files",
    "/snaplock_audit_log for an audit log volume",
  ),
];

export const storageErrors: Record<string, Subject> = {
  OntapFileSystemProps: {
    make: (stack, changes) =>
      new OntapFileSystem(stack, "it", { network: network(stack), key: key(stack), ...changes }),
    free: { ...AWS_FREE, network: "a construct", key: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      deploymentType: each(
        "deploymentType",
        "one of SINGLE_AZ_1, MULTI_AZ_1, SINGLE_AZ_2, MULTI_AZ_2, SINGLE_AZ_3, MULTI_AZ_3",
        "THREE_AZ_1",
      ),
      endpointIpAddressRange: [
        ...each(
          "endpointIpAddressRange",
          "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24",
          "",
          "198.19.0.0",
          "198.19.0.0/29",
          "198.18.0.0/15",
        ),
        ...each("endpointIpAddressRange", "the start of its range: 198.19.5.0/24", "198.19.5.1/24"),
        ...each(
          "endpointIpAddressRange",
          "apart from the VPC's subnets: it overlaps 10.42.0.0/26",
          "10.42.0.0/24",
        ),
      ],
      throughputCapacityMbps: each(
        "throughputCapacityMbps",
        "one of 128, 256, 512, 1024, 2048, 4096 for MULTI_AZ_1",
        100,
        384,
      ),
      storageCapacityGib: each(
        "storageCapacityGib",
        "a whole number of GiB between 1024 and 196608",
        1023,
        196609,
      ),
      automaticBackupRetentionDays: each(
        "automaticBackupRetentionDays",
        "a whole number of days between 0 and 90",
        -1,
        91,
      ),
      haPairs: [...each("haPairs", "a whole number of HA pairs of MULTI_AZ_1 between 1 and 1", 0, 2)],
      diskIops: each("diskIops", "a whole number of IOPS between 3072 and 200000", 3071, 200001),
      availabilityZones: each(
        "availabilityZones",
        "two zones of the network's: eu-central-1a, eu-central-1b",
        ["eu-central-1a"],
        ["eu-central-1a", "eu-central-1c"],
        ["eu-central-1a", "eu-central-1a"],
        "eu-central-1a",
      ),
      routeTableIds: [
        ...each("routeTableIds", "a list of route tables' ids", "rtb-0a1b2c3d4e5f60718"),
        [["main"], is("routeTableIds[0]", "main", "an id such as rtb-0a1b2c3d4e5f60718")],
      ],
      dailyAutomaticBackupStartTime: each(
        "dailyAutomaticBackupStartTime",
        "a time of day, such as 05:00",
        "5:00",
        "24:00",
      ),
      weeklyMaintenanceStartTime: each(
        "weeklyMaintenanceStartTime",
        "a day, 1 for Monday to 7, and a time, such as 7:03:30",
        "Sunday",
        "0:03:30",
      ),
      passwords: [
        [true, is("passwords", true, "an object, such as { rotationDays: 90 }")],
        [{ rotationDays: 0 }, is("passwords.rotationDays", 0, "a whole number of days between 1 and 1000")],
        [{}, is("passwords", {}, "left out with a key that has no operator, which would set them")],
      ],
      volumes: volumeErrors,
      backupsOnDemand: [
        ["no", is("backupsOnDemand", "no", FLAG)],
        [
          true,
          is(
            "backupsOnDemand",
            true,
            "left out with a key that has no operator, which would take and restore them",
          ),
        ],
      ],
      storageVirtualMachines: [
        ...directoryErrors,
        ["archive", is("storageVirtualMachines", "archive", "a list of { name, volumes }")],
        [[{ name: "1st" }], is("storageVirtualMachines.name", "1st", MACHINE_NAME, "test/it/machine-1st")],
        [
          [{ name: "archive", securityStyle: "POSIX" }],
          is(
            "storageVirtualMachines.securityStyle",
            "POSIX",
            "one of UNIX, NTFS, MIXED",
            "test/it/machine-archive",
          ),
        ],
        [
          [{ name: "archive", volumes: [{ name: "files", sizeGib: 0 }] }],
          is(
            "storageVirtualMachines.volumes.sizeGib",
            0,
            "a whole number of GiB between 1 and 307200",
            "test/it/machine-archive",
          ),
        ],
        [
          Array.from({ length: 7 }, (_, i) => ({ name: `m${i}` })),
          is("storageVirtualMachines", 7, "6 at most with 128 MBps"),
        ],
        [
          [{ name: "archive" }, { name: "archive" }],
          is("storageVirtualMachines.name", "archive", "a name that no other of the file system has"),
        ],
      ],
      clients: [
        [[{ from: "everybody" }], is("clients.from", "everybody", "an id such as sg-0a1b2c3d4e5f60718")],
        [[{ from: "0.0.0.0/0" }], is("from", "0.0.0.0/0", OWN_RANGE)],
        [[{ from: "10.0.0.1/24" }], is("from", "10.0.0.1/24", OWN_RANGE)],
        [[{ from: "10.0.0.0/24", protocols: ["afp"] }], is("clients.protocols", ["afp"], PROTOCOLS)],
        [[{ from: "10.0.0.0/24", protocols: [] }], is("clients.protocols", [], PROTOCOLS)],
      ],
    },
  },
  OntapStorageVirtualMachineProps: {
    make: (stack, changes) =>
      new OntapStorageVirtualMachine(stack, "it", {
        fileSystem: OntapFileSystem.fromAttributes(stack, "files", FILE_SYSTEM),
        name: "archive",
        ...changes,
      }),
    free: { ...AWS_FREE, fileSystem: "a construct" },
    wrong: {
      ...AWS,
      ...POLICY,
      name: each("name", MACHINE_NAME, "1st", "", "x".repeat(48)),
      securityStyle: each("securityStyle", "one of UNIX, NTFS, MIXED", "POSIX"),
      volumes: volumeErrors.slice(0, 2),
      activeDirectory: [
        [
          directory,
          is(
            "activeDirectory",
            "corp.example.com",
            "left out with a key that has no operator, which would join",
          ),
        ],
      ],
    },
  },
  OntapFileSystemAttributes: {
    make: (stack, changes) => OntapFileSystem.fromAttributes(stack, "it", { ...FILE_SYSTEM, ...changes }),
    free: { ...AWS_FREE, dnsName: "a name" },
    wrong: {
      fileSystemId: each("fileSystemId", "fs- and hexadecimal digits", "files"),
      securityGroupId: each("securityGroupId", "an id such as sg-0a1b2c3d4e5f60718", "files"),
    },
  },
};
