// Bad input of the monitoring, and the error for each.

import { CertificateAuthority, ClusterHealth, CriticalCalls, HsmCluster, Notifications } from "../constructs";
import { AWS, AWS_FREE, each, is, NAMES, network, operator, Subject } from "./shared";

export const monitoringErrors: Record<string, Subject> = {
  ClusterHealthProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new ClusterHealth(stack, "it", { cluster, operator: here, ...changes });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      keyStore: "a construct",
      keys: "constructs",
      fileSystems: "constructs",
      notifications: "a construct",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      hsms: [
        [{ "eu-central-1a": 29 }, is("hsms.eu-central-1a", 29, "a whole number of HSMs between 0 and 28")],
      ],
      everyMinutes: each("everyMinutes", "a whole number of minutes between 5 and 60", 1, 61),
      backupHours: each("backupHours", "a whole number of hours between 25 and 720", 24),
      certificateDays: each("certificateDays", "a whole number of days between 1 and 3650", 0),
    },
  },
  CriticalCallsProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      const emails = ["on-call@example.com"];
      const notifications = new Notifications(stack, "notifications", { operator: here, emails });
      return new CriticalCalls(stack, "it", { cluster, operator: here, notifications, ...changes });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      notifications: "a construct",
      keyStore: "a construct",
      keys: "constructs",
    },
    wrong: { ...NAMES, ...AWS },
  },
};
