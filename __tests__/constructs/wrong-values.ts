// Every prop that can be wrong, with wrong values and the exact message. What docs/api/errors.md lists is made of it.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import {
  AcmPcaSigner,
  BackupReplication,
  CertificateAuthority,
  CLOUDHSM_REGIONS,
  ClusterHealth,
  ClusterOperator,
  CriticalCalls,
  CustomKeyStore,
  ExternalSigner,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmSchedule,
  HsmUsers,
  IHsmKey,
  Notifications,
  OntapFileSystem,
  SafeStorage,
  UserAudit,
} from "../../constructs";
import { EXISTING_NETWORK as existing, SETTINGS } from "./synthesize";

const [a, b] = SETTINGS.subnets;
const network = (stack: TerraformStack, id = "network") => HsmNetwork.fromExisting(stack, id, existing);
const operator = (stack: TerraformStack) =>
  new ClusterOperator(stack, "operator", { network: network(stack, "operator-network") });
const ireland = (stack: TerraformStack) =>
  new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });
const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [] };
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const key = (stack: TerraformStack): IHsmKey => HsmKey.fromKeyArn(stack, "file-key", keyArn);
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:hsm-admin-a1b2c3";
const folder = mkdtempSync(join(tmpdir(), "wrong-values-"));
const noCertificate = join(folder, "root.pem");
writeFileSync(noCertificate, "no certificate");

const USER_NAME = "a user's name: at most 31 small letters, digits and underscores";

