// What the trial's operator has in its log: what it has asked AWS (verification/probe/record.sh), and how long it has waited.

import { FilteredLogEvent, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import type { Step } from "../../emulator/core/durations";
import { logGroupOf, type Trial } from "../../verification/trial";
import { errorOf, type Recorder } from "./recorder";
import type { Measured } from "./run";

interface Line {
  action: string;
  step: string;
  message: string;
  durationMs?: number;
  service?: string;
  operation?: string;
  status?: number;
  call?: { input: unknown; output: any };
}

/** Services as a recording names them. */
const SERVICES: Record<string, string> = { cloudhsmv2: "cloudhsm" };

export class OperatorLog {
  private readonly taken = new Set<string>();

  /** Lines that no call before has given. */
  async take({ logs, outputs }: Trial): Promise<Line[]> {
    const logGroupName = logGroupOf(outputs.operator_arn);
    const found: FilteredLogEvent[] = [];
    for await (const { events } of paginateFilterLogEvents({ client: logs }, { logGroupName }))
      found.push(...events!.filter(({ eventId }) => !this.taken.has(eventId!)));
    for (const { eventId } of found) this.taken.add(eventId!);
    // Lambda's own lines are no JSON.
    return found.filter(({ message }) => message!.startsWith("{")).map(({ message }) => JSON.parse(message!));
  }
}

/** Each call that was answered, of an action of the operator's. */
export function recordCalls(lines: Line[], recorder: Recorder): void {
  for (const { action, message, service, operation, status, call } of lines) {
    if (message !== "called") continue;
    const { input, output } = call!;
    recorder.claim = `operator ${action}`;
    recorder.record({
      service: SERVICES[service!] ?? service!,
      operation: operation!,
      input,
      ...(status! < 400 ? { output } : { error: errorOf(output) }),
    });
  }
}

/** From `cluster activate` to ACTIVE: no state of AWS's begins with the one, but the operator waits for the other. */
export function activation(lines: Line[]): Measured[] {
  const resource: Step = "cluster activated";
  const waits = lines.filter(
    ({ action, step, message }) =>
      action === "activate" && step === "wait for ACTIVE" && message === "step ended",
  );
  if (waits.length === 0) return [];
  const milliseconds = waits.reduce((sum, { durationMs }) => sum + durationMs!, 0);
  return [{ resource, seconds: Math.round(milliseconds / 1000) }];
}
