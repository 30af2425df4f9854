// A run of `safe-storage verify`, kept in a file of its folder, so that the same command goes on with it.

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Observation, Stage } from "../../verification/claim";

/** What AWS lets nobody delete before a date; it costs nothing. */
export interface Leftovers {
  clusterId: string;
  customKeyStoreId: string;
  keyIds: string[];
  vpcId: string;
  /** When the last key of the store is gone, in ISO 8601. */
  deletableFrom: string;
}

/** How long AWS took for a resource. */
export interface Measured {
  /** Terraform's type, as its apply took for it; or a step of docs/durations.md, as AWS's own states had it. */
  resource: string;
  seconds: number;
}

interface Kept {
  name: string;
  region: string;
  /** Where backups and secrets are copied to. */
  copyRegion: string;
  zones: string[];
  /** ISO 8601. */
  begun: string;
  /** Of the stages that cost, the last one whose deploy was begun. */
  stage?: Stage;
  /** Since when that stage costs something, ISO 8601. */
  stageBegun?: string;
  /** US dollars of the stages before, by list price. */
  spentBefore: number;
  observations: Record<string, Observation>;
  measured: Measured[];
  leftovers?: Leftovers;
  /** Everything that costs is gone. */
  ended?: string;
}

export class Run {
  private constructor(
    private readonly file: string,
    private kept: Kept,
  ) {}

  /** The one that the folder has, unless it has ended and left nothing. */
  static in(folder: string): Run | undefined {
    const file = join(folder, "run.json");
    if (!existsSync(file)) return undefined;
    const kept: Kept = JSON.parse(readFileSync(file, "utf8"));
    return kept.ended && !kept.leftovers ? undefined : new Run(file, kept);
  }

  static begin(folder: string, where: Pick<Kept, "region" | "copyRegion" | "zones">): Run {
    mkdirSync(folder, { recursive: true });
    const begun = new Date().toISOString();
    const name = `verify-${begun.slice(0, 10).replaceAll("-", "")}-${randomBytes(2).toString("hex")}`;
    const run = new Run(join(folder, "run.json"), {
      ...where,
      name,
      begun,
      spentBefore: 0,
      observations: {},
      measured: [],
    });
    run.note({});
    return run;
  }

  get is(): Readonly<Kept> {
    return this.kept;
  }

  /** Keeps what has changed: whole, or not at all. */
  note(changes: Partial<Kept>): void {
    this.kept = { ...this.kept, ...changes };
    writeFileSync(`${this.file}.new`, JSON.stringify(this.kept, null, 2));
    renameSync(`${this.file}.new`, this.file);
  }

  observe(id: string, observation: Observation): void {
    this.note({ observations: { ...this.kept.observations, [id]: observation } });
  }
}
