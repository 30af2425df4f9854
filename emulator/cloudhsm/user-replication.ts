// A user of a cluster, taken over by a clone of it. Source: «Replicate a user with CloudHSM CLI», AWS CloudHSM User Guide: the
// clusters must be clones, and the login is an admin's on both. What passes between them nobody sees; here the stand-in carries it.

import { Cluster, Hsm, HsmUser } from "../core/state";
import type { DeviceRequest } from "./device-request";
import { HsmError } from "./hsm-error";
import { logIn } from "./login";

export function userReplication(
  cluster: Cluster,
  hsm: Hsm,
  request: DeviceRequest,
): Record<string, () => unknown> {
  const { users } = hsm.contents;
  const { username = "", role, options = {} } = request;
  const asAdmin = (): void => {
    if (request.login?.role !== "admin") throw new HsmError("This command needs a login as admin");
    logIn(users, request.login);
  };
  return {
    "user-give": () => {
      asAdmin();
      const user = users[username];
      if (!user || user.role !== role) throw new HsmError(`User ${username} does not exist`);
      return { history: cluster.history, user };
    },
    "user-take": () => {
      asAdmin();
      const { history, user }: { history: string; user: HsmUser } = JSON.parse(options.user);
      if (history !== cluster.history) throw new HsmError("The clusters are no clones of one another");
      if (users[username]) throw new HsmError(`User ${username} already exists`);
      users[username] = { ...user, failedLogins: 0 };
      return { username, role };
    },
  };
}
