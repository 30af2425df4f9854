// OntapFileSystem: volumes, NFS clients and deployment types.

import {
  safeStorage,
  EXISTING_NETWORK as existing,
  SETTINGS,
  Synthesized,
} from "../../scripts/lib/synthesize";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  iopsRange,
  ONTAP_DEPLOYMENT_TYPES,
  ONTAP_LIMITS,
  storageRange,
  throughputOfPair,
} from "../../aws-limits/ontap-file-systems";
import {
  ClusterOperator,
  HsmKey,
  HsmNetwork,
  OntapFileSystem,
  OntapFileSystemProps,
  OntapProtocol,
  OntapStorageVirtualMachine,
  OntapVolumeProps,
  SnaplockProps,
} from "../../constructs";

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("volumes", () => {
  const volumes = [
    { name: "files", sizeGib: 100 },
    { name: "scratch", sizeGib: 1, finalBackup: false },
  ];
  const volume = (name: string, deletionPolicy?: "retain" | "delete") =>
    safeStorage({ fileSystem: { volumes }, deletionPolicy }).resource("aws_fsx_ontap_volume", name);

  test("leave a final backup, unless `finalBackup` is false", () => {
    expect(volume("files")).toMatchObject({
      skip_final_backup: false,
      final_backup_tags: { Name: "safe-storage files final" },
      size_in_megabytes: 102400,
      junction_path: "/files",
    });
    expect(volume("scratch").skip_final_backup).toBe(true);
    const tagged = safeStorage({ fileSystem: { volumes }, tags: { Team: "research" } });
    expect(tagged.resource("aws_fsx_ontap_volume", "files").final_backup_tags).toEqual({
      Name: "safe-storage files final",
      Team: "research",
    });
  });

  test("are retained as the file system is, and behind its guard", () => {
    expect(volume("files").lifecycle.prevent_destroy).toBe(true);
    expect(volume("files", "delete").lifecycle?.prevent_destroy).toBeUndefined();
    const stack = safeStorage({ fileSystem: { volumes } });
    const guard = stack.address("aws_lambda_invocation", "storage_file-system_guard");
    expect(stack.waitsFor(guard)).toContain(stack.address("aws_fsx_ontap_volume", "files"));
  });

  test("one is there by default, as large as the SSD storage, and `[]` is for none and no storage virtual machine", () => {
    const { name, size_in_megabytes, junction_path } = safeStorage().resource("aws_fsx_ontap_volume");
    expect({ name, size_in_megabytes, junction_path }).toEqual({
      name: "data",
      size_in_megabytes: 1024 * 1024,
      junction_path: "/data",
    });
    const none = safeStorage({ fileSystem: { volumes: [] } });
    expect(none.resources("aws_fsx_ontap_storage_virtual_machine")).toEqual([]);
    expect(none.resources("aws_fsx_ontap_volume")).toEqual([]);
  });

  const BACKUP = "backup-0123456789abcdef0";
  const restoring = (deletionPolicy: "retain" | "delete", more: object = {}) =>
    safeStorage({
      deletionPolicy,
      fileSystem: { volumes: [{ name: "old", sizeGib: 100, backupId: BACKUP, ...more }] },
    });

  test("from a backup are the operator's, which changes and deletes no others (hashicorp/terraform-provider-aws#34137)", () => {
    const stack = restoring("delete");
    expect(stack.resources("aws_fsx_ontap_volume")).toEqual([]);
    const { policy } = stack.resource("aws_iam_role_policy", "restored-volumes");
    const text = JSON.stringify(policy);
    expect(text).toContain(
      `"aws:ResourceTag/safe-storage:restored-from" = ["${BACKUP}"]`.replaceAll('"', '\\"'),
    );
    const inputs = stack.resources("aws_lambda_invocation").map((i) => JSON.stringify(i.input));
    expect(inputs.filter((i) => i.includes("restore-volume"))).not.toEqual([]);
    expect(inputs.filter((i) => i.includes("delete-volume"))).toHaveLength(1);
    const guard = stack.address("aws_lambda_invocation", "storage_file-system_guard");
    expect(stack.waitsFor(guard)).toContain(stack.address("aws_lambda_invocation", "volume-old-removal"));
  });

  test("from a backup are kept under `retain`: removing one runs `retain`, which refuses", () => {
    const stack = restoring("retain");
    const { input } = stack.resource("aws_lambda_invocation", "volume-old-removal");
    expect(JSON.stringify(input)).toContain('\\"retain\\"');
  });

  test("from a backup without a final backup need no right to make one", () => {
    const { policy } = restoring("delete", { finalBackup: false }).resource(
      "aws_iam_role_policy",
      "restored-volumes",
    );
    expect(JSON.stringify(policy)).not.toContain("backup/*");
  });

  test("from thirty backups fit into what a role's inline policies may have («IAM and AWS STS quotas», IAM User Guide)", () => {
    const volumes = Array.from({ length: 30 }, (_, i) => ({
      name: `old_${i}`,
      sizeGib: 100,
      backupId: `backup-0123456789abcde${(i + 16).toString(16)}`,
    }));
    const policies = safeStorage({ fileSystem: { volumes } }).resources("aws_iam_role_policy");
    // A reference is known at deploy: an account has 12 digits, a region or a partition about as many.
    const sizes = policies.map(({ policy }) => policy.replaceAll(/(\$\{)?data\.[\w.-]+\}?/g, "123456789012"));
    const characters = sizes.join("").replaceAll(/\s/g, "").length;
    expect(characters).toBeLessThan(10_240);
  });

  test("are as they are asked for", () => {
    const asked: OntapVolumeProps[] = [
      {
        name: "archive",
        sizeGib: 800,
        volumeStyle: "FLEXGROUP",
        aggregates: ["aggr1"],
        constituentsPerAggregate: 4,
        securityStyle: "MIXED",
        tieringPolicy: { name: "AUTO", coolingPeriodDays: 60 },
        snapshotPolicy: "none",
        storageEfficiency: false,
      },
      { name: "mirror", sizeGib: 10, dataProtection: true },
      { name: "records", sizeGib: 10, snaplock: { type: "ENTERPRISE", bypassEnterpriseRetention: true } },
    ];
    const stack = safeStorage({ fileSystem: { volumes: asked } });
    expect(stack.resource("aws_fsx_ontap_volume", "archive")).toMatchObject({
      size_in_bytes: String(800 * 1024 ** 3),
      volume_style: "FLEXGROUP",
      aggregate_configuration: { aggregates: ["aggr1"], constituents_per_aggregate: 4 },
      security_style: "MIXED",
      tiering_policy: { name: "AUTO", cooling_period: 60 },
      snapshot_policy: "none",
      storage_efficiency_enabled: false,
    });
    const mirror = stack.resource("aws_fsx_ontap_volume", "mirror");
    expect(mirror).toMatchObject({ ontap_volume_type: "DP", skip_final_backup: true });
    expect(mirror.junction_path).toBeUndefined();
    expect(stack.resource("aws_fsx_ontap_volume", "records")).toMatchObject({
      snaplock_configuration: { snaplock_type: "ENTERPRISE" },
      bypass_snaplock_enterprise_retention: true,
    });
  });

  test("a SnapLock volume is a warning before the deploy: a destroy waits for it", () => {
    const warnings = (snaplock: SnaplockProps) =>
      safeStorage({ fileSystem: { volumes: [{ name: "records", sizeGib: 1, snaplock }] } }).warnings.filter(
        (w) => /SnapLock/.test(w),
      );
    expect(warnings({ type: "COMPLIANCE" })).toEqual([
      expect.stringMatching(/records is a SnapLock Compliance volume.*cannot be deleted.*its key must stay/),
    ]);
    expect(warnings({ type: "ENTERPRISE" })).toEqual([expect.stringMatching(/bypassEnterpriseRetention/)]);
    expect(warnings({ type: "ENTERPRISE", bypassEnterpriseRetention: true })).toEqual([]);
  });
});

