// Deployments with a schedule, for the tests of the cluster and of the schedule.

import { TerraformStack } from "cdktf";
import { ClusterOperator, HsmCluster, HsmNetwork, SafeStorageProps } from "../../constructs";
import { EXISTING_NETWORK, safeStorage } from "../../scripts/lib/synthesize";

export const nights = { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" };

const SCHEDULE = { windows: { nights }, timeZone: "Europe/Berlin", emails: ["hsm@example.com"] };

export const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

export const scheduled = (schedule: object = {}, more: Partial<SafeStorageProps> = {}) =>
  safeStorage({ ...more, schedule: { ...SCHEDULE, ...schedule } });

/** A cluster without a key store, its operator beside. */
export function clusterAlone(scope: TerraformStack, props: object, network: object = {}) {
  const operator = new ClusterOperator(scope, "operator", {
    network: HsmNetwork.fromExisting(scope, "network", { ...EXISTING_NETWORK, ...network }),
  });
  const cluster = HsmCluster.fromBackup(scope, "cluster", {
    network: HsmNetwork.fromExisting(scope, "cluster-network", { ...EXISTING_NETWORK, ...network }),
    operator,
    sourceBackupId: "backup-abcdefghijk",
    trustAnchor: PEM,
    ...props,
  });
  return { cluster, operator };
}
