// A key store on a cluster that somebody else has made and activated.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  ClusterOperator,
  CustomKeyStore,
  ExistingHsmNetwork,
  HsmCluster,
  HsmNetwork,
  KeyStoreDeletionPolicy,
} from "safe-storage";

interface Settings {
  clusterId: string;
  /** Secret with the password of the HSM user admin, or JSON with `username` and `password` of another admin. */
  adminSecretArn: string;
  /** Secret with the certificate with which the cluster was initialised. */
  trustAnchorSecretArn: string;
  /** Qualifiers of all names. */
  system: string;
  purpose: string;
  /** The cluster's VPC. */
  network: ExistingHsmNetwork;
  /** Name of the key store. @default system and purpose */
  keyStoreName?: string;
  /** Takes a `kmsuser` over that is there already. */
  adoptKmsuser?: boolean;
  backupRetentionDays?: number;
  /** What a destroy does with the key store. @default "disconnect" */
  deletionPolicy?: KeyStoreDeletionPolicy;
  layerZip?: string;
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const { system, purpose, layerZip } = settings;
const stack = new TerraformStack(app, "existing-cluster");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
const network = HsmNetwork.fromExisting(stack, "network", settings.network);
aws.region = network.region;

// A destroy takes the operator away, and leaves key store and cluster.
const operator = new ClusterOperator(stack, "operator", {
  system,
  purpose,
  network,
  layerZip,
  deletionPolicy: "delete",
});
const { clusterId, adminSecretArn, trustAnchorSecretArn, adoptKmsuser, backupRetentionDays } = settings;
const cluster = HsmCluster.fromExisting(stack, "cluster", {
  clusterId,
  operator,
  adminSecretArn,
  trustAnchorSecretArn,
  adoptKmsuser,
  backupRetentionDays,
});
const keyStore = new CustomKeyStore(stack, "key-store", {
  system,
  purpose,
  name: settings.keyStoreName,
  cluster,
  operator,
  deletionPolicy: settings.deletionPolicy,
});
new TerraformOutput(stack, "custom_key_store_id", { value: keyStore.customKeyStoreId });
app.synth();
