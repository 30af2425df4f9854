// FSx for NetApp ONTAP: file systems, storage virtual machines, volumes and their backups.

import { Context, Operation, Service } from "../core/context";
import { ServiceModel } from "../http/models";
import { backupOperations } from "./backups";
import { fileSystemOperations } from "./file-systems";
import { svmOperations } from "./svms";
import { tagOperations } from "./tags";
import { volumeOperations } from "./volumes";

export function fsx(context: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ...fileSystemOperations(context),
    ...svmOperations(context),
    ...volumeOperations(context),
    ...backupOperations(context),
    ...tagOperations(),
  };
  return { model, validationError: "BadRequest", operations, motoAnswersTheRest: false };
}
