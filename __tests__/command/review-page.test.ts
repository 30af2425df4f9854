// The page of `safe-storage review` in a browser: by itself, for everybody, with the numbers of its model.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import { Browser, chromium, Page } from "playwright-core";
import { dollars } from "../../command/review/markdown";
import { ReviewApp } from "./review-app";

let browser: Browser;
const apps: ReviewApp[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: packedBrowser(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
});
afterAll(async () => {
  await browser.close();
  apps.forEach((app) => app.remove());
});

/** The path of a browser that is an npm package, so that no machine needs to have one. It is a module, which jest cannot load. */
function packedBrowser(): string {
  const program = 'import("@sparticuz/chromium").then((m) => m.default.executablePath()).then(console.log)';
  return execFileSync(process.execPath, ["-e", program], { cwd: __dirname, encoding: "utf8" }).trim();
}

const APPS = {
  "the project's own app": () => ReviewApp.own(),
  "two-regions": () => ReviewApp.example("two-regions"),
  "none-by-night": () => ReviewApp.example("none-by-night"),
};

describe.each(Object.entries(APPS))("%s", (_, make) => {
  let app: ReviewApp;
  let url: string;
  beforeAll(() => {
    app = make();
    apps.push(app);
    const { status, stderr } = app.review();
    expect({ status, stderr }).toMatchObject({ status: 0 });
    url = pathToFileURL(join(app.folder, "review/review.html")).href;
  });

  test.each([
    ["a desk, light", 1280, "light"],
    ["a desk, dark", 1280, "dark"],
    ["a phone, light", 390, "light"],
  ] as const)(
    "%s: no error, no request to elsewhere, nothing that shuts anybody out",
    async (_, width, colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const errors: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(url);
      await page.evaluate(axe);
      const violations = await page.evaluate(() =>
        (globalThis as any).axe.run().then((r: any) => r.violations),
      );
      expect(
        violations.map(
          (v: any) =>
            `${v.id}: ${v.nodes
              .map((n: any) => n.html)
              .join(" ")
              .slice(0, 300)}`,
        ),
      ).toEqual([]);
      expect(errors).toEqual([]);
      expect(requests).toEqual([url]);
      // Tables and pictures scroll in themselves, the page does not.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    },
  );

  test("each link leads to its heading", async () => {
    const page = await browser.newPage();
    await page.goto(url);
    const links = await page.locator("nav a").all();
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) {
      const href = (await link.getAttribute("href"))!;
      await link.click();
      expect(await page.locator(href).textContent()).toBe(await link.textContent());
      expect(new URL(page.url()).hash).toBe(href);
    }
    await page.close();
  });

  test("its numbers are the model's", async () => {
    const { chapters } = JSON.parse(readFileSync(join(app.folder, "review/review.json"), "utf8"));
    const page = await browser.newPage();
    await page.goto(url);
    const figures = page.locator("figure svg");
    expect(await figures.count()).toBe(3 * chapters.length);
    for (const [i, { review }] of chapters.entries()) {
      const [architecture, deploy, destroy] = [0, 1, 2].map((n) => figures.nth(3 * i + n));
      expect(await architecture.locator(".box").count()).toBe(review.architecture.nodes.length);
      expect(await architecture.locator(".edge").count()).toBe(review.architecture.edges.length);
      expect(await deploy.locator(".bar").count()).toBe(review.deploy.steps.length);
      expect(await destroy.locator(".bar").count()).toBe(review.destroy.steps.length);
      expect(await rowOf(page, "together", i)).toContain(dollars(review.cost.usdAMonth));
    }
    await page.close();
  });

  test("it prints", async () => {
    const page = await browser.newPage();
    await page.goto(url);
    expect((await page.pdf({ format: "A4" })).subarray(0, 4).toString()).toBe("%PDF");
    // On paper nothing scrolls: no navigation, and each picture as wide as the page at most.
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 1000 });
    expect(await page.locator("nav").isVisible()).toBe(false);
    for (const figure of await page.locator("figure svg").all())
      expect((await figure.boundingBox())!.width).toBeLessThanOrEqual(700);
    await page.close();
  });
});

const rowOf = (page: Page, first: string, i: number): Promise<string> =>
  page
    .locator("tr", { has: page.locator("td", { hasText: new RegExp(`^${first}$`) }) })
    .nth(i)
    .innerText();
