// A zip whose bytes depend on the files' names, modes and contents alone.

import {
  createWriteStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl"; // a zip writer that takes modes and times as given

function* entries(of: string): Generator<string> {
  for (const name of readdirSync(of).sort()) {
    const path = join(of, name);
    if (lstatSync(path).isDirectory()) yield* entries(path);
    else yield path;
  }
}

export async function zipFolder(folder: string, file: string): Promise<void> {
  process.env.TZ = "UTC"; // DOS timestamps are local times
  const mtime = new Date("2020-01-01T00:00:00Z");
  const zip = new ZipFile();
  for (const path of entries(folder)) {
    const stat = lstatSync(path);
    const link = stat.isSymbolicLink();
    const mode = link ? 0o120777 : stat.mode & 0o100 ? 0o100755 : 0o100644;
    zip.addBuffer(link ? Buffer.from(readlinkSync(path)) : readFileSync(path), relative(folder, path), {
      mtime,
      mode,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  mkdirSync(dirname(file), { recursive: true });
  // Whoever reads the file meanwhile sees the old one or the new one, never a part.
  const unfinished = `${file}.${process.pid}`;
  await pipeline(zip.outputStream, createWriteStream(unfinished));
  renameSync(unfinished, file);
}