describe("further storage virtual machines", () => {
  const volume = { name: "files", sizeGib: 1 };

  test("have their volumes; then there is no default one", () => {
    const stack = safeStorage({
      fileSystem: {
        storageVirtualMachines: [
          { name: "linux", volumes: [volume] },
          { name: "windows", securityStyle: "NTFS", volumes: [volume] },
        ],
      },
    });
    const machines = stack.resources("aws_fsx_ontap_storage_virtual_machine");
    expect(machines.map((m) => [m.name, m.root_volume_security_style])).toEqual([
      ["linux", "UNIX"],
      ["windows", "NTFS"],
    ]);
    const volumes = stack.resources("aws_fsx_ontap_volume");
    expect(volumes.map((v) => [v.name, v.security_style])).toEqual([
      ["files", "UNIX"],
      ["files", "NTFS"],
    ]);
    const guard = stack.address("aws_lambda_invocation", "storage_file-system_guard");
    for (const name of ["machine-linux", "machine-windows"])
      expect(stack.waitsFor(guard)).toContain(stack.address("aws_fsx_ontap_storage_virtual_machine", name));
  });

  test("of a file system of another app are retained by themselves", () => {
    const stack = new Synthesized((scope) => {
      const fileSystem = OntapFileSystem.fromAttributes(scope, "files", {
        fileSystemId: "fs-0123456789abcdef0",
        dnsName: "fs-0123456789abcdef0.fsx.eu-central-1.amazonaws.com",
        securityGroupId: "sg-0a1b2c3d4e5f60718",
      });
      new OntapStorageVirtualMachine(scope, "team", { fileSystem, name: "team", volumes: [volume] });
    });
    expect(stack.resource("aws_fsx_ontap_storage_virtual_machine")).toMatchObject({
      file_system_id: "fs-0123456789abcdef0",
      name: "team",
      lifecycle: { prevent_destroy: true },
    });
    expect(stack.resource("aws_fsx_ontap_volume").lifecycle.prevent_destroy).toBe(true);
  });
});

