// Logging in to an HSM, and being locked out.

import { HsmUser } from "../core/state";
import { HsmError } from "./hsm-error";

/** "If you exceed five incorrect login attempts, your account is locked out": login, CloudHSM User Guide. */
const MAX_FAILED_LOGINS = 5;

export const isLocked = (user: HsmUser): boolean => user.failedLogins > MAX_FAILED_LOGINS;

/** Checks a password as an HSM does, and counts what failed. */
export function logIn(
  users: Record<string, HsmUser>,
  login: { username: string; role: string; password: string },
): void {
  const user = users[login.username];
  if (!user || user.role !== login.role || user.password === undefined)
    throw new HsmError(`User ${login.username} with role ${login.role} does not exist`);
  if (isLocked(user)) throw new HsmError(`User ${login.username} is locked out`);
  if (user.password !== login.password) {
    user.failedLogins++;
    throw new HsmError("Incorrect username or password");
  }
  user.failedLogins = 0;
}
