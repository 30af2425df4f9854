// KMS keys in CloudHSM key stores: names, tags, policies, grants, quotas, and who may use them.
// Source, where a test names none: AWS KMS API Reference.

import { KMS } from "@aws-sdk/client-kms";
import { activeCluster, connectedStore } from "./chain";
import { TestCloud } from "./cloud";

const ACCOUNT = "123456789012";
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const READER = `arn:aws:iam::${ACCOUNT}:role/reader`;

let cloud: TestCloud;
let kms: KMS;
/** The role `reader`. */
let reader: KMS;
let CustomKeyStoreId: string;
let KeyId: string;
let arn: string;

const createKey = (more: object = {}) => kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId, ...more });

beforeAll(async () => {
  cloud = await TestCloud.start();
  kms = cloud.kms;
  CustomKeyStoreId = await connectedStore(cloud, await activeCluster(cloud, 2));
  const { KeyMetadata } = await createKey();
  [KeyId, arn] = [KeyMetadata!.KeyId!, KeyMetadata!.Arn!];
  await cloud.role("reader", ["kms:ListKeys"]);
  reader = new KMS(await cloud.as("reader"));
});
afterAll(() => cloud.stop());

const refusal = (name: string, message: RegExp = /./) => ({ name, message: expect.stringMatching(message) });
const quota = (changes: object) =>
  fetch(`${cloud.url}/_local/quotas`, { method: "POST", body: JSON.stringify(changes) });
const Plaintext = Buffer.from("secret");

