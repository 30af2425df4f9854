// What a stage of a trial makes, how long it takes and what it costs, by list prices.

import { HOURS_A_MONTH } from "../../constructs/schedule/hsm-prices";
import type { Stage } from "../../verification/claim";
import { Blueprint } from "../review/blueprint";
import { costOf } from "../review/cost";
import { deployOf, destroyOf } from "../review/timeline";

export interface Estimate {
  stage: Stage;
  minutes: number;
  usdAnHour: number;
  usd: number;
}

/** What the checks themselves take, which ask, make and delete this and that: minutes of a stage. */
const CHECKS: Record<Stage, number> = { free: 1, cents: 5, hsms: 20, everything: 90 };
/** US dollars of what checks of a stage make besides: file systems that are deleted as soon as AWS has taken them. */
const CHECKS_USD: Record<Stage, number> = { free: 0, cents: 0, hsms: 0, everything: 5 };

export function estimateOf(stage: Stage, blueprint: Blueprint): Estimate {
  const minutes = deployOf(blueprint).minutes + CHECKS[stage] + destroyOf(blueprint).minutes;
  const usdAnHour = usdAnHourOf(blueprint);
  const usd = (usdAnHour * minutes) / 60 + CHECKS_USD[stage];
  return { stage, minutes: Math.ceil(minutes), usdAnHour, usd: Math.ceil(usd * 100) / 100 };
}

export const usdAnHourOf = (blueprint: Blueprint): number =>
  costOf(blueprint, blueprint.of("aws_cloudhsm_v2_hsm").length).usdAMonth / HOURS_A_MONTH;
