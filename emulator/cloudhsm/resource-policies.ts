// Resource policies of backups: PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.

import { Call, Context, Operation } from "../core/context";
import { Backup, Region } from "../core/state";
import { backupArn } from "./answers";
import { invalidRequest, notFound } from "./lookup";

export function resourcePolicyOperations({ cloud }: Context): Record<string, Operation> {
  /** "The following resources support CloudHSM resource policies: Backup": PutResourcePolicy, API Reference. */
  const find = (region: Region, regionName: string, arn: string | undefined): Backup => {
    if (!arn) throw invalidRequest("ResourceArn is required.");
    if (!arn.includes(":backup/"))
      throw invalidRequest(`${arn} is no backup; only backups support resource policies.`);
    const backup = region.backups[arn.split("/").pop()!];
    if (!backup || backup.owner || backupArn(cloud.accountId, regionName, backup.BackupId) !== arn)
      throw notFound(`Resource ${arn} does not exist.`);
    return backup;
  };
  return {
    PutResourcePolicy(input, { region, regionName }: Call) {
      const backup = find(region, regionName, input.ResourceArn);
      // "In order to share a backup, it must be in a 'READY' state": PutResourcePolicy, API Reference.
      if (backup.BackupState !== "READY") throw invalidRequest(`Backup ${backup.BackupId} is not READY.`);
      try {
        if (!Array.isArray(JSON.parse(input.Policy).Statement)) throw new Error("Statement is missing");
      } catch (error) {
        throw invalidRequest(`The policy is not valid: ${(error as Error).message}`);
      }
      backup.policy = input.Policy;
      return { ResourceArn: input.ResourceArn, Policy: backup.policy };
    },
    GetResourcePolicy(input, { region, regionName }: Call) {
      return { Policy: find(region, regionName, input.ResourceArn).policy };
    },
    DeleteResourcePolicy(input, { region, regionName }: Call) {
      const backup = find(region, regionName, input.ResourceArn);
      const { policy } = backup;
      delete backup.policy;
      return { ResourceArn: input.ResourceArn, Policy: policy };
    },
  };
}
