// Volumes that the operator has restored from backups: Terraform knows them by its invocations only.

import { Stack } from "../app/stack";

/** Invocations of the state by which the operator has restored a volume, and would delete it. */
export function invocationsFor(
  stack: Stack,
  machineId: string | undefined,
  name: string | undefined,
): string[] {
  return stack.stateAddresses("aws_lambda_invocation").filter((address) => {
    const input = JSON.parse(String(stack.instance(address)!.attributes.input ?? "{}"));
    return input.backupId && input.storageVirtualMachineId === machineId && input.name === name;
  });
}

/**
 * Hands a volume over to Terraform that the settings have no backup for any longer: once the volume itself is in the state, the
 * invocation is forgotten whose end would delete it.
 */
export function handOver(stack: Stack, address: string): void {
  const { storage_virtual_machine_id: machine, name } = stack.instance(address)!.attributes;
  const addresses = invocationsFor(stack, machine as string, name as string);
  if (addresses.length === 0) return;
  console.log(`${address}: restored from a backup, now Terraform's own`);
  stack.forget(addresses);
}
