import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

export default {
  text: "Users can be managed with one HSM in the cluster, without `--disable-key-availability-check`: that concerns keys",
  source: "«Client SDK 5 configuration parameters»",
  byHand: "`create-kmsuser` before the second HSM",
  reported:
    "confirmed: `user create` on a cluster of one HSM, before the option was set, in a lab of August 2026 in af-south-1; what concerned keys was refused",
  cost: "hsms",
  check: async (trial) => {
    const [{ EniIp: address }] = (await trial.cluster()).Hsms!;
    const [made] = await trial.cli([{ ...createUser("verify_one"), login: ADMIN }], { address });
    await trial.cli([{ ...deleteUser("verify_one"), login: ADMIN }]);
    return confirmedIf(made.ok, made.ok ? `made by ${address} alone` : String(made.data));
  },
} satisfies Claim;
