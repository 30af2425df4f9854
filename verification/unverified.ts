// docs/unverified.md, of the claims and of the reports on record.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../command/verify/report";
import { Claim, isChecked, Stage } from "./claim";
import { ClaimId, claims } from "./claims";

const REPORTS = join(__dirname, "reports");

const STAGES: Record<Stage, string> = {
  free: "Free: nothing is made",
  cents: "Cents: the operator's function in a VPC, without HSMs",
  hsms: "An hour of HSMs: a cluster with two HSMs, and a key store",
  everything: "Everything: a file system as well",
};

const INTRODUCTION = `# What nobody here could verify

Nobody who built this had an AWS account at hand. What follows is believed by its source, or by reasoning where no source is named. Whoever has
an account checks it by one command, which says what it makes and what that costs before it begins, and takes it away again
([guide](guides/verify.md)):

\`\`\`text
safe-storage verify --region eu-central-1
\`\`\`

Each claim is a file of [verification/claims](../verification/claims), and is named by that file. What runs on AWS have shown is told with it, the newest
first. This page is made by \`scripts/unverified\`.`;

/** Those that somebody has sent in, the newest first. */
export function reportsOnRecord(): Report[] {
  return readdirSync(REPORTS)
    .filter((name) => name.endsWith(".json"))
    .map((name): Report => JSON.parse(readFileSync(join(REPORTS, name), "utf8")))
    .sort((a, b) => b.date.localeCompare(a.date));
}

function claimText(id: ClaimId, claim: Claim, reports: Report[]): string {
  const lines = [`### ${id}`, "", `${claim.text}.`, "", `- Source: ${claim.source}`];
  if (claim.reported) lines.push(`- Reported: ${claim.reported} ([evidence](evidence.md))`);
  lines.push(
    isChecked(claim)
      ? `- Check: \`safe-storage verify --only ${id}\`; by hand: ${claim.byHand}`
      : `- Check by hand: ${claim.byHand}\n- Not in reach of \`safe-storage verify\`: ${claim.notInReach}`,
  );
  const seen = reports.flatMap(({ region, date, claims: observed }) =>
    observed[id] && observed[id].verdict !== "not in reach" ? [{ region, date, ...observed[id] }] : [],
  );
  for (const { region, date, verdict, seen: what } of seen)
    lines.push(`- **${verdict}** in ${region} on ${date}: ${what}`);
  return lines.join("\n");
}

export function unverified(reports: Report[]): string {
  const entries = Object.entries(claims) as [ClaimId, Claim][];
  const sections = [INTRODUCTION];
  const add = (title: string, some: [ClaimId, Claim][]): void => {
    sections.push(`## ${title}`, ...some.map(([id, claim]) => claimText(id, claim, reports)));
  };
  for (const [stage, title] of Object.entries(STAGES))
    add(
      title,
      entries.filter(([, claim]) => isChecked(claim) && claim.cost === stage),
    );
  add(
    "Not in reach of the command",
    entries.filter(([, claim]) => !isChecked(claim)),
  );
  return `${sections.join("\n\n")}\n`;
}
