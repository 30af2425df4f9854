// CloudHSM v2: every operation of botocore's model.

import { Context, Operation, Service } from "../core/context";
import { ServiceModel } from "../http/models";
import { backupOperations } from "./backups";
import { clusterOperations } from "./clusters";
import { hsmOperations } from "./hsms";
import { resourcePolicyOperations } from "./resource-policies";
import { tagOperations } from "./tags";

export function cloudHsm(context: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ...clusterOperations(context),
    ...hsmOperations(context),
    ...backupOperations(context),
    ...resourcePolicyOperations(context),
    ...tagOperations(),
  };
  return { model, validationError: "CloudHsmInvalidRequestException", operations, motoAnswersTheRest: false };
}
