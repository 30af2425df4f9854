// The administrator's own paths, which AWS does not have: health, the clock, and the network on which the emulated HSMs are.

import { FastifyInstance } from "fastify";
import { findDevices, runDeviceCommand } from "../cloudhsm/device";
import { HsmError } from "../cloudhsm/hsm-error";
import { presentHsms } from "../cloudhsm/lookup";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { readDirectory } from "../fsx/active-directory";
import { Functions } from "../lambda/functions";
import { connects } from "../lambda/network";
import { accessKeyOf, jsonBody } from "../http/protocol";

/** "TCP 2223-2225": cluster security group, AWS CloudHSM User Guide. */
const HSM_PORT = 2223;

export function adminRoutes(server: FastifyInstance, context: Context, functions: () => Functions): void {
  const { cloud, roots } = context;
  server.get("/_local/health", async () => ({
    status: "ready",
    accountId: cloud.accountId,
    now: new Date(cloud.now()).toISOString(),
    speed: cloud.speed,
  }));

  /** Moves the clock: `{"advanceSeconds": 604800}`. */
  server.post("/_local/clock", async (request) => {
    const { advanceSeconds } = jsonBody(request, "ValidationException");
    if (typeof advanceSeconds !== "number" || !(advanceSeconds >= 0))
      throw new AwsError("ValidationException", 'Send {"advanceSeconds": N}; the clock moves forward only.');
    await cloud.advance(advanceSeconds);
    return { now: new Date(cloud.now()).toISOString() };
  });

  /** Raises quotas, as AWS does on request: `{"clusters": 200, "hsms": 400}`. */
  server.post("/_local/quotas", async (request) => {
    for (const [name, value] of Object.entries(jsonBody(request, "ValidationException"))) {
      if (!Object.hasOwn(cloud.quotas, name) || !Number.isInteger(value) || value < 1)
        throw new AwsError(
          "ValidationException",
          `Send whole numbers for ${Object.keys(cloud.quotas).join(", ")}.`,
        );
      cloud.quotas[name as keyof typeof cloud.quotas] = value;
    }
    return cloud.quotas;
  });

  /** Hands a backup to another account, as if that had made and shared it: `{"backupId": "backup-…", "accountId": "210987654321"}`. */
  server.post("/_local/foreign-backup", async (request) => {
    const { backupId, accountId } = jsonBody(request, "ValidationException");
    const backup = cloud.everyRegion().find((r) => r.backups[backupId])?.backups[backupId];
    if (!backup || !/^\d{12}$/.test(accountId) || accountId === cloud.accountId)
      throw new AwsError(
        "ValidationException",
        "Send the backupId of a backup and the accountId of another account.",
      );
    backup.owner = accountId;
    return { backupId, accountId };
  });

  /** Makes a cluster without HSMs one of hsm1.medium, as if it came from before April 2025: `{"clusterId": "cluster-…"}`. */
  server.post("/_local/hsm1-cluster", async (request) => {
    const { clusterId } = jsonBody(request, "ValidationException");
    const cluster = cloud.everyRegion().find((r) => r.clusters[clusterId])?.clusters[clusterId];
    if (!cluster || presentHsms(cluster).length > 0)
      throw new AwsError("ValidationException", "Send the clusterId of a cluster that has no HSMs yet.");
    cluster.HsmType = "hsm1.medium";
    return { clusterId };
  });

  /**
   * Makes an Active Directory known that storage virtual machines can join, in a region:
   * `{"domainName": "corp.example.com", "dnsIps": ["10.0.0.10"], "username": "joiner", "password": "…"}`, and if need be
   * `organizationalUnits` by their distinguished names, and `groups`.
   */
  server.post("/_local/directories", async (request) => {
    const { region = "eu-central-1", ...input } = jsonBody(request, "ValidationException");
    const directory = readDirectory(input);
    if (!directory)
      throw new AwsError(
        "ValidationException",
        "Send domainName, dnsIps, username and password of a directory.",
      );
    cloud.region(region).directories[directory.domainName] = directory;
    return { domainName: directory.domainName };
  });

  /** Whether ONTAP takes a password: `{"id": "fs-… or svm-…", "username": "fsxadmin or vsadmin", "password": "…"}`. */
  server.post("/_local/ontap-login", async (request) => {
    const { id, username, password } = jsonBody(request, "ValidationException");
    const regions = cloud.everyRegion();
    const found = regions.map((r) => r.fileSystems[id] ?? r.svms[id]).find(Boolean);
    const user = String(id).startsWith("svm-") ? "vsadmin" : "fsxadmin";
    return {
      loggedIn: username === user && password !== undefined && found?.adminPassword === password,
    };
  });

  /** `snapmirror break` of ONTAP's command line: `{"volumeId": "fsvol-…"}`, a data protection volume, which becomes read-write. */
  server.post("/_local/snapmirror-break", async (request) => {
    const { volumeId } = jsonBody(request, "ValidationException");
    const found = cloud
      .everyRegion()
      .map((r) => r.volumes[volumeId])
      .find(Boolean);
    if (found?.OntapConfiguration.OntapVolumeType !== "DP")
      throw new AwsError("ValidationException", `${volumeId} is no data protection volume.`);
    found.OntapConfiguration.OntapVolumeType = "RW";
    return {};
  });

  /** The roots that the emulated HSMs' certificates lead to. */
  server.get("/_local/roots", async () => ({
    aws: roots.aws.certificate.toString("pem"),
    manufacturer: roots.manufacturer.certificate.toString("pem"),
  }));

  /** How the stand-in for cloudhsm-cli reaches an HSM: as a function in the VPC would, or not at all. */
  server.post<{ Params: { region: string; ip: string; command: string } }>(
    "/_local/hsm/:region/:ip/:command",
    async (request, reply) => {
      const { region, ip, command } = request.params;
      const caller = functions().callerOf(accessKeyOf(request));
      return cloud.exclusively(async () => {
        let device;
        for (const found of caller ? findDevices(cloud, region, ip) : [])
          if (await connects(context, caller!, found.cluster.SecurityGroup, HSM_PORT)) device = found;
        if (!device || context.faults?.isUnreachable(device.hsm.HsmId))
          return reply.code(504).send({ message: `${ip}:${HSM_PORT}: connection timed out` });
        try {
          return {
            data: runDeviceCommand(
              cloud,
              region,
              device,
              command,
              accessKeyOf(request),
              jsonBody(request, "ValidationException"),
            ),
          };
        } catch (error) {
          if (error instanceof HsmError) return reply.code(409).send({ message: error.message });
          throw error;
        }
      });
    },
  );
}
