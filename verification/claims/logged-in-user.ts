import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { deleteUser } from "../users";

export default {
  text: "A user who is logged in can be neither changed nor deleted, so kmsuser can be only while the store is disconnected",
  source: "«user change-password», CloudHSM User Guide, for the password",
  byHand: "`user delete` of kmsuser while the store is CONNECTED",
  cost: "hsms",
  check: async (trial) => {
    const [{ ok, data }] = await trial.cli([{ ...deleteUser("kmsuser"), login: ADMIN }]);
    return confirmedIf(!ok, ok ? "kmsuser was deleted while the store was CONNECTED" : String(data));
  },
} satisfies Claim;
