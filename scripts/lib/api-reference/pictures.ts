// Writes the documents' pictures into a folder: the review of what `settings.json` deploys, by the program that people use.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import settings from "../../../settings.json";
import { Blueprint } from "../../../command/review/blueprint";
import { architectureOf } from "../../../command/review/architecture";
import { architecturePicture } from "../../../command/review/picture";
import { standalone } from "../../../command/review/standalone";
import { deployOf, destroyOf } from "../../../command/review/timeline";
import { timelinePicture } from "../../../command/review/timeline-picture";
import { SafeStorage, SafeStorageProps } from "../../../constructs";
import { Synthesized } from "../synthesize";

const [folder] = process.argv.slice(2);

async function main(): Promise<void> {
  const { $schema: _, ...props } = settings;
  const { json } = new Synthesized(
    (stack) => void new SafeStorage(stack, "storage", props as SafeStorageProps),
  );
  const blueprint = new Blueprint(json);
  const pictures = {
    architecture: await architecturePicture(
      architectureOf(blueprint),
      "What a deploy makes, and who talks to whom",
    ),
    deploy: timelinePicture(deployOf(blueprint), "Steps of a deploy, and how long AWS usually takes"),
    destroy: timelinePicture(destroyOf(blueprint), "Steps of a destroy, and how long AWS usually takes"),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of Object.entries(pictures))
    writeFileSync(join(folder, `${name}.svg`), standalone(picture));
}

main();
