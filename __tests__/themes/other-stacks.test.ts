// Constructs in other people's stacks: with their tags, providers and boundaries, several in one stack, in several stacks of an
// app and in several regions.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformStack } from "cdktf";
import {
  ClusterOperator,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  OntapFileSystem,
  CertificateAuthority,
  CustomKeyStore,
  SafeStorage,
} from "../../constructs";
import { SETTINGS, Synthesized } from "../../scripts/lib/synthesize";

const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";

describe("tags, a provider and a permissions boundary", () => {
  const stack = new Synthesized((scope) => {
    const provider = new AwsProvider(scope, "payments", { alias: "payments", region: "eu-central-1" });
    const tags = { CostCenter: "4711", Name: "not this one" };
    new SafeStorage(scope, "storage", { ...SETTINGS, tags, provider, permissionsBoundary: BOUNDARY });
  });
  const aws = stack.everything().filter(([type]) => type.replace("data.", "").startsWith("aws_"));

  test("the provider is that of every AWS resource and data source, and of nothing else", () => {
    expect(aws.length).toBeGreaterThan(50);
    for (const [, block] of aws) expect(block.provider).toBe("aws.payments");
    for (const [type, block] of stack.everything())
      if (!type.replace("data.", "").startsWith("aws_")) expect(block.provider).toBeUndefined();
  });

  test("the tags are on everything that AWS can tag, in addition to those of the constructs", () => {
    const tagged = aws.filter(([, block]) => block.tags);
    expect(new Set(tagged.map(([type]) => type))).toEqual(
      new Set([
        "aws_cloudhsm_v2_cluster",
        "aws_cloudwatch_log_group",
        "aws_default_security_group",
        "aws_flow_log",
        "aws_fsx_ontap_file_system",
        "aws_fsx_ontap_storage_virtual_machine",
        "aws_fsx_ontap_volume",
        "aws_iam_role",
        "aws_kms_key",
        "aws_lambda_function",
        "aws_route_table",
        "aws_secretsmanager_secret",
        "aws_security_group",
        "aws_sqs_queue",
        "aws_subnet",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
      ]),
    );
    for (const [, { tags }] of tagged) expect(tags.CostCenter).toBe("4711");
    expect(stack.resource("aws_vpc").tags).toMatchObject({
      Name: "safe-storage",
      Deployment: expect.anything(),
    });
  });

  test("the boundary is on every role", () => {
    const roles = stack.resources("aws_iam_role");
    expect(roles.length).toBeGreaterThan(0);
    for (const role of roles) expect(role.permissions_boundary).toBe(BOUNDARY);
  });

  test("an inner construct's own come first", () => {
    const inner = new Synthesized((scope) => {
      const provider = new AwsProvider(scope, "archive", { alias: "archive", region: "eu-central-1" });
      const keyStore = CustomKeyStore.fromExisting(scope, "store", "cks-1234567890abcdef0");
      new HsmKey(scope, "key", { keyStore, alias: "files", provider, tags: { Owner: "archive" } });
    }).resource("aws_kms_key");
    expect(inner.provider).toBe("aws.archive");
    expect(inner.tags).toEqual({ Owner: "archive", Name: "files" });
  });
});

test("what an imported key grants is made by the provider given", () => {
  const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const stack = new Synthesized((scope) => {
    const provider = new AwsProvider(scope, "archive", { alias: "archive", region: "eu-central-1" });
    HsmKey.fromKeyArn(scope, "key", keyArn, { provider }).grantEncryptDecrypt("reports-role");
  });
  expect(stack.resource("aws_iam_role_policy").provider).toBe("aws.archive");
});

