import { confirmedIf, type Claim } from "../claim";
import { withoutHsms } from "../without-hsms";

export default {
  text: "A cluster without any HSM stays ACTIVE, and CreateHsm then restores its newest backup",
  source: "«Create an HSM», «Backups», CloudHSM User Guide",
  byHand: '`"keep": 0` on a cluster without a key store, over a night',
  cost: "everything",
  check: async (trial) => {
    const { clusterState, restored } = await withoutHsms(trial);
    return confirmedIf(
      clusterState === "ACTIVE" && restored === undefined,
      `without HSMs the cluster was ${clusterState}; ${restored ?? "its HSMs were made again"}`,
    );
  },
} satisfies Claim;
