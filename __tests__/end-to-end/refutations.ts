// For each claim that `safe-storage verify` checks, faults of the local cloud under which the check must say that it is refuted: AWS's rule is
// then another one than the claim says.

import type { TrialOutputs } from "../../verification/trial";

type Fault = Record<string, unknown> & { operation: string };

const always = { times: 1_000_000 };
const rewrite = (operation: string, pattern: string, by: string): Fault => ({
  operation,
  fault: "rewrite",
  pattern,
  by,
  ...always,
});
/** The call gets this answer, and has no effect. */
const answer = (operation: string, body: object, more: object = always): Fault => ({
  operation,
  fault: "answer",
  body: JSON.stringify(body),
  ...more,
});
const once = { times: 1 };
const refuse = (operation: string, code: string, more: object = always): Fault => ({
  operation,
  fault: "error",
  code,
  message: "Not so.",
  status: 400,
  ...more,
});

export const refutations: Record<string, (outputs: TrialOutputs) => Fault[]> = {
  "alias-instead-of-key-id": () => [answer("DisableKey", {})],
  "zones-without-cloudhsm": () => [rewrite("DescribeVpcEndpointServices", "us-east-1d", "us-east-1e")],
  "cloudhsm-zones": () => [rewrite("DescribeVpcEndpointServices", "eu-central-1a", "eu-central-1z")],

  "cli-runs-from-opt": () => [rewrite("Invoke", '"cloudhsm-cli":"[^"]*"', '"cloudhsm-cli":""')],
  "runtime-programs": () => [rewrite("Invoke", '"sigv4":true', '"sigv4":false')],
  "cloudhsm-endpoint-policy": () => [refuse("DescribeClusters", "AccessDeniedException")],
  "flow-log-role": () => [rewrite("DescribeFlowLogs", "SUCCESS", "FAILED")],
  "previous-secret-version": () => [answer("GetSecretValue", { SecretString: "second" })],
  "secret-replica-deletion": () => [answer("DeleteSecret", {}, once)],
  "describe-file-systems-rights": () => [refuse("DescribeFileSystems", "AccessDeniedException")],
  "scheduled-time": () => [rewrite("FilterLogEvents", "noted 20", "noted at 20")],
  "flow-log-key": () => [rewrite("DescribeLogGroups", "kmsKeyId", "other")],
  "alarm-to-encrypted-topic": () => [
    rewrite("DescribeAlarmHistory", "Successfully executed", "Failed to execute"),
  ],
  "insights-like": () => [refuse("StartQuery", "MalformedQueryException")],
  "function-interfaces": () => [
    {
      operation: "DeleteSecurityGroup",
      fault: "answer",
      body: "<Response><return>true</return></Response>",
      ...once,
    },
  ],
  "secret-description": () => [
    answer("ListSecretVersionIds", { Versions: [{ VersionId: "1" }, { VersionId: "2" }] }),
  ],
  "smallest-reservation": () => [refuse("CreateSubnetCidrReservation", "InvalidParameterValue")],
  "source-function-deny": ({ operator_arn }) => [
    rewrite(
      `GET /2015-03-31/functions/${encodeURIComponent(operator_arn)}/configuration`,
      '"State":"Active"',
      '"State":"Failed"',
    ),
  ],

  "cli-finds-its-files": () => [rewrite("Invoke", '"users":.*,"keyStore"', '"users":[],"keyStore"')],
  "cli-package-folders": () => [rewrite("Invoke", '"users":.*,"keyStore"', '"users":[],"keyStore"')],
  "curl-signs": () => [rewrite("Invoke", '"State":"ACTIVE"', '"State":"DEGRADED"')],
  "unactivated-admin": () => [rewrite("Invoke", '"role":"admin"', '"role":"unactivated-admin"')],
  "cli-prompts-twice": () => [refuse("hsm user-create", "HsmError")],
  "users-by-one-hsm": () => [refuse("hsm user-create", "HsmError")],
  "cli-within-two-minutes": () => [refuse("hsm user-create", "HsmError")],
  "one-address-one-hsm": () => [rewrite("Invoke", '"inconsistent"', '"full"')],
  "key-origin-condition": () => [refuse("DescribeKey", "AccessDeniedException")],
  "admin-own-password": () => [refuse("hsm user-change-password", "HsmError")],
  "cli-error-texts": () => [rewrite("Invoke", "already exists", "is there")],
  "plain-certificate": () => [rewrite("Invoke", '"CONNECTED"', '"FAILED"')],
  "secret-arn-suffix": () => [rewrite("DescribeSecret", "trust-anchor-[A-Za-z0-9]{6}", "trust-anchor")],
  "logged-in-user": () => [answer("hsm user-delete", { data: {} })],
  "key-store-rename": () => [refuse("UpdateCustomKeyStore", "CustomKeyStoreInvalidStateException")],
  "address-in-use": () => [refuse("CreateHsm", "CloudHsmInvalidRequestException")],
  "address-in-reservation": () => [
    rewrite("GetSubnetCidrReservations", "10\\.99\\.0\\.8/29", "10.99.0.16/29"),
  ],
  "key-wrap-answers": () => [rewrite("Invoke", '"iv"', '"nonce"')],
  "key-owners": () => [rewrite("Invoke", '"key-owners"', '"owners"')],
  "quorum-values": () => [rewrite("Invoke", '"quorum":1', '"quorum":"one"')],

  "create-hsm-rights": () => [refuse("CreateHsm", "CloudHsmAccessDeniedException")],
  "delete-hsm-rights": () => [refuse("DeleteHsm", "CloudHsmAccessDeniedException", once)],
  "joining-hsm-users": () => [
    rewrite("Invoke", '"cluster-coverage":"full"', '"cluster-coverage":"inconsistent"'),
  ],
  "address-free-after-deletion": () => [
    refuse("CreateHsm", "CloudHsmInvalidRequestException", { call: 2, ...once }),
  ],
  "cluster-group-rules": () => [
    refuse("ConnectCustomKeyStore", "CloudHsmClusterInvalidConfigurationException", once),
  ],
  "rotation-tags": () => [refuse("RotateSecret", "InvalidRequestException")],
  "function-outside-vpc": () => [refuse("DescribeBackups", "CloudHsmAccessDeniedException")],
  "copy-backup-tags": () => [rewrite("DescribeBackups", "SafeStorageCopyOf", "SafeStorageOther")],
  "copy-backup-rights": () => [refuse("ModifyBackupAttributes", "CloudHsmAccessDeniedException")],
  "secret-replica-rights": () => [rewrite("DescribeSecret", "InSync", "Failed")],

  "cli-two-clusters": () => [rewrite("Invoke", '"replicated":true', '"replicated":false')],
  "replicate-existing-user": () => [rewrite("Invoke", '"replicated":false', '"replicated":true')],
  "store-moves-to-restored-cluster": () => [
    refuse("UpdateCustomKeyStore", "CloudHsmClusterNotRelatedException", once),
  ],
  "failed-restore": () => [rewrite("DescribeVolumes", '"FAILED"', '"CREATED"')],
  "store-without-hsms": () => [answer("GenerateDataKeyWithoutPlaintext", {})],
  "cluster-without-hsms": () => [refuse("CreateHsm", "CloudHsmInvalidRequestException", once)],
  "ontap-password-action": () => [refuse("UpdateFileSystem", "BadRequest")],
  "svm-limits": () => [refuse("CreateStorageVirtualMachine", "ServiceLimitExceeded")],
  "several-pairs-iops": () => [refuse("CreateFileSystem", "BadRequest")],
  "pair-throughputs": () => [refuse("CreateFileSystem", "BadRequest")],
  "smallest-endpoint-range": () => [refuse("CreateFileSystem", "BadRequest")],
  "ontap-backup-copy": () => [answer("CopyBackup", { Backup: { BackupId: "backup-0123456789abcdef0" } })],
  "fsx-key-rights": () => [rewrite("DescribeFileSystems", '"AVAILABLE"', '"MISCONFIGURED"')],
  "volume-from-backup-rights": () => [refuse("CreateVolumeFromBackup", "AccessDeniedException")],
  "final-backup": () => [answer("DescribeBackups", { Backups: [] })],
  "volume-sizes": () => [
    answer("CreateVolume", { Volume: { VolumeId: "fsvol-0123456789abcdef0" } }),
    answer("DeleteVolume", {}),
  ],
  "changes-while-updating": () => [answer("UpdateFileSystem", {}, { times: 2 })],
  "route-table-tag": () => [rewrite("DescribeRouteTables", "ManagedByAmazonFSx", "theirs")],
  "file-system-addresses": () => [rewrite("DescribeNetworkInterfaces", "subnet-[0-9a-f]+", "subnet-0")],
};
