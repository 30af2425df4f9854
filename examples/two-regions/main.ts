// A key store in each of two regions, by provider aliases, in one stack.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  CertificateAuthority,
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  HsmRoots,
  HsmSubnetProps,
  regionOf,
} from "safe-storage";

interface Settings {
  /** By a name of their own. */
  regions: Record<string, { cidrBlock: string; subnets: HsmSubnetProps[] }>;
  identityCheck?: HsmRoots;
  layerZip?: string;
}

const app = new App();
const { regions, identityCheck, layerZip }: Settings = app.node.getContext("settings");
const name = "ledger";

/** What one region has. */
class RegionalKeys extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, settings: Settings["regions"][string], aws: AwsProps) {
    super(scope, id);
    const network = new HsmNetwork(this, "network", { name, ...settings, ...aws });
    const operator = new ClusterOperator(this, "operator", { name, network, layerZip, ...aws });
    const cluster = new HsmCluster(this, "cluster", {
      name,
      network,
      operator,
      signer: new CertificateAuthority(this, "ca", { commonName: `Ledger HSM CA, ${id}` }),
      identityCheck,
      ...aws,
    });
    const keyStore = new CustomKeyStore(this, "key-store", { name, cluster, operator, ...aws });
    this.keyArn = new HsmKey(this, "key", { keyStore, alias: name, ...aws }).keyArn;
  }
}

const stack = new TerraformStack(app, "two-regions");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");
for (const [id, settings] of Object.entries(regions)) {
  const region = regionOf(settings.subnets[0].availabilityZone);
  const provider = new AwsProvider(stack, `aws-${id}`, { alias: id, region });
  const { keyArn } = new RegionalKeys(stack, id, settings, { provider, tags: { Side: id } });
  new TerraformOutput(stack, `${id}_key_arn`, { value: keyArn });
}
app.synth();
