// The stack of `safe-storage verify`: as much of the chain as its stage asks for, and a probe, a function beside the operator.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, Fn, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  BackupReplication,
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmRoots,
  OntapFileSystem,
} from "safe-storage";

interface Settings {
  /** Of the trial: its resources are called so, and are tagged with it. */
  name: string;
  region: string;
  /** Where its backups and secrets are copied to: another region with CloudHSM. */
  copyRegion: string;
  /** Two zones with CloudHSM. */
  zones: string[];
  stage: "cents" | "hsms" | "everything";
  layerZip: string;
  /** The operator's zip with the action `probe`, which logs what it asks AWS. */
  probeZip: string;
  identityCheck: HsmRoots | false;
}

const app = new App();
const { name, region, copyRegion, zones, stage, layerZip, probeZip, identityCheck }: Settings =
  app.node.getContext("settings");
const stack = new TerraformStack(app, "verify");
acceptProviderVersions(stack);
const defaultTags = [{ tags: { SafeStorageVerify: name } }];
new AwsProvider(stack, "aws", { region, defaultTags });
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const deletionPolicy = "delete";
const subnets = zones.map((availabilityZone, i) => ({
  availabilityZone,
  cidrBlock: `10.99.0.${i * 64}/26`,
}));
const network = new HsmNetwork(stack, "network", { name, cidrBlock: "10.99.0.0/24", subnets });
const operator = new ClusterOperator(stack, "operator", {
  name,
  network,
  layerZip,
  functionZip: probeZip,
  deletionPolicy,
});
const probe = new ClusterOperator(stack, "probe", {
  name: `${name}-probe`,
  network,
  layerZip,
  functionZip: probeZip,
  deletionPolicy,
});
probe.allow("verify-asks", [
  {
    Action: ["cloudhsm:DescribeClusters", "fsx:DescribeFileSystems", "kms:DescribeCustomKeyStores"],
    Resource: "*",
  },
]);
probe.reach("fsx");
const scheduler = new IamRole(stack, "scheduler", {
  name: `${name}-scheduler-${region}`,
  assumeRolePolicy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": probe.accountId } },
      },
    ],
  }),
});
new IamRolePolicy(stack, "scheduler-rights", {
  name: "invoke",
  role: scheduler.id,
  policy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: probe.functionArn }],
  }),
});
// As `Notifications` has its topic and its alarms, without anybody who is told.
const byAlarms = {
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Condition: { StringEquals: { "aws:SourceAccount": operator.accountId } },
};
operator.letUseKey({ ...byAlarms, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: "*" });
const topic = new SnsTopic(stack, "topic", { name, kmsMasterKeyId: operator.encryptionKeyArn });
const topicPolicy = new SnsTopicPolicy(stack, "topic-policy", {
  arn: topic.arn,
  policy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...byAlarms, Action: ["sns:Publish"], Resource: topic.arn }],
  }),
});
const alarm = new CloudwatchMetricAlarm(stack, "alarm", {
  alarmName: name,
  namespace: "SafeStorageVerify",
  metricName: "never",
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
  alarmActions: [topic.arn],
  dependsOn: [topicPolicy],
});
const outputs: Record<string, unknown> = {
  alarm_name: alarm.alarmName,
  vpc_id: network.vpcId,
  subnet_ids: network.subnets.map(({ subnetId }) => subnetId),
  operator_arn: operator.functionArn,
  probe_arn: probe.functionArn,
  scheduler_role_arn: scheduler.arn,
  encryption_key_arn: operator.encryptionKeyArn,
};

if (stage !== "cents") {
  const cluster = new HsmCluster(stack, "cluster", {
    name,
    network,
    operator,
    signer: new CertificateAuthority(stack, "ca"),
    identityCheck,
    // Lets the operator make and delete HSMs, as a schedule does.
    keep: 1,
    hsmsOnDemand: true,
    adminPasswordRotationDays: 1000,
    deletionPolicy,
  });
  const keyStore = new CustomKeyStore(stack, "key-store", { name, cluster, operator, deletionPolicy });
  const key = new HsmKey(stack, "key", { keyStore, alias: name, deletionWindowInDays: 7, deletionPolicy });
  const copies = new AwsProvider(stack, "copies", { alias: "copies", region: copyRegion, defaultTags });
  const replication = new BackupReplication(stack, "replication", {
    name,
    cluster,
    operator,
    destinations: [{ region: copyRegion, provider: copies }],
  });
  outputs.copier_arn = `arn:${operator.partition}:lambda:${copyRegion}:${operator.accountId}:function:${replication.functionNames[copyRegion]}`;
  probe.reachHsms(cluster.securityGroupId);
  probe.allow("verify-hsms", [
    { Action: ["secretsmanager:GetSecretValue"], Resource: cluster.adminSecretArn },
    {
      Action: ["kms:Decrypt"],
      Resource: operator.encryptionKeyArn,
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
    {
      // By this condition alone it may look at a key in HSMs, and at no other.
      Action: ["kms:DescribeKey"],
      Resource: "*",
      Condition: { StringEquals: { "kms:KeyOrigin": "AWS_CLOUDHSM" } },
    },
  ]);
  Object.assign(outputs, {
    cluster_id: cluster.clusterId,
    trust_anchor: cluster.trustAnchor,
    trust_anchor_secret: cluster.trustAnchorSecretName,
    admin_secret_arn: cluster.adminSecretArn,
    kmsuser_secret_arn: cluster.kmsuserSecretArn,
    hsm_record_arn: cluster.scheduled!.recordArn,
    custom_key_store_id: keyStore.customKeyStoreId,
    key_arn: key.keyArn,
  });
  if (stage === "everything") {
    // Nobody's rights but those that the key's own policy gives to whoever calls FSx.
    const fileSystemKey = new HsmKey(stack, "file-system-key", {
      keyStore,
      alias: `${name}-fsx`,
      services: ["fsx"],
      deletionWindowInDays: 7,
      deletionPolicy,
    });
    const fileSystem = new OntapFileSystem(stack, "file-system", {
      name,
      network,
      key: fileSystemKey,
      deletionPolicy,
    });
    const { fileSystemId } = fileSystem;
    const { storageVirtualMachineId } = Object.values(fileSystem.storageVirtualMachines)[0];
    const volumes = probe.arn("fsx", `volume/${fileSystemId}/*`);
    const machine = probe.arn("fsx", `storage-virtual-machine/${fileSystemId}/${storageVirtualMachineId}`);
    probe.allow("verify-restores", [
      {
        Action: ["fsx:CreateVolumeFromBackup"],
        Resource: [probe.arn("fsx", "backup/*"), volumes, machine],
      },
      { Action: ["fsx:TagResource"], Resource: volumes },
      {
        Action: ["fsx:DeleteVolume"],
        Resource: volumes,
        Condition: { StringEquals: { "aws:ResourceTag/SafeStorageVerify": name } },
      },
    ]);
    outputs.file_system_id = fileSystemId;
    outputs.file_system_key_arn = fileSystemKey.keyArn;
    outputs.storage_virtual_machine_id = storageVirtualMachineId;
  }
}
for (const [output, value] of Object.entries(outputs)) new TerraformOutput(stack, output, { value });
app.synth();
