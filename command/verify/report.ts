// The report of a trial: of each claim what was seen, and how long AWS took.

import { isChecked, Observation, Verdict } from "../../verification/claim";
import type { ClaimId } from "../../verification/claims";
import { claims } from "../../verification/claims";
import { version } from "../package.json";
import { Duration, table } from "../../emulator/core/durations";
import type { Measured, Run } from "./run";

/** As reports on record have it, too. */
export interface Report {
  /** Of safe-storage. */
  version: string;
  region: string;
  /** The day, ISO 8601. */
  date: string;
  claims: Record<string, Observation>;
  /** Seconds of each creation by Terraform's type, and of each step that AWS's states showed from its beginning to its end. */
  measured: Measured[];
}

const NOT_CHECKED: Observation = { verdict: "not in reach", seen: "The run ended before it was checked." };

export function reportOf({ is }: Run, ids: ClaimId[]): Report {
  const observed = ids.map((id): [string, Observation] => {
    const claim = claims[id];
    const observation = isChecked(claim)
      ? (is.observations[id] ?? NOT_CHECKED)
      : ({ verdict: "not in reach", seen: claim.notInReach } as const);
    return [id, { ...observation, seen: scrubbed(observation.seen) }];
  });
  return {
    version,
    region: is.region,
    date: is.begun.slice(0, 10),
    claims: Object.fromEntries(observed),
    measured: is.measured,
  };
}

/** Without account ids, and without what ids of resources could tell somebody. */
export const scrubbed = (text: string): string =>
  text
    .replace(/\b\d{12}\b/g, "ACCOUNT")
    .replace(/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g, "PEM")
    .replace(/\b(A[KS]IA)[A-Z0-9]{16}\b/g, "$1…");

const VERDICTS: Verdict[] = ["refuted", "confirmed", "not in reach"];

export function markdownOf(report: Report): string {
  const rows = Object.entries(report.claims);
  const counts = VERDICTS.map(
    (verdict) => `${rows.filter(([, o]) => o.verdict === verdict).length} ${verdict}`,
  );
  const lines = [
    `# What AWS did in ${report.region} on ${report.date}`,
    "",
    `By \`safe-storage verify\` ${report.version}: ${counts.join(", ")}.`,
  ];
  for (const verdict of VERDICTS) {
    const some = rows.filter(([, o]) => o.verdict === verdict);
    if (some.length === 0) continue;
    lines.push("", `## ${verdict[0].toUpperCase()}${verdict.slice(1)}`, "");
    for (const [id, { seen }] of some)
      lines.push(`- \`${id}\`: ${claims[id as ClaimId].text}. ${seen.replace(/\s+/g, " ")}`);
  }
  if (report.measured.length > 0) {
    lines.push(
      "",
      "## How long AWS took",
      "",
      "Seconds, and of the steps of docs/durations.md what was known until now: minimum, median, maximum.",
      "",
      "| resource or step | times | shortest | longest | known |",
      "| --- | --- | --- | --- | --- |",
    );
    for (const resource of new Set(report.measured.map((one) => one.resource))) {
      const all = report.measured.filter((one) => one.resource === resource).map(({ seconds }) => seconds);
      const known = (table as Record<string, Duration>)[resource];
      lines.push(
        `| \`${resource}\` | ${all.length} | ${Math.min(...all)} | ${Math.max(...all)} | ${known ? `${known.minimum}, ${known.median}, ${known.maximum}` : ""} |`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}
