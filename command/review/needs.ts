// What the account must have before a deploy: quotas, service-linked roles, and no policy of the organization that denies the calls.

import { readFileSync } from "node:fs";
import { QUOTAS } from "../adoption/quota-defaults";
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
  const quotas = [
    {
      what: "CloudHSM clusters",
      needed: count("aws_cloudhsm_v2_cluster"),
      byDefault: QUOTAS.clusters.byDefault,
      source: "«Quotas», AWS CloudHSM User Guide",
    },
    {
      what: "HSMs",
      needed: hsmCount,
      byDefault: QUOTAS.HSMs.byDefault,
      source: "«Quotas», AWS CloudHSM User Guide",
    },
    {
      what: "custom key stores",
      needed: count("aws_kms_custom_key_store"),
      byDefault: 10,
      source: "«Quotas», AWS KMS Developer Guide",
    },
    {
      what: "VPCs",
      needed: count("aws_vpc"),
      byDefault: 5,
      source: "«Amazon VPC quotas», Amazon VPC User Guide",
    },
    {
      what: "interface endpoints of a VPC",
      needed: count("aws_vpc_endpoint"),
      byDefault: 50,
      source: "«Amazon VPC quotas», Amazon VPC User Guide",
    },
    {
      what: "ONTAP file systems",
      needed: count("aws_fsx_ontap_file_system"),
      byDefault: 100,
      source: "«Quotas», FSx for ONTAP User Guide",
    },
  ].filter(({ needed }) => needed > 0);
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
