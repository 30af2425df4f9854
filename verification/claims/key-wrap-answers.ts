import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

const USER = "verify_wrap";
const login = { user: USER, role: "crypto-user", password: "new" } as const;

export default {
  text: "`key wrap aes-gcm` and `key unwrap aes-gcm` answer with `iv`, `wrapped_key_data`, and the key's `check-value`",
  source: "«key wrap aes-gcm», CloudHSM User Guide",
  byHand: "steps 1 and 5 of `safe-storage drill --aws`",
  cost: "hsms",
  check: async (trial) => {
    const make = (label: string) => ({
      args: `key generate-symmetric aes --label ${label} --key-length-bytes 32`.split(" "),
      login,
    });
    const drop = (label: string) => ({ args: ["key", "delete", "--filter", `attr.label=${label}`], login });
    const wrap =
      "key wrap aes-gcm --payload-filter attr.label=verify_data --wrapping-filter attr.label=verify_master";
    const answers = await trial.cli([
      { ...createUser(USER), login: ADMIN },
      make("verify_master"),
      make("verify_data"),
      { args: wrap.split(" "), login },
      drop("verify_master"),
      drop("verify_data"),
      { ...deleteUser(USER), login: ADMIN },
    ]);
    const { ok, data } = answers[3];
    return confirmedIf(
      ok && typeof data.iv === "string" && typeof data.wrapped_key_data === "string",
      ok ? `members ${Object.keys(data).join(", ")}; key unwrap was not tried` : String(data),
    );
  },
} satisfies Claim;
