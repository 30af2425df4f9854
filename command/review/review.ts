// `review`: what a person reads before saying yes to a deploy.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "../app/app";
import { Failure, say } from "../failure";
import { compare } from "./compare";
import { Chapter, markdownOf } from "./markdown";
import { Review, reviewOf } from "./model";
import { pageOf } from "./page";
import { changesOf } from "./plan";

export interface Given {
  folder?: string;
  stack?: string[];
  plan?: string;
  against?: string;
  out?: string;
  json?: boolean;
}

export async function review(given: Given): Promise<void> {
  const app = new App(given.folder);
  app.synth();
  const stacks = app.stacks(given.stack);
  if (given.plan && stacks.length > 1)
    throw new Failure(
      `--plan is of one stack: name it by --stack, of ${stacks.map(({ name }) => name).join(", ")}`,
      2,
    );
  const earlier = given.against === undefined ? undefined : reviewsIn(given.against);
  const chapters = stacks.map(({ name, folder }): Chapter => {
    const one = reviewOf(name, folder);
    return {
      review: one,
      ...(given.plan && { changes: changesOf(given.plan, one) }),
      ...(earlier && {
        differences: compare(
          earlier.find((other) => other.stack === name),
          one,
        ),
      }),
    };
  });
  const json = `${JSON.stringify({ chapters }, null, 2)}\n`;
  if (given.json) {
    process.stdout.write(json);
    return;
  }
  const out = resolve(given.out ?? join(app.folder, "review"));
  mkdirSync(out, { recursive: true });
  const files = {
    "review.html": await pageOf(chapters),
    "review.md": markdownOf(chapters),
    "review.json": json,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  for (const name of Object.keys(files)) console.log(join(out, name));
  say("Open review.html in a browser; review.md is for a pull request, review.json for programs.");
}

/** Of an earlier `review.json`, or of the folder that another synth has written. */
function reviewsIn(path: string): Review[] {
  if (!existsSync(path)) throw new Failure(`--against ${path} is not there`, 2);
  const file = statSync(path).isDirectory() ? join(path, "manifest.json") : path;
  let content: { chapters?: Chapter[]; stacks?: Record<string, { name: string; workingDirectory: string }> };
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    content = {};
  }
  if (content.chapters) return content.chapters.map((chapter) => chapter.review);
  if (content.stacks)
    return Object.values(content.stacks).map(({ name, workingDirectory }) =>
      reviewOf(name, join(path, workingDirectory)),
    );
  throw new Failure(
    `--against ${path} is neither a review.json nor a folder that a synth has written (cdktf.out)`,
    2,
  );
}