/** A call that is newer than the SDK's. */
async function call(operation: string, input: object): Promise<any> {
  const scope = "local/20260101/eu-central-1/kms/aws4_request";
  const answer = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      "x-amz-target": `TrentService.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return answer.json();
}

describe("names", () => {
  beforeAll(() => kms.createAlias({ AliasName: "alias/mine", TargetKeyId: KeyId }));

  test("management takes a key's id or ARN, no alias («KeyId» of each operation, API Reference)", async () => {
    for (const request of [
      kms.disableKey({ KeyId: "alias/mine" }),
      kms.getKeyPolicy({ KeyId: "alias/mine" }),
      kms.scheduleKeyDeletion({ KeyId: "alias/mine" }),
      kms.createAlias({ AliasName: "alias/other", TargetKeyId: "alias/mine" }),
      kms.listAliases({ KeyId: "alias/mine" }),
    ])
      await expect(request).rejects.toMatchObject(
        refusal("NotFoundException", /Invalid keyId 'alias\/mine'/),
      );
    await expect(
      kms.disableKey({ KeyId: `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/mine` }),
    ).rejects.toMatchObject(refusal("InvalidArnException"));
    await kms.encrypt({ KeyId: "alias/mine", Plaintext });
  });

  test.each(["alias/a:b", "alias/aws/mine", "mine"])(
    "an alias is not called %s (AliasName, CreateAlias)",
    async (name) => {
      await expect(kms.createAlias({ AliasName: name, TargetKeyId: KeyId })).rejects.toMatchObject(
        refusal("InvalidAliasNameException"),
      );
    },
  );

  test("no alias can be given to a key that is pending deletion («Key states», Developer Guide)", async () => {
    const doomed = (await createKey()).KeyMetadata!.KeyId!;
    await kms.scheduleKeyDeletion({ KeyId: doomed });
    for (const request of [
      kms.createAlias({ AliasName: "alias/late", TargetKeyId: doomed }),
      kms.updateAlias({ AliasName: "alias/mine", TargetKeyId: doomed }),
      kms.tagResource({ KeyId: doomed, Tags: [{ TagKey: "a", TagValue: "b" }] }),
      kms.untagResource({ KeyId: doomed, TagKeys: ["a"] }),
      kms.updateKeyDescription({ KeyId: doomed, Description: "late" }),
    ])
      await expect(request).rejects.toMatchObject(refusal("KMSInvalidStateException"));
  });
});

describe("quotas («Resource quotas», Developer Guide)", () => {
  const usual = {
    "kms keys": 100_000,
    "aliases per kms key": 50,
    "grants per kms key": 50_000,
    "custom key stores": 10,
  };
  const reached = refusal("LimitExceededException");

  test("are AWS's", async () => {
    expect(await (await quota({})).json()).toMatchObject(usual);
  });
  afterEach(() => quota(usual));

  test("of keys", async () => {
    await quota({ "kms keys": 1 });
    await expect(createKey()).rejects.toMatchObject(reached);
  });

  test("of key stores: the one that is there counts", async () => {
    await quota({ "custom key stores": 1 });
    const [{ CloudHsmClusterId, TrustAnchorCertificate }] = (await kms.describeCustomKeyStores({}))
      .CustomKeyStores!;
    const second = kms.createCustomKeyStore({
      CustomKeyStoreName: "second",
      CloudHsmClusterId,
      TrustAnchorCertificate,
      KeyStorePassword: "password1",
    });
    await expect(second).rejects.toMatchObject(reached);
  });

  test("of aliases and grants of a key", async () => {
    const fresh = (await createKey()).KeyMetadata!.KeyId!;
    await quota({ "aliases per kms key": 1, "grants per kms key": 1 });
    await kms.createAlias({ AliasName: "alias/first", TargetKeyId: fresh });
    await expect(kms.createAlias({ AliasName: "alias/second", TargetKeyId: fresh })).rejects.toMatchObject(
      reached,
    );
    const grant = () => kms.createGrant({ KeyId: fresh, GranteePrincipal: READER, Operations: ["Decrypt"] });
    await grant();
    await expect(grant()).rejects.toMatchObject(reached);
  });
});

test("tags: unique keys, none of AWS's own, 50 at most (TagException; «Tag restrictions», Billing User Guide)", async () => {
  const tag = (...names: string[]) =>
    kms.tagResource({ KeyId, Tags: names.map((TagKey) => ({ TagKey, TagValue: "1" })) });
  await tag("a");
  expect((await kms.listResourceTags({ KeyId })).Tags).toEqual([{ TagKey: "a", TagValue: "1" }]);
  for (const names of [["b", "b"], ["aws:b"], Array.from({ length: 50 }, (_, n) => `t${n}`)])
    await expect(tag(...names)).rejects.toMatchObject(refusal("TagException"));
  await kms.untagResource({ KeyId, TagKeys: ["a", "not-there"] });
  expect((await kms.listResourceTags({ KeyId })).Tags).toEqual([]);
  const twice = [1, 2].map((n) => ({ TagKey: "same", TagValue: String(n) }));
  await expect(createKey({ Tags: twice })).rejects.toMatchObject(refusal("TagException"));
});

test("a key reports its last successful use (GetKeyLastUsage, API Reference)", async () => {
  const fresh = (await createKey()).KeyMetadata!.KeyId!;
  expect(await call("GetKeyLastUsage", { KeyId: fresh })).toMatchObject({ KeyId: fresh, KeyLastUsage: {} });
  const { CiphertextBlob } = await kms.encrypt({ KeyId: fresh, Plaintext });
  await kms.decrypt({ CiphertextBlob, EncryptionContext: { wrong: "context" } }).catch(() => undefined);
  const { KeyLastUsage } = await call("GetKeyLastUsage", { KeyId: fresh });
  expect(KeyLastUsage).toMatchObject({ Operation: "Encrypt", Timestamp: expect.any(Number) });
});

test("a dry run may go without a ciphertext (DryRunModifiers, Decrypt, API Reference)", async () => {
  const answer = await call("Decrypt", { KeyId, DryRun: true, DryRunModifiers: ["IGNORE_CIPHERTEXT"] });
  expect(answer.__type).toBe("DryRunOperationException");
});

test("recipients in enclaves are said not to be emulated", async () => {
  const Recipient = { KeyEncryptionAlgorithm: "RSAES_OAEP_SHA_256" as const, AttestationDocument: Plaintext };
  await expect(kms.generateDataKey({ KeyId, KeySpec: "AES_256", Recipient })).rejects.toMatchObject(
    refusal("NotEmulated"),
  );
});

const statement = (Principal: unknown, Action: string | string[] = "kms:*", more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource: "*",
  ...more,
});
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const root = statement({ AWS: ROOT });

describe("a key policy (PutKeyPolicy, API Reference)", () => {
  test("is read as it was written", async () => {
    const Policy = policy(root, statement({ AWS: READER }, "kms:Decrypt"));
    await kms.putKeyPolicy({ KeyId, Policy });
    expect((await kms.getKeyPolicy({ KeyId })).Policy).toBe(Policy);
  });

  test.each([
    ["no JSON", "{", /JSON/],
    ["no statement", "{}", /no Statement/],
    [
      "a statement without a principal",
      policy(root, { Effect: "Allow", Action: "kms:*", Resource: "*" }),
      /without a principal/,
    ],
    [
      "a principal that does not exist",
      policy(root, statement({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` })),
      /invalid principals/,
    ],
    ["a principal that is none", policy(root, statement({ AWS: "reader" })), /invalid principals/],
    ["a lockout of the caller", policy(statement({ AWS: READER })), /update the key policy in the future/],
  ])("refuses %s", async (_what, Policy, message) => {
    const malformed = refusal("MalformedPolicyDocumentException", message);
    await expect(kms.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject(malformed);
    await expect(createKey({ Policy })).rejects.toMatchObject(malformed);
  });

  test("locks the caller out only if asked to (BypassPolicyLockoutSafetyCheck)", async () => {
    const Policy = policy(statement({ AWS: READER }));
    await createKey({ Policy, BypassPolicyLockoutSafetyCheck: true });
  });

  test("has one name", async () => {
    await expect(kms.getKeyPolicy({ KeyId, PolicyName: "other" })).rejects.toMatchObject(
      refusal("NotFoundException"),
    );
    await expect(
      kms.putKeyPolicy({ KeyId, PolicyName: "AWS_RAM", Policy: policy(root) }),
    ).rejects.toMatchObject(refusal("ValidationException"));
  });
});

