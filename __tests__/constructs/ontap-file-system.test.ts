// OntapFileSystem: volumes, NFS clients and deployment types.

import { safeStorage, EXISTING_NETWORK as existing, Synthesized } from "../../scripts/lib/synthesize";
import { Construct } from "constructs";
import { HsmKey, HsmNetwork, OntapFileSystem } from "../../constructs";

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
  });

  test("are retained as the file system is, and behind its guard", () => {
    expect(volume("files").lifecycle.prevent_destroy).toBe(true);
    expect(volume("files", "delete").lifecycle?.prevent_destroy).toBeUndefined();
    const stack = safeStorage({ fileSystem: { volumes } });
    const guard = stack.address("aws_lambda_invocation", "storage_file-system_guard");
    expect(stack.waitsFor(guard)).toContain(stack.address("aws_fsx_ontap_volume", "files"));
  });

  test("there are none unless they are given, and then no storage virtual machine either", () => {
    expect(safeStorage().resources("aws_fsx_ontap_storage_virtual_machine")).toEqual([]);
  });
});

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

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
