// The README's pictures show what the program does today: scripts/record-pictures makes them anew.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ReviewApp } from "../command/review-app";

const recorded = (name: string): string =>
  readFileSync(join(__dirname, "../../docs/recordings", name), "utf8");

let app: ReviewApp;
beforeAll(() => (app = ReviewApp.own()));
afterAll(() => app.remove());

test("the picture of the review is of the page that settings.json has today", () => {
  const { status, stderr } = app.review();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const page = readFileSync(join(app.folder, "review/review.html"));
  expect(createHash("sha256").update(page).digest("hex")).toBe(recorded("review.html.sha256").trim());
});

test("the recorded deploy has today's steps, each against the time that AWS usually takes", () => {
  const shown = recorded("local-deploy.svg")
    .replaceAll(/<[^>]*>/g, " ") // around each word
    .replaceAll(/&#x27;/g, "'")
    .replaceAll(/\s+/g, " ");
  const [{ review }] = app.chapters();
  expect(review.deploy.steps.length).toBeGreaterThan(8);
  for (const { name, minutes } of review.deploy.steps) {
    const usually = minutes < 1 ? "less than a minute" : `${Math.round(minutes)} min`;
    expect(shown).toMatch(new RegExp(`✓ ${name}: [\\w ]*; AWS usually takes ${usually} `));
  }
  for (const { what } of review.needs.quotas) expect(shown).toContain(`quota of ${what}`);
  expect(shown).toContain("What to do next");
  expect(shown).toContain("Healthy.");
});