const fileSystem = (props: Partial<OntapFileSystemProps>) =>
  new Synthesized((scope) => {
    const network = HsmNetwork.fromExisting(scope, "network", existing);
    new OntapFileSystem(scope, "files", {
      network,
      key: HsmKey.fromKeyArn(scope, "key", KEY_ARN),
      ...props,
    });
  });

test.each([
  ["left out, the first two are taken", undefined, ["eu-central-1a", "eu-central-1b"]],
  [
    "the first has the preferred file server",
    ["eu-central-1b", "eu-central-1a"],
    ["eu-central-1b", "eu-central-1a"],
  ],
])("availabilityZones: %s", (_what, availabilityZones, zones) => {
  const { subnet_ids, preferred_subnet_id } = fileSystem({ availabilityZones }).resource(
    "aws_fsx_ontap_file_system",
  );
  const ids = zones.map((zone) => existing.subnets.find((s) => s.availabilityZone === zone)!.subnetId);
  expect(subnet_ids).toEqual(ids);
  expect(preferred_subnet_id).toBe(ids[0]);
});

test.each(["SINGLE_AZ_3", "MULTI_AZ_3"] as const)(
  "%s is refused with AWS provider 5, which does not know the third generation",
  (deploymentType) => {
    expect(() => fileSystem({ deploymentType })).toThrow(
      new RegExp(`^test/files: deploymentType is "${deploymentType}".*the third needs version 6$`),
    );
  },
);

describe("every combination of the table of limits", () => {
  const cases = ONTAP_DEPLOYMENT_TYPES.filter((type) => ONTAP_LIMITS[type].generation < 3).flatMap((type) =>
    [1, ONTAP_LIMITS[type].maxPairs].flatMap((pairs) =>
      throughputOfPair(type, pairs).map((throughput) => [type, pairs, throughput] as const),
    ),
  );
  test.each(cases)("%s with %i HA pairs of %i MBps", (deploymentType, haPairs, throughputCapacityMbps) => {
    const [minimum, maximum] = storageRange(deploymentType, haPairs);
    const props = { deploymentType, haPairs, throughputCapacityMbps };
    const made = fileSystem(props).resource("aws_fsx_ontap_file_system");
    expect(made.storage_capacity).toBe(minimum);
    expect(made.throughput_capacity ?? made.throughput_capacity_per_ha_pair).toBe(throughputCapacityMbps);
    expect(() => fileSystem({ ...props, storageCapacityGib: maximum })).not.toThrow();
    expect(() => fileSystem({ ...props, storageCapacityGib: maximum + 1 })).toThrow(/storageCapacityGib/);
    const [fewest, most] = iopsRange(minimum, haPairs);
    expect(
      fileSystem({ ...props, diskIops: most }).resource("aws_fsx_ontap_file_system").disk_iops_configuration,
    ).toEqual({ mode: "USER_PROVISIONED", iops: most });
    expect(() => fileSystem({ ...props, diskIops: fewest - 1 })).toThrow(/diskIops/);
  });
});

test.each<[OntapProtocol, string[]]>([
  [
    "nfs3",
    ["tcp 111", "udp 111", "tcp 635", "udp 635", "tcp 2049", "udp 2049", "tcp 4045-4046", "udp 4045-4046"],
  ],
  ["nfs4", ["tcp 2049"]],
  ["smb", ["tcp 445"]],
  ["iscsi", ["tcp 3260"]],
  ["nvme", ["tcp 4420", "tcp 8009"]],
  ["https", ["tcp 443"]],
  ["ssh", ["tcp 22"]],
  ["snapmirror", ["tcp 443", "tcp 11104-11105", "icmp -1"]],
])("clients by %s reach just its ports («File system access control with Amazon VPC»)", (protocol, ports) => {
  const stack = fileSystem({ clients: [{ from: "10.9.0.0/16", protocols: [protocol] }] });
  const shown = (type: string) =>
    stack
      .resources(type)
      .map(
        (r) => `${r.ip_protocol} ${r.from_port === r.to_port ? r.from_port : `${r.from_port}-${r.to_port}`}`,
      );
  expect(shown("aws_vpc_security_group_ingress_rule").sort()).toEqual([...ports].sort());
  for (const rule of stack.resources("aws_vpc_security_group_ingress_rule"))
    expect(rule.cidr_ipv4).toBe("10.9.0.0/16");
  // The two clusters of a SnapMirror relationship connect to each other.
  expect(shown("aws_vpc_security_group_egress_rule").sort()).toEqual(
    protocol === "snapmirror" ? [...ports].sort() : [],
  );
});

