// Users of the HSMs that a check makes and deletes again.

import type { CliCommand } from "./trial";

/** Its password is asked for. */
export const createUser = (username: string): CliCommand => ({
  args: ["user", "create", "--username", username, "--role", "crypto-user"],
  prompted: true,
});

export const deleteUser = (username: string): CliCommand => ({
  args: ["user", "delete", "--username", username, "--role", "crypto-user"],
});
