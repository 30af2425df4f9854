// HsmKey: keys in a key store, keys that exist, aliases and grants.

import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { CustomKeyStore, HsmKey, HsmNetwork, IHsmKey, OntapFileSystem } from "../../constructs";
import { EXISTING_NETWORK as existing, Synthesized } from "../../scripts/lib/synthesize";

const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

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

  test("grants a role its use, and KMS grants only for AWS's services", () => {
    expect(policy("use-reports-role").role).toBe("reports-role");
    const text = policy("use-reports-role").policy;
    expect(text).toMatch(/"kms:Decrypt"[^}]*"Resource" = "arn:aws:kms[^"]*"\}/);
    expect(text).toMatch(
      /"kms:CreateGrant"[^}]*"Resource" = "arn:aws:kms[^"]*", "Condition" = \{"Bool" = \{"kms:GrantIs/,
    );
    expect(text).not.toMatch(/ScheduleKeyDeletion|kms:\*/);
  });

  test("grants a role its administration, but not its use", () => {
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

  test("may only encrypt, only decrypt, or the given actions, never a wildcard", () => {
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

  test("a security group is allowed to an existing file system", () => {
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

describe("a key that only services use", () => {
  const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [] };
  const key = (scope: TerraformStack, services: string[], more: object = {}) =>
    new HsmKey(scope, "key", { keyStore, alias: "files", services, ...more });
  const policyOf = (services: string[]) =>
    String(new Synthesized((scope) => void key(scope, services)).resource("aws_kms_key").policy);

  test("lets FSx use it for principals of the account and make grants for AWS resources, and the account administer it", () => {
    const [administration, use, grants] = policyOf(["fsx"]).split('"Effect" = "Allow"').slice(1);
    expect(administration).toMatch(/"kms:ScheduleKeyDeletion"/);
    expect(administration).not.toMatch(/"kms:(Encrypt|Decrypt|GenerateDataKey|CreateGrant|\*)"/);
    expect(use).toMatch(/"Action" = \["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"\]/);
    for (const statement of [use, grants]) {
      expect(statement).toMatch(/"kms:CallerAccount" = data\.aws_caller_identity/);
      expect(statement).toMatch(
        /"kms:ViaService" = \["fsx\.\$\{data\.aws_region\.\w+\.id\}\.amazonaws\.com"\]/,
      );
    }
    expect(grants).toMatch(/"kms:CreateGrant".*"kms:GrantIsForAWSResource" = "true"/s);
  });

  test("other services may encrypt and decrypt as with a key that AWS manages for them", () => {
    expect(policyOf(["ec2"])).toMatch(/"kms:ReEncryptFrom".*"ec2\.\$\{/s);
  });

  test("is granted to nobody but its administrators", () => {
    const granted = (verb: "grantDecrypt" | "grantAdmin") => () =>
      new Synthesized((scope) => void key(scope, ["fsx"])[verb]("reports-role"));
    expect(granted("grantDecrypt")).toThrow(
      /^test\/key: services is \["fsx"\]; it must be left out for a key that roles use by themselves$/,
    );
    expect(granted("grantAdmin")).not.toThrow();
  });

  test("has no second policy", () => {
    expect(() => new Synthesized((scope) => void key(scope, ["fsx"], { policy: "{}" }))).toThrow(
      /policy is "\{\}"; it must be left out with services, which make the key policy$/,
    );
  });
});
