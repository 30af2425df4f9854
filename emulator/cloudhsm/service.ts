// CloudHSM v2, as far as the chain and its destruction call it.

import { Context, Operation, Service } from "../context";
import { ServiceModel } from "../models";
import { backupOperations } from "./backups";
import { clusterOperations } from "./clusters";
import { hsmOperations } from "./hsms";
import { tagOperations } from "./tags";

export function cloudHsm(context: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ...clusterOperations(context),
    ...hsmOperations(context),
    ...backupOperations(context),
    ...tagOperations(),
  };
  return { model, validationError: "CloudHsmInvalidRequestException", operations, motoAnswersTheRest: false };
}
