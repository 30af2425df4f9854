// What the account must have before a deploy: quotas, service-linked roles, and no policy of the organization that denies the calls.

import { readFileSync } from "node:fs";
import { Quota, QUOTAS } from "../../aws-limits/service-quotas";
import { asset } from "../assets";
import { Blueprint } from "./blueprint";
import { Role } from "./roles";

export interface Needs {
  quotas: { what: string; needed: number; byDefault: number; source: string }[];
  serviceLinkedRoles: { service: string; why: string }[];
  /** Calls of who deploys, and of the roles here: what a service control policy must not deny. */
  deployerCalls: string[];
  roleCalls: string[];
}

export function needsOf(blueprint: Blueprint, hsmCount: number, roles: Role[]): Needs {
  const count = (type: string): number => blueprint.of(type).length;
  const needed: [Quota, number][] = [
    [QUOTAS.clusters, count("aws_cloudhsm_v2_cluster")],
    [QUOTAS.hsms, hsmCount],
    [QUOTAS.keyStores, count("aws_kms_custom_key_store")],
    [QUOTAS.vpcs, count("aws_vpc")],
    [QUOTAS.endpoints, count("aws_vpc_endpoint")],
    [QUOTAS.fileSystems, count("aws_fsx_ontap_file_system")],
  ];
  const quotas = needed
    .filter(([, number]) => number > 0)
    .map(([{ what, byDefault, source }, number]) => ({ what, needed: number, byDefault, source }));
  const serviceLinkedRoles = [
    [
      "aws_cloudhsm_v2_cluster",
      "cloudhsm.amazonaws.com",
      "CloudHSM makes it for the account's first cluster",
    ],
    ["aws_kms_custom_key_store", "cks.kms.amazonaws.com", "KMS makes it for the account's first key store"],
    ["aws_fsx_ontap_file_system", "fsx.amazonaws.com", "FSx makes it for the account's first file system"],
  ]
    .filter(([type]) => count(type) > 0)
    .map(([, service, why]) => ({ service, why }));
  const { Statement } = JSON.parse(readFileSync(asset("examples/pipeline/deploy.json"), "utf8"));
  const deployer = Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow").flatMap(
    ({ Action }: { Action: string | string[] }) => Action,
  );
  const ofRoles = roles.flatMap(({ rights }) =>
    rights.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions),
  );
  return {
    quotas,
    serviceLinkedRoles,
    deployerCalls: [...new Set<string>(deployer)].sort(),
    roleCalls: [...new Set(ofRoles)].sort(),
  };
}
