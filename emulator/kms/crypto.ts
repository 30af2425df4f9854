// Cryptography with keys whose material lives in the emulated HSMs: AES-256-GCM, as KMS's SYMMETRIC_DEFAULT.

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Call, Operation } from "../context";
import { AwsError } from "../errors";
import { Key, Region } from "../state";
import { keyMaterial } from "./keys";
import { ownKey, refuseIn } from "./lookup";

/** Marks ciphertexts of the local cloud's HSM keys; moto's begin otherwise. */
const MAGIC = Buffer.from("LCHSM1");
const ID_LENGTH = 36;

export function cryptoOperations(): Record<string, Operation> {
  return {
    Encrypt(input, call: Call) {
      const key = ownKey(call.region, input.KeyId);
      if (!key) return undefined;
      const plaintext = Buffer.from(input.Plaintext, "base64");
      return {
        CiphertextBlob: encrypt(key, plaintext, input, call),
        KeyId: key.Arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
    Decrypt(input, call: Call) {
      const blob = Buffer.from(input.CiphertextBlob, "base64");
      if (!blob.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
      const key = call.region.keys[blob.subarray(MAGIC.length, MAGIC.length + ID_LENGTH).toString()];
      if (!key)
        throw new AwsError(
          "AccessDeniedException",
          "The ciphertext refers to a KMS key that does not exist.",
        );
      if (input.KeyId && ownKey(call.region, input.KeyId) !== key)
        throw new AwsError(
          "IncorrectKeyException",
          "The key ID in the request does not identify the key that encrypted the data.",
        );
      const plaintext = decrypt(key, blob, input, call);
      return {
        Plaintext: plaintext.toString("base64"),
        KeyId: key.Arn,
        EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      };
    },
    GenerateDataKey: (input, call: Call) => generateDataKey(input, call),
    GenerateDataKeyWithoutPlaintext(input, call: Call) {
      const { Plaintext: _, ...rest } = generateDataKey(input, call) ?? {};
      return rest.KeyId && rest;
    },
  };
}

function generateDataKey(input: any, call: Call): { [name: string]: string } | undefined {
  const key = ownKey(call.region, input.KeyId);
  if (!key) return undefined;
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined))
    throw new AwsError("ValidationException", "Please specify either number of bytes or key spec.");
  const dataKey = randomBytes(input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32));
  return {
    Plaintext: dataKey.toString("base64"),
    CiphertextBlob: encrypt(key, dataKey, input, call),
    KeyId: key.Arn,
  };
}

const contextOf = (input: { EncryptionContext?: Record<string, string> }) =>
  Buffer.from(JSON.stringify(Object.entries(input.EncryptionContext ?? {}).sort()));

function encrypt(key: Key, plaintext: Buffer, input: any, call: Call): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", usableMaterial(key, call, call.region), iv);
  cipher.setAAD(contextOf(input));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([MAGIC, Buffer.from(key.KeyId), iv, cipher.getAuthTag(), body]).toString("base64");
}

function decrypt(key: Key, blob: Buffer, input: any, call: Call): Buffer {
  const material = usableMaterial(key, call, call.region);
  const rest = blob.subarray(MAGIC.length + ID_LENGTH);
  try {
    const decipher = createDecipheriv("aes-256-gcm", material, rest.subarray(0, 12));
    decipher.setAAD(contextOf(input));
    decipher.setAuthTag(rest.subarray(12, 28));
    return Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]);
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

function usableMaterial(key: Key, call: Call, region: Region): Buffer {
  refuseIn(["PendingDeletion", "Unavailable", "Disabled"], key, call);
  const material = keyMaterial(key, region);
  if (!material)
    throw new AwsError(
      "KMSInvalidStateException",
      `${key.Arn}: no active HSM of the cluster holds the key material.`,
    );
  return material;
}
