// A cluster, a key store and a key in a VPC that a platform team has made, beside resources of their own.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmKey,
  HsmNetwork,
} from "safe-storage";

const app = new App();
const stack = new TerraformStack(app, "payments-keys");
new AwsProvider(stack, "aws", { region: "eu-west-1" });
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

// Private subnets, and interface endpoints for cloudhsmv2, kms and secretsmanager, that are there already.
const network = HsmNetwork.fromExisting(stack, "network", {
  vpcId: "vpc-0a1b2c3d4e5f60718",
  subnets: [
    { availabilityZone: "eu-west-1a", cidrBlock: "10.20.1.0/24", subnetId: "subnet-0a1b2c3d4e5f60001" },
    { availabilityZone: "eu-west-1b", cidrBlock: "10.20.2.0/24", subnetId: "subnet-0a1b2c3d4e5f60002" },
  ],
  endpointSecurityGroupId: "sg-0a1b2c3d4e5f60718",
});
const operator = new ClusterOperator(stack, "operator", { name: "payments", network });
const cluster = new HsmCluster(stack, "cluster", {
  name: "payments",
  network,
  operator,
  signer: new CertificateAuthority(stack, "ca", { commonName: "Payments HSM CA" }),
});
const keyStore = new CustomKeyStore(stack, "key-store", { name: "payments", cluster, operator });
const key = new HsmKey(stack, "key", { keyStore, alias: "payments/cards", description: "Card numbers" });

new TerraformOutput(stack, "key_arn", { value: key.keyArn });
app.synth();
