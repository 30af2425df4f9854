// What an HSM does for a client on its network: users, logins, activation. The stand-in for cloudhsm-cli calls it.

import { Cloud } from "../core/cloud";
import { Cluster, Hsm, HsmUser } from "../core/state";
import { sameCertificate } from "./certificates";
import { keyCommands } from "./device-keys";
import type { DeviceRequest } from "./device-request";
import { HsmError } from "./hsm-error";
import { isLocked, logIn } from "./login";
import { activeHsms } from "./lookup";
import { quorumCommands, refuseUnapproved } from "./quorum";
import { userReplication } from "./user-replication";

/** Default quota, AWS CloudHSM User Guide, «Quotas». */
const MAX_USERS = 1024;

type Command = (request: DeviceRequest) => unknown;

/** All HSMs at an address: of VPCs with the same range, each may have one. */
export const findDevices = (cloud: Cloud, regionName: string, ip: string): { cluster: Cluster; hsm: Hsm }[] =>
  Object.values(cloud.region(regionName).clusters).flatMap((cluster) =>
    activeHsms(cluster)
      .filter((hsm) => hsm.EniIp === ip)
      .map((hsm) => ({ cluster, hsm })),
  );

export function runDeviceCommand(
  cloud: Cloud,
  regionName: string,
  { cluster, hsm }: { cluster: Cluster; hsm: Hsm },
  command: string,
  client: string,
  given: DeviceRequest,
): unknown {
  const request = inLowerCase(given);
  const users = hsm.contents.users;
  if (
    !cluster.trustAnchor ||
    !request.trustAnchor ||
    !sameCertificate(cluster.trustAnchor, request.trustAnchor)
  )
    throw new HsmError("The HSM's certificate does not lead to the configured trust anchor");

  const asAdmin = (): void => {
    if (!request.login) throw new HsmError("This command needs a login as admin");
    logIn(users, request.login);
    if (request.login.role !== "admin") throw new HsmError("This command needs a login as admin");
  };
  /** "You cannot change the password of a user who is logged in": user change-password, CloudHSM User Guide. */
  const refuseLoggedIn = (username: string): void => {
    const own = request.login?.username === username ? 1 : 0; // the session of this very command
    const kms = username === "kmsuser" && kmsIsLoggedIn(cloud, regionName, cluster);
    if (kms || hsm.sessions.filter((s) => s.username === username).length > own)
      throw new HsmError(`User ${username} is logged in`);
  };
  const commands: Record<string, Command> = {
    "user-list": () =>
      Object.entries(users).map(([username, user]) => ({
        username,
        role: user.role,
        locked: String(isLocked(user)),
        mfa: user.mfa ? [{ strategy: "token-sign", status: "enabled" }] : [],
      })),
    // Members: «cluster hsm-info», AWS CloudHSM User Guide. Neither an id nor an address is among them.
    "hsm-info": () => ({
      vendor: "Marvell Semiconductors, Inc.",
      model: "NITROX-III CNN35XX-NFBE",
      "serial-number": `5.3G${hsm.HsmId.slice(4).toUpperCase()}`,
      "hardware-version-major": "5",
      "hardware-version-minor": "3",
      "firmware-version-major": "2",
      "firmware-version-minor": "6",
      "firmware-build-number": "16",
      "firmware-id": "CNN35XX-NFBE-FW-2.06-16",
      "fips-state":
        cluster.Mode === "FIPS"
          ? "2 [FIPS mode with single factor authentication]"
          : "0 [NON-FIPS mode with single factor authentication]",
    }),
    "cluster-activate": () => {
      // The text: `activate_cluster.sh` of aws-samples/cloudhsm-workshop.
      if (users.admin.role !== "unactivated-admin") throw new HsmError("Cluster has already been activated");
      if (cluster.State !== "INITIALIZED")
        throw new HsmError(`The cluster is in state ${cluster.State}, not INITIALIZED`);
      checkPassword(request.password);
      users.admin = { role: "admin", password: request.password, failedLogins: 0 };
      cloud.schedule("cluster activated", regionName, cluster.ClusterId);
      return "Cluster activation successful";
    },
    login: () => {
      const { username, role } = request.login!;
      logIn(users, request.login!);
      hsm.sessions.push({ username, client });
      return { username, role };
    },
    logout: () => {
      const { username, role } = request.login!;
      const open = hsm.sessions.findIndex((s) => s.username === username && s.client === client);
      if (open >= 0) hsm.sessions.splice(open, 1);
      return { username, role };
    },
    "user-create": () => {
      asAdmin();
      refuseUnapproved(hsm, "user");
      const { username = "", role, password } = request;
      // "The only special character permitted is an underscore": «user create», AWS CloudHSM User Guide.
      if (!/^[a-z0-9_]{1,31}$/.test(username)) throw new HsmError(`Invalid username ${username}`);
      if (users[username]) throw new HsmError(`User ${username} already exists`);
      if (role !== "crypto-user" && role !== "admin") throw new HsmError(`Invalid role ${role}`);
      if (Object.keys(users).length >= MAX_USERS)
        throw new HsmError("The maximum number of users is reached");
      checkPassword(password);
      users[username] = { role, password, failedLogins: 0 };
      return { username, role };
    },
    "user-change-password": () => {
      asAdmin();
      refuseUnapproved(hsm, "user");
      const user = existing(users, request);
      refuseLoggedIn(request.username!);
      checkPassword(request.password);
      user.password = request.password;
      user.failedLogins = 0;
      return { username: request.username, role: user.role };
    },
    /** Who registers a key has a token signed, which is not emulated: «user change-mfa token-sign», AWS CloudHSM User Guide. */
    "user-change-mfa": () => {
      const user = existing(users, request);
      if (request.login?.username !== request.username || request.login?.role !== user.role) asAdmin();
      else logIn(users, request.login);
      refuseUnapproved(hsm, "user");
      user.mfa = request.options?.deregister ? undefined : true;
      return { username: request.username, role: user.role };
    },
    "user-delete": () => {
      asAdmin();
      refuseUnapproved(hsm, "user");
      const user = existing(users, request);
      refuseLoggedIn(request.username!);
      // "You can't delete user accounts that own keys": «user delete», AWS CloudHSM User Guide.
      const owned = Object.values(hsm.contents.keys).filter((key) => key.owner === request.username).length;
      if (owned > 0) throw new HsmError(`User ${request.username} owns ${owned} keys`);
      delete users[request.username!];
      return { username: request.username, role: user.role };
    },
  };
  const run =
    commands[command] ??
    keyCommands(cluster, hsm, request)[command] ??
    quorumCommands(cluster, hsm, asAdmin, request)[command] ??
    userReplication(cluster, hsm, request)[command];
  if (!run) throw new HsmError(`The HSM has no command ${command}`);
  return run(request);
}

