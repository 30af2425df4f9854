import { confirmedIf, type Claim } from "../claim";

export default {
  text: '`quorum token-sign list-quorum-values` needs no login and answers `{"user": 1, "quorum": 1, "cluster": 1}`; `user list` has a member `quorum`',
  source: "«Show quorum values», «user list», CloudHSM User Guide",
  byHand: "`cloudhsm-cli quorum token-sign list-quorum-values` on an instance",
  cost: "hsms",
  check: async (trial) => {
    const [values, list] = await trial.cli([
      { args: ["quorum", "token-sign", "list-quorum-values"] },
      { args: ["user", "list"] },
    ]);
    const members = ["user", "quorum", "cluster"].every((name) => typeof values.data?.[name] === "number");
    const users: object[] = list.data?.users ?? [];
    return confirmedIf(
      values.ok && members && users.length > 0 && users.every((user) => "quorum" in user),
      `${JSON.stringify(values.data)}; members of a user: ${Object.keys(users[0] ?? {}).join(", ")}`,
    );
  },
} satisfies Claim;
