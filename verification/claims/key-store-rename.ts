import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "A connected key store can be renamed: `UpdateCustomKeyStore` with `NewCustomKeyStoreName` alone",
  source: "UpdateCustomKeyStore, KMS API Reference: password and cluster want a disconnected store",
  byHand: "change `keyStoreName`, deploy",
  cost: "hsms",
  check: async ({ kms, name, outputs }) => {
    const CustomKeyStoreId = outputs.custom_key_store_id;
    const rename = (NewCustomKeyStoreName: string) =>
      kms.updateCustomKeyStore({ CustomKeyStoreId, NewCustomKeyStoreName });
    const refusal = await refusalOf(rename(`${name}-renamed`));
    if (refusal === undefined) await rename(name);
    return confirmedIf(refusal === undefined, refusal ?? "renamed while CONNECTED");
  },
} satisfies Claim;
