// The architecture as a graph: what is where, and who talks to whom on which port.

import { Blueprint, Resource } from "./blueprint";
import { statementsOf } from "./roles";

export type Kind =
  | "region"
  | "network"
  | "zone"
  | "hsm"
  | "endpoint"
  | "operator"
  | "key-store"
  | "key"
  | "storage"
  | "secret"
  | "client"
  | "copies";

export interface Node {
  id: string;
  label: string;
  /** A second line. */
  note?: string;
  kind: Kind;
  /** The node that it is in. */
  within?: string;
}

export interface Edge {
  from: string;
  to: string;
  label: string;
}

export interface Architecture {
  nodes: Node[];
  edges: Edge[];
}

export function architectureOf(blueprint: Blueprint): Architecture {
  const nodes: Node[] = [];
  const edges: Edge[] = [];
  const add = (node: Node): string => {
    if (!nodes.some(({ id }) => id === node.id)) nodes.push(node);
    return node.id;
  };
  const connect = (from: string | undefined, to: string | undefined, label: string): void => {
    if (from && to && from !== to && !edges.some((e) => e.from === from && e.to === to && e.label === label))
      edges.push({ from, to, label });
  };
  const region = (name: string): string =>
    add({ id: `region ${name}`, label: name || "the region", kind: "region" });
  for (const name of blueprint.regions) region(name);

  // The VPC and its zones.
  const vpcs = blueprint.of("aws_vpc");
  const networkOf = (resource: Resource): string => {
    const vpc = vpcs.find((one) => one.region === resource.region) ?? undefined;
    const within = region(resource.region);
    return vpc
      ? add({
          id: vpc.address,
          label: `VPC ${vpc.block.cidr_block}`,
          note: "no way out",
          kind: "network",
          within,
        })
      : add({ id: `network ${resource.region}`, label: "your VPC", kind: "network", within });
  };
  const zoneOf = (resource: Resource, zone: string): string =>
    add({ id: `${networkOf(resource)} ${zone}`, label: zone, kind: "zone", within: networkOf(resource) });
  for (const subnet of blueprint.of("aws_subnet")) zoneOf(subnet, subnet.block.availability_zone);

  // Security groups stand for what is in them.
  const owners = new Map<string, string[]>();
  const owns = (group: unknown, node: string): void => {
    for (const address of blueprint.referencesIn(group))
      owners.set(address, [...(owners.get(address) ?? []), node]);
  };

  const hsms = blueprint.of("aws_cloudhsm_v2_hsm").map((hsm) => {
    const zone = blueprint.zoneOf(hsm);
    return add({
      id: hsm.address,
      label: "HSM",
      note: hsm.block.ip_address,
      kind: "hsm",
      within: zone ? zoneOf(hsm, zone) : networkOf(hsm),
    });
  });
  const endpoints = blueprint.of("aws_vpc_endpoint");
  if (endpoints.length > 0) {
    const services = endpoints.map(({ block }) => String(block.service_name).split(".").pop());
    const node = add({
      id: "endpoints",
      label: "interface endpoints",
      note: services.join(", "),
      kind: "endpoint",
      within: networkOf(endpoints[0]),
    });
    for (const { block } of endpoints) owns(block.security_group_ids, node);
  }
  for (const operator of blueprint.of("aws_lambda_function")) {
    const [vpcConfig] = [operator.block.vpc_config ?? []].flat();
    const inNetwork = vpcConfig !== undefined;
    const node = add({
      id: operator.address,
      label: String(operator.block.function_name),
      note: inNetwork ? "operator, a Lambda function" : "copies backups, in no VPC",
      kind: inNetwork ? "operator" : "copies",
      within: inNetwork ? networkOf(operator) : region(operator.region),
    });
    owns(vpcConfig?.security_group_ids, node);
    for (const cluster of inNetwork ? [] : blueprint.of("aws_cloudhsm_v2_cluster")) {
      const backups = add({
        id: `backups ${cluster.address}`,
        label: "backups",
        note: "of the cluster, by CloudHSM",
        kind: "copies",
        within: region(cluster.region),
      });
      connect(backups, node, "copied");
    }
  }
  for (const system of blueprint.of("aws_fsx_ontap_file_system")) {
    const node = add({
      id: system.address,
      label: "file system",
      note: `${system.block.deployment_type}, ${system.block.storage_capacity} GiB`,
      kind: "storage",
      within: networkOf(system),
    });
    owns(system.block.security_group_ids, node);
    for (const machine of blueprint.of("aws_fsx_ontap_storage_virtual_machine"))
      if (blueprint.named(machine.block.file_system_id)?.address === system.address) {
        const volumes = blueprint
          .of("aws_fsx_ontap_volume")
          .filter(
            ({ block }) => blueprint.named(block.storage_virtual_machine_id)?.address === machine.address,
          )
          .map(({ block }) => block.junction_path ?? block.name);
        const id = add({
          id: machine.address,
          label: `SVM ${machine.block.name}`,
          note: volumes.length > 0 ? volumes.join(", ") : "no volume",
          kind: "storage",
          within: networkOf(system),
        });
        connect(node, id, "has");
      }
    const key = blueprint.named(system.block.kms_key_id, "aws_kms_key");
    if (key) connect(node, keyNode(blueprint, key, add, region), "encrypted by");
  }
  for (const key of blueprint.of("aws_kms_key").filter(({ block }) => block.custom_key_store_id)) {
    const id = keyNode(blueprint, key, add, region);
    const store = blueprint.named(key.block.custom_key_store_id, "aws_kms_custom_key_store");
    connect(id, store ? storeNode(store, add, region) : undefined, "lives in");
  }
  for (const store of blueprint.of("aws_kms_custom_key_store")) {
    const id = storeNode(store, add, region);
    for (const hsm of hsms) connect(id, hsm, "kmsuser");
  }
  for (const cluster of blueprint.of("aws_cloudhsm_v2_cluster")) owners.set(cluster.address, hsms);

  for (const rule of blueprint.of("aws_vpc_security_group_ingress_rule")) {
    const { block } = rule;
    const port = block.from_port === block.to_port ? block.from_port : `${block.from_port}-${block.to_port}`;
    const label = `${block.ip_protocol} ${port ?? "all"}`;
    const targets = blueprint
      .referencesIn(block.security_group_id)
      .flatMap((group) => owners.get(group) ?? []);
    const from = block.referenced_security_group_id ?? block.cidr_ipv4;
    const known = blueprint.referencesIn(from).flatMap((group) => owners.get(group) ?? []);
    const sources =
      known.length > 0
        ? known
        : [
            add({
              id: `client ${from}`,
              label: "clients",
              note: String(from).startsWith("${") ? (blueprint.named(from)?.path ?? "") : String(from),
              kind: "client",
            }),
          ];
    for (const source of sources) for (const target of targets) connect(source, target, label);
  }
  return { nodes, edges: together(edges) };
}

