import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

export default {
  text: "`cloudhsm-cli cluster activate`, `user create` and `user change-password` without `--password` ask twice on the terminal, with prompts that end in «password:»",
  source: "«cluster activate», CloudHSM User Guide, shows such a session",
  byHand: "`script -qc 'cloudhsm-cli cluster activate' /dev/null` on a new cluster",
  cost: "hsms",
  check: async (trial) => {
    const [made] = await trial.cli([
      { ...createUser("verify_prompts"), login: ADMIN },
      { ...deleteUser("verify_prompts"), login: ADMIN },
    ]);
    return confirmedIf(made.ok, made.ok ? "user create asked twice" : String(made.data));
  },
} satisfies Claim;
