import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

export default {
  text: "No command of `cloudhsm-cli` takes longer than two minutes",
  source: "reports of users: seconds",
  byHand: "the durations of the steps in the operator's log",
  cost: "hsms",
  check: async (trial) => {
    const answers = await trial.cli([
      { args: ["cluster", "hsm-info"] },
      { args: ["user", "list"] },
      { ...createUser("verify_time"), login: ADMIN },
      { ...deleteUser("verify_time"), login: ADMIN },
    ]);
    const longest = Math.max(...answers.map(({ seconds }) => seconds));
    return confirmedIf(longest < 120 && answers.every(({ ok }) => ok), `${longest} s at most`);
  },
} satisfies Claim;
