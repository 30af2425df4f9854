// Bad input of the network, and the error for each.

import { CLOUDHSM_REGIONS, HsmNetwork } from "../constructs";
import { EXISTING_NETWORK, SETTINGS } from "../scripts/lib/synthesize";
import { AWS, AWS_FREE, CIDR, each, FLAG, is, LOG_RETENTION, NAMES, OWN_RANGE, Subject } from "./shared";

const [a, b] = SETTINGS.network.subnets;
const SUBNETS: [unknown, string][] = [
  [undefined, "test/it: subnets is undefined; it must be a list of { availabilityZone, cidrBlock }"],
  [
    [a],
    is(
      "subnets",
      ["eu-central-1a"],
      "in at least two different availability zones: a key store needs HSMs in two",
    ),
  ],
  [
    [a, b, { ...b, cidrBlock: "10.42.0.128/26" }],
    is(
      "subnets",
      ["eu-central-1a", "eu-central-1b", "eu-central-1b"],
      "one subnet for each availability zone: a cluster takes no second one",
    ),
  ],
  [
    [a, { ...b, availabilityZone: "eu-west-1b" }],
    is("subnets", ["eu-central-1a", "eu-west-1b"], "availability zones of one region"),
  ],
  [
    [a, { ...b, availabilityZone: "euc1-az2" }],
    is("availabilityZone", "euc1-az2", "the name of an availability zone, such as eu-central-1a"),
  ],
  [
    [a, b].map((s, i) => ({ ...s, availabilityZone: `cn-north-1${"ab"[i]}` })),
    is("region", "cn-north-1", `a region that has AWS CloudHSM: ${CLOUDHSM_REGIONS.join(", ")}`),
  ],
];

const CLIENT_ACTIONS =
  'a list of actions of cloudhsm, kms, secretsmanager, sns and fsx by their full names, such as "kms:Decrypt"';

/** A list of one client that is right but for one member, and what is said of it. */
const client = (member: object, name: string, right: string): [unknown, string] => [
  [
    {
      roleArn: "arn:aws:iam::111122223333:role/cards",
      from: "sg-0a1b2c3d4e5f60718",
      actions: ["kms:Decrypt"],
      ...member,
    },
  ],
  is(`endpointClients[0].${name}`, Object.values(member)[0], right),
];

export const networkErrors: Record<string, Subject> = {
  HsmNetworkProps: {
    make: (stack, changes) => new HsmNetwork(stack, "it", { ...SETTINGS.network, ...changes }),
    free: AWS_FREE,
    wrong: {
      ...NAMES,
      ...AWS,
      privateDns: each("privateDns", FLAG, "no"),
      flowLog: each("flowLog", FLAG, "no"),
      flowLogRetentionDays: each("flowLogRetentionDays", LOG_RETENTION, 100, "year"),
      endpointClients: [
        ["me", is("endpointClients", "me", "a list of { roleArn, from, actions }")],
        client({ roleArn: "cards" }, "roleArn", "the ARN of an IAM role"),
        client({ from: "everybody" }, "from", "an id such as sg-0a1b2c3d4e5f60718"),
        client({ from: "0.0.0.0/0" }, "from", OWN_RANGE),
        client({ from: "10.0.0.1/24" }, "from", OWN_RANGE),
        client({ actions: [] }, "actions", CLIENT_ACTIONS),
        client({ actions: ["kms:*"] }, "actions", CLIENT_ACTIONS),
        client({ actions: ["s3:GetObject"] }, "actions", CLIENT_ACTIONS),
      ],
      cidrBlock: [
        ...each("cidrBlock", CIDR, "ten dot something", "10.0.0.0/8", "10.42.0.0"),
        ["10.42.0.1/24", is("cidrBlock", "10.42.0.1/24", "the start of its range: 10.42.0.0/24")],
      ],
      subnets: [
        ...SUBNETS,
        [
          [a, { availabilityZone: "eu-central-1b" }],
          "test/it: subnets[1].cidrBlock is undefined; it must be " + CIDR,
        ],
        [
          [a, { ...b, cidrBlock: "10.43.0.0/26" }],
          is("subnets[1].cidrBlock", "10.43.0.0/26", "inside the VPC's range 10.42.0.0/24"),
        ],
        [
          [a, { ...b, cidrBlock: "10.42.0.32/27" }],
          is(
            "subnets[1].cidrBlock",
            "10.42.0.32/27",
            "apart from the other subnets: it overlaps 10.42.0.0/26",
          ),
        ],
      ],
    },
  },
  ExistingHsmNetwork: {
    make: (stack, changes) => HsmNetwork.fromExisting(stack, "it", { ...EXISTING_NETWORK, ...changes }),
    free: AWS_FREE,
    wrong: {
      vpcId: each("vpcId", "an id such as vpc-0a1b2c3d4e5f60718", "my-vpc"),
      subnets: [
        ...SUBNETS,
        [
          [EXISTING_NETWORK.subnets[0], { ...EXISTING_NETWORK.subnets[1], subnetId: "b" }],
          is("subnets[1].subnetId", "b", "an id such as subnet-0a1b2c3d4e5f60718"),
        ],
      ],
      endpointSecurityGroupId: each(
        "endpointSecurityGroupId",
        "an id such as sg-0a1b2c3d4e5f60718",
        "endpoints",
      ),
      routeTableIds: [[["main"], is("routeTableIds[0]", "main", "an id such as rtb-0a1b2c3d4e5f60718")]],
      endpointUrls: [
        [
          { logs: "https://x" },
          is("endpointUrls", "logs", "one of cloudhsmv2, kms, secretsmanager, sns, fsx"),
        ],
        [
          { kms: "vpce-1" },
          is(
            "endpointUrls.kms",
            "vpce-1",
            "an address such as https://vpce-0a1b2c3d-e4f5.kms.eu-central-1.vpce.amazonaws.com",
          ),
        ],
      ],
    },
  },
};
