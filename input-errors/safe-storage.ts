// Bad input of the whole chain, and the error for each.

import { SafeStorage } from "../constructs";
import { SETTINGS } from "../scripts/lib/synthesize";
import { AWS, AWS_FREE, is, NAMES, POLICY, Subject } from "./shared";

export const safeStorageErrors: Record<string, Subject> = {
  SafeStorageProps: {
    make: (stack, changes) => new SafeStorage(stack, "it", { ...SETTINGS, ...changes }),
    also: [
      'PATH: props is "…"; it must be one of acmPcaSigner, backupReplication, …',
      'PATH: signers is ["externalSigner","acmPcaSigner"]; it must be one of them, or none',
      "PATH: network.cidrBlock is …; it must be given once, and not by its name of 0.1.0 as well",
    ],
    free: {
      ...AWS_FREE,
      network: "as of HsmNetwork",
      operator: "as of ClusterOperator",
      cluster: "as of HsmCluster and HsmCluster.fromBackup",
      keyStore: "as of CustomKeyStore",
      key: "as of HsmKey",
      hsmUsers: "as of HsmUsers",
      schedule: "as of HsmSchedule and Notifications",
      backupReplication: "as of BackupReplication",
      externalSigner: "as of ExternalSigner",
      acmPcaSigner: "as of AcmPcaSigner",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      monitoring: [
        [{ criticalCalls: "yes" }, is("monitoring.criticalCalls", "yes", "true or false")],
        [
          { criticalCalls: true },
          "test/it: monitoring.emails is undefined; it must be given, or topicArn: criticalCalls notifies somebody",
        ],
        [
          { email: "a@example.com" },
          is("monitoring", "email", "one of criticalCalls, emails, health, topicArn, topicKeyArn, userAudit"),
        ],
        [
          { health: { everyMinute: 5 } },
          is("monitoring.health", "everyMinute", "one of backupHours, certificateDays, everyMinutes, hsms"),
        ],
      ],
      certificateAuthority: [
        [{ validDays: 1 }, is("certificateAuthority", "validDays", "one of commonName, validityDays")],
      ],
      fileSystem: [
        [
          { size: 1 },
          is(
            "fileSystem",
            "size",
            "one of automaticBackupRetentionDays, availabilityZones, backupsOnDemand, clients, dailyAutomaticBackupStartTime, deploymentType, diskIops, endpointIpAddressRange, haPairs, passwords, routeTableIds, storageCapacityGib, storageVirtualMachines, throughputCapacityMbps, volumes, weeklyMaintenanceStartTime",
          ),
        ],
        [
          { clients: [{ group: "sg-0a1b2c3d4e5f60718" }] },
          is("fileSystem.clients[0]", "group", "one of from, protocols"),
        ],
      ],
    },
  },
};