/** A node as a line says it. */
export function nodeName({ nodes }: Architecture, id: string): string {
  const { label, note } = nodes.find((node) => node.id === id)!;
  return note ? `${label} (${note})` : label;
}

/** One arrow for all ports between two nodes. */
function together(edges: Edge[]): Edge[] {
  const labels = new Map<string, Edge>();
  for (const edge of edges) {
    const known = labels.get(`${edge.from} ${edge.to}`);
    if (known) known.label += `, ${edge.label}`;
    else labels.set(`${edge.from} ${edge.to}`, { ...edge });
  }
  return [...labels.values()];
}

type Add = (node: Node) => string;

function keyNode(blueprint: Blueprint, key: Resource, add: Add, region: (name: string) => string): string {
  const alias = blueprint
    .of("aws_kms_alias")
    .find(({ block }) => blueprint.named(block.target_key_id)?.address === key.address);
  const services = new Set(
    statementsOf(key.block.policy)
      .flatMap(({ Condition }) => Condition?.StringEquals?.["kms:ViaService"] ?? [])
      .map((service: string) => service.split(".")[0]),
  );
  return add({
    id: key.address,
    label: `key ${alias?.block.name ?? key.path}`,
    note: services.size > 0 ? `for ${[...services].join(", ")} alone` : "IAM says who uses it",
    kind: "key",
    within: region(key.region),
  });
}

const storeNode = (store: Resource, add: Add, region: (name: string) => string): string =>
  add({
    id: store.address,
    label: `key store ${store.block.custom_key_store_name}`,
    note: "AWS KMS",
    kind: "key-store",
    within: region(store.region),
  });
