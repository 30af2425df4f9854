// A key store that somebody has disconnected by hand is connected again by the next deploy. Terraform does not look at a
// store's connection: the last invocation that connects it is tainted, and so is made once more.

import { KMS } from "@aws-sdk/client-kms";
import { Stack } from "../app/stack";

export async function reconnectKeyStores(stack: Stack): Promise<void> {
  const kms = new KMS({ region: stack.region });
  for (const address of stack.addresses("aws_lambda_invocation")) {
    const instance = stack.instance(address);
    if (!instance || instance.tainted) continue;
    const input = JSON.parse(String(instance.attributes.input));
    if (input.action !== "connect-key-store" || !input.last) continue;
    const { CustomKeyStores } = await kms
      .describeCustomKeyStores({ CustomKeyStoreId: input.keyStoreId })
      .catch((error) => {
        if (error.name === "CustomKeyStoreNotFoundException") return { CustomKeyStores: [] };
        throw error;
      });
    const state = CustomKeyStores?.[0]?.ConnectionState;
    if (state !== "DISCONNECTED" && state !== "FAILED") continue;
    console.log(`${address}: key store ${input.keyStoreId} is ${state}; it is connected again`);
    stack.taint(address);
  }
}