test.each([
  ["SINGLE_AZ_1", { throughput_capacity: 128 }],
  ["MULTI_AZ_1", { throughput_capacity: 128 }],
  ["MULTI_AZ_2", { throughput_capacity: 384 }],
  // The provider reads the total of this type as 0: hashicorp/terraform-provider-aws#38663, #47825.
  ["SINGLE_AZ_2", { ha_pairs: 1, throughput_capacity_per_ha_pair: 384 }],
] as const)("a file system of type %s is sized as the provider reads it back", (deploymentType, size) => {
  const { throughput_capacity, ha_pairs, throughput_capacity_per_ha_pair } = new Synthesized(
    (scope) =>
      new OntapFileSystem(scope, "files", {
        network: HsmNetwork.fromExisting(scope, "network", existing),
        key: HsmKey.fromKeyArn(scope, "key", KEY_ARN),
        deploymentType,
      }),
  ).resource("aws_fsx_ontap_file_system");
  expect({ throughput_capacity, ha_pairs, throughput_capacity_per_ha_pair }).toEqual({
    throughput_capacity: undefined,
    ha_pairs: undefined,
    throughput_capacity_per_ha_pair: undefined,
    ...size,
  });
});

test("a file system allows the given NFS clients, and nobody else", () => {
  const stack = new Synthesized((scope) => {
    const network = HsmNetwork.fromExisting(scope, "network", existing);
    const key = new HsmKey(scope, "key", {
      keyStore: { customKeyStoreId: "cks-1", connected: [] },
      alias: "files",
    });
    new OntapFileSystem(scope, "files", { network, key }).allowFrom("sg-clients");
  });
  const rules = stack.resources("aws_vpc_security_group_ingress_rule");
  // "NFS: 111, 635, 2049, 4045-4046": «File system access control with Amazon VPC», FSx for ONTAP User Guide.
  expect(new Set(rules.map((r) => `${r.from_port}-${r.to_port}`))).toEqual(
    new Set(["111-111", "635-635", "2049-2049", "4045-4046"]),
  );
  for (const rule of rules) expect(rule.referenced_security_group_id).toBe("sg-clients");
});

test.each(["SINGLE_AZ_1", "SINGLE_AZ_2"] as const)(
  "endpointIpAddressRange of a file system of type %s is refused (EndpointIpAddressRange, Amazon FSx API Reference: Multi-AZ only)",
  (deploymentType) => {
    const build = (scope: Construct) =>
      void new OntapFileSystem(scope, "files", {
        network: HsmNetwork.fromExisting(scope, "network", existing),
        key: HsmKey.fromKeyArn(scope, "key", KEY_ARN),
        deploymentType,
        endpointIpAddressRange: "100.64.7.0/26",
      });
    expect(() => new Synthesized(build)).toThrow(
      /^test\/files: endpointIpAddressRange is "100.64.7.0\/26"; it must be left out for a Single-AZ file system$/,
    );
  },
);

