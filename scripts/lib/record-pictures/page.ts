// Takes the picture of a review's page, and notes of what page: page.ts HTML FOLDER

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium as browsers } from "playwright-core"; // the way to steer it that the field trusts

const [html, folder] = process.argv.slice(2);

async function main(): Promise<void> {
  const { default: chromium } = await import("@sparticuz/chromium"); // a browser that is an npm package
  const browser = await browsers.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 820 }, colorScheme: "light" });
  await page.goto(pathToFileURL(html).href);
  await page.screenshot({ path: join(folder, "review.png") });
  await browser.close();
  const digest = createHash("sha256").update(readFileSync(html)).digest("hex");
  writeFileSync(join(folder, "review.html.sha256"), `${digest}\n`);
}

main();
