import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

const USER = "verify_owner";
const login = { user: USER, role: "crypto-user", password: "new" } as const;

export default {
  text: "`key list --verbose --max-items N` names each key's owners in `key-info`; an HSM refuses to delete a user who owns keys",
  source: "«key list», «user delete», CloudHSM User Guide",
  byHand: "make a key as a crypto user, list it, delete the user",
  cost: "hsms",
  check: async (trial) => {
    const answers = await trial.cli([
      { ...createUser(USER), login: ADMIN },
      { args: "key generate-symmetric aes --label verify_owned --key-length-bytes 32".split(" "), login },
      { args: "key list --verbose --max-items 10".split(" "), login },
      { ...deleteUser(USER), login: ADMIN },
      { args: ["key", "delete", "--filter", "attr.label=verify_owned"], login },
      { ...deleteUser(USER), login: ADMIN },
    ]);
    const keys: any[] = answers[2].data?.matched_keys ?? [];
    const owners = keys.flatMap((key) => key["key-info"]?.["key-owners"] ?? []);
    return confirmedIf(
      owners.some((owner) => owner.username === USER) && !answers[3].ok,
      `key-owners ${JSON.stringify(owners)}; user delete: ${answers[3].ok ? "done" : String(answers[3].data)}`,
    );
  },
} satisfies Claim;
