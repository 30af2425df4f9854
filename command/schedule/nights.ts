// The schedules of a synthesized stack that remove HSMs.

import type { HsmWindow } from "../../constructs/schedule/hsm-windows";

/** A schedule, as the stack has it. */
export interface Nights {
  windows: Record<string, HsmWindow>;
  timeZone: string;
  /** Times in which a restore leaves them away. */
  holidays: { from: number; until: number }[];
  keep: number;
  count: number;
  hsmType: string;
  region: string;
}

/** Text within a value of the stack, which may be an expression: of a list, of a JSON document, or both. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

/** Each step of the operator's names them again. */
const addressesIn = (inputs: string): Set<string> =>
  new Set([...inputs.matchAll(/"ipAddress"\s*[=:]\s*([^,}]+)/g)].map(([, address]) => address));

/** Of a synthesized stack; undefined where it has no schedule that removes HSMs. */
export function nightsIn({ resource = {}, provider }: any): Nights | undefined {
  const of = (type: string): Record<string, any>[] => Object.values(resource[type] ?? {});
  const windows: Record<string, { removeAt?: string; restoreAt?: string }> = {};
  let timeZone = "UTC";
  let inputs = "";
  for (const schedule of of("aws_scheduler_schedule")) {
    const input = textOf([schedule.target].flat()[0].input);
    const [, window, what] = /^(.*)-(remove|restore)$/.exec(schedule.name) ?? [];
    if (!/(remove|restore)-hsms/.test(input) || !what) continue;
    (windows[window] ??= {})[`${what as "remove" | "restore"}At`] = schedule.schedule_expression;
    timeZone = schedule.schedule_expression_timezone ?? timeZone;
    inputs += input;
  }
  if (Object.keys(windows).length === 0) return undefined;
  const holidays = [...inputs.matchAll(/(\d{4}-[\d-]+T[\d:]+Z)\/(\d{4}-[\d-]+T[\d:]+Z)/g)].map(
    ([, from, until]) => ({
      from: Date.parse(from),
      until: Date.parse(until),
    }),
  );
  const operators = of("aws_lambda_invocation").map(({ input }) => textOf(input));
  const ofOperator = operators.filter((input) => input.includes("ensure-hsms")).join();
  return {
    windows: windows as Record<string, HsmWindow>,
    timeZone,
    holidays,
    keep: Number(/"keep"\s*[=:]\s*"(\d+)"/.exec(inputs)?.[1] ?? 1),
    count: of("aws_cloudhsm_v2_hsm").length + addressesIn(ofOperator).size,
    hsmType: of("aws_cloudhsm_v2_cluster")[0]?.hsm_type ?? "hsm2m.medium",
    region: provider.aws[0].region,
  };
}