describe("several in one stack", () => {
  const stack = new Synthesized((scope) => {
    for (const purpose of ["test", "prod"])
      new SafeStorage(scope, purpose, { ...SETTINGS, system: "payments", purpose });
  });
  const names = (type: string, member: string) =>
    stack
      .resources(type)
      .map((r) => r[member])
      .sort();

  test("each has its own of everything", () => {
    expect(stack.resources("aws_cloudhsm_v2_cluster")).toHaveLength(2);
    expect(stack.resources("null_resource")).toHaveLength(4);
  });

  test("the qualifiers are in every name that is unique in an account", () => {
    for (const [type, member, each] of [
      ["aws_kms_custom_key_store", "custom_key_store_name", 1],
      ["aws_kms_alias", "name", 1],
      ["aws_lambda_function", "function_name", 1],
      ["aws_iam_role", "name", 2], // of the operator, and of the flow log
      ["aws_cloudwatch_log_group", "name", 2],
      ["aws_sqs_queue", "name", 1],
      ["aws_lambda_layer_version", "layer_name", 1],
    ] as const) {
      const found = names(type, member);
      expect(new Set(found).size).toBe(2 * each);
      for (const purpose of ["prod", "test"])
        expect(found.filter((name) => name.includes(`payments-${purpose}`))).toHaveLength(each);
    }
  });
});

test.each([
  [{ name: "payments", purpose: "prod" }, /purpose is "prod"; it must be left out where there is a name/],
  [{ system: "Payments" }, /system is "Payments"; it must be 1 to 41 lower-case/],
  [{ system: "payments", purpose: "x".repeat(40) }, /name is "payments-x+"; it must be 1 to 41/],
])("names by %j are refused", (props, message) => {
  expect(
    () => new Synthesized((scope) => new SafeStorage(scope, "storage", { ...SETTINGS, ...props })),
  ).toThrow(message);
});

describe("several stacks of one app, in several regions", () => {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  const app = new App({ outdir });
  const stackIn = (name: string, region: string): TerraformStack => {
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, "aws", { region });
    new TlsProvider(stack, "tls");
    new NullProvider(stack, "null");
    return stack;
  };
  const keys = stackIn("keys", "eu-central-1");
  const network = new HsmNetwork(keys, "network", SETTINGS.network);
  const operator = new ClusterOperator(keys, "operator", { network });
  const signer = new CertificateAuthority(keys, "ca");
  const cluster = new HsmCluster(keys, "cluster", { network, operator, signer });
  const keyStore = new CustomKeyStore(keys, "key-store", { cluster, operator });
  const key = new HsmKey(keys, "key", { keyStore, alias: "files" });

  const storage = stackIn("storage", "eu-central-1");
  new OntapFileSystem(storage, "files", { network, key });
  new HsmKey(storage, "second-key", { keyStore, alias: "second" });

  const elsewhere = stackIn("elsewhere", "eu-west-1");
  new SafeStorage(elsewhere, "storage", {
    network: {
      cidrBlock: "10.43.0.0/24",
      subnets: [
        { availabilityZone: "eu-west-1a", cidrBlock: "10.43.0.0/26" },
        { availabilityZone: "eu-west-1b", cidrBlock: "10.43.0.64/26" },
      ],
    },
  });
  app.synth();
  const synthesized = Object.fromEntries(
    readdirSync(join(outdir, "stacks")).map((name) => [
      name,
      JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")),
    ]),
  );
  afterAll(() => rmSync(outdir, { recursive: true }));

  test("a stack takes from another one by its outputs, and is deployed after it", () => {
    const { data, resource } = synthesized.storage;
    expect(Object.keys(data.terraform_remote_state)).toHaveLength(1);
    const [fileSystem] = Object.values<any>(resource.aws_fsx_ontap_file_system);
    expect(fileSystem.kms_key_id).toMatch(/data\.terraform_remote_state\.[\w-]+\.outputs/);
    expect(storage.dependencies).toEqual([keys]);
  });

  test("what a stack waits for is its own", () => {
    const addresses = Object.values(synthesized).flatMap(({ resource, data }) => {
      const blocks = { ...data, ...resource };
      const own = Object.values<any>(blocks).flatMap((all) => Object.values<any>(all));
      return own.flatMap(({ depends_on = [] }) =>
        depends_on.map((address: string) => {
          const [type, name] = address.replace(/^data\./, "").split(".");
          return [address, blocks[type]?.[name] !== undefined];
        }),
      );
    });
    expect(addresses.length).toBeGreaterThan(20);
    expect(addresses.filter(([, isOwn]) => !isOwn)).toEqual([]);
  });

  test("each names its own region", () => {
    const text = JSON.stringify(synthesized.elsewhere);
    expect(text).toContain("com.amazonaws.eu-west-1.kms");
    expect(text).not.toContain("eu-central-1");
  });
});
