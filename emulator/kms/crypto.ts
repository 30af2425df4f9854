// Cryptography with keys whose material lives in the emulated HSMs: AES-256-GCM, as KMS's SYMMETRIC_DEFAULT.

import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  KeyPairKeyObjectResult,
  randomBytes,
  randomUUID,
} from "node:crypto";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Key } from "../core/state";
import { keyMaterial } from "./keys";
import { findStore, forOwn, ownKey, refuseDryRun, refuseIn } from "./lookup";

/** Marks ciphertexts of the local cloud's HSM keys; moto's begin otherwise. */
const MAGIC = Buffer.from("LCHSM1");
const ID_LENGTH = 36;

type EncryptionContext = Record<string, string> | undefined;

export function cryptoOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;
  const operations: Record<string, Operation> = {
    Encrypt: forOwn((key, input, call) => {
      checkAlgorithm(input.EncryptionAlgorithm);
      const material = usable(context, key, call);
      refuseDryRun(input);
      return {
        CiphertextBlob: seal(key, material, Buffer.from(input.Plaintext, "base64"), input.EncryptionContext),
        KeyId: key.Arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    }),

    Decrypt(input, call: Call) {
      // "AWS KMS performs only authorization validation without ciphertext validation": DryRunModifiers.
      if (input.DryRun && input.DryRunModifiers?.includes("IGNORE_CIPHERTEXT")) {
        const named = ownKey(call.region, input.KeyId);
        if (named) usable(context, named, call);
        return named && refuseDryRun(input);
      }
      const opened = openWith(context, input.CiphertextBlob, input.KeyId, input.EncryptionContext, call);
      if (!opened) return undefined;
      checkAlgorithm(input.EncryptionAlgorithm);
      refuseDryRun(input);
      return {
        Plaintext: opened.plaintext.toString("base64"),
        KeyId: opened.key.Arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },

    GenerateDataKey: forOwn((key, input, call) => dataKey(context, key, input, call)),
    GenerateDataKeyWithoutPlaintext: forOwn((key, input, call) => {
      const { Plaintext: _, ...rest } = dataKey(context, key, input, call);
      return rest;
    }),
    GenerateDataKeyPair: forOwn((key, input, call) => dataKeyPair(context, key, input, call)),
    GenerateDataKeyPairWithoutPlaintext: forOwn((key, input, call) => {
      const { PrivateKeyPlaintext: _, ...rest } = dataKeyPair(context, key, input, call);
      return rest;
    }),

    /** From and to keys in HSMs and moto's own, in any combination. */
    async ReEncrypt(input, call: Call) {
      const to = ownKey(call.region, input.DestinationKeyId);
      const opened = openWith(
        context,
        input.CiphertextBlob,
        input.SourceKeyId,
        input.SourceEncryptionContext,
        call,
      );
      if (!to && !opened) return undefined;
      for (const algorithm of [input.SourceEncryptionAlgorithm, input.DestinationEncryptionAlgorithm])
        checkAlgorithm(algorithm);
      const ofMoto = async (operation: string, body: object) => {
        const answer = await moto.call(
          { ...call.headers, "x-amz-target": `TrentService.${operation}` },
          body,
        );
        if (answer.status >= 400)
          throw new AwsError(answer.body.__type, answer.body.message ?? "", answer.status);
        return answer.body;
      };
      const source = opened
        ? { Plaintext: opened.plaintext.toString("base64"), KeyId: opened.key.Arn }
        : await ofMoto("Decrypt", {
            CiphertextBlob: input.CiphertextBlob,
            EncryptionContext: input.SourceEncryptionContext,
          });
      const material = to && usable(context, to, call);
      refuseDryRun(input);
      const target = material
        ? {
            CiphertextBlob: seal(
              to,
              material,
              Buffer.from(source.Plaintext, "base64"),
              input.DestinationEncryptionContext,
            ),
            KeyId: to.Arn,
          }
        : await ofMoto("Encrypt", {
            KeyId: input.DestinationKeyId,
            Plaintext: source.Plaintext,
            EncryptionContext: input.DestinationEncryptionContext,
          });
      return {
        CiphertextBlob: target.CiphertextBlob,
        KeyId: target.KeyId,
        SourceKeyId: source.KeyId,
        SourceEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
        DestinationEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },

    /** "To generate the random byte string in the CloudHSM cluster associated with a store": GenerateRandom. */
    GenerateRandom(input, { region }: Call) {
      if (!input.CustomKeyStoreId) return undefined;
      const store = findStore(region, input.CustomKeyStoreId);
      if (store.ConnectionState !== "CONNECTED")
        throw new AwsError(
          "CustomKeyStoreInvalidStateException",
          `Custom key store ${store.CustomKeyStoreId} is ${store.ConnectionState}; it must be CONNECTED.`,
        );
      if (!input.NumberOfBytes) throw new AwsError("ValidationException", "NumberOfBytes is required.");
      return { Plaintext: randomBytes(input.NumberOfBytes).toString("base64") };
    },
  };

  /** "the last successful cryptographic operation performed with a specified KMS key": GetKeyLastUsage. */
  const noted = (name: string, operation: Operation): Operation => {
    return async (input, call) => {
      refuseEnclave(input, call);
      const answer = (await operation(input, call)) as { KeyId?: string; SourceKeyId?: string } | undefined;
      for (const id of [answer?.KeyId, answer?.SourceKeyId]) {
        const key = ownKey(call.region, id);
        if (key)
          key.lastUsage = {
            Operation: name,
            Timestamp: cloud.timestamp(),
            CloudTrailEventId: randomUUID(),
            KmsRequestId: randomUUID(),
          };
      }
      return answer;
    };
  };
  return Object.fromEntries(Object.entries(operations).map(([name, o]) => [name, noted(name, o)]));
}

/** An attestation document of an enclave, which nobody can check here. */
function refuseEnclave(input: any, { region }: Call): void {
  const own =
    ownKey(region, input.KeyId) || keyIdInCiphertext(input.CiphertextBlob) || input.CustomKeyStoreId;
  if (own && input.Recipient)
    throw new AwsError("NotEmulated", "Recipients in enclaves are not emulated by the local cloud.", 501);
}

/** A symmetric key knows one algorithm: InvalidKeyUsageException, AWS KMS API Reference. */
function checkAlgorithm(algorithm: string | undefined): void {
  if ((algorithm ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT")
    throw new AwsError(
      "InvalidKeyUsageException",
      `${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`,
    );
}

function dataKey(
  context: Context,
  key: Key,
  input: any,
  call: Call,
): { Plaintext: string; CiphertextBlob: string; KeyId: string } {
  // "You must specify either the KeySpec or the NumberOfBytes parameter (but not both)": GenerateDataKey.
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    throw new AwsError("ValidationException", "Please specify either number of bytes or key spec.");
  const material = usable(context, key, call);
  refuseDryRun(input);
  const made = randomBytes(input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32));
  return {
    Plaintext: made.toString("base64"),
    CiphertextBlob: seal(key, material, made, input.EncryptionContext),
    KeyId: key.Arn,
  };
}

const PAIRS: Record<string, () => KeyPairKeyObjectResult> = {
  RSA_2048: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  RSA_3072: () => generateKeyPairSync("rsa", { modulusLength: 3072 }),
  RSA_4096: () => generateKeyPairSync("rsa", { modulusLength: 4096 }),
  ECC_NIST_P256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ECC_NIST_P384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  ECC_NIST_P521: () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  ECC_SECG_P256K1: () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
  ECC_NIST_EDWARDS25519: () => generateKeyPairSync("ed25519"),
};

function dataKeyPair(context: Context, key: Key, input: any, call: Call) {
  const material = usable(context, key, call);
  const make = PAIRS[input.KeyPairSpec];
  if (!make) throw new AwsError("NotEmulated", `Key pairs of ${input.KeyPairSpec} are not emulated.`, 501);
  refuseDryRun(input);
  const { publicKey, privateKey } = make();
  const plain = privateKey.export({ format: "der", type: "pkcs8" });
  return {
    PrivateKeyPlaintext: plain.toString("base64"),
    PrivateKeyCiphertextBlob: seal(key, material, plain, input.EncryptionContext),
    PublicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    KeyId: key.Arn,
    KeyPairSpec: input.KeyPairSpec,
  };
}

const contextBytes = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));

function seal(key: Key, material: Buffer, plaintext: Buffer, context: EncryptionContext): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", material, iv);
  cipher.setAAD(contextBytes(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([MAGIC, Buffer.from(key.KeyId), iv, cipher.getAuthTag(), body]).toString("base64");
}

/** The key that a ciphertext of an HSM's key names. */
export function keyIdInCiphertext(ciphertext: string | undefined): string | undefined {
  const blob = Buffer.from(ciphertext ?? "", "base64");
  if (!blob.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  return blob.subarray(MAGIC.length, MAGIC.length + ID_LENGTH).toString();
}

/** What a ciphertext holds; undefined where it is none of an HSM's key. The key's id is in the ciphertext. */
function openWith(
  context: Context,
  ciphertext: string,
  givenKey: string | undefined,
  encryptionContext: EncryptionContext,
  call: Call,
): { key: Key; plaintext: Buffer } | undefined {
  const id = keyIdInCiphertext(ciphertext);
  if (!id) return undefined;
  const key = call.region.keys[id];
  if (!key)
    throw new AwsError(
      "AccessDeniedException",
      "The ciphertext refers to a KMS key that does not exist, or not in this Region.",
    );
  if (givenKey && ownKey(call.region, givenKey) !== key)
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a KMS key that can perform this operation.",
    );
  const material = usable(context, key, call);
  const rest = Buffer.from(ciphertext, "base64").subarray(MAGIC.length + ID_LENGTH);
  try {
    const decipher = createDecipheriv("aes-256-gcm", material, rest.subarray(0, 12));
    decipher.setAAD(contextBytes(encryptionContext));
    decipher.setAuthTag(rest.subarray(12, 28));
    return { key, plaintext: Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]) };
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

/** The key's material, out of an HSM that holds it. */
function usable(context: Context, key: Key, call: Call): Buffer {
  refuseIn(["PendingDeletion", "Unavailable", "Disabled"], key, call);
  const material = keyMaterial(context, key, call.region);
  if (!material)
    throw new AwsError(
      "KMSInvalidStateException",
      `${key.Arn}: no active HSM of the cluster holds the key material.`,
    );
  return material;
}
