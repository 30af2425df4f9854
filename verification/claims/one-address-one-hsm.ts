import { confirmedIf, type Claim } from "../claim";
import { ADMIN } from "../trial";
import { createUser, deleteUser } from "../users";

export default {
  text: "`configure-cli -a ADDRESS` lets a user be written to one HSM alone, which repairs an interruption between two HSMs",
  source:
    "«List HSMs with CloudHSM CLI», CloudHSM User Guide: changes «might not be effective on all HSMs» where the configuration does not name them; against it speaks that a client picks up HSMs by itself ([evidence](evidence.md))",
  byHand: "`user create` with one HSM named, then `user list` with all: `cluster-coverage` is not `full`",
  cost: "hsms",
  check: async (trial) => {
    const [{ EniIp: address }] = (await trial.cluster()).Hsms!;
    await trial.cli([{ ...createUser("verify_address"), login: ADMIN }], { address });
    const [{ data }] = await trial.cli([
      { args: ["user", "list"] },
      { ...deleteUser("verify_address"), login: ADMIN },
    ]);
    const found = data.users.find((user: { username: string }) => user.username === "verify_address");
    const coverage = found?.["cluster-coverage"];
    return confirmedIf(
      found !== undefined && coverage !== "full",
      `cluster-coverage ${coverage} of a user who was made by ${address} alone`,
    );
  },
} satisfies Claim;
