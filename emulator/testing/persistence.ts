// State to files and back: `--state DIR` keeps it over a restart; snapshots are taken and restored on demand.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FastifyInstance } from "fastify";
import { Issued } from "../access/credentials";
import { SavedCloud } from "../core/cloud";
import { exportRoots, importRoots, SavedRoots } from "../cloudhsm/certificates";
import { endSessions } from "../cloudhsm/device";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { Functions } from "../lambda/functions";
import { changesSomething, jsonBody, operationOf, signatureOf } from "../http/protocol";

/** All that the local cloud remembers; moto's part as moto/server.py gives it, in base64. */
interface Saved {
  version: 1;
  cloud: SavedCloud;
  roots: SavedRoots;
  credentials: [string, Issued][];
  /** Archives of functions and layers; the files themselves lie beside, named by their digest. */
  code: [string, string][];
  moto: string;
}

/** How long a change may wait for the disk. */
const SAVE_EVERY_MS = 2000;

export class Persistence {
  private changed = false;
  private timer?: NodeJS.Timeout;
  private saving: Promise<void> = Promise.resolve();

  /** @param folder for snapshots; with `keep`, the state itself is kept there as well. */
  constructor(
    private readonly context: Context,
    private readonly functions: () => Functions,
    private readonly folder: string,
    private readonly keep: boolean,
  ) {
    mkdirSync(join(folder, "snapshots"), { recursive: true });
    context.cloud.onChange(() => (this.changed = true));
  }

  register(server: FastifyInstance): void {
    server.addHook("onSend", async (request) => {
      if (signatureOf(request) && changesSomething(operationOf(request))) this.changed = true;
    });
    server.get("/_local/snapshots", async () => ({
      snapshots: readdirSync(join(this.folder, "snapshots")).map((name) => name.replace(/\.json$/, "")),
    }));
    server.post("/_local/snapshots", async (request) => {
      const { name } = jsonBody(request, "ValidationException");
      await this.save(this.snapshot(name));
      return { name };
    });
    server.post<{ Params: { name: string } }>("/_local/snapshots/:name/restore", async (request) => {
      const file = this.snapshot(request.params.name);
      if (!existsSync(file))
        throw new AwsError("ResourceNotFoundException", `There is no snapshot ${request.params.name}.`, 404);
      await this.load(file);
      return { name: request.params.name };
    });
  }

  /** Takes up what an earlier run has kept, and from now on keeps every change. */
  async begin(): Promise<void> {
    if (!this.keep) return;
    if (existsSync(this.file)) await this.load(this.file);
    this.timer = setInterval(() => {
      if (this.changed) this.saving = this.saving.then(() => this.save(this.file)).catch(console.error);
    }, SAVE_EVERY_MS);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.saving;
    if (this.keep) await this.save(this.file);
  }

  private get file(): string {
    return join(this.folder, "state.json");
  }

  private snapshot(name: unknown): string {
    if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name))
      throw new AwsError("ValidationException", "A snapshot's name is 1 to 64 letters, digits, _ and -.");
    return join(this.folder, "snapshots", `${name}.json`);
  }

  private async save(file: string): Promise<void> {
    const { cloud, roots, credentials, moto } = this.context;
    const saved = await cloud.exclusively(async (): Promise<Saved> => {
      this.changed = false;
      return {
        version: 1,
        cloud: cloud.save(),
        roots: await exportRoots(roots),
        credentials: credentials.save(),
        code: this.functions().code.save(),
        moto: (await moto.save()).toString("base64"),
      };
    });
    // Whoever is interrupted here leaves the old file as it was.
    writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  private async load(file: string): Promise<void> {
    const saved: Saved = JSON.parse(readFileSync(file, "utf8"));
    const { cloud, roots, credentials, moto } = this.context;
    await cloud.exclusively(async () => {
      await moto.load(Buffer.from(saved.moto, "base64"));
      cloud.load(saved.cloud);
      Object.assign(roots, await importRoots(saved.roots));
      credentials.load(saved.credentials);
      this.context.lookups.forget();
      this.functions().restart(saved.code);
      endSessions(cloud);
    });
  }
}
