// A key store in one region, its cluster's backups copied to another one, and the way back there when the first is lost.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  BackupReplication,
  CertificateAuthority,
  ClusterHealth,
  ClusterOperator,
  CustomKeyStore,
  DeletionPolicy,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmRoots,
  HsmSubnetProps,
  IHsmCluster,
  Notifications,
  regionOf,
} from "safe-storage";

interface Side {
  cidrBlock: string;
  subnets: HsmSubnetProps[];
}

interface Settings {
  /** Where the key store is, and where its backups are copied to. */
  home: Side;
  recovery: Side;
  /** Whom alarms of the copies tell, from the region of the copies. */
  emails?: string[];
  recoveryPointHours?: number;
  /** The lost cluster, from the output of `two-regions`. With it the stack `two-regions-recovery` brings its keys back. */
  lostClusterId?: string;
  /** A copy to restore instead of the newest. */
  backupId?: string;
  identityCheck?: HsmRoots;
  layerZip?: string;
  deletionPolicy?: DeletionPolicy;
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const { home, recovery, lostClusterId, layerZip, deletionPolicy } = settings;
const name = "ledger";
const [homeRegion, recoveryRegion] = [home, recovery].map(({ subnets }) =>
  regionOf(subnets[0].availabilityZone)!,
);

/** Alarms on the cluster, its key store and its key, wherever they are. */
function watch(
  scope: TerraformStack,
  of: {
    name: string;
    cluster: IHsmCluster;
    operator: ClusterOperator;
    keyStore: CustomKeyStore;
    keys: HsmKey[];
  },
): void {
  const { emails = [] } = settings;
  const notifications =
    emails.length > 0
      ? new Notifications(scope, "notifications", { name: of.name, operator: of.operator, emails })
      : undefined;
  new ClusterHealth(scope, "health", { ...of, notifications });
}

/** Its state is in neither region: both stacks must be deployable when one of them is lost. */
class Home extends TerraformStack {
  constructor() {
    super(app, "two-regions");
    acceptProviderVersions(this);
    new TlsProvider(this, "tls");
    new NullProvider(this, "null");
    new AwsProvider(this, "aws", { region: homeRegion });
    const there = new AwsProvider(this, "aws-recovery", { alias: "recovery", region: recoveryRegion });

    const network = new HsmNetwork(this, "network", { name, ...home });
    const operator = new ClusterOperator(this, "operator", { name, network, layerZip, deletionPolicy });
    const cluster = new HsmCluster(this, "cluster", {
      name,
      network,
      operator,
      signer: new CertificateAuthority(this, "ca", { commonName: "Ledger HSM CA" }),
      identityCheck: settings.identityCheck,
      deletionPolicy,
    });
    const keyStore = new CustomKeyStore(this, "key-store", { name, cluster, operator, deletionPolicy });
    const key = new HsmKey(this, "key", { keyStore, alias: name, deletionPolicy });
    watch(this, { name, cluster, operator, keyStore, keys: [key] });
    const { emails, recoveryPointHours } = settings;
    const replication = new BackupReplication(this, "replication", {
      name,
      cluster,
      operator,
      destinations: [{ region: recoveryRegion, provider: there, emails }],
      recoveryPointHours,
    });
    new TerraformOutput(this, "cluster_id", { value: cluster.clusterId });
    new TerraformOutput(this, "key_arn", { value: key.keyArn });
    new TerraformOutput(this, "copier", { value: replication.functionNames[recoveryRegion] });
  }
}

/** Nothing of it asks the lost region anything. */
class Recovery extends TerraformStack {
  constructor(sourceClusterId: string) {
    super(app, "two-regions-recovery");
    acceptProviderVersions(this);
    const here = `${name}-recovery`;
    new AwsProvider(this, "aws", { region: recoveryRegion });
    const network = new HsmNetwork(this, "network", { name: here, ...recovery });
    const operator = new ClusterOperator(this, "operator", { name: here, network, layerZip, deletionPolicy });
    const cluster = HsmCluster.fromBackup(this, "cluster", {
      name: here,
      network,
      operator,
      sourceBackupId:
        settings.backupId ?? BackupReplication.newestCopy(this, "backup", { name, sourceClusterId }),
      sourceClusterId,
      deletionPolicy,
    });
    // KMS keys stay in their region: this one is new. What crypto users made in the HSMs themselves is back.
    const keyStore = new CustomKeyStore(this, "key-store", { name: here, cluster, operator, deletionPolicy });
    const key = new HsmKey(this, "key", { keyStore, alias: here, deletionPolicy });
    watch(this, { name: here, cluster, operator, keyStore, keys: [key] });
    new TerraformOutput(this, "cluster_id", { value: cluster.clusterId });
    new TerraformOutput(this, "key_arn", { value: key.keyArn });
    new TerraformOutput(this, "operator_function", { value: operator.functionName });
    // Who was made or deleted after the backup: to be looked at by hand.
    new TerraformOutput(this, "user_differences", { value: cluster.userDifferences });
  }
}

new Home();
if (lostClusterId) new Recovery(lostClusterId);
app.synth();
