// Constructs one by one, in a stack of somebody else's.

import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import {
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  IHsmKey,
  OntapFileSystem,
} from "../../constructs";
import { EXISTING_NETWORK as existing, Synthesized } from "../../scripts/lib/synthesize";

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** A cluster in the network that exists. */
function clusterIn(scope: Construct): HsmCluster {
  const network = HsmNetwork.fromExisting(scope, "network", existing);
  return new HsmCluster(scope, "cluster", {
    network,
    operator: new ClusterOperator(scope, "operator", { network }),
    signer: new CertificateAuthority(scope, "ca"),
  });
}

test("a cluster in a network that exists makes no network", () => {
  const stack = new Synthesized((scope) => {
    clusterIn(scope);
  });
  for (const type of ["aws_vpc", "aws_subnet", "aws_vpc_endpoint"]) expect(stack.resources(type)).toEqual([]);
  expect(stack.resource("aws_cloudhsm_v2_cluster").subnet_ids).toEqual(["subnet-0", "subnet-1"]);
});

test("a network that exists is checked like a new one", () => {
  expect(
    () =>
      new Synthesized(
        (scope) =>
          void HsmNetwork.fromExisting(scope, "network", { ...existing, subnets: [existing.subnets[0]] }),
      ),
  ).toThrow(/test\/network: subnets is .* at least two different availability zones/);
});

test.each([null, undefined, "vpc-1", []])("%p as a network that exists is refused", (nothing) => {
  expect(
    () => new Synthesized((scope) => void HsmNetwork.fromExisting(scope, "network", nothing as never)),
  ).toThrow(
    /^test\/network: network is .*; it must be an object with vpcId, subnets and endpointSecurityGroupId$/,
  );
});