/** "The username is not case sensitive": «user create», AWS CloudHSM User Guide. */
function inLowerCase({ login, username, ...rest }: DeviceRequest): DeviceRequest {
  return {
    ...rest,
    username: username?.toLowerCase(),
    ...(login && { login: { ...login, username: login.username.toLowerCase() } }),
  };
}

/**
 * A client's connections break when it ends, and its sessions with them. Without a client: when all have ended; with an
 * address: its connection to that HSM alone.
 */
export function endSessions(cloud: Cloud, client?: string, ip?: string): void {
  for (const region of cloud.everyRegion())
    for (const cluster of Object.values(region.clusters))
      for (const hsm of cluster.hsms)
        if (ip === undefined || hsm.EniIp === ip)
          hsm.sessions = hsm.sessions.filter((s) => client !== undefined && s.client !== client);
}

function existing(users: Record<string, HsmUser>, { username, role }: DeviceRequest): HsmUser {
  const user = users[username ?? ""];
  // The text: CLOUDHSM_ADD_HSM_FAQ.md of RadiumGu/pix-proxy-samples.
  if (!user || (role && user.role !== role)) throw new HsmError("Specified user does not exist");
  return user;
}

/** "password 7 to 32": AWS CloudHSM User Guide, «Quotas». */
function checkPassword(password: string | undefined): void {
  if (password === undefined || password.length < 7 || password.length > 32)
    throw new HsmError("The password must have 7 to 32 characters");
}

/** "KMS logs in as kmsuser" while a key store is connected: «Connect and disconnect», AWS KMS Developer Guide. */
export function kmsIsLoggedIn(cloud: Cloud, regionName: string, cluster: Cluster): boolean {
  return Object.values(cloud.region(regionName).keyStores).some(
    (s) =>
      s.CloudHsmClusterId === cluster.ClusterId && ["CONNECTING", "CONNECTED"].includes(s.ConnectionState),
  );
}
