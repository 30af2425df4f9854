import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "An alias given where a key id is asked for is `NotFoundException` «Invalid keyId»",
  source: "reports of users",
  byHand: "`aws kms disable-key --key-id alias/…`",
  cost: "free",
  check: async ({ kms }) => {
    const refusal = await refusalOf(kms.disableKey({ KeyId: "alias/safe-storage-verify" }));
    return confirmedIf(/^NotFoundException: Invalid keyId/.test(refusal ?? ""), `DisableKey: ${refusal}`);
  },
} satisfies Claim;