describe("a VPC that the same app makes", () => {
  const conditions = (type: string, build: (scope: Construct, vpcId: string) => void): string[] =>
    new Synthesized((scope) => build(scope, new Vpc(scope, "vpc", { cidrBlock: "10.42.0.0/24" }).id))
      .data(type, type === "aws_subnet" ? "1a" : "")
      .lifecycle.postcondition.map((p: { condition: string }) => p.condition);

  test("is the one that its subnets are looked for in", () => {
    expect(
      conditions("aws_subnet", (scope, vpcId) =>
        HsmNetwork.fromExisting(scope, "network", { ...existing, vpcId }),
      ),
    ).toContain("${self.vpc_id == aws_vpc.vpc.id}");
  });

  test("is the one that a cluster of somebody else's is looked for in", () => {
    expect(
      conditions("aws_cloudhsm_v2_cluster", (scope, vpcId) => {
        const network = HsmNetwork.fromExisting(scope, "network", { ...existing, vpcId });
        const operator = new ClusterOperator(scope, "operator", { network });
        const secret = (name: string) =>
          `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;
        HsmCluster.fromExisting(scope, "cluster", {
          operator,
          clusterId: "cluster-abcdefghijk",
          adminSecretArn: secret("admin"),
          trustAnchorSecretArn: secret("anchor"),
        });
      }),
    ).toContain("${self.vpc_id == aws_vpc.vpc.id}");
  });
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

test("a key in a key store that somebody else connected", () => {
  const stack = new Synthesized(
    (scope) =>
      new HsmKey(scope, "key", {
        keyStore: CustomKeyStore.fromExisting(scope, "store", "cks-1234567890abcdef0"),
        alias: "team/files",
      }),
  );
  expect(stack.resource("aws_kms_key").custom_key_store_id).toBe("cks-1234567890abcdef0");
  expect(stack.resource("aws_kms_alias").name).toBe("alias/team/files");
});

test("an id that is no key store's is refused", () => {
  expect(
    () => new Synthesized((scope) => void CustomKeyStore.fromExisting(scope, "store", "my-store")),
  ).toThrow('test: store.customKeyStoreId is "my-store"; it must be cks- and hexadecimal digits');
});

describe("a key that exists already", () => {
  const keyArn = KEY_ARN;
  const granted = new Synthesized((scope) => {
    const key = HsmKey.fromKeyArn(scope, "key", keyArn);
    key.grantEncryptDecrypt("reports-role");
    key.grantAdmin("security-role", "security");
    const network = HsmNetwork.fromExisting(scope, "network", existing);
    new OntapFileSystem(scope, "files", { network, key });
  });
  const policy = (name: string) => granted.resource("aws_iam_role_policy", name);

  test("encrypts a file system", () => {
    expect(granted.resources("aws_kms_key")).toEqual([]);
    expect(granted.resource("aws_fsx_ontap_file_system").kms_key_id).toBe(keyArn);
  });

  test("lets a role use it, and grants only for AWS's services", () => {
    expect(policy("use-reports-role").role).toBe("reports-role");
    const text = policy("use-reports-role").policy;
    expect(text).toMatch(/"kms:Decrypt"[^}]*"Resource" = "arn:aws:kms[^"]*"\}/);
    expect(text).toMatch(
      /"kms:CreateGrant"[^}]*"Resource" = "arn:aws:kms[^"]*", "Condition" = \{"Bool" = \{"kms:GrantIs/,
    );
    expect(text).not.toMatch(/ScheduleKeyDeletion|kms:\*/);
  });

  test("lets a role administer it, and not use it", () => {
    expect(policy("administer-security").role).toBe("security-role");
    expect(policy("administer-security").policy).toMatch(/"kms:ScheduleKeyDeletion"/);
    expect(policy("administer-security").policy).not.toMatch(/Decrypt|Encrypt|GenerateDataKey|kms:\*/);
  });

  test.each([
    "1234abcd-12ab-34cd-56ef-1234567890ab",
    "alias/files",
    "arn:aws:kms:eu-central-1:111122223333:alias/x",
  ])("is not named by %s", (arn) => {
    expect(() => new Synthesized((scope) => void HsmKey.fromKeyArn(scope, "key", arn))).toThrow(
      /test: key.keyArn is .*; it must be the ARN of a KMS key/,
    );
  });
});

test("a cluster lets clients of its HSMs in on their ports, by their group", () => {
  const stack = new Synthesized((scope) => {
    clusterIn(scope).allowFrom("sg-bastion", "bastion");
  });
  expect(stack.resource("aws_vpc_security_group_ingress_rule", "from-bastion")).toMatchObject({
    security_group_id: expect.stringMatching(/aws_cloudhsm_v2_cluster\.\w+\.security_group_id/),
    referenced_security_group_id: "sg-bastion",
    from_port: 2223,
    to_port: 2225,
  });
});

describe("a role or a security group of the stack itself", () => {
  const build = (use: (key: IHsmKey, role: IamRole, scope: Construct) => void) =>
    new Synthesized((scope) => {
      const role = new IamRole(scope, "reports", { assumeRolePolicy: "{}" });
      use(HsmKey.fromKeyArn(scope, "key", KEY_ARN), role, scope);
    });

  test("is taken as it is", () => {
    const stack = build((key, role) => key.grantEncryptDecrypt(role));
    expect(stack.resource("aws_iam_role_policy", "use-reports").role).toMatch(/aws_iam_role\.reports\.name/);
  });

  test("may encrypt and not decrypt, decrypt and not encrypt, or what is said, and no wildcard", () => {
    const stack = build((key, role) => {
      key.grantEncrypt(role);
      key.grantDecrypt(role);
      key.grant(role, ["kms:GenerateMac"]);
      expect(() => key.grant(role, ["kms:*"], "all")).toThrow(
        'test/key: actions is ["kms:*"]; it must be a list of actions of KMS by their whole names, such as ["kms:GenerateMac"]',
      );
      expect(() => key.grant(role, [], "none")).toThrow(
        "test/key: actions is []; it must be a list of actions",
      );
    });
    const policy = (name: string) => stack.resource("aws_iam_role_policy", name).policy;
    expect(policy("encrypt-reports")).toMatch(/"kms:GenerateDataKey"/);
    expect(policy("encrypt-reports")).not.toMatch(/Decrypt|ReEncryptFrom|CreateGrant/);
    expect(policy("decrypt-reports")).toMatch(/"kms:Decrypt", "kms:ReEncryptFrom"/);
    expect(policy("decrypt-reports")).not.toMatch(/kms:Encrypt|GenerateDataKey|CreateGrant/);
    expect(policy("grant-reports")).toMatch(/"Action" = \["kms:GenerateMac"\]/);
  });

  test("may be known by a data source or by its ARN", () => {
    const stack = build((key, _, scope) => {
      const found = new DataAwsIamRole(scope, "found", { name: "found-role" });
      key.grantDecrypt(found);
      key.grantDecrypt("arn:aws:iam::123456789012:role/teams/cards/cards-role");
      expect(() => key.grantDecrypt("arn:aws:iam::123456789012:user/somebody")).toThrow(
        'test/key: role is "arn:aws:iam::123456789012:user/somebody"; it must be a role, its name or its ARN',
      );
    });
    expect(stack.resource("aws_iam_role_policy", "decrypt-found").role).toMatch(
      /data\.aws_iam_role\.found\.name/,
    );
    expect(stack.resource("aws_iam_role_policy", "decrypt-cards-role").role).toBe("cards-role");
  });

  test("may use many keys: each has a policy of its own name", () => {
    const stack = new Synthesized((scope) => {
      for (const id of ["cards", "reports"]) HsmKey.fromKeyArn(scope, id, KEY_ARN).grantEncryptDecrypt("app");
    });
    const names = stack.resources("aws_iam_role_policy").map((policy) => policy.name);
    expect(names.sort()).toEqual(["use-test-cards", "use-test-reports"]);
  });

  test("by a name that is known at deploy only it needs an id", () => {
    expect(() => build((key, role) => key.grantAdmin(role.name))).toThrow(
      "test/key: id is undefined; it must be given, since the name is known at deploy only",
    );
    build((key, role) => key.grantAdmin(role.name, "reports"));
  });

  test("a group lets itself into a file system that exists", () => {
    const stack = new Synthesized((scope) => {
      const group = new SecurityGroup(scope, "clients", { vpcId: "vpc-0" });
      const fileSystemId = "fs-0123456789abcdef0";
      const attributes = { fileSystemId, dnsName: "fs.example", securityGroupId: "sg-0a1b2c3d4e5f60718" };
      OntapFileSystem.fromAttributes(scope, "files", attributes).allowFrom(group);
    });
    for (const rule of stack.resources("aws_vpc_security_group_ingress_rule"))
      expect(rule).toMatchObject({
        security_group_id: "sg-0a1b2c3d4e5f60718",
        referenced_security_group_id: "${aws_security_group.clients.id}",
      });
  });
});

test.each(["alias/mine", "aws/mine", "with space", ""])("a key refuses the alias %p", (alias) => {
  const keyStore = { customKeyStoreId: "cks-1", connected: [] };
  expect(() => new Synthesized((scope) => new HsmKey(scope, "key", { keyStore, alias }))).toThrow(
    /test\/key: alias is/,
  );
});

test("a file system lets in the NFS clients that it is told of, and nobody else", () => {
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
