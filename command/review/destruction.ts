// What a destroy would do with each thing that holds data or keys, and what stays behind and costs on.

import { Blueprint, Resource } from "./blueprint";

export interface Fate {
  what: string;
  /** `refused`: the destroy stops before it; `deleted`, `pending`: deleted after a window in which it can be taken back; `kept`. */
  fate: "refused" | "deleted" | "pending" | "kept";
  note: string;
}

/** The provider takes one unless it is told not to. */
const WITH_BACKUP = "a final backup stays, at FSx's price for backups";
const WITHOUT_BACKUP = "without a final backup; its data is gone";

export function destructionOf(blueprint: Blueprint): Fate[] {
  const guarded = new Set(
    blueprint
      .of("aws_lambda_invocation")
      .filter((one) => blueprint.actionOf(one).onDelete === "retain")
      .flatMap(({ block }) => blueprint.referencesIn(block.input)),
  );
  const fateOf = (
    { address, block }: Resource,
    freed: Fate["fate"],
    notes: Record<"refused" | "freed", string>,
  ) =>
    guarded.has(address) || block.lifecycle?.prevent_destroy
      ? { fate: "refused" as const, note: notes.refused }
      : { fate: freed, note: notes.freed };
  const retained = "deletionPolicy is retain: set it to delete, deploy, then destroy";
  const fates: Fate[] = [];
  const add = (resource: Resource, what: string, freed: Fate["fate"], note: string): void => {
    fates.push({ what, ...fateOf(resource, freed, { refused: retained, freed: note }) });
  };
  for (const volume of blueprint.of("aws_fsx_ontap_volume"))
    add(
      volume,
      `volume ${volume.block.name}`,
      "deleted",
      volume.block.skip_final_backup === true ? WITHOUT_BACKUP : WITH_BACKUP,
    );
  // Those from a backup, which the operator has made and deletes.
  for (const removal of blueprint.of("aws_lambda_invocation")) {
    const { onDelete, input } = blueprint.actionOf(removal);
    if (!input.backupId || !onDelete) continue;
    const what = `volume ${input.name}`;
    if (onDelete === "retain") fates.push({ what, fate: "refused", note: retained });
    else fates.push({ what, fate: "deleted", note: input.finalBackup ? WITH_BACKUP : WITHOUT_BACKUP });
  }
  for (const system of blueprint.of("aws_fsx_ontap_file_system"))
    add(system, `file system ${system.path}`, "deleted", "its automatic backups go with it");
  for (const key of blueprint.of("aws_kms_key"))
    add(
      key,
      `KMS key ${key.path}`,
      "pending",
      `for ${key.block.deletion_window_in_days ?? 30} days, in which its deletion can be cancelled; then what it encrypted is lost`,
    );
  for (const store of blueprint.of("aws_kms_custom_key_store"))
    add(store, `key store ${store.block.custom_key_store_name}`, "deleted", "only once it has no keys");
  for (const hsm of blueprint.of("aws_cloudhsm_v2_hsm"))
    add(hsm, `HSM ${hsm.path}`, "deleted", "the last one leaves a backup");
  for (const cluster of blueprint.of("aws_cloudhsm_v2_cluster")) {
    add(cluster, `cluster ${cluster.path}`, "deleted", "its keys live on in its backups");
    fates.push({
      what: `backups of ${cluster.path}`,
      fate: "kept",
      note: "CloudHSM keeps them for their retention, free of charge: safe-storage recover makes a cluster of one",
    });
  }
  for (const secret of blueprint.of("aws_secretsmanager_secret").filter(({ block }) => block.description))
    add(
      secret,
      `secret ${secret.path}`,
      secret.block.recovery_window_in_days === 0 ? "deleted" : "pending",
      secret.block.recovery_window_in_days === 0
        ? "at once"
        : `for ${secret.block.recovery_window_in_days ?? 30} days, in which it can be restored`,
    );
  return fates;
}
