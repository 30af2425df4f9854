// Bad input of the cluster, and the error for each.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority, HsmCluster } from "../constructs";
import {
  AWS,
  AWS_FREE,
  each,
  FLAG,
  is,
  NAMES,
  network,
  operator,
  PEM,
  POLICY,
  secretArn,
  Subject,
  Wrong,
} from "./shared";

const folder = mkdtempSync(join(tmpdir(), "input-errors-"));
const noCertificate = join(folder, "root.pem");
writeFileSync(noCertificate, "no certificate");

const PEM_RIGHT = "a certificate in PEM of at most 5,000 characters";

const PASSWORD: Wrong = {
  passwordLength: each("passwordLength", "a whole number of characters between 7 and 32", 6, 33, 7.5, "32"),
};

const RETENTION: Wrong = {
  backupRetentionDays: each("backupRetentionDays", "a whole number of days between 7 and 379", 6, 380, "90"),
};

const HSMS: Wrong = {
  hsms: [
    [{ "eu-central-1c": 1 }, is("hsms", "eu-central-1c", "one of eu-central-1a, eu-central-1b")],
    [
      { "eu-central-1a": 2 },
      is("hsms", { "eu-central-1a": 2 }, "in at least two availability zones: a key store needs HSMs in two"),
    ],
    [
      { "eu-central-1a": 1, "eu-central-1b": -1 },
      is("hsms.eu-central-1b", -1, "a whole number of HSMs between 0 and 28"),
    ],
    [
      { "eu-central-1a": 15, "eu-central-1b": 14 },
      is("hsms", { "eu-central-1a": 15, "eu-central-1b": 14 }, "28 HSMs at most"),
    ],
  ],
};

const CLUSTER: Wrong = {
  ...NAMES,
  ...AWS,
  ...POLICY,
  ...PASSWORD,
  ...RETENTION,
  ...HSMS,
  adminPasswordRotationDays: each(
    "adminPasswordRotationDays",
    "a whole number of days between 1 and 1000",
    0,
    1001,
  ),
  hsmType: each(
    "hsmType",
    "hsm2m.medium: AWS makes no hsm1.medium any more, whose support ended on 2026-03-31, and moves existing ones to hsm2m.medium",
    "hsm3.large",
    "hsm1.medium",
  ),
  mode: each("mode", "FIPS or NON_FIPS", "LAX"),
  hsmsOnDemand: each("hsmsOnDemand", FLAG, "false"),
  backupsOnDemand: each("backupsOnDemand", FLAG, "yes"),
  keep: each("keep", "a whole number of HSMs, fewer than there are, between 0 and 1", -1, 2, "1"),
};

export const clusterErrors: Record<string, Subject> = {
  HsmClusterProps: {
    make: (stack, changes) =>
      new HsmCluster(stack, "it", {
        network: network(stack),
        operator: operator(stack),
        signer: new CertificateAuthority(stack, "ca"),
        ...changes,
      }),
    free: { ...AWS_FREE, network: "a construct", operator: "a construct", signer: "a construct" },
    also: ['PATH/identity: awsRoot.sha256 is "…"; it must be the fingerprint of FILE, which is …'],
    wrong: {
      ...CLUSTER,
      identityCheck: [
        [
          {
            awsRoot: { file: noCertificate, sha256: "00" },
            manufacturerRoot: { file: noCertificate, sha256: "00" },
          },
          is("awsRoot.file", noCertificate, "a certificate in PEM (", "test/it/identity"),
        ],
      ],
    },
  },
  RestoredHsmClusterProps: {
    make: (stack, changes) =>
      HsmCluster.fromBackup(stack, "it", {
        network: network(stack),
        operator: operator(stack),
        sourceBackupId: "backup-abcdefghijk",
        trustAnchor: PEM,
        ...changes,
      }),
    free: { ...AWS_FREE, network: "a construct", operator: "a construct" },
    wrong: {
      ...CLUSTER,
      sourceBackupId: each(
        "sourceBackupId",
        "a backup's id, such as backup-abcdefghijk, or its ARN",
        "newest",
        "cluster-abcdefghijk",
      ),
      trustAnchor: [
        ...each("trustAnchor", PEM_RIGHT, "customerCA.crt", PEM.repeat(100)),
        [undefined, "test/it: trustAnchor is undefined; it must be given, or sourceClusterId"],
      ],
      sourceClusterId: [
        ["cluster-abcdefghijk", is("trustAnchor", PEM, "left out where there is a sourceClusterId")],
      ],
      sourceAdminSecretArn: each("sourceAdminSecretArn", "the ARN of a secret", "admin"),
      sourceAdminSecretKeyArn: each("sourceAdminSecretKeyArn", "the ARN of a KMS key", "alias/secrets"),
    },
    also: [
      'PATH: sourceClusterId is "…"; it must be a cluster\'s id, such as cluster-abcdefghijk',
      'PATH: sourceAdminSecretArn is "…"; it must be left out where there is a sourceClusterId',
    ],
  },
  ExistingHsmClusterProps: {
    make: (stack, changes) =>
      HsmCluster.fromExisting(stack, "it", {
        operator: operator(stack),
        clusterId: "cluster-abcdefghijk",
        adminSecretArn: secretArn,
        trustAnchor: PEM,
        ...changes,
      }),
    free: { ...AWS_FREE, operator: "a construct" },
    wrong: {
      ...AWS,
      ...PASSWORD,
      ...RETENTION,
      clusterId: each("clusterId", "a cluster's id, such as cluster-abcdefghijk", "cluster-1", "my cluster"),
      adminSecretArn: each("adminSecretArn", "the ARN of a secret", "hsm-admin"),
      adminSecretKeyArn: each("adminSecretKeyArn", "the ARN of a KMS key", "alias/secrets"),
      trustAnchor: [
        ...each("trustAnchor", PEM_RIGHT, "customerCA.crt"),
        [undefined, "test/it: trustAnchor is undefined; it must be given, or trustAnchorSecretArn"],
      ],
      trustAnchorSecretArn: [
        ["anchor", is("trustAnchorSecretArn", "anchor", "the ARN of a secret")],
        [secretArn, is("trustAnchor", PEM, "left out where there is a trustAnchorSecretArn")],
      ],
      adoptKmsuser: each("adoptKmsuser", FLAG, "true"),
    },
  },
};
