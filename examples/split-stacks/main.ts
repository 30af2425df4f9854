// Keys that live long in one stack, storage that comes and goes in another, which takes the keys from the first.

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
  OntapFileSystem,
} from "safe-storage";

interface Settings {
  cidrBlock: string;
  subnets: HsmSubnetProps[];
  identityCheck?: HsmRoots;
  layerZip?: string;
}

const app = new App();
const { cidrBlock, subnets, identityCheck, layerZip }: Settings = app.node.getContext("settings");
const name = "archive";

const keys = new TerraformStack(app, "keys");
acceptProviderVersions(keys);
const aws = new AwsProvider(keys, "aws");
new TlsProvider(keys, "tls");
new NullProvider(keys, "null");
const network = new HsmNetwork(keys, "network", { name, cidrBlock, subnets });
aws.region = network.region;
const operator = new ClusterOperator(keys, "operator", { name, network, layerZip });
const signer = new CertificateAuthority(keys, "ca");
const cluster = new HsmCluster(keys, "cluster", { name, network, operator, signer, identityCheck });
const keyStore = new CustomKeyStore(keys, "key-store", { name, cluster, operator });
const key = new HsmKey(keys, "key", { keyStore, alias: name });

// Deployed after the keys; a destroy of it leaves them.
const storage = new TerraformStack(app, "storage");
acceptProviderVersions(storage);
new AwsProvider(storage, "aws", { region: network.region });
const files = new OntapFileSystem(storage, "files", {
  name,
  network,
  key,
  deploymentType: "SINGLE_AZ_1",
  deletionPolicy: "delete",
});
new TerraformOutput(storage, "dns_name", { value: files.dnsName });
app.synth();
