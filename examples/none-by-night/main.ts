// A cluster for applications' own keys (PKCS #11, JCE), without a key store: by night and on weekends it has no HSM at all.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import {
  acceptProviderVersions,
  CertificateAuthority,
  ClusterOperator,
  DeletionPolicy,
  HsmCluster,
  HsmNetwork,
  HsmRoots,
  HsmSchedule,
  HsmSubnetProps,
  Notifications,
} from "safe-storage";

interface Settings {
  cidrBlock: string;
  subnets: HsmSubnetProps[];
  timeZone: string;
  emails: string[];
  deletionPolicy?: DeletionPolicy;
  identityCheck?: HsmRoots;
  layerZip?: string;
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const { cidrBlock, subnets, timeZone, emails, deletionPolicy, identityCheck, layerZip } = settings;
const stack = new TerraformStack(app, "none-by-night");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const name = "dev-hsms";
const network = new HsmNetwork(stack, "network", { name, cidrBlock, subnets });
aws.region = network.region;
const operator = new ClusterOperator(stack, "operator", { name, network, layerZip, deletionPolicy });
const cluster = new HsmCluster(stack, "cluster", {
  name,
  network,
  operator,
  signer: new CertificateAuthority(stack, "ca"),
  identityCheck,
  deletionPolicy,
  keep: 0,
});
const schedule = new HsmSchedule(stack, "schedule", {
  name,
  cluster,
  operator,
  timeZone,
  windows: {
    nights: { removeAt: "cron(0 19 ? * MON-THU *)", restoreAt: "cron(30 6 ? * TUE-FRI *)" },
    weekends: { removeAt: "cron(0 19 ? * FRI *)", restoreAt: "cron(30 6 ? * MON *)" },
  },
  notifications: new Notifications(stack, "notifications", { name, operator, emails }),
});
new TerraformOutput(stack, "cluster_id", { value: cluster.clusterId });
new TerraformOutput(stack, "trust_anchor", { value: cluster.trustAnchor });
new TerraformOutput(stack, "hsm_cost_a_month", { value: schedule.monthlyCost });
app.synth();
