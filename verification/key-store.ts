// The trial's key store, disconnected for a moment.

import type { Trial } from "./trial";

const MINUTES = 30;

/** Disconnects it, does something, and has the operator connect it, which also gives kmsuser a new password where KMS cannot log in. */
export async function whileDisconnected(trial: Trial, change: () => Promise<void>): Promise<void> {
  const { kms, outputs } = trial;
  const CustomKeyStoreId = outputs.custom_key_store_id;
  await kms.disconnectCustomKeyStore({ CustomKeyStoreId });
  await trial.until("the key store is disconnected", MINUTES, async () => {
    const { CustomKeyStores } = await kms.describeCustomKeyStores({ CustomKeyStoreId });
    return CustomKeyStores![0].ConnectionState === "DISCONNECTED";
  });
  try {
    await change();
  } finally {
    await connect(trial);
  }
}

/** Connects it to the trial's cluster, or to another one, to which it moves. */
export async function connect(trial: Trial, clusterId = trial.outputs.cluster_id): Promise<void> {
  const { outputs } = trial;
  await trial.operator({
    action: "connect-key-store",
    keyStoreId: outputs.custom_key_store_id,
    clusterId,
    trustAnchor: outputs.trust_anchor,
    adminSecretArn: outputs.admin_secret_arn,
    kmsuserSecretArn: outputs.kmsuser_secret_arn,
    passwordLength: "32",
  });
}
