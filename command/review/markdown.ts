// The review as Markdown, for a pull request; the page is made of it.

import { nodeName } from "./architecture";
import type { Differences } from "./compare";
import type { Review } from "./model";
import type { Change } from "./plan";
import { Right, unexplained } from "./roles";
import type { Timeline } from "./timeline";

/** What a stack's chapter is made of. */
export interface Chapter {
  review: Review;
  /** Of Terraform's plan. */
  changes?: Change[];
  /** From another synth to this one. */
  differences?: Differences;
}

export type Picture = "architecture" | "deploy" | "destroy";

/** A fenced block that GitHub draws, and in whose place the page has its own picture: its first line is a comment with the name. */
export const pictureOf = (stack: string, name: Picture): string => `%% ${stack} ${name}`;

const cell = (text: unknown): string =>
  String(text)
    .replace(/\s+/g, " ")
    .replace(/[\\|<>*_[\]]/g, (c) => `\\${c}`);
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
const table = (head: string[], rows: unknown[][]): string =>
  rows.length === 0
    ? "None."
    : [
        `| ${head.join(" | ")} |`,
        `| ${head.map(() => "---").join(" | ")} |`,
        ...rows.map(
          (row) => `| ${row.map((one) => (one instanceof Raw ? one.text : cell(one))).join(" | ")} |`,
        ),
      ].join("\n");
/** Text that is Markdown already. */
class Raw {
  constructor(readonly text: string) {}
}
export const dollars = (usd: number | undefined): string =>
  usd === undefined ? "not known" : usd.toLocaleString("en-US", { style: "currency", currency: "USD" });
export const time = (minutes: number): string =>
  minutes < 90
    ? `${Math.round(minutes)} min`
    : `${Math.floor(minutes / 60)} h ${Math.round(minutes % 60)} min`;

export function markdownOf(chapters: Chapter[]): string {
  return `${["# Review before the deploy", ...chapters.map(chapterOf)].join("\n\n")}\n`;
}

function chapterOf({ review, changes, differences }: Chapter): string {
  const { stack, cost, deploy, destroy } = review;
  const open = unexplained(review.roles).length;
  return [
    `## Stack ${stack}`,
    `In ${review.regions.join(", ") || "the provider's region"}. ${dollars(cost.usdAMonth)} a month by the prices of ${cost.pricesOf}. A first deploy takes about ${time(deploy.minutes)}, a destroy ${time(destroy.minutes)}. ${review.roles.length} roles, ${review.secrets.length} secrets, ${review.acceptedFindings.length} accepted findings, ${open === 0 ? "no wildcard without a reason" : `**${open} wildcards without a reason**`}.`,
    ...(differences ? [differencesOf(differences)] : []),
    ...(changes ? [changesOf(changes)] : []),
    "### Architecture",
    mermaid(review),
    table(
      ["from", "to", "what"],
      review.architecture.edges.map(({ from, to, label }) => [
        nodeName(review.architecture, from),
        nodeName(review.architecture, to),
        label,
      ]),
    ),
    "### Deploy",
    timelineText(deploy),
    gantt(stack, "deploy", deploy),
    stepsOf(deploy),
    "### Cost a month",
    costText(review),
    table(
      ["what", "how many", "USD a month"],
      [
        ...cost.lines.map(({ what, quantity, usd }) => [what, quantity, dollars(usd)]),
        [new Raw("**together**"), "", new Raw(`**${dollars(cost.usdAMonth)}**`)],
      ],
    ),
    "### Roles",
    ...review.roles.flatMap(({ name, takenBy, boundary, managed, rights }) => [
      `#### ${name}`,
      `Taken by ${takenBy.map(code).join(", ")}. ${boundary ? `Its boundary is ${code(boundary)}.` : "No permissions boundary."}${managed.length > 0 ? ` It has the managed policies ${managed.map(code).join(", ")}.` : ""}`,
      rights.map((right) => `- ${sentenceOf(right)}`).join("\n"),
    ]),
    "### Secrets",
    table(
      ["secret", "what", "born", "encrypted by", "readers", "rotation", "in Terraform's state"],
      review.secrets.map((s) => [
        new Raw(code(s.name)),
        s.what,
        s.born,
        s.encryptedBy,
        s.readers.join(", ") || "nobody in this stack",
        s.rotation,
        s.inState ? "yes" : "no",
      ]),
    ),
    "### What a destroy would do",
    timelineText(destroy),
    gantt(stack, "destroy", destroy),
    table(
      ["what", "becomes", "note"],
      review.destruction.map(({ what, fate, note }) => [what, fate, note]),
    ),
    "### Who could make keys unusable or lose them",
    "Whoever administers the account can call each of these. Of the roles of this stack:",
    table(
      ["call", "what it does", "roles"],
      review.risks.map(({ action, what, roles }) => [
        new Raw(code(action)),
        what,
        roles.join(", ") || "none",
      ]),
    ),
    "What watches for it:",
    table(
      ["what", "says"],
      review.watches.map(({ name, what }) => [name, what]),
    ),
    "### What the account needs",
    table(
      ["quota", "needed", "by default", "source"],
      review.needs.quotas.map((q) => [q.what, q.needed, q.byDefault, q.source]),
    ),
    table(
      ["service-linked role of", "why"],
      review.needs.serviceLinkedRoles.map(({ service, why }) => [new Raw(code(service)), why]),
    ),
    "A service control policy must not deny what the roles of the stack call:",
    callsOf(review.needs.roleCalls),
    "nor what who deploys calls, as recorded of whole deploys:",
    callsOf(review.needs.deployerCalls),
    "### Accepted findings of scanners",
    table(
      ["check", "resource", "reason"],
      review.acceptedFindings.map(({ id, path, comment }) => [new Raw(code(id)), path, comment]),
    ),
  ].join("\n\n");
}

