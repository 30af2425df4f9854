// KMS: CloudHSM key stores and the keys in them. The clusters are made by the real operator.
// Source, where a test names none: AWS KMS API Reference.

import { createPrivateKey, createPublicKey } from "node:crypto";
import { activeCluster } from "./chain";
import { Network, TestCloud, until, ZONES } from "./cloud";
import { Operator } from "./operator";
import { sign } from "./sign";

const DAY = 24 * 3600;

let cloud: TestCloud;
let network: Network;
let operator: Operator;
/** An active cluster with HSMs in two zones. */
let clusterId: string;
let trustAnchor: string;
let kmsuserPassword: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  ({ network, operator, clusterId, trustAnchor, kmsuserPassword } = await activeCluster(cloud, 1));
});
afterAll(() => cloud.stop());

const refusal = (name: string, message: RegExp = /./) => ({ name, message: expect.stringMatching(message) });

const create = (changes: object = {}) =>
  cloud.kms.createCustomKeyStore({
    CustomKeyStoreName: "store",
    CloudHsmClusterId: clusterId,
    TrustAnchorCertificate: trustAnchor,
    KeyStorePassword: kmsuserPassword,
    ...changes,
  });

describe("CreateCustomKeyStore", () => {
  test("needs two active HSMs in different zones (CloudHsmClusterInvalidConfigurationException, API Reference)", async () => {
    await expect(create()).rejects.toMatchObject(
      refusal(
        "CloudHsmClusterInvalidConfigurationException",
        /^CloudHSM cluster must contain active HSMs in at least two Availability Zones$/,
      ),
    );
    await cloud.addHsm(clusterId, ZONES[1]);
  });

  test("needs an active cluster", async () => {
    const { ClusterId } = await cloud.newCluster(network);
    await expect(create({ CloudHsmClusterId: ClusterId })).rejects.toMatchObject(
      refusal("CloudHsmClusterNotActiveException"),
    );
    await expect(create({ CloudHsmClusterId: "cluster-aaaaaaaaaaa" })).rejects.toMatchObject(
      refusal("CloudHsmClusterNotFoundException"),
    );
  });

  test("needs the cluster's own trust anchor", async () => {
    const other = await cloud.newCluster(network);
    await cloud.addHsm(other.ClusterId!, ZONES[2]);
    const { Certificates } = await cloud.cluster(other.ClusterId!);
    const { TrustAnchor } = await sign(Certificates!.ClusterCsr!);
    await expect(create({ TrustAnchorCertificate: TrustAnchor })).rejects.toMatchObject(
      refusal("IncorrectTrustAnchorException"),
    );
  });

  test("needs the group's rules («Create a CloudHSM key store», Developer Guide)", async () => {
    const { SecurityGroup } = await cloud.cluster(clusterId);
    const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [SecurityGroup!] });
    const rule = [{ ...SecurityGroups![0].IpPermissionsEgress![0] }];
    await cloud.ec2.revokeSecurityGroupEgress({ GroupId: SecurityGroup, IpPermissions: rule });
    await expect(create()).rejects.toMatchObject(
      refusal("CloudHsmClusterInvalidConfigurationException", /outbound rule for TCP 2223-2225/),
    );
    await cloud.ec2.authorizeSecurityGroupEgress({ GroupId: SecurityGroup, IpPermissions: rule });
  });

  test("needs name and password as AWS's model has them", async () => {
    await expect(create({ CustomKeyStoreName: "" })).rejects.toMatchObject(
      refusal("ValidationException", /length greater than or equal to 1/),
    );
    await expect(create({ KeyStorePassword: "short" })).rejects.toMatchObject(
      refusal("ValidationException", /'\*\*\*' at 'keyStorePassword'.*greater than or equal to 7/),
    );
  });

  test("is DISCONNECTED at first, and the only one of its cluster and of its name", async () => {
    const { CustomKeyStoreId } = await create();
    expect((await cloud.keyStoreIn(CustomKeyStoreId!, "DISCONNECTED")).CustomKeyStoreName).toBe("store");
    await expect(create({ CustomKeyStoreName: "other" })).rejects.toMatchObject(
      refusal("CloudHsmClusterInUseException"),
    );
    await expect(create()).rejects.toMatchObject(refusal("CustomKeyStoreNameInUseException"));
    await cloud.kms.deleteCustomKeyStore({ CustomKeyStoreId });
  });

  test("external key stores are said not to be emulated", async () => {
    await expect(create({ CustomKeyStoreType: "EXTERNAL_KEY_STORE" })).rejects.toMatchObject(
      refusal("NotEmulated"),
    );
    const key = cloud.kms.createKey({
      Origin: "EXTERNAL_KEY_STORE",
      CustomKeyStoreId: "cks-1",
      XksKeyId: "a",
    });
    await expect(key).rejects.toMatchObject(refusal("NotEmulated"));
  });
});