describe("passwords of ONTAP's administrators", () => {
  const stack = safeStorage({
    fileSystem: {
      passwords: { rotationDays: 30 },
      volumes: [{ name: "files", sizeGib: 1 }],
      storageVirtualMachines: [{ name: "linux" }],
    },
  });
  const secrets = stack
    .resources("aws_secretsmanager_secret")
    .filter((s) => /admin of ONTAP|ONTAP's/.test(s.description));

  test("each has a secret that says whose it is, encrypted by the operator's key", () => {
    expect(secrets.map((s) => s.description)).toEqual([
      "User name and password of ONTAP's administrator fsxadmin",
      "User name and password of ONTAP's administrator vsadmin of linux",
      "User name and password of ONTAP's administrator vsadmin of safe-storage",
    ]);
    for (const { tags, kms_key_id } of secrets) {
      expect(tags["safe-storage:file-system"]).toMatch(
        /^\$\{aws_fsx_ontap_file_system\.\w+file-system_\w+\.id\}$/,
      );
      expect(kms_key_id).toMatch(/encryption-key/);
    }
    expect(secrets.filter((s) => s.tags["safe-storage:storage-virtual-machine"])).toHaveLength(2);
  });

  test("Secrets Manager rotates it by the operator, which may change just these; no resource of Terraform's has one", () => {
    const rotations = stack.resources("aws_secretsmanager_secret_rotation");
    expect(rotations).toHaveLength(3);
    for (const rotation of rotations)
      expect(rotation).toMatchObject({
        rotate_immediately: false,
        rotation_rules: { automatically_after_days: 30 },
        rotation_lambda_arn: expect.stringMatching(/aws_lambda_function\.storage_operator_function/),
      });
    expect(stack.resource("aws_lambda_permission", "rotations")).toMatchObject({
      principal: "secretsmanager.amazonaws.com",
      source_account: expect.stringMatching(/aws_caller_identity/),
    });
    const { policy } = stack.resource("aws_iam_role_policy", "-passwords");
    expect(policy).toMatch(/"fsx:UpdateFileSystem"\], "Resource" = aws_fsx_ontap_file_system\./);
    expect(policy).toMatch(
      /"fsx:UpdateStorageVirtualMachine"\], "Resource" = \[aws_fsx_ontap_storage_virtual_machine\./,
    );
    expect(stack.resource("aws_fsx_ontap_file_system").fsx_admin_password).toBeUndefined();
    for (const machine of stack.resources("aws_fsx_ontap_storage_virtual_machine"))
      expect(machine.svm_admin_password).toBeUndefined();
  });

  test("are refused in another stack than the operator's", () => {
    const build = (scope: TerraformStack) => {
      const network = new HsmNetwork(scope, "network", SETTINGS.network);
      const operator = new ClusterOperator(scope, "operator", { network });
      const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [], operator };
      const key = new HsmKey(scope, "key", { keyStore, alias: "files" });
      const other = new TerraformStack(scope.node.root, "other");
      new OntapFileSystem(other, "files", { network, key, passwords: {} });
    };
    expect(() => new Synthesized(build)).toThrow(
      /^other\/files: passwords is \{\}; it must be left out in another stack than the operator's, which would set them$/,
    );
  });
});

describe("a storage virtual machine in an Active Directory", () => {
  const activeDirectory = {
    netBiosName: "FILES",
    domainName: "corp.example.com",
    dnsIps: ["10.9.0.10"],
    credentialsSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:joiner-a1b2c3",
  };
  const stack = safeStorage({
    fileSystem: {
      storageVirtualMachines: [
        { name: "windows", activeDirectory, volumes: [{ name: "share", sizeGib: 1, junctionPath: "/a/b" }] },
      ],
    },
  });

  test("has its volumes once it has joined, and reaches the directory, nothing else", () => {
    const volume = stack.address("aws_fsx_ontap_volume", "share");
    const join = stack.address("aws_lambda_invocation", "directory-2");
    expect(stack.waitsFor(volume)).toContain(join);
    const rules = stack.resources("aws_vpc_security_group_egress_rule").filter((r) => r.cidr_ipv4);
    expect(new Set(rules.map((r) => r.cidr_ipv4))).toEqual(new Set(["10.9.0.10/32"]));
    expect(rules.map((r) => `${r.ip_protocol} ${r.from_port}`)).toEqual(
      expect.arrayContaining(["tcp 53", "udp 88", "tcp 389", "tcp 445", "tcp 49152"]),
    );
  });

  test("lets the operator read the service account, whose password is not in the stack", () => {
    const { policy } = stack.resource("aws_iam_role_policy", "windows-directory");
    expect(policy).toContain(activeDirectory.credentialsSecretArn);
    const machine = stack.resource("aws_fsx_ontap_storage_virtual_machine");
    expect(machine.active_directory_configuration).toBeUndefined();
    expect(machine.lifecycle.ignore_changes).toContain("active_directory_configuration");
  });
});

test.each(["iscsi", "nvme"] as const)(
  "%s is refused with more than 6 HA pairs (HAPairs, Amazon FSx API Reference)",
  (protocol) => {
    const clients = [{ from: "10.9.0.0/16", protocols: [protocol] }];
    const build = (haPairs: number) => () =>
      fileSystem({ deploymentType: "SINGLE_AZ_2", haPairs, throughputCapacityMbps: 1536, clients });
    expect(build(6)).not.toThrow();
    expect(build(7)).toThrow(/clients.protocols is .*left out with more than 6 HA pairs/);
  },
);
