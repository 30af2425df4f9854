// Constructs one by one, in a stack of somebody else's.

import {
  CertificateAuthority,
  ClusterOperator,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  OntapFileSystem,
} from "../../constructs";
import { Synthesized, SETTINGS } from "./synthesize";

const existing = {
  vpcId: "vpc-0123456789abcdef0",
  subnets: SETTINGS.subnets.map((s, i) => ({ ...s, subnetId: `subnet-${i}` })),
  endpointSecurityGroupId: "sg-0123456789abcdef0",
};

test("a cluster in a network that exists makes no network", () => {
  const stack = new Synthesized((scope) => {
    const network = HsmNetwork.fromExisting(scope, "network", existing);
    new HsmCluster(scope, "cluster", {
      network,
      operator: new ClusterOperator(scope, "operator", { network }),
      signer: new CertificateAuthority(scope, "ca"),
    });
  });
  for (const type of ["aws_vpc", "aws_subnet", "aws_vpc_endpoint"]) expect(stack.resources(type)).toEqual([]);
  expect(stack.resource("aws_cloudhsm_v2_cluster").subnet_ids).toEqual(["subnet-0", "subnet-1"]);
});

test("a network that exists is checked like a new one", () => {
  expect(
    () =>
      new Synthesized(
        (scope) =>
          void HsmNetwork.fromExisting(scope, "network", { ...existing, subnets: [existing.subnets[0]] }),
      ),
  ).toThrow(/test\/network: subnets is .* at least two different availability zones/);
});

test("a key in a key store that somebody else connected", () => {
  const stack = new Synthesized(
    (scope) =>
      new HsmKey(scope, "key", {
        keyStore: { customKeyStoreId: "cks-1234567890abcdef0", connected: [] },
        alias: "team/files",
      }),
  );
  expect(stack.resource("aws_kms_key").custom_key_store_id).toBe("cks-1234567890abcdef0");
  expect(stack.resource("aws_kms_alias").name).toBe("alias/team/files");
});

test.each(["alias/mine", "aws/mine", "with space", ""])("a key refuses the alias %p", (alias) => {
  const keyStore = { customKeyStoreId: "cks-1", connected: [] };
  expect(() => new Synthesized((scope) => new HsmKey(scope, "key", { keyStore, alias }))).toThrow(
    /test\/key: alias is/,
  );
});

test("a file system lets in the NFS clients that it is told of, and nobody else", () => {
  const stack = new Synthesized((scope) => {
    const network = HsmNetwork.fromExisting(scope, "network", existing);
    const key = new HsmKey(scope, "key", {
      keyStore: { customKeyStoreId: "cks-1", connected: [] },
      alias: "files",
    });
    new OntapFileSystem(scope, "files", { network, key }).allowFrom("clients", "sg-clients");
  });
  const rules = stack.resources("aws_vpc_security_group_ingress_rule");
  // "NFS: 111, 635, 2049, 4045-4046": «File system access control with Amazon VPC», FSx for ONTAP User Guide.
  expect(new Set(rules.map((r) => `${r.from_port}-${r.to_port}`))).toEqual(
    new Set(["111-111", "635-635", "2049-2049", "4045-4046"]),
  );
  for (const rule of rules) expect(rule.referenced_security_group_id).toBe("sg-clients");
});
