// SafeStorage: settings of version 0.1.0 make the same stack, each with a warning that says what it is called now; and one signer.

import { safeStorage, SETTINGS, Synthesized } from "../../scripts/lib/synthesize";
import { nights } from "./scheduled";
import { AnnotationMetadataEntryType } from "cdktf";
import { PreviousSettings, SafeStorage, SafeStorageProps } from "../../constructs";

test("two signers at once are refused", () => {
  expect(() => safeStorage({ certificateAuthority: {}, externalSigner: {} })).toThrow(
    'test/storage: signers is ["certificateAuthority","externalSigner"]; it must be one of them, or none',
  );
});

const [a, b] = SETTINGS.network.subnets;

const schedule = { keep: 1, windows: { nights } };

const users = { app: {} };

const hsms = { "eu-central-1a": 2, "eu-central-1b": 1 };

const PREVIOUS: PreviousSettings & Partial<SafeStorageProps> = {
  cidrBlock: SETTINGS.network.cidrBlock,
  subnets: [a, b],
  privateDns: false,
  architecture: "arm64",
  layerZip: "layer.zip",
  reserveConcurrency: true,
  hsmType: "hsm2m.medium",
  mode: "NON_FIPS",
  passwordLength: 20,
  hsms,
  backupRetentionDays: 30,
  hsmsOnDemand: true,
  backupsOnDemand: true,
  identityCheck: false,
  keyStoreName: "keys",
  deletionWindowInDays: 10,
  users,
  deleteKeysOfRemovedUsers: true,
  schedule,
  monitoring: {
    emails: ["on-call@example.com"],
    everyMinutes: 10,
    backupHours: 30,
    certificateDays: 60,
    admins: ["second"],
    automaticRepair: true,
    everyHours: 12,
  },
};

const CURRENT: SafeStorageProps = {
  network: { ...SETTINGS.network, privateDns: false },
  operator: { architecture: "arm64", layerZip: "layer.zip", reserveConcurrency: true },
  cluster: {
    hsmType: "hsm2m.medium",
    mode: "NON_FIPS",
    passwordLength: 20,
    hsms,
    backupRetentionDays: 30,
    hsmsOnDemand: true,
    backupsOnDemand: true,
    identityCheck: false,
  },
  keyStore: { name: "keys" },
  key: { deletionWindowInDays: 10 },
  hsmUsers: { users, deleteKeysOfRemovedUsers: true, passwordLength: 20 },
  schedule,
  monitoring: {
    emails: ["on-call@example.com"],
    health: { everyMinutes: 10, backupHours: 30, certificateDays: 60 },
    userAudit: { admins: ["second"], automaticRepair: true, everyHours: 12 },
  },
};

function made(settings: ConstructorParameters<typeof SafeStorage>[2]) {
  let warnings: string[] = [];
  const stack = new Synthesized((scope) => {
    const { node } = new SafeStorage(scope, "storage", settings);
    warnings = node.metadata
      .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
      .map(({ data }) => data);
  });
  return { blocks: Object.fromEntries(stack.everything().map(([type, b]) => [type + b.name, b])), warnings };
}

test("the stack is the same", () => {
  expect(made(PREVIOUS).blocks).toEqual(made(CURRENT).blocks);
  const sourceBackupId = "backup-abcdefghijk";
  expect(made({ ...SETTINGS, sourceBackupId }).blocks).toEqual(
    made({ ...SETTINGS, cluster: { sourceBackupId } }).blocks,
  );
});

test("a warning for each says its name of now; settings of now have none", () => {
  const { warnings } = made(PREVIOUS);
  // All but `schedule` and what `monitoring` still has by itself.
  expect(warnings).toHaveLength(Object.keys(PREVIOUS).length - 2 + 6);
  expect(warnings).toEqual(
    expect.arrayContaining([
      "cidrBlock is a setting of version 0.1.0: write network.cidrBlock instead",
      "keyStoreName is a setting of version 0.1.0: write keyStore.name instead",
      "users is a setting of version 0.1.0: write hsmUsers.users instead",
      "monitoring.admins is a setting of version 0.1.0: write monitoring.userAudit.admins instead",
    ]),
  );
  expect(made(CURRENT).warnings).toEqual([]);
});

test("a setting that is undefined has its default", () => {
  const undefinedOnes = {
    keyStore: { name: undefined },
    key: { alias: undefined, description: undefined, deletionWindowInDays: undefined },
    cluster: { hsmType: undefined, sourceBackupId: undefined },
    fileSystem: undefined,
  };
  expect(made({ ...SETTINGS, name: "files", ...undefinedOnes }).blocks).toEqual(
    made({ ...SETTINGS, name: "files" }).blocks,
  );
});

test("a setting that is given by both names is refused", () => {
  expect(() => made({ ...SETTINGS, cidrBlock: "10.0.0.0/16" })).toThrow(
    'test/storage: network.cidrBlock is "10.42.0.0/24"; it must be given once, and not by its name of 0.1.0 as well',
  );
});
