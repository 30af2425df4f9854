// A cluster, a key store and a key in a VPC that a platform team has made.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  ExistingHsmNetwork,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmRoots,
} from "safe-storage";

interface Settings {
  /**
   * Private subnets, and interface endpoints for cloudhsmv2, kms and secretsmanager, that are there already. Each subnet has an explicit CIDR
   * reservation for the HSMs' addresses: of 10.0.0.0/26 that is 10.0.0.8/29.
   */
  network: ExistingHsmNetwork;
  /** Whose instances run cloudhsm-cli. */
  bastionSecurityGroupId: string;
  identityCheck?: HsmRoots;
  layerZip?: string;
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const stack = new TerraformStack(app, "byo-network");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const network = HsmNetwork.fromExisting(stack, "network", settings.network);
aws.region = network.region;
const name = "cards";
const { layerZip, identityCheck } = settings;
const operator = new ClusterOperator(stack, "operator", { name, network, layerZip });
const signer = new CertificateAuthority(stack, "ca", { commonName: "Cards HSM CA" });
const cluster = new HsmCluster(stack, "cluster", { name, network, operator, signer, identityCheck });
cluster.allowFrom(settings.bastionSecurityGroupId, "bastion");
const keyStore = new CustomKeyStore(stack, "key-store", { name, cluster, operator });
const key = new HsmKey(stack, "key", { keyStore, alias: "cards", description: "Card numbers" });

new TerraformOutput(stack, "key_arn", { value: key.keyArn });
app.synth();
