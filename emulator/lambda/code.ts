// The code that was uploaded: kept as it came and unpacked for an execution environment.

import { createHash } from "node:crypto";
import { chmodSync, createWriteStream, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fromBuffer, ZipFile, Entry } from "yauzl"; // refuses names that lead out of the folder
import { AwsError } from "../core/errors";

/** Zip archives by function name or layer version ARN. */
export class CodeStore {
  private readonly archives = new Map<string, string>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  keep(name: string, zip: Buffer): void {
    const file = join(this.folder, `${createHash("sha256").update(zip).digest("hex")}.zip`);
    if (!existsSync(file)) writeFileSync(file, zip);
    this.archives.set(name, file);
  }

  /** Which archive is whose, by file name. */
  save(): [string, string][] {
    return [...this.archives].map(([name, file]) => [name, basename(file)]);
  }

  load(saved: [string, string][]): void {
    this.archives.clear();
    for (const [name, file] of saved) this.archives.set(name, join(this.folder, basename(file)));
  }

  /** The archive's path; it changes when the code does. */
  find(name: string): string {
    const file = this.archives.get(name);
    if (!file)
      throw new AwsError(
        "InvalidParameterValueException",
        `The local cloud has no uploaded code for ${name}.`,
      );
    return file;
  }
}

const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;
const isLink = (entry: Entry): boolean => ((entry.externalFileAttributes >>> 16) & S_IFMT) === S_IFLNK;

/** Refuses what is no archive, and one whose names lead out of its folder: by themselves or through a link. */
export async function checkArchive(zip: Buffer): Promise<void> {
  try {
    const entries = await entriesOf(await open(zip)); // yauzl refuses names with .. and absolute ones
    const links = entries.filter(isLink).map((e) => `${e.fileName}/`);
    const through = entries.find((e) => links.some((link) => e.fileName.startsWith(link)));
    if (through) throw new Error(`${through.fileName} leads through a link`);
  } catch (error) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${(error as Error).message})`,
    );
  }
}

const entriesOf = (archive: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    archive.on("error", reject);
    archive.on("end", () => resolve(entries));
    archive.on("entry", (entry: Entry) => {
      entries.push(entry);
      archive.readEntry();
    });
    archive.readEntry();
  });

const open = (zip: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) =>
    fromBuffer(zip, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file))),
  );

/** Unpacks an archive with its file modes; symbolic links are made last, so that nothing is written through one. */
export async function unpack(zip: Buffer, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const archive = await open(zip);
  const links: { path: string; target: string }[] = [];
  await new Promise<void>((resolve, reject) => {
    archive.on("error", reject);
    archive.on("end", resolve);
    archive.on("entry", (entry: Entry) => {
      unpackEntry(archive, entry, folder, links).then(() => archive.readEntry(), reject);
    });
    archive.readEntry();
  });
  for (const { path, target } of links) symlinkSync(target, path);
}

async function unpackEntry(
  archive: ZipFile,
  entry: Entry,
  folder: string,
  links: { path: string; target: string }[],
) {
  const path = join(folder, entry.fileName);
  const mode = entry.externalFileAttributes >>> 16;
  if (entry.fileName.endsWith("/")) {
    mkdirSync(path, { recursive: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    archive.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  if (isLink(entry)) {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    links.push({ path, target: Buffer.concat(chunks).toString() });
    return;
  }
  await pipeline(stream, createWriteStream(path));
  chmodSync(path, mode & 0o777 || 0o644);
}
