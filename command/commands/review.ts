import { Command } from "commander";
import { example, json, ofStacks } from "../options";

export const review = (): Command =>
  json(ofStacks(new Command("review").summary("write a page for who must say yes to a deploy")))
    .description(
      "Synthesizes the app and writes review.html, review.md and review.json: architecture, time, cost, roles, secrets, what a destroy would do, " +
        "risks, and what the account needs. Asks neither AWS nor any other network.",
    )
    .option("--plan <file>", "shows what a plan changes: the JSON of terraform show -json")
    .option("--against <path>", "shows what differs from another review.json or another cdktf.out")
    .option("--out <folder>", "where the files are written; the folder review of the app unless given")
    .addHelpText(...example("safe-storage review --against ../main/cdktf.out"))
    .action(async (given) => (await import("../review/review.js")).review(given));
