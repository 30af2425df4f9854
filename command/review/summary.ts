// A review in a few lines, for a terminal.

import { dollars, time } from "./markdown";
import type { Review } from "./model";
import { unexplained } from "./roles";

export function summaryOf({ stack, regions, cost, deploy, roles, secrets, destruction }: Review): string {
  const refused = destruction.filter(({ fate }) => fate === "refused").length;
  const open = unexplained(roles).length;
  return [
    `${stack}, in ${regions.join(", ") || "the provider's region"}:`,
    `  ${dollars(cost.usdAMonth)} a month by the prices of ${cost.pricesOf}; a first deploy takes about ${time(deploy.minutes)}`,
    `  ${roles.length} roles, ${open === 0 ? "no wildcard without a reason" : `${open} WILDCARDS WITHOUT A REASON`}; ${secrets.length} secrets, ${secrets.filter((s) => s.inState).length} of them in Terraform's state`,
    `  a destroy ${refused > 0 ? "is refused: deletionPolicy is retain" : "deletes it, as deletionPolicy says"}`,
    "  The whole page: safe-storage review",
  ].join("\n");
}