describe("ConnectCustomKeyStore", () => {
  const connect = async (CustomKeyStoreId: string) => {
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId });
    return cloud.keyStoreIn(CustomKeyStoreId, "CONNECTED", "FAILED");
  };
  const disconnect = async (CustomKeyStoreId: string) => {
    await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId });
    return cloud.keyStoreIn(CustomKeyStoreId, "DISCONNECTED");
  };

  test("with a wrong password ends FAILED with INVALID_CREDENTIALS; then it must be disconnected first", async () => {
    const { CustomKeyStoreId } = await create({ KeyStorePassword: "not the one" });
    expect(await connect(CustomKeyStoreId!)).toMatchObject({
      ConnectionState: "FAILED",
      ConnectionErrorCode: "INVALID_CREDENTIALS",
    });
    await expect(cloud.kms.connectCustomKeyStore({ CustomKeyStoreId })).rejects.toMatchObject(
      refusal("CustomKeyStoreInvalidStateException"),
    );
    await disconnect(CustomKeyStoreId!);
    await cloud.kms.updateCustomKeyStore({ CustomKeyStoreId, KeyStorePassword: kmsuserPassword });
    expect((await connect(CustomKeyStoreId!)).ConnectionState).toBe("CONNECTED");
  });

  test("makes a security group and a network interface in each subnet of the cluster, which go with the connection («Connect an AWS CloudHSM key store», Developer Guide)", async () => {
    const [{ CustomKeyStoreId }] = (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!;
    const { SecurityGroup, SubnetMapping } = await cloud.cluster(clusterId);
    const subnets = Object.values(SubnetMapping!).sort();
    const groups = async () => {
      const Filters = [{ Name: "group-name", Values: [`kms-${CustomKeyStoreId}`] }];
      return (await cloud.ec2.describeSecurityGroups({ Filters })).SecurityGroups!;
    };
    const interfacesIn = async (group: string) => {
      const Filters = [{ Name: "group-id", Values: [group] }];
      return (await cloud.ec2.describeNetworkInterfaces({ Filters })).NetworkInterfaces!;
    };
    const [group] = await until(groups, (found) => found.length > 0);
    expect(group.IpPermissions).toMatchObject([{ UserIdGroupPairs: [{ GroupId: SecurityGroup }] }]);
    const made = await until(
      () => interfacesIn(group.GroupId!),
      (found) => found.length === subnets.length,
    );
    expect(made.map(({ SubnetId }) => SubnetId!).sort()).toEqual(subnets);
    expect(made[0].Groups!.map(({ GroupId }) => GroupId)).toContain(SecurityGroup);
    await expect(cloud.ec2.deleteSubnet({ SubnetId: subnets[0] })).rejects.toMatchObject({
      name: "DependencyViolation",
    });
    await disconnect(CustomKeyStoreId!);
    expect(await groups()).toEqual([]);
    const left = (await interfacesIn(SecurityGroup!)).filter(({ Description }) => /^kms-/.test(Description!));
    expect(left).toEqual([]);
    expect((await connect(CustomKeyStoreId!)).ConnectionState).toBe("CONNECTED");
  });

  test("has rotated kmsuser's password then: the one that was given is dead («The kmsuser crypto user»)", async () => {
    const [store] = (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!;
    await disconnect(store.CustomKeyStoreId!);
    await cloud.kms.updateCustomKeyStore({
      CustomKeyStoreId: store.CustomKeyStoreId,
      KeyStorePassword: kmsuserPassword,
    });
    expect((await connect(store.CustomKeyStoreId!)).ConnectionErrorCode).toBe("INVALID_CREDENTIALS");
    await disconnect(store.CustomKeyStoreId!);
    await cloud.kms.deleteCustomKeyStore({ CustomKeyStoreId: store.CustomKeyStoreId });
  });
});