const NIGHTS = { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" };

type Wrong = Record<string, [value: unknown, message: string][]>;

export interface Subject {
  /** Makes the construct «it» of valid props, but for these. */
  make: (stack: TerraformStack, changes: object) => unknown;
  wrong: Wrong;
  /** Props that take every value of their type, each with why nothing is checked. */
  free?: Record<string, string>;
  /** Errors that depend on files or on several props; other tests here have them. */
  also?: string[];
}

const is = (prop: string, value: unknown, right: string, where = "test/it"): string =>
  `${where}: ${prop} is ${JSON.stringify(value)}; it must be ${right}`;
const each = (prop: string, right: string, ...values: unknown[]): [unknown, string][] =>
  values.map((value) => [value, is(prop, value, right)]);

const NAME = "1 to 41 lower-case letters, digits and hyphens, a letter first";
const NAMES: Wrong = {
  name: each("name", NAME, "Safe Storage", "", "1st", "x".repeat(42)),
  system: each("system", NAME, "Payments"),
  purpose: each("purpose", NAME, "Prod!"),
};
const TAG_CHARACTERS = "letters, numbers, spaces and _ . : / = + - @";
const TAG_KEYS = `tag keys of 1 to 128 characters that do not begin with aws:, of ${TAG_CHARACTERS}`;
const AWS: Wrong = {
  tags: [
    [{ "aws:x": "1" }, is("tags", "aws:x", TAG_KEYS)],
    [{ "cost?": "1" }, is("tags", "cost?", TAG_KEYS)],
    [{ x: 1 }, is("tags.x", 1, `a text of at most 256 characters, of ${TAG_CHARACTERS}`)],
    [{ x: "a;b" }, is("tags.x", "a;b", `a text of at most 256 characters, of ${TAG_CHARACTERS}`)],
    [
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t${i}`, ""])),
      is("tags", 60, "48 tags at most, beside Name and Deployment"),
    ],
    [
      { Team: "a", team: "b" },
      is("tags", "team", "given once: for IAM the case of letters makes no other key"),
    ],
  ],
  permissionsBoundary: each("permissionsBoundary", "the ARN of an IAM policy", "boundary"),
};
const AWS_FREE = { provider: "a construct" };
const POLICY: Wrong = { deletionPolicy: each("deletionPolicy", '"retain" or "delete"', "snapshot") };
const FLAG = "true or false";
const PASSWORD: Wrong = {
  passwordLength: each("passwordLength", "a whole number of characters between 7 and 32", 6, 33, 7.5, "32"),
};
const RETENTION: Wrong = {
  backupRetentionDays: each("backupRetentionDays", "a whole number of days between 7 and 379", 6, 380, "90"),
};
const CIDR = "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24";
const PEM_RIGHT = "a certificate in PEM of at most 5,000 characters";
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
const SUBNETS: [unknown, string][] = [
  [undefined, "test/it: subnets is undefined; it must be a list of { availabilityZone, cidrBlock }"],
  [
    [a],
    is(
      "subnets",
      ["eu-central-1a"],
      "in at least two different availability zones: a key store needs HSMs in two",
    ),
  ],
  [
    [a, b, { ...b, cidrBlock: "10.42.0.128/26" }],
    is(
      "subnets",
      ["eu-central-1a", "eu-central-1b", "eu-central-1b"],
      "one subnet for each availability zone: a cluster takes no second one",
    ),
  ],
  [
    [a, { ...b, availabilityZone: "eu-west-1b" }],
    is("subnets", ["eu-central-1a", "eu-west-1b"], "availability zones of one region"),
  ],
  [
    [a, { ...b, availabilityZone: "euc1-az2" }],
    is("availabilityZone", "euc1-az2", "the name of an availability zone, such as eu-central-1a"),
  ],
  [
    [a, b].map((s, i) => ({ ...s, availabilityZone: `cn-north-1${"ab"[i]}` })),
    is("region", "cn-north-1", `a region that has AWS CloudHSM: ${CLOUDHSM_REGIONS.join(", ")}`),
  ],
];

export const SUBJECTS: Record<string, Subject> = {
  HsmNetworkProps: {
    make: (stack, changes) => new HsmNetwork(stack, "it", { ...SETTINGS, ...changes }),
    free: AWS_FREE,
    wrong: {
      ...NAMES,
      ...AWS,
      privateDns: each("privateDns", FLAG, "no"),
      cidrBlock: [
        ...each("cidrBlock", CIDR, "ten dot something", "10.0.0.0/8", "10.42.0.0"),
        ["10.42.0.1/24", is("cidrBlock", "10.42.0.1/24", "the start of its range: 10.42.0.0/24")],
      ],
      subnets: [
        ...SUBNETS,
        [
          [a, { availabilityZone: "eu-central-1b" }],
          "test/it: subnets[1].cidrBlock is undefined; it must be " + CIDR,
        ],
        [
          [a, { ...b, cidrBlock: "10.43.0.0/26" }],
          is("subnets[1].cidrBlock", "10.43.0.0/26", "inside the VPC's range 10.42.0.0/24"),
        ],
        [
          [a, { ...b, cidrBlock: "10.42.0.32/27" }],
          is(
            "subnets[1].cidrBlock",
            "10.42.0.32/27",
            "apart from the other subnets: it overlaps 10.42.0.0/26",
          ),
        ],
      ],
    },
  },
  ExistingHsmNetwork: {
    make: (stack, changes) => HsmNetwork.fromExisting(stack, "it", { ...existing, ...changes }),
    free: AWS_FREE,
    wrong: {
      vpcId: each("vpcId", "an id such as vpc-0a1b2c3d4e5f60718", "my-vpc"),
      subnets: [
        ...SUBNETS,
        [
          [existing.subnets[0], { ...existing.subnets[1], subnetId: "b" }],
          is("subnets[1].subnetId", "b", "an id such as subnet-0a1b2c3d4e5f60718"),
        ],
      ],
      endpointSecurityGroupId: each(
        "endpointSecurityGroupId",
        "an id such as sg-0a1b2c3d4e5f60718",
        "endpoints",
      ),
      routeTableIds: [[["main"], is("routeTableIds[0]", "main", "an id such as rtb-0a1b2c3d4e5f60718")]],
      endpointUrls: [
        [
          { logs: "https://x" },
          is("endpointUrls", "logs", "one of cloudhsmv2, kms, secretsmanager, sns, fsx"),
        ],
        [
          { kms: "vpce-1" },
          is(
            "endpointUrls.kms",
            "vpce-1",
            "an address such as https://vpce-0a1b2c3d-e4f5.kms.eu-central-1.vpce.amazonaws.com",
          ),
        ],
      ],
    },
  },
  ClusterOperatorProps: {
    make: (stack, changes) => new ClusterOperator(stack, "it", { network: network(stack), ...changes }),
    free: {
      ...AWS_FREE,
      network: "a construct",
      lock: "another operator's attribute",
      layerZip: "a path; where there is no file a warning says how to build it, and a plan stops",
      functionZip: "a path; where there is no file a warning says how to build it, and a plan stops",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      architecture: each("architecture", "one of x86_64, arm64", "aarch64"),
      logRetentionDays: each(
        "logRetentionDays",
        "one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, or 0 for ever",
        100,
      ),
      reserveConcurrency: each("reserveConcurrency", FLAG, 1),
      tracing: each("tracing", FLAG, "yes"),
    },
  },
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
  HsmUsersProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new HsmUsers(stack, "it", { cluster, operator: here, users: {}, ...changes });
    },
    free: { ...AWS_FREE, operator: "a construct" },
    wrong: {
      ...AWS,
      cluster: [
        [
          { clusterId: "cluster-abcdefghijk" },
          is("cluster", "cluster-abcdefghijk", "one that was given with the secret of an admin"),
        ],
      ],
      users: [
        ...["App", "my-app", "a".repeat(32)].map((name): [unknown, string] => [
          { [name]: {} },
          is(`users.${name}`, name, USER_NAME),
        ]),
        [{ kmsuser: {} }, is("users.kmsuser", "kmsuser", "another name: this user is the cluster's own")],
        [{ app: { pasword: "x" } }, is("users.app", "pasword", "one of role, passwordVersion, adopt")],
      ],
      passwordLength: each("passwordLength", "a whole number of characters between 7 and 32", 6, 33),
      deleteKeysOfRemovedUsers: each("deleteKeysOfRemovedUsers", "true or false", "false"),
    },
  },
  HsmUserProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new HsmUsers(stack, "it", { cluster, operator: here, users: { app: changes } });
    },
    wrong: {
      role: each("users.app.role", "crypto-user or admin", "co"),
      passwordVersion: each(
        "users.app.passwordVersion",
        "a whole number of versions between 1 and 999999",
        0,
        1.5,
      ),
      adopt: each("users.app.adopt", "true or false", "false"),
    },
  },
  UserAuditProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", { network: network(stack), operator: here, signer });
      return new UserAudit(stack, "it", { cluster, operator: here, ...changes });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      notifications: "a construct",
      users: "a construct",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      admins: [[["second", "x y"], is("admins[1]", "x y", USER_NAME)]],
      automaticRepair: each("automaticRepair", "true or false", "false"),
      everyHours: each("everyHours", "a whole number of hours between 1 and 168", 0, 169),
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
  HsmScheduleProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", {
        network: network(stack),
        operator: here,
        signer,
        keep: 1,
      });
      return new HsmSchedule(stack, "it", {
        cluster,
        operator: here,
        windows: { nights: NIGHTS },
        ...changes,
      });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      notifications: "a construct",
    },
    also: [
      "PATH: cluster.keep is undefined; it must be given to the cluster: the HSMs beyond it are those that are put away",
      "PATH: keep is 0; it must be 1 at least: key store PATH is on the cluster",
    ],
    wrong: {
      ...NAMES,
      ...AWS,
      keep: each("keep", "left out, or the cluster's: 1", 0, 2),
      windows: [
        [{}, is("windows", {}, "given, such as { nights: { removeAt, restoreAt } }")],
        [
          { Nights: NIGHTS },
          is("windows", "Nights", "named by 1 to 20 lower-case letters, digits and hyphens, a letter first"),
        ],
        [{ nights: { ...NIGHTS, zone: "UTC" } }, is("windows.nights", "zone", "one of removeAt, restoreAt")],
        ...["cron(0 19 * * MON-FRI)", "every evening", "at(2026-12-24T18:00:00)", "rate(1 days)"].map(
          (removeAt): [unknown, string] => [
            { nights: { ...NIGHTS, removeAt } },
            is(
              "windows.nights.removeAt",
              removeAt,
              "an expression of EventBridge Scheduler, such as cron(0 19 ? * MON-FRI *) or rate(1 day)",
            ),
          ],
        ),
        [
          { nights: { removeAt: NIGHTS.removeAt, restoreAt: NIGHTS.removeAt } },
          is("windows.nights.restoreAt", NIGHTS.removeAt, "another time than removeAt"),
        ],
        [
          { nights: { ...NIGHTS, removeAt: "cron(0 19 1 1 ? 1999)" } },
          is(
            "windows.nights",
            { ...NIGHTS, removeAt: "cron(0 19 1 1 ? 1999)" },
            "one that puts HSMs away and brings them back in the year that comes",
          ),
        ],
      ],
      timeZone: each("timeZone", "a time zone's name, such as Europe/Berlin", "Berlin", ""),
      holidays: ["Christmas", "2026-13-01"].map((day): [unknown, string] => [
        [day],
        is("holidays[0]", day, "a day, such as 2026-12-25"),
      ]),
    },
  },
  NotificationsProps: {
    make: (stack, changes) =>
      new Notifications(stack, "it", { operator: operator(stack), emails: ["hsm@example.com"], ...changes }),
    free: { ...AWS_FREE, operator: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      emails: [
        [["hsm"], is("emails[0]", "hsm", "an e-mail address")],
        [[], is("emails", [], "given, or topicArn: there is nobody to tell")],
      ],
      topicArn: each(
        "topicArn",
        "the ARN of a standard SNS topic",
        "alarms",
        "arn:aws:sns:eu-central-1:111122223333:alarms.fifo",
      ),
      topicKeyArn: each("topicKeyArn", "the ARN of a KMS key", "alias/alarms"),
    },
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
  CustomKeyStoreProps: {
    make: (stack, changes) => {
      const operates = operator(stack);
      const cluster = HsmCluster.fromExisting(stack, "cluster", {
        operator: operates,
        clusterId: "cluster-abcdefghijk",
        adminSecretArn: secretArn,
        trustAnchor: PEM,
      });
      return new CustomKeyStore(stack, "it", { cluster, operator: operates, ...changes });
    },
    free: { ...AWS_FREE, cluster: "a construct", operator: "a construct" },
    wrong: {
      ...AWS,
      system: NAMES.system,
      purpose: NAMES.purpose,
      name: each(
        "name",
        "1 to 256 characters without control characters and without a space at either end",
        "",
        " store",
        "a\nb",
        "x".repeat(257),
      ),
      deletionPolicy: each("deletionPolicy", "one of disconnect, retain, delete", "keep"),
    },
  },
  HsmKeyProps: {
    make: (stack, changes) => new HsmKey(stack, "it", { keyStore, alias: "files", ...changes }),
    free: { ...AWS_FREE, keyStore: "a construct" },
    wrong: {
      ...AWS,
      ...POLICY,
      alias: each(
        "alias",
        "1 to 250 letters, digits, /, _ and -, without the prefix alias/ and not beginning with aws/",
        "",
        "alias/files",
        "aws/files",
        "my files",
      ),
      description: each("description", "a text of at most 8,192 characters", "x".repeat(8193)),
      policy: each("policy", "a policy document in JSON", "allow everybody"),
      deletionWindowInDays: each(
        "deletionWindowInDays",
        "a whole number of days between 7 and 30",
        6,
        31,
        "30",
      ),
    },
  },
  OntapFileSystemProps: {
    make: (stack, changes) =>
      new OntapFileSystem(stack, "it", { network: network(stack), key: key(stack), ...changes }),
    free: { ...AWS_FREE, network: "a construct", key: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      deploymentType: each(
        "deploymentType",
        "one of SINGLE_AZ_1, MULTI_AZ_1, SINGLE_AZ_2, MULTI_AZ_2",
        "THREE_AZ_1",
      ),
      endpointIpAddressRange: [
        ...each(
          "endpointIpAddressRange",
          "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24",
          "",
          "198.19.0.0",
          "198.19.0.0/29",
          "198.18.0.0/15",
        ),
        ...each("endpointIpAddressRange", "the start of its range: 198.19.5.0/24", "198.19.5.1/24"),
        ...each(
          "endpointIpAddressRange",
          "apart from the VPC's subnets: it overlaps 10.42.0.0/26",
          "10.42.0.0/24",
        ),
      ],
      throughputCapacityMbps: each(
        "throughputCapacityMbps",
        "one of 128, 256, 512, 1024, 2048, 4096 for MULTI_AZ_1",
        100,
        384,
      ),
      storageCapacityGib: each(
        "storageCapacityGib",
        "a whole number of GiB between 1024 and 196608",
        1023,
        196609,
      ),
      automaticBackupRetentionDays: each(
        "automaticBackupRetentionDays",
        "a whole number of days between 0 and 90",
        -1,
        91,
      ),
      volumes: [
        [
          [{ name: "team-files", sizeGib: 10 }],
          is(
            "volumes.name",
            "team-files",
            "a letter or _, then letters, digits and _, at most 203 in all, and unique",
          ),
        ],
        [
          Array(2).fill({ name: "files", sizeGib: 10 }),
          is(
            "volumes.name",
            "files",
            "a letter or _, then letters, digits and _, at most 203 in all, and unique",
          ),
        ],
        [
          [{ name: "files", sizeGib: 0 }],
          is("volumes.sizeGib", 0, "a whole number of GiB between 1 and 307200"),
        ],
        [
          [{ name: "files", sizeGib: 10, junctionPath: "files" }],
          is("volumes.junctionPath", "files", "a path that begins with /, and that no other volume has"),
        ],
        [
          [
            { name: "one", sizeGib: 10, junctionPath: "/files" },
            { name: "files", sizeGib: 10 },
          ],
          is("volumes.junctionPath", "/files", "a path that begins with /, and that no other volume has"),
        ],
        [[{ name: "files", sizeGib: 10, finalBackup: "no" }], is("volumes.finalBackup", "no", FLAG)],
      ],
    },
  },
  OntapFileSystemAttributes: {
    make: (stack, changes) =>
      OntapFileSystem.fromAttributes(stack, "it", {
        fileSystemId: "fs-0123456789abcdef0",
        dnsName: "fs-0123456789abcdef0.fsx.eu-central-1.amazonaws.com",
        securityGroupId: "sg-0a1b2c3d4e5f60718",
        ...changes,
      }),
    free: { ...AWS_FREE, dnsName: "a name" },
    wrong: {
      fileSystemId: each("fileSystemId", "fs- and hexadecimal digits", "files"),
      securityGroupId: each("securityGroupId", "an id such as sg-0a1b2c3d4e5f60718", "files"),
    },
  },
  CertificateAuthorityProps: {
    make: (stack, changes) => new CertificateAuthority(stack, "it", changes),
    wrong: {
      commonName: each("commonName", "a text of 1 to 64 characters", "", "x".repeat(65)),
      validityDays: each("validityDays", "a whole number of days between 1 and 36500", 0, 36501),
    },
  },
  AcmPcaSignerProps: {
    make: (stack, changes) =>
      new AcmPcaSigner(stack, "it", {
        certificateAuthorityArn:
          "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab",
        ...changes,
      }),
    free: AWS_FREE,
    wrong: {
      ...AWS,
      certificateAuthorityArn: each(
        "certificateAuthorityArn",
        "the ARN of a CA of AWS Private CA",
        "arn:aws:acm:eu-central-1:123456789012:certificate/1",
      ),
      validityDays: each("validityDays", "a whole number of days between 1 and 36500", 0, 36501),
      signingAlgorithm: each(
        "signingAlgorithm",
        "one of SHA256WITHECDSA, SHA384WITHECDSA, SHA512WITHECDSA, SHA256WITHRSA, SHA384WITHRSA, SHA512WITHRSA",
        "MD5WITHRSA",
      ),
    },
  },
  ExternalSignerProps: {
    make: (stack, changes) => new ExternalSigner(stack, "it", changes),
    free: {
      csrFile: "a path",
      signedCertificateFile: "a path",
      trustAnchorFile: "a path",
    },
    also: ['PATH: signedCertificateFile is "FILE"; it must be a certificate that FILE has signed: …'],
    wrong: {},
  },
  SafeStorageProps: {
    make: (stack, changes) => new SafeStorage(stack, "it", { ...SETTINGS, ...changes }),
    also: [
      'PATH: props is "…"; it must be one of cidrBlock, subnets, …',
      'PATH: signers is ["externalSigner","acmPcaSigner"]; it must be one of them, or none',
    ],
    free: {
      ...AWS_FREE,
      layerZip: "as of ClusterOperator",
      cidrBlock: "as of HsmNetwork",
      subnets: "as of HsmNetwork",
      privateDns: "as of HsmNetwork",
      architecture: "as of ClusterOperator",
      reserveConcurrency: "as of ClusterOperator",
      hsmType: "as of HsmCluster",
      mode: "as of HsmCluster",
      hsms: "as of HsmCluster",
      hsmsOnDemand: "as of HsmCluster",
      backupsOnDemand: "as of HsmCluster",
      backupReplication: "as of BackupReplication",
      schedule: "as of HsmSchedule and Notifications",
      users: "as of HsmUsers",
      deleteKeysOfRemovedUsers: "as of HsmUsers",
      passwordLength: "as of HsmCluster",
      backupRetentionDays: "as of HsmCluster",
      identityCheck: "as of HsmCluster",
      sourceBackupId: "as of HsmCluster.fromBackup",
      keyStoreName: "as the name of CustomKeyStore",
      deletionWindowInDays: "as of HsmKey",
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
          "test/it: monitoring.emails is undefined; it must be given, or topicArn: criticalCalls tells somebody",
        ],
        [
          { email: "a@example.com" },
          is(
            "monitoring",
            "email",
            "one of emails, topicArn, topicKeyArn, everyMinutes, backupHours, certificateDays, admins, automaticRepair, everyHours, criticalCalls",
          ),
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
            "one of storageCapacityGib, throughputCapacityMbps, deploymentType, endpointIpAddressRange, automaticBackupRetentionDays, volumes",
          ),
        ],
      ],
    },
  },
};