describe("who may use a key («Determining access to AWS KMS keys», Developer Guide)", () => {
  const iam = (...Action: string[]) => cloud.allow("reader", [{ Effect: "Allow", Action, Resource: "*" }]);
  const describe_ = () => reader.describeKey({ KeyId: arn });
  const denied = (message: RegExp) => refusal("AccessDeniedException", message);

  test("by IAM, if the key policy leaves the decision to the account", async () => {
    await kms.putKeyPolicy({ KeyId, Policy: policy(root) });
    await iam("kms:ListKeys");
    await expect(describe_()).rejects.toMatchObject(denied(/no identity-based policy allows/));
    await iam("kms:DescribeKey");
    await describe_();
  });

  test("not by IAM alone", async () => {
    await kms.putKeyPolicy({ KeyId, Policy: policy(statement({ AWS: ROOT }, "kms:*KeyPolicy")) });
    await expect(describe_()).rejects.toMatchObject(
      denied(/no resource-based policy allows the kms:DescribeKey/),
    );
  });

  test("by the key policy alone", async () => {
    await iam("kms:ListKeys");
    const admin = statement({ AWS: ROOT }, "kms:*KeyPolicy");
    await kms.putKeyPolicy({ KeyId, Policy: policy(admin, statement({ AWS: READER }, "kms:DescribeKey")) });
    await describe_();
    const callers = { Condition: { StringEquals: { "kms:CallerAccount": ACCOUNT } } };
    await kms.putKeyPolicy({
      KeyId,
      Policy: policy(admin, statement({ AWS: "*" }, "kms:DescribeKey", callers)),
    });
    await describe_();
  });

  test("not where the key policy denies", async () => {
    await iam("kms:DescribeKey");
    const deny = statement({ AWS: READER }, "kms:DescribeKey", { Effect: "Deny" });
    await kms.putKeyPolicy({ KeyId, Policy: policy(root, deny) });
    await expect(describe_()).rejects.toMatchObject(denied(/explicit deny in a resource-based policy/));
  });

  test("for an encryption context of the right kind (kms:EncryptionContext:context-key)", async () => {
    await kms.putKeyPolicy({ KeyId, Policy: policy(root) });
    await cloud.allow("reader", [
      {
        Effect: "Allow",
        Action: "kms:Encrypt",
        Resource: arn,
        Condition: { StringEquals: { "kms:EncryptionContext:team": "blue" } },
      },
    ]);
    const encrypt = (team: string) => reader.encrypt({ KeyId: arn, Plaintext, EncryptionContext: { team } });
    await encrypt("blue");
    await expect(encrypt("red")).rejects.toMatchObject(denied(/kms:Encrypt/));
  });

  test("the same holds for keys of KMS itself", async () => {
    const { KeyMetadata } = await kms.createKey({});
    await iam("kms:DescribeKey");
    const describeOther = () => reader.describeKey({ KeyId: KeyMetadata!.Arn });
    await describeOther();
    const Policy = policy(statement({ AWS: ROOT }, "kms:*KeyPolicy"));
    await kms.putKeyPolicy({ KeyId: KeyMetadata!.KeyId, PolicyName: "default", Policy });
    await expect(describeOther()).rejects.toMatchObject(denied(/resource-based/));
  });

  test("re-encryption needs a right on each key (ReEncrypt, API Reference)", async () => {
    const other = (await createKey()).KeyMetadata!.Arn!;
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext });
    const reEncrypt = () => reader.reEncrypt({ CiphertextBlob, DestinationKeyId: other });
    const on = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
    await cloud.allow("reader", [on("kms:ReEncryptFrom", arn)]);
    await expect(reEncrypt()).rejects.toMatchObject(denied(/kms:ReEncryptTo/));
    await cloud.allow("reader", [on("kms:ReEncryptFrom", arn), on("kms:ReEncryptTo", other)]);
    expect((await reEncrypt()).KeyId).toBe(other);
  });
});

