// docs/durations.md, of the table by which the local cloud, the review and the status go.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Duration, table } from "../../emulator/core/durations";

const shown = (seconds: number): string =>
  seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

export function durationsPage(): string {
  const rows = Object.entries<Duration>(table).map(
    ([step, { minimum, median, maximum, source }]) =>
      `| ${step} | ${shown(minimum)} | ${shown(median)} | ${shown(maximum)} | ${source} |`,
  );
  return `# How long AWS takes

One table, by which [the review](guides/review.md), \`safe-storage status\`, the progress of a deploy and [the local cloud](../emulator/README.md) go: all of them by the medians; the local
cloud with \`--pessimistic\` by the maxima. Where one report or document is all there is, the three are the same. What has no source is
[unverified](unverified.md#durations). The reports are told in [evidence](evidence.md). This page is made by \`scripts/durations\`.

| step | minimum | median | maximum | source |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

if (require.main === module) writeFileSync(join(__dirname, "../../docs/durations.md"), durationsPage());