describe("keys", () => {
  let storeId: string;
  let keyId: string;

  beforeAll(async () => {
    kmsuserPassword = await operator.makeKmsuser(clusterId, trustAnchor);
    storeId = (await create({ CustomKeyStoreName: "for keys" })).CustomKeyStoreId!;
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId });
    expect((await cloud.keyStoreIn(storeId, "CONNECTED", "FAILED")).ConnectionErrorCode).toBeUndefined();
    const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: storeId });
    keyId = KeyMetadata!.KeyId!;
  });

  const Plaintext = Buffer.from("Safe Storage");

  test("say where they live (KeyMetadata, API Reference)", async () => {
    expect((await cloud.kms.describeKey({ KeyId: keyId })).KeyMetadata).toMatchObject({
      Origin: "AWS_CLOUDHSM",
      CustomKeyStoreId: storeId,
      CloudHsmClusterId: clusterId,
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyState: "Enabled",
      MultiRegion: false,
    });
  });

  test("are symmetric only, single-Region only, and of origin AWS_CLOUDHSM (CreateKey, API Reference)", async () => {
    const make = (changes: object) =>
      cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: storeId, ...changes });
    await expect(make({ KeySpec: "RSA_2048" })).rejects.toMatchObject(
      refusal("UnsupportedOperationException"),
    );
    await expect(make({ MultiRegion: true })).rejects.toMatchObject(refusal("UnsupportedOperationException"));
    await expect(make({ Origin: "AWS_KMS" })).rejects.toMatchObject(refusal("ValidationException"));
    await expect(cloud.kms.createKey({ Origin: "AWS_CLOUDHSM" })).rejects.toMatchObject(
      refusal("ValidationException"),
    );
  });

  test("encrypt and decrypt, bound to the encryption context", async () => {
    const EncryptionContext = { purpose: "test" };
    const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: keyId, Plaintext, EncryptionContext });
    const opened = await cloud.kms.decrypt({ CiphertextBlob, EncryptionContext });
    expect(Buffer.from(opened.Plaintext!)).toEqual(Plaintext);
    await expect(cloud.kms.decrypt({ CiphertextBlob })).rejects.toMatchObject(
      refusal("InvalidCiphertextException", /.*/),
    );
  });

  test("make data keys that they open again", async () => {
    const { Plaintext: made, CiphertextBlob } = await cloud.kms.generateDataKey({
      KeyId: keyId,
      KeySpec: "AES_256",
    });
    expect(made).toHaveLength(32);
    expect((await cloud.kms.decrypt({ CiphertextBlob })).Plaintext).toEqual(made);
  });

  test("do not rotate, and have no status of it (EnableKeyRotation, API Reference; crossplane-contrib/provider-aws#2310)", async () => {
    const refused = {
      name: "UnsupportedOperationException",
      message: expect.stringMatching(
        /^arn:\S+ origin is AWS_CLOUDHSM which is not valid for this operation\.$/,
      ),
    };
    await expect(cloud.kms.enableKeyRotation({ KeyId: keyId })).rejects.toMatchObject(refused);
    await expect(cloud.kms.getKeyRotationStatus({ KeyId: keyId })).rejects.toMatchObject(refused);
  });

  test.each([
    [
      "sign",
      "InvalidKeyUsageException",
      () => cloud.kms.sign({ KeyId: keyId, Message: Plaintext, SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
    ],
    [
      "make a MAC",
      "InvalidKeyUsageException",
      () => cloud.kms.generateMac({ KeyId: keyId, Message: Plaintext, MacAlgorithm: "HMAC_SHA_256" }),
    ],
    ["have a public key", "UnsupportedOperationException", () => cloud.kms.getPublicKey({ KeyId: keyId })],
    [
      "import material",
      "UnsupportedOperationException",
      () =>
        cloud.kms.getParametersForImport({
          KeyId: keyId,
          WrappingAlgorithm: "RSAES_OAEP_SHA_256",
          WrappingKeySpec: "RSA_2048",
        }),
    ],
    [
      "go to another region",
      "UnsupportedOperationException",
      () => cloud.kms.replicateKey({ KeyId: keyId, ReplicaRegion: "eu-west-1" }),
    ],
    [
      "rotate on demand",
      "UnsupportedOperationException",
      () => cloud.kms.rotateKeyOnDemand({ KeyId: keyId }),
    ],
    [
      "encrypt by RSA",
      "InvalidKeyUsageException",
      () => cloud.kms.encrypt({ KeyId: keyId, Plaintext, EncryptionAlgorithm: "RSAES_OAEP_SHA_1" }),
    ],
  ])("do not %s («Supported KMS keys» of each operation, API Reference)", async (_what, code, call) => {
    await expect(call()).rejects.toMatchObject(refusal(code));
  });

  test("make key pairs, whose private half they open again", async () => {
    const pair = await cloud.kms.generateDataKeyPair({ KeyId: keyId, KeyPairSpec: "ECC_NIST_P256" });
    const opened = await cloud.kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob });
    expect(opened.Plaintext).toEqual(pair.PrivateKeyPlaintext);
    const privateKey = createPrivateKey({
      key: Buffer.from(opened.Plaintext!),
      format: "der",
      type: "pkcs8",
    });
    expect(createPublicKey(privateKey).export({ format: "der", type: "spki" })).toEqual(
      Buffer.from(pair.PublicKey!),
    );
    const sealed = await cloud.kms.generateDataKeyPairWithoutPlaintext({
      KeyId: keyId,
      KeyPairSpec: "RSA_2048",
    });
    expect(sealed).not.toHaveProperty("PrivateKeyPlaintext");
  });

  test("re-encrypt to and from keys of other kinds, with other contexts", async () => {
    const ordinary = (await cloud.kms.createKey({})).KeyMetadata!.KeyId!;
    const { CiphertextBlob } = await cloud.kms.encrypt({
      KeyId: keyId,
      Plaintext,
      EncryptionContext: { a: "1" },
    });
    const out = await cloud.kms.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: { a: "1" },
      DestinationKeyId: ordinary,
      DestinationEncryptionContext: { b: "2" },
    });
    const back = await cloud.kms.reEncrypt({
      CiphertextBlob: out.CiphertextBlob,
      SourceEncryptionContext: { b: "2" },
      DestinationKeyId: keyId,
    });
    expect(back.SourceKeyId).toContain(ordinary);
    expect(
      Buffer.from((await cloud.kms.decrypt({ CiphertextBlob: back.CiphertextBlob })).Plaintext!),
    ).toEqual(Plaintext);
    const wrong = cloud.kms.reEncrypt({ CiphertextBlob, DestinationKeyId: ordinary });
    await expect(wrong).rejects.toMatchObject(refusal("InvalidCiphertextException", /.*/));
  });

  test("are named in their ciphertexts: another key given is IncorrectKeyException (Decrypt, API Reference)", async () => {
    const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: storeId });
    const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: keyId, Plaintext });
    await expect(cloud.kms.decrypt({ CiphertextBlob, KeyId: KeyMetadata!.KeyId })).rejects.toMatchObject(
      refusal("IncorrectKeyException"),
    );
    await cloud.kms.scheduleKeyDeletion({ KeyId: KeyMetadata!.KeyId, PendingWindowInDays: 7 });
  });

  test("say with DryRun whether a call would do (DryRunOperationException)", async () => {
    await expect(cloud.kms.encrypt({ KeyId: keyId, Plaintext, DryRun: true })).rejects.toMatchObject(
      refusal("DryRunOperationException"),
    );
  });

  test("lend their HSMs' random numbers (GenerateRandom, API Reference)", async () => {
    const { Plaintext: random } = await cloud.kms.generateRandom({
      CustomKeyStoreId: storeId,
      NumberOfBytes: 24,
    });
    expect(random).toHaveLength(24);
  });

  test("share the names of aliases with moto's keys, and an alias may go from one kind to the other and back", async () => {
    const ordinary = (await cloud.kms.createKey({})).KeyMetadata!.KeyId!;
    const target = async () => (await cloud.kms.describeKey({ KeyId: "alias/wanders" })).KeyMetadata!.KeyId;
    await cloud.kms.createAlias({ AliasName: "alias/wanders", TargetKeyId: ordinary });
    const again = cloud.kms.createAlias({ AliasName: "alias/wanders", TargetKeyId: keyId });
    await expect(again).rejects.toMatchObject(refusal("AlreadyExistsException"));
    await cloud.kms.updateAlias({ AliasName: "alias/wanders", TargetKeyId: keyId });
    expect(await target()).toBe(keyId);
    await cloud.kms.updateAlias({ AliasName: "alias/wanders", TargetKeyId: ordinary });
    expect(await target()).toBe(ordinary);
    const missing = cloud.kms.updateAlias({ AliasName: "alias/missing", TargetKeyId: keyId });
    await expect(missing).rejects.toMatchObject(refusal("NotFoundException"));
  });

  test("are found by alias, together with the keys of moto", async () => {
    const { KeyMetadata } = await cloud.kms.createKey({});
    await cloud.kms.createAlias({ AliasName: "alias/hsm", TargetKeyId: keyId });
    expect((await cloud.kms.describeKey({ KeyId: "alias/hsm" })).KeyMetadata!.KeyId).toBe(keyId);
    const { Keys } = await cloud.kms.listKeys({});
    expect(Keys!.map((k) => k.KeyId)).toEqual(expect.arrayContaining([keyId, KeyMetadata!.KeyId]));
  });

  test("refuse while disabled (DisabledException)", async () => {
    await cloud.kms.disableKey({ KeyId: keyId });
    await expect(cloud.kms.encrypt({ KeyId: keyId, Plaintext })).rejects.toMatchObject(
      refusal("DisabledException"),
    );
    await cloud.kms.enableKey({ KeyId: keyId });
  });

  test("are Unavailable while the store is disconnected («Key states», Developer Guide), and back after", async () => {
    await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: storeId });
    await cloud.keyStoreIn(storeId, "DISCONNECTED");
    expect((await cloud.kms.describeKey({ KeyId: keyId })).KeyMetadata!.KeyState).toBe("Unavailable");
    await expect(cloud.kms.encrypt({ KeyId: keyId, Plaintext })).rejects.toMatchObject(
      refusal("KMSInvalidStateException"),
    );
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId });
    await cloud.keyStoreIn(storeId, "CONNECTED");
    await cloud.kms.encrypt({ KeyId: keyId, Plaintext });
  });

  test("live in the HSMs: without one they cannot be used, and one restores them", async () => {
    const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: keyId, Plaintext });
    const { Hsms } = await cloud.cluster(clusterId);
    for (const { HsmId } of Hsms!) await cloud.hsm.deleteHsm({ ClusterId: clusterId, HsmId });
    await until(
      () => cloud.cluster(clusterId),
      (c) => c.Hsms!.length === 0,
    );
    await expect(cloud.kms.decrypt({ CiphertextBlob })).rejects.toMatchObject(
      refusal("KMSInvalidStateException"),
    );
    await cloud.addHsm(clusterId, ZONES[0]);
    expect(Buffer.from((await cloud.kms.decrypt({ CiphertextBlob })).Plaintext!)).toEqual(Plaintext);
  });

  test("need two HSMs to be created, one to be used (CreateKey, API Reference)", async () => {
    await expect(
      cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: storeId }),
    ).rejects.toMatchObject(refusal("CloudHsmClusterInvalidConfigurationException"));
    await cloud.addHsm(clusterId, ZONES[1]);
  });

  test("wait 7 to 30 days before they are deleted; until then they are in the store, and the deletion can be cancelled", async () => {
    const deletion = (PendingWindowInDays: number) =>
      cloud.kms.scheduleKeyDeletion({ KeyId: keyId, PendingWindowInDays });
    await expect(deletion(6)).rejects.toMatchObject(refusal("ValidationException"));
    const { DeletionDate } = await deletion(7);
    expect(DeletionDate!.getTime() - Date.now()).toBeGreaterThan((7 * DAY - 60) * 1000);
    await expect(cloud.kms.encrypt({ KeyId: keyId, Plaintext })).rejects.toMatchObject(
      refusal("KMSInvalidStateException", /pending deletion/),
    );
    await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: storeId });
    await cloud.keyStoreIn(storeId, "DISCONNECTED");
    await expect(cloud.kms.deleteCustomKeyStore({ CustomKeyStoreId: storeId })).rejects.toMatchObject(
      refusal("CustomKeyStoreHasCMKsException"),
    );
    await cloud.kms.cancelKeyDeletion({ KeyId: keyId });
    expect((await cloud.kms.describeKey({ KeyId: keyId })).KeyMetadata!.DeletionDate).toBeUndefined();
    await deletion(7);
    await cloud.advanceClock(7 * DAY + 1);
    await expect(cloud.kms.describeKey({ KeyId: keyId })).rejects.toMatchObject(refusal("NotFoundException"));
    await cloud.kms.deleteCustomKeyStore({ CustomKeyStoreId: storeId });
  });
});
