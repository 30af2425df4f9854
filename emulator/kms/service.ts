// KMS, as far as it concerns CloudHSM key stores and the keys in them. Other keys are moto's.

import { Context, Operation, Service } from "../core/context";
import { ServiceModel } from "../http/models";
import { aliasOperations } from "./aliases";
import { cryptoOperations } from "./crypto";
import { grantOperations } from "./grants";
import { keyStoreOperations } from "./key-stores";
import { keyOperations } from "./keys";

export function kms(context: Context, model: ServiceModel): Service {
  const operations: Record<string, Operation> = {
    ...keyStoreOperations(context),
    ...keyOperations(context),
    ...aliasOperations(context),
    ...cryptoOperations(context),
    ...grantOperations(context),
  };
  return { model, validationError: "ValidationException", operations, motoAnswersTheRest: true };
}
