/** A refusal of the HSM; cloudhsm-cli shows it as an error code and a text. */
export class HsmError extends Error {}
