// An app to review: the project's own with other settings, or an example, and the command's answer.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Chapter } from "../../command/review/markdown";

const ROOT = join(__dirname, "../..");
const layerZip = join(ROOT, ".local/stand-in-layer.zip");

export class ReviewApp {
  readonly folder = mkdtempSync(join(tmpdir(), "safe-storage-review-"));

  /** The app of `settings.json`, with some of its settings changed. */
  static own(changes: object = {}): ReviewApp {
    const app = new ReviewApp();
    app.configure(changes);
    return app;
  }

  static example(name: string): ReviewApp {
    const app = new ReviewApp();
    const cdktf = JSON.parse(readFileSync(join(ROOT, "examples", name, "cdktf.json"), "utf8"));
    const program = `node '${join(ROOT, ".local/js/examples", name, "main.js")}'`;
    writeFileSync(join(app.folder, "cdktf.json"), JSON.stringify({ ...cdktf, app: program }));
    return app;
  }

  configure(changes: object): void {
    const settings = JSON.parse(readFileSync(join(ROOT, "settings.json"), "utf8"));
    const own = { ...settings, operator: { layerZip }, ...changes };
    writeFileSync(join(this.folder, "settings.json"), JSON.stringify(own));
    const program = `node '${join(ROOT, ".local/js/main.js")}'`;
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ app: program }));
  }

  review(...words: string[]) {
    const main = join(ROOT, ".local/js/command/main.js");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, "review", "--folder", this.folder, ...words],
      { encoding: "utf8", env: { PATH: process.env.PATH, HOME: this.folder }, maxBuffer: 64 * 1024 * 1024 },
    );
    return { status, stdout, stderr };
  }

  /** The chapters of the stacks. */
  chapters(...words: string[]): Chapter[] {
    const { status, stdout, stderr } = this.review("--json", ...words);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout).chapters;
  }

  write(name: string, content: object): string {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, name), JSON.stringify(content));
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
