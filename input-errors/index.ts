// Every prop that can be wrong, with wrong values and the exact message: the tests hold it, and docs/api/errors.md is made of it.

import { Subject } from "./shared";
import { networkErrors } from "./network";
import { operatorErrors } from "./operator";
import { clusterErrors } from "./cluster";
import { keyStoreErrors } from "./key-store";
import { storageErrors } from "./storage";
import { signingErrors } from "./signing";
import { usersErrors } from "./users";
import { scheduleErrors } from "./schedule";
import { backupsErrors } from "./backups";
import { monitoringErrors } from "./monitoring";
import { safeStorageErrors } from "./safe-storage";

/** By the name of the interface. */
export const INPUT_ERRORS: Record<string, Subject> = {
  ...networkErrors,
  ...operatorErrors,
  ...clusterErrors,
  ...keyStoreErrors,
  ...storageErrors,
  ...signingErrors,
  ...usersErrors,
  ...scheduleErrors,
  ...backupsErrors,
  ...monitoringErrors,
  ...safeStorageErrors,
};

export type { Subject };
