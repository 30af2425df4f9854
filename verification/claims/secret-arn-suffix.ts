import { confirmedIf, type Claim } from "../claim";

export default {
  text: "CreateSecret's resource is the secret's ARN, whose last seven characters a policy names by `-??????`",
  source: "«Permissions policy examples», Secrets Manager User Guide",
  byHand: "deploy: `initialize` makes the trust anchor's secret",
  cost: "hsms",
  check: async ({ secrets, outputs }) => {
    const SecretId = outputs.trust_anchor_secret;
    const { ARN } = await secrets.describeSecret({ SecretId });
    return confirmedIf(/^-[A-Za-z0-9]{6}$/.test(ARN!.split(SecretId)[1] ?? ""), ARN!);
  },
} satisfies Claim;
