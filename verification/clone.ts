// A clone of the trial's cluster, from a backup that is made for it; several claims are about it, and HSMs are paid for by the hour.

import type { Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { refusalOf } from "./claim";
import { connect } from "./key-store";
import { oncePerTrial } from "./once-per-trial";
import { ADMIN, Trial } from "./trial";
import { createUser, deleteUser } from "./users";

/** By this tag a clone is found that an interrupted run has left. */
export const CLONE_TAG = "SafeStorageVerifyClone";
const USER = "verify_late";
const MINUTES = 40;

interface Replication {
  readonly replicated: boolean;
  /** What `cloudhsm-cli` says of it. */
  readonly data: string;
}

export interface CloneSeen {
  /** `user replicate` of a user whom the clone lacks, and once more. */
  readonly first: Replication;
  readonly again: Replication;
  /** On how many of the clone's HSMs the user is then: `full`, or else. */
  readonly coverage: string;
  /** What the move of the key store to the clone, or the use of its key there, was refused with. */
  readonly move?: string;
}

/** Makes it, looks, and deletes it; once for a trial. */
export const clone = oncePerTrial(observe);

async function observe(trial: Trial): Promise<CloneSeen> {
  const backupId = await freshBackup(trial);
  await trial.cli([{ ...createUser(USER), login: ADMIN }]);
  const { ClusterId } = (
    await trial.cloudHsm.createCluster({
      HsmType: (await trial.cluster()).HsmType,
      SubnetIds: trial.outputs.subnet_ids,
      SourceBackupId: backupId,
      TagList: [{ Key: CLONE_TAG, Value: trial.name }],
    })
  ).Cluster!;
  const groups = await functionGroups(trial);
  try {
    await addHsms(trial, ClusterId!);
    await allow(trial, groups, await clusterOf(trial, ClusterId!));
    const first = await replicate(trial, ClusterId!);
    const [{ data }] = await trial.cli([{ args: ["user", "list"] }], { clusterId: ClusterId });
    const user = data.users?.find(({ username }: { username: string }) => username === USER);
    const again = await replicate(trial, ClusterId!);
    const coverage = user?.["cluster-coverage"] ?? "not there";
    return { first, again, coverage, move: await moveStore(trial, ClusterId!) };
  } finally {
    await removeClone(trial, ClusterId!, groups);
    await trial.cli([{ ...deleteUser(USER), login: ADMIN }]);
  }
}

/** With the admin's password of now: AWS makes a backup when an HSM is deleted, and the operator makes that HSM again. */
async function freshBackup(trial: Trial): Promise<string> {
  const { cluster_id: clusterId, hsm_record_arn: hsmRecordArn, trust_anchor: trustAnchor } = trial.outputs;
  const { backupId } = await trial.operator({ action: "remove-hsms", clusterId, hsmRecordArn, keep: "1" });
  await trial.operator({ action: "restore-hsms", clusterId, hsmRecordArn, trustAnchor });
  return backupId;
}

async function clusterOf(trial: Trial, clusterId: string): Promise<Cluster> {
  return (await trial.cloudHsm.describeClusters({ Filters: { clusterIds: [clusterId] } })).Clusters![0];
}

/** Two: a key store wants as many, in different zones, of a cluster that it moves to (UpdateCustomKeyStore, AWS KMS API Reference). */
async function addHsms(trial: Trial, ClusterId: string): Promise<void> {
  const made = () => clusterOf(trial, ClusterId);
  await trial.until(
    "the clone is made",
    MINUTES,
    async () => !/^CREATE|^INITIALIZE_/.test((await made()).State!),
  );
  for (const AvailabilityZone of Object.keys((await made()).SubnetMapping!)
    .sort()
    .slice(0, 2)) {
    await trial.cloudHsm.createHsm({ ClusterId, AvailabilityZone });
    await trial.until("the clone's HSM is made", MINUTES, async () => {
      const { State, Hsms } = await made();
      return State === "ACTIVE" && Hsms!.every((hsm) => hsm.State === "ACTIVE");
    });
  }
}

/** The security groups of operator and probe. */
async function functionGroups({ lambda, outputs }: Trial): Promise<string[]> {
  const functions = [outputs.operator_arn, outputs.probe_arn];
  const found = functions.map(async (FunctionName) => {
    const { VpcConfig } = await lambda.getFunctionConfiguration({ FunctionName });
    return VpcConfig!.SecurityGroupIds!;
  });
  return (await Promise.all(found)).flat();
}

const toHsms = (GroupId: string) => [
  { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId }] },
];

async function allow({ ec2 }: Trial, groups: string[], { SecurityGroup }: Cluster): Promise<void> {
  for (const group of groups) {
    await ec2.authorizeSecurityGroupIngress({ GroupId: SecurityGroup, IpPermissions: toHsms(group) });
    await ec2.authorizeSecurityGroupEgress({ GroupId: group, IpPermissions: toHsms(SecurityGroup!) });
  }
}

async function replicate(trial: Trial, destinationId: string): Promise<Replication> {
  const { cluster_id, trust_anchor, admin_secret_arn } = trial.outputs;
  const { replicated, data } = await trial.probe({
    probe: "replicate",
    clusterId: cluster_id,
    destinationId,
    trustAnchor: trust_anchor,
    adminSecretArn: admin_secret_arn,
    username: USER,
  });
  return { replicated, data };
}

/** To the clone and back, as `safe-storage recover` moves it. */
async function moveStore(trial: Trial, clusterId: string): Promise<string | undefined> {
  const { kms, outputs } = trial;
  const { CiphertextBlob } = await kms.encrypt({ KeyId: outputs.key_arn, Plaintext: Buffer.from("before") });
  const moved = await refusalOf(connect(trial, clusterId));
  const use = moved ?? (await refusalOf(kms.decrypt({ CiphertextBlob })));
  await connect(trial);
  return use;
}

async function removeClone(trial: Trial, ClusterId: string, groups: string[]): Promise<void> {
  const { cloudHsm, ec2 } = trial;
  const { Hsms, SecurityGroup } = await clusterOf(trial, ClusterId);
  // While a rule names the clone's group, that cannot be deleted.
  for (const group of groups)
    await refusalOf(ec2.revokeSecurityGroupEgress({ GroupId: group, IpPermissions: toHsms(SecurityGroup!) }));
  for (const { HsmId } of Hsms!) await cloudHsm.deleteHsm({ ClusterId, HsmId });
  const left = async () => (await clusterOf(trial, ClusterId)).Hsms!.length;
  await trial.until("the clone's HSMs are deleted", MINUTES, async () => (await left()) === 0);
  await cloudHsm.deleteCluster({ ClusterId });
}