describe("grants (CreateGrant, API Reference)", () => {
  const OWNER = `arn:aws:iam::${ACCOUNT}:role/owner`;
  const grant = (more: object = {}) =>
    kms.createGrant({ KeyId, GranteePrincipal: READER, Operations: ["Decrypt"], ...more });
  const grants = async () => (await kms.listGrants({ KeyId })).Grants!;
  afterEach(async () => {
    for (const { GrantId } of await grants()) await kms.revokeGrant({ KeyId, GrantId });
  });

  test("are listed, retired and revoked; a name makes one of them, with a token of its own each time", async () => {
    const named = await grant({ Name: "once", RetiringPrincipal: OWNER });
    const again = await grant({ Name: "once", RetiringPrincipal: OWNER });
    expect(again.GrantId).toBe(named.GrantId);
    expect(again.GrantToken).not.toBe(named.GrantToken);
    const other = await grant({ RetiringPrincipal: OWNER });
    expect((await grants()).map((g) => g.GrantId)).toEqual([named.GrantId, other.GrantId]);
    expect((await kms.listRetirableGrants({ RetiringPrincipal: OWNER })).Grants).toHaveLength(2);
    await kms.retireGrant({ GrantToken: named.GrantToken });
    await kms.revokeGrant({ KeyId, GrantId: other.GrantId });
    expect(await grants()).toEqual([]);
    await expect(kms.revokeGrant({ KeyId, GrantId: other.GrantId })).rejects.toMatchObject(
      refusal("NotFoundException"),
    );
  });

  const SERVICE = "fsx.amazonaws.com";
  test.each([
    ["an operation that a symmetric key has not", { Operations: ["Sign"] }],
    ["no grantee", { GranteePrincipal: undefined }],
    ["two grantees", { GranteeServicePrincipal: SERVICE, RetiringPrincipal: OWNER }],
    ["two who retire", { RetiringPrincipal: OWNER, RetiringServicePrincipal: SERVICE }],
    [
      "a service without a source",
      { GranteePrincipal: undefined, GranteeServicePrincipal: SERVICE, RetiringPrincipal: OWNER },
    ],
    [
      "a service that nobody can retire",
      { GranteePrincipal: undefined, GranteeServicePrincipal: SERVICE, Constraints: { SourceArn: OWNER } },
    ],
  ])("refuse %s", async (_what, more) => {
    const request = { KeyId, GranteePrincipal: READER, Operations: ["Decrypt"], ...more };
    expect((await call("CreateGrant", request)).__type).toBe("ValidationException");
  });

  test("allow the grantee their operations, within their constraints", async () => {
    await cloud.allow("reader", [{ Effect: "Allow", Action: "kms:ListKeys", Resource: "*" }]);
    await kms.putKeyPolicy({ KeyId, Policy: policy(root) });
    const [blue, big] = [{ team: "blue" }, { team: "blue", size: "big" }];
    const sealed = (EncryptionContext: Record<string, string>) =>
      kms.encrypt({ KeyId, Plaintext, EncryptionContext });
    const [{ CiphertextBlob: one }, { CiphertextBlob: two }] = [await sealed(blue), await sealed(big)];
    const open = (CiphertextBlob: Uint8Array | undefined, EncryptionContext: Record<string, string>) =>
      reader.decrypt({ CiphertextBlob, EncryptionContext });
    const denied = refusal("AccessDeniedException");
    await expect(open(one, blue)).rejects.toMatchObject(denied);
    const { GrantId } = await grant({ Constraints: { EncryptionContextEquals: blue } });
    await open(one, blue);
    await expect(open(two, big)).rejects.toMatchObject(denied);
    await kms.revokeGrant({ KeyId, GrantId });
    await grant({ Constraints: { EncryptionContextSubset: blue } });
    await open(two, big);
    await expect(reader.encrypt({ KeyId: arn, Plaintext, EncryptionContext: blue })).rejects.toMatchObject(
      denied,
    );
  });

  test("are retired by the principal that they name, and by no other", async () => {
    const mine = await grant({ RetiringPrincipal: READER });
    const theirs = await grant();
    await reader.retireGrant({ GrantToken: mine.GrantToken });
    await expect(reader.retireGrant({ GrantToken: theirs.GrantToken })).rejects.toMatchObject(
      refusal("AccessDeniedException"),
    );
  });
});
