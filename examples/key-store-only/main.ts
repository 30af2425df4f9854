// Cluster, key store and keys for whatever AWS service encrypts with them; no storage.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmRoots,
  HsmSubnetProps,
} from "safe-storage";

interface Settings {
  cidrBlock: string;
  subnets: HsmSubnetProps[];
  /** Names of IAM roles: who administers the keys, and who uses them. */
  adminRole: string;
  userRole: string;
  identityCheck?: HsmRoots;
  layerZip?: string;
}

const app = new App();
const { cidrBlock, subnets, adminRole, userRole, identityCheck, layerZip }: Settings =
  app.node.getContext("settings");
const stack = new TerraformStack(app, "key-store-only");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const name = "vault";
const network = new HsmNetwork(stack, "network", { name, cidrBlock, subnets });
aws.region = network.region;
const operator = new ClusterOperator(stack, "operator", { name, network, layerZip });
const signer = new CertificateAuthority(stack, "ca");
const cluster = new HsmCluster(stack, "cluster", { name, network, operator, signer, identityCheck });
const keyStore = new CustomKeyStore(stack, "key-store", { name, cluster, operator });
for (const alias of ["vault/cards", "vault/reports"]) {
  const key = new HsmKey(stack, alias.replace("/", "-"), { keyStore, alias });
  key.grantAdmin(adminRole);
  key.grantEncryptDecrypt(userRole);
  new TerraformOutput(stack, `${alias.replace("/", "_")}_key_arn`, { value: key.keyArn });
}
app.synth();
