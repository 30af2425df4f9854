// Errors that several of FSx's operations answer with.

import { AwsError } from "../core/errors";

export const badRequest = (message: string) => new AwsError("BadRequest", message);

/** @param limit AWS's word for it, of the enum ServiceLimit. */
export const serviceLimitExceeded = (limit: string, message: string) =>
  new AwsError("ServiceLimitExceeded", message, 400, { Limit: limit });
