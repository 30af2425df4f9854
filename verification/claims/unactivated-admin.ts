import { confirmedIf, type Claim } from "../claim";

export default {
  text: "`unactivated-admin` exists only on the first HSM of a cluster that was never activated",
  source: "«HSM user types for CloudHSM CLI», CloudHSM User Guide",
  byHand: "`cloudhsm-cli user list` before activation",
  reported:
    "confirmed in part: `user list` before activation showed it, and `admin` afterwards, in a lab of August 2026 in af-south-1",
  cost: "hsms",
  check: async (trial) => {
    const [{ data }] = await trial.cli([{ args: ["user", "list"] }]);
    const roles: string[] = data.users.map((user: { role: string }) => user.role);
    return confirmedIf(
      !roles.includes("unactivated-admin") && roles.includes("admin"),
      `after activation: ${roles.join(", ")}. The first HSM before it was seen by the operator alone`,
    );
  },
} satisfies Claim;
