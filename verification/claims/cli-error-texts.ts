import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

const USER = "verify_locked";

export default {
  text: "Texts of `cloudhsm-cli` by which errors are told apart: locked, trust anchor, already exists; those of connections are seen ([evidence](evidence.md))",
  source: "none",
  byHand: "provoke each, and compare with `fail_hsm` in `lambda-runtime/lib/hsm.sh`",
  cost: "hsms",
  check: async (trial) => {
    const { ClusterCertificate } = (await trial.cluster()).Certificates!;
    const wrong = Array.from({ length: 6 }, () => ({
      args: ["user", "list"],
      login: { user: USER, role: "crypto-user", password: "wrong" } as const,
    }));
    const answers = await trial.cli([
      { ...createUser(USER), login: ADMIN },
      { ...createUser(USER), login: ADMIN },
      ...wrong,
      { args: ["key", "list"], login: { user: USER, role: "crypto-user", password: "new" } },
      { ...deleteUser(USER), login: ADMIN },
    ]);
    const again = String(answers[1].data);
    const locked = String(answers.at(-2)!.data);
    const [{ data: anchor }] = await trial.cli([{ args: ["user", "list"] }], {
      trustAnchor: ClusterCertificate,
    });
    return confirmedIf(
      /already exists/i.test(again) &&
        /lock/i.test(locked) &&
        /trust anchor|certificate/i.test(String(anchor)),
      `a second user create: «${again}»; locked: «${locked}»; wrong trust anchor: «${String(anchor)}»`,
    );
  },
} satisfies Claim;
