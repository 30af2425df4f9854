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

/** Minutes of all checks up to a stage, which ask, make and delete this and that. */
const CHECKS: Record<Stage, number> = { free: 1, cents: 25, hsms: 95, everything: 315 };
/** US dollars of what they make besides: HSMs, and file systems that are deleted as soon as AWS has taken them. */
const CHECKS_USD: Record<Stage, number> = { free: 0, cents: 0, hsms: 3, everything: 20 };

export function estimateOf(stage: Stage, blueprint: Blueprint): Estimate {
  const minutes = deployOf(blueprint).minutes + CHECKS[stage] + destroyOf(blueprint).minutes;
  const usdAnHour = usdAnHourOf(blueprint);
  const usd = (usdAnHour * minutes) / 60 + CHECKS_USD[stage];
  return { stage, minutes: Math.ceil(minutes), usdAnHour, usd: Math.ceil(usd * 100) / 100 };
}

export function usdAnHourOf(blueprint: Blueprint): number {
  const hsms = blueprint.of("aws_cloudhsm_v2_hsm").length + blueprint.operatorHsms().length;
  return costOf(blueprint, hsms).usdAMonth / HOURS_A_MONTH;
}
