// Bad input of the backup replication, and the error for each.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import { BackupReplication, CertificateAuthority, HsmCluster } from "../constructs";
import { AWS, AWS_FREE, each, is, NAMES, network, operator, Subject } from "./shared";

const ireland = (stack: TerraformStack) =>
  new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });

export const backupsErrors: Record<string, Subject> = {
  BackupReplicationProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new BackupReplication(stack, "it", {
        cluster,
        operator: here,
        destinations: [{ region: "eu-west-1", provider: ireland(stack) }],
        ...changes,
      });
    },
    free: { ...AWS_FREE, cluster: "a construct", operator: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      destinations: [
        [[], is("destinations", [], "one or more")],
        ...["eu-central-1", "eu-west-9"].map((region): [unknown, string] => [
          [{ region }],
          is("destinations[0].region", region, "another region than eu-central-1 that has AWS CloudHSM"),
        ]),
        [
          [{ region: "eu-west-2" }, { region: "eu-west-2" }],
          is("destinations[1].region", "eu-west-2", "given once"),
        ],
        [
          [{ region: "eu-west-1", copies: 0 }],
          is("destinations[0].copies", 0, "a whole number of copies between 1 and 100"),
        ],
        [
          [{ region: "eu-west-1", copyDays: 1.5 }],
          is("destinations[0].copyDays", 1.5, "a whole number of days between 1 and 3650"),
        ],
      ],
      recoveryPointHours: each(
        "recoveryPointHours",
        "a whole number of hours between 25 and 720",
        24,
        721,
        "30",
      ),
    },
  },
  NewestCopyProps: {
    make: (stack, changes) =>
      BackupReplication.newestCopy(stack, "it", { sourceClusterId: "cluster-abcdefghijk", ...changes }),
    free: { provider: "a construct" },
    wrong: {
      ...NAMES,
      sourceClusterId: each(
        "sourceClusterId",
        "a cluster's id, such as cluster-abcdefghijk",
        "cluster-1",
        "backup-abcdefghijk",
      ),
    },
  },
};
