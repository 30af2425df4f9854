import type { Claim } from "../claim";

export default {
  text: "Durations in `docs/guides/cost-and-duration.md` and in `emulator/core/durations.ts`",
  source:
    "reports of users; those of joining, activation and deletion of HSMs are measured ([evidence](evidence.md)); 20 minutes for connecting: ConnectCustomKeyStore, KMS API Reference",
  byHand: "the times that `cdktf deploy` prints",
  notInReach:
    "A report has what its run measured beside the table; what the table says from then on is a person's to decide.",
} satisfies Claim;
