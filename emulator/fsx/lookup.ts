// Finding FSx's resources, how they are shown, and what its operations have in common.

import { AwsError } from "../core/errors";
import { shownActions } from "./administrative-actions";
import { badRequest } from "./errors";
import { tokenPage } from "../core/pages";
import { FileSystem, FsxBackup, Region, StorageVirtualMachine, Tag, Volume } from "../core/state";

/** "A list of Tag values, with a maximum of 50 elements": Tags, Amazon FSx API Reference. */
export const MAX_TAGS = 50;

export function findFileSystem(region: Region, id: string): FileSystem {
  return found(region.fileSystems[id], "FileSystemNotFound", `File system '${id}' does not exist.`);
}

export function findSvm(region: Region, id: string): StorageVirtualMachine {
  return found(
    region.svms[id],
    "StorageVirtualMachineNotFound",
    `Storage virtual machine '${id}' does not exist.`,
  );
}

export function findVolume(region: Region, id: string): Volume {
  return found(region.volumes[id], "VolumeNotFound", `Volume '${id}' does not exist.`);
}

export function findBackup(region: Region, id: string): FsxBackup {
  return found(region.fsxBackups[id], "BackupNotFound", `Backup '${id}' does not exist.`);
}

function found<T>(resource: T | undefined, code: string, message: string): T {
  if (!resource) throw new AwsError(code, message);
  return resource;
}

export const describeFileSystem = (f: FileSystem) => ({
  FileSystemId: f.FileSystemId,
  Lifecycle: f.Lifecycle,
  CreationTime: f.CreationTime,
  Tags: f.tags,
  ...f.attributes,
  AdministrativeActions: shownActions(f.actions),
});

type Shown<T> = Pick<T, Extract<keyof T, Capitalize<string>>> & { Tags: Tag[] };

/** A resource as the API shows it: what we keep for ourselves is written small. */
export function shown<T extends { tags: Tag[] }>({ tags, ...rest }: T): Shown<T> {
  const capital = Object.entries(rest).filter(
    ([name]) => /^[A-Z]/.test(name) && name !== "ClientRequestToken",
  );
  return { ...Object.fromEntries(capital), Tags: tags } as Shown<T>;
}

interface Requested {
  ClientRequestToken?: string;
  request: string;
}

/** The resource that the same token has made. Source: «ClientRequestToken» of each operation, FSx API Reference. */
export function madeBefore<T extends Requested>(
  all: Record<string, T>,
  input: { ClientRequestToken?: string },
): T | undefined {
  const twin = Object.values(all).find(
    (r) => input.ClientRequestToken && r.ClientRequestToken === input.ClientRequestToken,
  );
  if (twin && twin.request !== JSON.stringify(input))
    throw new AwsError(
      "IncompatibleParameterError",
      "The client request token was used with other parameters.",
    );
  return twin;
}

/** What a new resource keeps of its request, for `madeBefore`. */
export const requested = (input: { ClientRequestToken?: string }): Requested => ({
  ClientRequestToken: input.ClientRequestToken,
  request: JSON.stringify(input),
});

/** A page, by FSx's own error. */
export const page = <T>(all: T[], input: { NextToken?: string; MaxResults?: number }) =>
  tokenPage(all, input, 100, badRequest);

/** Keeps what every filter lets pass; a filter is a name and the values that it allows. */
export function filtered<T>(
  all: T[],
  filters: { Name: string; Values: string[] }[] | undefined,
  valueOf: (item: T, name: string) => string | undefined,
): T[] {
  return all.filter((item) => (filters ?? []).every((f) => f.Values.includes(valueOf(item, f.Name) ?? "")));
}
