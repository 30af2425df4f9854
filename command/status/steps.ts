// The steps of a deploy that is in progress: which are done, which runs and for how long, and what AWS usually takes. Seen from AWS, so that
// it does not matter who deploys.

import { Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { durations, Step as AwsStep } from "../../emulator/core/durations";
import { cloudHsm } from "../app/clients";
import { DeploymentState } from "../app/deployment";
import { Step } from "./report";

/** When this process has first seen a step run, where AWS does not say when it began. */
const firstSeen = new Map<string, number>();

/** What these take one after the other. */
const usual = (...steps: AwsStep[]): string =>
  `${Math.max(1, Math.round(steps.reduce((sum, step) => sum + durations[step], 0) / 60))} min`;

interface Seen {
  name: string;
  done: boolean;
  begun: boolean;
  since?: Date;
  usually: string;
}

export async function deploySteps(deployment: DeploymentState): Promise<Step[]> {
  const { stack, region } = deployment;
  const has = (type: string): number => deployment.all(type).length;
  const wants = (type: string): number => stack.addresses(type).length;
  const invoked = (action: string): boolean => deployment.events.some((e) => e.action === action);
  const subnets = deployment.all("aws_subnet").map((a) => String(a.id));
  const cluster = await clusterOn(region, subnets);
  const active = (cluster?.Hsms ?? []).filter((h) => h.State === "ACTIVE").length;
  const hsms = (cluster?.Hsms ?? []).filter((h) => !/^DELETE/.test(h.State!)).length;
  const wanted = Math.max(wants("aws_cloudhsm_v2_hsm"), 1);
  const kms = new KMS({ region });
  const { CustomKeyStores = [] } = await kms.describeCustomKeyStores({});
  const store = cluster && CustomKeyStores.find((s) => s.CloudHsmClusterId === cluster.ClusterId);
  const { FileSystems = [] } = await new FSx({ region }).describeFileSystems({});
  const fileSystem = FileSystems.find((f) => f.SubnetIds?.some((id) => subnets.includes(id)));
  const initialized = ["INITIALIZED", "ACTIVE", "DEGRADED"].includes(cluster?.State ?? "");

  const seen: Seen[] = [
    {
      name: "network and operator",
      done: has("aws_vpc_endpoint") >= wants("aws_vpc_endpoint") && has("aws_lambda_function") > 0,
      begun: true,
      usually: usual("function connected"),
    },
    {
      name: "cluster",
      done: cluster !== undefined && cluster.State !== "CREATE_IN_PROGRESS",
      begun: cluster !== undefined,
      since: cluster?.CreateTimestamp,
      usually: usual("cluster created"),
    },
    { name: "first HSM", done: active > 0, begun: hsms > 0, usually: usual("hsm created") },
    {
      name: "signing and initialization",
      done: initialized,
      begun: active > 0,
      usually: usual("cluster initialized"),
    },
    {
      name: "activation and users",
      done: invoked("create-kmsuser"),
      begun: initialized,
      usually: usual("cluster activated", "hsm cloned"),
    },
    {
      name: `further HSMs (${active} of ${wanted})`,
      done: active >= wanted,
      begun: initialized && hsms > 1,
      usually: `${usual("hsm created")}, side by side`,
    },
    {
      name: "key store",
      done: store?.ConnectionState === "CONNECTED",
      begun: store !== undefined,
      usually: usual("key store connected"),
    },
    {
      name: "key",
      done: deployment.all("aws_kms_key").some((a) => a.custom_key_store_id),
      begun: store?.ConnectionState === "CONNECTED",
      usually: "1 min",
    },
    {
      name: "file system",
      done: fileSystem !== undefined && fileSystem.Lifecycle !== "CREATING",
      begun: fileSystem !== undefined,
      since: fileSystem?.CreationTime,
      usually: usual("file system created"),
    },
  ];
  const shown = wants("aws_fsx_ontap_file_system") > 0 ? seen : seen.slice(0, -1);
  return shown.map((one) => stepOf(one));
}

function stepOf({ name, done, begun, since, usually }: Seen): Step {
  const state = done ? "done" : begun ? "running" : "waiting";
  if (state !== "running") return { name, state, usually };
  const known = name.replace(/ \(.*/, ""); // without how many there are
  if (!firstSeen.has(known)) firstSeen.set(known, Date.now());
  const began = since?.getTime() ?? firstSeen.get(known)!;
  return { name, state, usually, seconds: Math.max(0, Math.round((Date.now() - began) / 1000)) };
}

/** While a cluster is being made, no state knows its id, but its subnets are there already. */
async function clusterOn(region: string, subnets: string[]): Promise<Cluster | undefined> {
  const { Clusters = [] } = await cloudHsm(region).describeClusters({});
  return Clusters.find(
    (c) =>
      !/^DELETE/.test(c.State!) && Object.values(c.SubnetMapping ?? {}).some((id) => subnets.includes(id)),
  );
}
