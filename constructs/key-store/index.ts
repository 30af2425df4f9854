// The KMS custom key store and its keys.

export * from "./custom-key-store";
export * from "./hsm-key";
