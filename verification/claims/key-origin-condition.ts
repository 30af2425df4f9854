import { confirmedIf, type Claim } from "../claim";

export default {
  text: "`kms:KeyOrigin` narrows `kms:DescribeKey`",
  source: "«AWS KMS condition keys», Developer Guide: valid for key resource operations",
  byHand: "destroy with `delete`: the guard must name the key and its date",
  cost: "hsms",
  check: async (trial) => {
    const describe = (KeyId: string) => trial.call("kms", "kms", "TrentService.DescribeKey", { KeyId });
    const ofHsms = await describe(trial.outputs.key_arn);
    const ordinary = await describe(trial.outputs.encryption_key_arn);
    return confirmedIf(
      ofHsms.ok && ordinary.code === "AccessDeniedException",
      `the key in HSMs: ${ofHsms.ok ? "shown" : ofHsms.message}; another: ${ordinary.ok ? "shown" : ordinary.code}`,
    );
  },
} satisfies Claim;
