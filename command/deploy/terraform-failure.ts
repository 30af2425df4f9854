// Terraform's apply or destroy ended with an error, which it has shown.

export class TerraformFailure extends Error {
  /** @param more what else is to say, a sentence with a blank behind it. */
  constructor(more = "") {
    super(more);
  }
}
