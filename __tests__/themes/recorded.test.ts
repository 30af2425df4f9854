// What AWS was recorded to answer, held against what the local cloud answers.

import type { Recorded } from "../../command/verify/recorder";
import { differences } from "../../verification/compare";

const call = (more: Partial<Recorded>): Recorded => ({
  claim: "quorum-values",
  service: "cloudhsm",
  operation: "DescribeClusters",
  input: {},
  ...more,
});
const cluster = (State: string, more: object = {}) =>
  call({ output: { Clusters: [{ ClusterId: "cluster-abc", State, ...more }] } });
const refused = (message: string) => call({ error: { name: "CloudHsmInvalidRequestException", message } });
const seen = (...states: string[]) => call({ claim: "states", operation: "cluster", output: { states } });
const STATES = "states: cloudhsm cluster";
const AT = "quorum-values: cloudhsm DescribeClusters";

test("nothing differs where only ids, addresses and the trial's name do", () => {
  expect(
    differences(
      [cluster("ACTIVE"), refused("verify-20270101-0a1b: cluster-abc has 10.99.0.4")],
      [cluster("ACTIVE"), refused("verify-20261129-ffff: cluster-xyz has 10.99.0.10")],
    ),
  ).toEqual([]);
});

test("a state that was over too soon to be seen on one of several resources is no difference", () => {
  const whole = seen("CREATE_IN_PROGRESS", "UNINITIALIZED", "INITIALIZED", "ACTIVE");
  expect(differences([whole], [seen("CREATE_IN_PROGRESS", "UNINITIALIZED", "ACTIVE"), whole])).toEqual([]);
});

test.each([
  [
    "a state that AWS alone has",
    [seen("CREATE_IN_PROGRESS", "UNINITIALIZED", "DEGRADED")],
    [seen("CREATE_IN_PROGRESS", "UNINITIALIZED")],
    [`${STATES}: on AWS alone: DEGRADED`],
  ],
  [
    "another order of a resource's states",
    [seen("CREATE_IN_PROGRESS", "ACTIVE")],
    [seen("ACTIVE", "CREATE_IN_PROGRESS")],
    [`${STATES}: on AWS alone: CREATE_IN_PROGRESS before ACTIVE`],
  ],
  [
    "a member that AWS alone has",
    [cluster("ACTIVE", { NetworkType: "IPV4" })],
    [cluster("ACTIVE")],
    [`${AT}: on AWS alone: Clusters[].NetworkType: string`],
  ],
  [
    "the type of a member",
    [cluster("ACTIVE", { Count: 1 })],
    [cluster("ACTIVE", { Count: "1" })],
    [
      `${AT}: on AWS alone: Clusters[].Count: number`,
      `${AT}: in the local cloud alone: Clusters[].Count: string`,
    ],
  ],
  [
    "the order of states",
    [cluster("CREATE_IN_PROGRESS"), cluster("UNINITIALIZED"), cluster("UNINITIALIZED")],
    [cluster("UNINITIALIZED")],
    [`${AT}: states on AWS CREATE_IN_PROGRESS → UNINITIALIZED; in the local cloud UNINITIALIZED`],
  ],
  [
    "an error's text",
    [refused("It is so.")],
    [refused("It is not so.")],
    [
      `${AT}: on AWS alone: CloudHsmInvalidRequestException: It is so.`,
      `${AT}: in the local cloud alone: CloudHsmInvalidRequestException: It is not so.`,
    ],
  ],
  [
    "a call that was made once only",
    [cluster("ACTIVE"), call({ operation: "ListTags", output: {} })],
    [cluster("ACTIVE")],
    ["quorum-values: cloudhsm ListTags: called on AWS alone"],
  ],
])("tells %s", (_what, onAws, inLocalCloud, lines) => {
  expect(differences(onAws, inLocalCloud)).toEqual(lines);
});