function differencesOf(differences: Differences): string {
  const rows = Object.entries(differences).flatMap(([about, { added, removed }]) => [
    ...added.map((line) => [about, "new", line]),
    ...removed.map((line) => [about, "gone", line]),
  ]);
  return `### What changes against the other\n\n${rows.length === 0 ? "Nothing that this page shows." : table(["about", "", "what"], rows)}`;
}

function changesOf(changes: Change[]): string {
  const rows = changes.map(({ path, type, action }) => [
    action === "replace" || action === "delete" ? new Raw(`**${action}**`) : action,
    path,
    new Raw(code(type)),
  ]);
  return `### What Terraform's plan changes\n\n${table(["action", "what", "type"], rows)}`;
}

const timelineText = ({ minutes, lowerBoundMinutes }: Timeline): string =>
  `About ${time(minutes)}, as AWS usually takes. Steps on the critical path are bold: each minute that one takes longer, the whole does. In no order could it be below ${time(lowerBoundMinutes)}, which AWS asks for one after the other.`;

const stepsOf = ({ steps }: Timeline): string =>
  table(
    ["step", "begins after", "takes", "waits for"],
    steps.map(({ name, from, minutes, waitsFor, critical }) => [
      critical ? new Raw(`**${cell(name)}**`) : name,
      time(from),
      time(minutes),
      waitsFor.join(", "),
    ]),
  );

function costText({ cost, regions }: Review): string {
  const elsewhere = regions.some((region) => region !== cost.pricesOf)
    ? ` Those of ${regions.join(", ")} are not confirmed and differ; check them on AWS's pages.`
    : "";
  const schedule =
    cost.usdAMonth === cost.usdAMonthWithoutSchedule
      ? ""
      : ` Without the schedule it would be ${dollars(cost.usdAMonthWithoutSchedule)}.`;
  return `By the prices of ${cost.pricesOf} as of ${cost.asOf}, before tax, without traffic, requests and backups.${elsewhere}${schedule} A trial that is destroyed after three days costs about ${dollars(cost.usdThreeDays)}. Source: ${cost.source}.`;
}

/** A right as a sentence. */
export function sentenceOf({ effect, actions, on, when, wildcard, why }: Right): string {
  const about = on.includes("*") ? "every resource" : on.map(code).join(", ");
  const reason = wildcard ? (why ? ` (${why})` : " (**no reason is given**)") : "";
  const condition = when.length > 0 ? `, if ${when.map(code).join(" and ")}` : "";
  return `${effect === "Deny" ? "May not" : "May"} ${actions.map(code).join(", ")} on ${about}${reason}${condition}.`;
}

/** By service, so that it can be read. */
function callsOf(calls: string[]): string {
  const services = new Map<string, string[]>();
  for (const call of calls) {
    const [service, name] = call.split(":");
    services.set(service, [...(services.get(service) ?? []), name]);
  }
  return [...services]
    .map(([service, names]) => `- ${code(service)}: ${names.map(code).join(", ")}`)
    .join("\n");
}

function mermaid({ stack, architecture: { nodes, edges } }: Review): string {
  const ids = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const label = (text: string): string => text.replace(/["#]/g, "'");
  const draw = (within: string | undefined, indent: string): string[] =>
    nodes
      .filter((node) => node.within === within)
      .flatMap((node) => {
        const inner = draw(node.id, `${indent}  `);
        // The title of a group has room for one line.
        const between = inner.length > 0 ? ", " : "<br/>";
        const said = `"${[node.label, ...(node.note ? [node.note] : [])].map(label).join(between)}"`;
        if (inner.length === 0) return [`${indent}${ids.get(node.id)}[${said}]`];
        return [`${indent}subgraph ${ids.get(node.id)}[${said}]`, ...inner, `${indent}end`];
      });
  const arrows = edges.map((e) => `  ${ids.get(e.from)} -->|"${label(e.label)}"| ${ids.get(e.to)}`);
  return fence([pictureOf(stack, "architecture"), "flowchart LR", ...draw(undefined, "  "), ...arrows]);
}

function gantt(stack: string, name: Picture, { steps }: Timeline): string {
  const clock = (minutes: number): string =>
    [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  const lines = steps.map(
    ({ name: step, from, minutes, critical }) =>
      `  ${step.replace(/[:#;,]/g, " ")} :${critical ? "crit, " : ""}${clock(from)}, ${Math.max(1, Math.round(minutes))}m`,
  );
  return fence([pictureOf(stack, name), "gantt", "  dateFormat HH:mm", "  axisFormat %H:%M", ...lines]);
}

const fence = (lines: string[]): string => ["```mermaid", ...lines, "```"].join("\n");
