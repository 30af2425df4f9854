// The errors that the local cloud answers with, in the shape of AWS's JSON protocols.

/** A refusal as AWS would give it: `code` is the exception's name, `status` the HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the error's shape, such as FSx's `Parameter`. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The connection is cut without an answer, as when no route leads to an endpoint. */
export class Unreachable extends Error {}
