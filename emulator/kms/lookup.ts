// Finding key stores and keys by every name that KMS accepts.

import { Call, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Key, KeyStore, Region } from "../core/state";

/** The key in a CloudHSM key store that `id` names (id, ARN, alias or alias ARN), if it is one. */
export function ownKey(region: Region, id: string | undefined): Key | undefined {
  if (!id) return undefined;
  const name = id.startsWith("arn:") ? id.split(":").slice(5).join(":") : id;
  if (name.startsWith("alias/")) return region.keys[region.aliases[name]?.TargetKeyId];
  return region.keys[name.replace(/^key\//, "")];
}

export function findStore(region: Region, id: string): KeyStore {
  const store = region.keyStores[id];
  if (!store) throw new AwsError("CustomKeyStoreNotFoundException", `Custom key store ${id} does not exist.`);
  return store;
}

/** DescribeKey's KeyState, in part derived from the key store's connection. */
export function keyState(key: Key, region: Region): string {
  if (key.DeletionDate !== undefined) return "PendingDeletion";
  // "Unavailable: the custom key store is disconnected": «Key states of AWS KMS keys», AWS KMS Developer Guide.
  if (region.keyStores[key.CustomKeyStoreId]?.ConnectionState !== "CONNECTED") return "Unavailable";
  return key.Enabled ? "Enabled" : "Disabled";
}

export function refuseIn(states: string[], key: Key, { region }: Call): void {
  const state = keyState(key, region);
  if (states.includes(state))
    throw new AwsError(
      state === "Disabled" ? "DisabledException" : "KMSInvalidStateException",
      state === "Disabled"
        ? `${key.Arn} is disabled.`
        : `${key.Arn} is ${state === "PendingDeletion" ? "pending deletion" : "unavailable: its custom key store is not connected"}.`,
    );
}

/** Like `forOwn`, for operations that take a key id or key ARN only: «KeyId» of each operation, API Reference. */
export function forOwnById(operation: (key: Key, input: any, call: Call) => unknown): Operation {
  return forOwn((key, input, call) => {
    refuseAlias(input.KeyId);
    return operation(key, input, call);
  });
}

export function refuseAlias(id: string): void {
  if (id.startsWith("alias/")) throw new AwsError("NotFoundException", `Invalid keyId '${id}'`);
  if (id.includes(":alias/")) throw new AwsError("InvalidArnException", `${id} is not the ARN of a key.`);
}

/** Runs the operation for a key of ours; any other key is moto's. */
export function forOwn(operation: (key: Key, input: any, call: Call) => unknown): Operation {
  return (input, call) => {
    const key = ownKey(call.region, input.KeyId);
    return key && operation(key, input, call);
  };
}

/** "the request would have succeeded": DryRunOperationException, «Testing your permissions», Developer Guide. */
export function refuseDryRun(input: { DryRun?: boolean }): void {
  if (input.DryRun)
    throw new AwsError(
      "DryRunOperationException",
      "The request would have succeeded, but the DryRun option is set.",
    );
}

/** A page of a list, as KMS gives it: Marker, Limit, Truncated, NextMarker. */
export function page<T>(
  all: T[],
  input: { Marker?: string; Limit?: number },
  size: number,
): { items: T[]; Truncated: boolean; NextMarker?: string } {
  if (input.Marker !== undefined && !/^\d+$/.test(input.Marker))
    throw new AwsError("InvalidMarkerException", "The marker is not valid.");
  const start = Number(input.Marker ?? 0);
  const end = start + (input.Limit ?? size);
  const Truncated = end < all.length;
  return { items: all.slice(start, end), Truncated, ...(Truncated && { NextMarker: String(end) }) };
}
