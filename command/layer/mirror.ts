// A place of the user's own that keeps what was downloaded: a folder, or a prefix of a bucket.

import { copyFileSync, existsSync, mkdirSync, writeFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { s3 } from "../app/clients";
import { Failure } from "../failure";

export interface Mirror {
  has(name: string): Promise<boolean>;
  get(name: string, file: string): Promise<void>;
  put(name: string, file: string): Promise<void>;
}

/** @param place a folder, or s3://BUCKET/PREFIX */
export function mirrorAt(place?: string): Mirror | undefined {
  if (place === undefined) return undefined;
  const [, scheme] = /^(\w+):\/\//.exec(place) ?? [];
  if (scheme === undefined) return folderMirror(resolve(place));
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+?)\/*$/.exec(place) ?? [];
  if (!prefix) throw new Failure(`--mirror is '${place}'; it must be a folder, or s3://BUCKET/PREFIX`, 2);
  return bucketMirror(place, bucket, prefix);
}

const folderMirror = (folder: string): Mirror => ({
  has: async (name) => existsSync(join(folder, name)),
  get: async (name, file) => copyFileSync(join(folder, name), file),
  put: async (name, file) => {
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, join(folder, name));
  },
});

function bucketMirror(place: string, Bucket: string, prefix: string): Mirror {
  const client = s3({ followRegionRedirects: true });
  const failed = (error: Error): never => {
    throw new Failure(`${place}: ${error.name}: ${error.message}`);
  };
  return {
    has: async (name) =>
      (await client)
        .headObject({ Bucket, Key: `${prefix}/${name}` })
        .then(() => true)
        .catch((error: Error) => (["NotFound", "NoSuchKey"].includes(error.name) ? false : failed(error))),
    get: async (name, file) => {
      const { Body } = await (await client).getObject({ Bucket, Key: `${prefix}/${name}` }).catch(failed);
      writeFileSync(file, await Body!.transformToByteArray());
    },
    put: async (name, file) => {
      const Key = `${prefix}/${name}`;
      await (await client).putObject({ Bucket, Key, Body: readFileSync(file) }).catch(failed);
    },
  };
}
