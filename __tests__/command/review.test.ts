// What `safe-storage review` says of a stack, without AWS.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Blueprint } from "../../command/review/blueprint";
import { encodedIn } from "../../command/review/expression";
import { risksOf } from "../../command/review/risks";
import { rolesOf } from "../../command/review/roles";
import { secretsOf } from "../../command/review/secrets";
import { summaryOf } from "../../command/review/summary";
import type { Chapter } from "../../command/review/markdown";
import { ReviewApp } from "./review-app";

const apps: ReviewApp[] = [];
const own = (changes?: object): ReviewApp => {
  const app = ReviewApp.own(changes);
  apps.push(app);
  return app;
};
afterAll(() => apps.forEach((app) => app.remove()));

describe("of the project's own settings", () => {
  let chapters: Chapter[];
  beforeAll(() => (chapters = own().chapters()));
  const review = () => chapters[0].review;

  test("the time is that of the longest chain, and no less than AWS asks for", () => {
    const { steps, minutes, lowerBoundMinutes } = review().deploy;
    expect(Math.max(...steps.map((s) => s.from + s.minutes))).toBeCloseTo(minutes, 0);
    expect(lowerBoundMinutes).toBeLessThanOrEqual(minutes);
    const critical = steps.filter((s) => s.critical).reduce((sum, s) => sum + s.minutes, 0);
    expect(critical).toBeCloseTo(minutes, 0);
    const connect = steps.find(({ name }) => name === "connect the key store")!;
    // Two HSMs must be there: «Create a custom key store», AWS KMS Developer Guide.
    for (const hsm of steps.filter(({ name }) => name.startsWith("HSM ")))
      expect(hsm.from + hsm.minutes).toBeLessThanOrEqual(connect.from);
    expect(steps.find(({ name }) => name === "file system")!.waitsFor).toEqual(["connect the key store"]);
  });

  test("the cost is the sum of its lines, the HSMs' by their hours", () => {
    const { lines, usdAMonth, usdThreeDays } = review().cost;
    expect(lines.find(({ what }) => what.startsWith("HSMs"))).toMatchObject({ quantity: 2, usd: 2336 });
    expect(lines.reduce((sum, { usd }) => sum + usd!, 0)).toBeCloseTo(usdAMonth, 2);
    expect(usdThreeDays).toBeCloseTo((usdAMonth / 730) * 72, 1);
  });

  test("secrets that are in Terraform's state are said to be, and no other", () => {
    const inState = review().secrets.filter((s) => s.inState);
    expect(inState.map(({ path }) => path)).toEqual(["storage/operator/kmsuser-secret", "storage/ca/key"]);
    const admin = review().secrets.find(({ path }) => path === "storage/operator/admin-secret")!;
    expect(admin).toMatchObject({
      encryptedBy: "storage/operator/encryption-key",
      readers: ["safe-storage-operator-eu-central-1"],
      rotation: expect.stringContaining("adminPasswordRotationDays"),
    });
  });

  test("each arrow is a rule of a security group, or what encrypts and keeps what", () => {
    const { nodes, edges } = review().architecture;
    const label = (id: string) => nodes.find((node) => node.id === id)!.label;
    const said = edges.map((edge) => `${label(edge.from)} > ${label(edge.to)}: ${edge.label}`);
    expect(said.sort()).toEqual([
      "file system > SVM safe-storage: has",
      "file system > key alias/safe-storage: encrypted by",
      "key alias/safe-storage > key store safe-storage: lives in",
      "key store safe-storage > HSM: kmsuser",
      "key store safe-storage > HSM: kmsuser",
      "safe-storage-operator > HSM: tcp 2223-2225",
      "safe-storage-operator > HSM: tcp 2223-2225",
      "safe-storage-operator > interface endpoints: tcp 443",
    ]);
    const zoneOf = (id: string) => label(nodes.find((node) => node.id === id)!.within!);
    const hsms = nodes.filter(({ kind }) => kind === "hsm");
    expect(hsms.map(({ id }) => zoneOf(id))).toEqual(["eu-central-1a", "eu-central-1b"]);
  });

  test("a destroy is refused by all that holds keys or data; backups stay", () => {
    const others = review().destruction.filter(({ fate }) => fate !== "refused");
    expect(others.map(({ what, fate }) => `${what}: ${fate}`)).toEqual([
      "KMS key storage/network/flow-log/key: pending", // whose log goes, too
      "backups of storage/cluster/cluster: kept",
    ]);
  });

  test("who could lose keys, and what the account needs", () => {
    const risk = (action: string) => review().risks.find((one) => one.action === action)!.roles;
    expect(risk("kms:DisconnectCustomKeyStore")).toEqual(["safe-storage-operator-eu-central-1"]);
    expect(risk("kms:ScheduleKeyDeletion")).toEqual([]);
    expect(review().watches.map(({ name }) => name)).toContain("guard storage/key/guard");
    const { quotas, serviceLinkedRoles, deployerCalls } = review().needs;
    expect(quotas.find(({ what }) => what === "HSMs")!.needed).toBe(2);
    expect(serviceLinkedRoles.map(({ service }) => service)).toContain("cks.kms.amazonaws.com");
    expect(deployerCalls).toEqual(expect.arrayContaining(["cloudhsm:CreateHsm", "fsx:CreateFileSystem"]));
  });
});

test("with deletionPolicy delete it says what becomes of each, and for how long that can be taken back", () => {
  const [{ review }] = own({ deletionPolicy: "delete", key: { deletionWindowInDays: 7 } }).chapters();
  const fate = (what: string) => review.destruction.find((one) => one.what === what);
  expect(fate("KMS key storage/key/key")).toMatchObject({
    fate: "pending",
    note: expect.stringMatching(/^for 7 days/),
  });
  expect(fate("file system storage/file-system/file-system")!.fate).toBe("deleted");
});

test("a volume's final backup is said to stay, also of one from a backup", () => {
  const { fileSystem } = JSON.parse(readFileSync(join(__dirname, "../../settings.json"), "utf8"));
  const volumes = [
    { name: "made", sizeGib: 100 },
    { name: "restored", sizeGib: 100, backupId: "backup-0123456789abcdef0" },
    { name: "scratch", sizeGib: 100, finalBackup: false },
  ];
  const notes = (deletionPolicy: string) =>
    own({ deletionPolicy, fileSystem: { ...fileSystem, volumes } })
      .chapters()[0]
      .review.destruction.filter(({ what }) => what.startsWith("volume "))
      .map(({ what, fate, note }) => `${what}: ${fate}, ${note.slice(0, 22)}`);
  expect(notes("delete").sort()).toEqual([
    "volume made: deleted, a final backup stays, ",
    "volume restored: deleted, a final backup stays, ",
    "volume scratch: deleted, without a final backup",
  ]);
  expect(notes("retain").every((note) => note.includes("refused"))).toBe(true);
});

test("a schedule's savings are a line of their own", () => {
  const nights = { removeAt: "cron(0 19 * * ? *)", restoreAt: "cron(0 7 * * ? *)" };
  const schedule = { windows: { nights }, timeZone: "Europe/Berlin" };
  const [{ review }] = own({ schedule }).chapters();
  const { lines, usdAMonth, usdAMonthWithoutSchedule } = review.cost;
  const saved = lines.find(({ what }) => what === "removed by the schedule")!.usd!;
  // One of two HSMs, for half of a day.
  expect(saved).toBeCloseTo(-1168 / 2, 0);
  expect(usdAMonthWithoutSchedule + saved).toBeCloseTo(usdAMonth, 2);
});

const EXAMPLES = readdirSync(join(__dirname, "../../examples")).filter(
  (name) => !["pipeline", "key-consumers", "ecs-service"].includes(name), // which use what another stack has
);

test("HSMs that the operator makes count for the quota, too", () => {
  const app = ReviewApp.example("none-by-night");
  apps.push(app);
  const { quotas } = app.chapters()[0].review.needs;
  expect(quotas.find(({ what }) => what === "HSMs")!.needed).toBe(2);
});

test("an HSM that several invocations name is one, and two at one address in two clusters are two", () => {
  const invocation = (cluster: string) => ({
    input: `\${jsonencode({"action" = "ensure-hsms", "clusterId" = ${cluster}, "hsms" = [{"availabilityZone" = "eu-central-1a", "ipAddress" = "10.0.0.5"}]})}`,
  });
  const [one, other] = ["aws_cloudhsm_v2_cluster.one.id", "aws_cloudhsm_v2_cluster.other.id"];
  const blueprint = new Blueprint({
    resource: {
      aws_lambda_invocation: {
        first: invocation(one),
        again: invocation(one),
        other: invocation(other),
      },
    },
  });
  expect(blueprint.operatorHsms().map(({ ipAddress }) => ipAddress)).toEqual(["10.0.0.5", "10.0.0.5"]);
});

test.each(EXAMPLES)("%s: every wildcard of a role has a reason", (name) => {
  const app = ReviewApp.example(name);
  apps.push(app);
  const chapters = app.chapters();
  const open = chapters.flatMap(({ review }) =>
    review.roles.flatMap(({ rights }) => rights.filter(({ wildcard, why }) => wildcard && !why)),
  );
  expect(open).toEqual([]);
});

test("a deploy says in short what the page says", () => {
  const summary = summaryOf(own().chapters()[0].review);
  expect(summary).toContain("safe-storage, in eu-central-1:");
  expect(summary).toContain("6 secrets, 2 of them in Terraform's state");
  expect(summary).toContain("a destroy is refused: deletionPolicy is retain");
  expect(summaryOf(own({ deletionPolicy: "delete" }).chapters()[0].review)).toContain("a destroy deletes it");
});

describe("roles", () => {
  const rolesIn = (policies: object) =>
    rolesOf(
      new Blueprint({
        provider: { aws: [{ region: "eu-central-1" }] },
        resource: {
          aws_iam_role: {
            it: { name: "it", assume_role_policy: "{}", "//": { metadata: { path: "test/it" } } },
          },
          ...policies,
        },
      }),
    )[0];

  test("a wildcard without a reason is flagged", () => {
    const policy = '{"Statement":{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}';
    const { rights } = rolesIn({ aws_iam_role_policy: { p: { role: "${aws_iam_role.it.id}", policy } } });
    expect(rights).toMatchObject([{ actions: ["kms:Decrypt"], wildcard: true }]);
    expect(rights[0].why).toBeUndefined();
  });

  test.each([
    [{ NotAction: "iam:*", Resource: "arn:aws:s3:::a" }, ["everything but iam:*"], ["arn:aws:s3:::a"]],
    [
      { Action: "s3:GetObject", NotResource: "arn:aws:s3:::a" },
      ["s3:GetObject"],
      ["everything but arn:aws:s3:::a"],
    ],
    [{ Action: "kms:*", Resource: "arn:aws:kms:::key/a" }, ["kms:*"], ["arn:aws:kms:::key/a"]],
  ])("%j is as wide as it is, and flagged", (statement, actions, on) => {
    const policy = JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] });
    const { rights } = rolesIn({ aws_iam_role_policy: { p: { role: "${aws_iam_role.it.id}", policy } } });
    expect(rights).toMatchObject([{ actions, on, wildcard: true }]);
    expect(rights[0].why).toBeUndefined();
  });

  test.each([
    [{ Action: "kms:*", Resource: "*" }, "kms:DisableKey", true],
    [{ NotAction: "iam:*", Resource: "*" }, "kms:DisableKey", true],
    [{ Action: "kms:Describe*", Resource: "*" }, "kms:DisableKey", false],
    [{ Effect: "Deny", Action: "kms:*", Resource: "*" }, "kms:DisableKey", false],
  ])("who has %j is among those who may call %s: %s", (statement, action, may) => {
    const policy = JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] });
    const role = rolesIn({ aws_iam_role_policy: { p: { role: "${aws_iam_role.it.id}", policy } } });
    expect(risksOf([role]).find((risk) => risk.action === action)!.roles).toEqual(may ? ["it"] : []);
  });

  test.each([
    ["*", true],
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:ledger/*", true],
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:ledger/token-??????", true],
    ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:other/*", false],
  ])("who may read %s reads the secret ledger/token: %s", (Resource, may) => {
    const Statement = { Effect: "Allow", Action: "secretsmanager:Get*", Resource };
    const blueprint = new Blueprint({
      resource: {
        aws_iam_role: { it: { name: "it" } },
        aws_iam_role_policy: { p: { role: "${aws_iam_role.it.id}", policy: JSON.stringify({ Statement }) } },
        aws_secretsmanager_secret: { token: { name: "ledger/token" } },
      },
    });
    expect(secretsOf(blueprint, rolesOf(blueprint))[0].readers).toEqual(may ? ["it"] : []);
  });

  test("a policy that only a deploy knows is not left out, nor a managed one", () => {
    const role = rolesIn({
      aws_iam_role_policy: { p: { role: "${aws_iam_role.it.id}", policy: "${var.policy}" } },
      aws_iam_role_policy_attachment: {
        a: { role: "${aws_iam_role.it.name}", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      },
    });
    expect(role.rights).toMatchObject([{ wildcard: true }]);
    expect(role.managed).toEqual(["arn:aws:iam::aws:policy/AdministratorAccess"]);
  });
});

test.each([
  [
    '${jsonencode({"a" = "b \\"c\\"", "d" = [aws_x.y.arn, 1, true]})}',
    { a: 'b "c"', d: ["${aws_x.y.arn}", 1, true] },
  ],
  ['${jsonencode({"a" = "x${data.aws_p.q.p}:*", "e" = {}})}', { a: "x${data.aws_p.q.p}:*", e: {} }],
  [
    '${jsonencode({"a" = join(",", [aws_x.y.arn, "b"]), "c" = []})}',
    { a: '${join(",", [aws_x.y.arn, "b"])}', c: [] },
  ],
  ['{"a": 1}', { a: 1 }],
  ["${aws_x.y.policy}", undefined],
  [{}, undefined],
])("an encoded object is read as Terraform would encode it: %j", (value, object) => {
  expect(encodedIn(value)).toEqual(object);
});

describe("--against", () => {
  test("says what a change does to rights, exposure, cost and time, from a review.json or a cdktf.out", () => {
    const app = own();
    expect(app.review("--out", join(app.folder, "before")).status).toBe(0);
    const { fileSystem } = JSON.parse(readFileSync(join(__dirname, "../../settings.json"), "utf8"));
    const changed = own({
      fileSystem: { ...fileSystem, clients: [{ from: "10.60.0.0/16", protocols: ["nfs4"] }] },
      cluster: { adminPasswordRotationDays: 30 },
    });
    const earlier = [join(app.folder, "before/review.json"), join(app.folder, "cdktf.out")];
    const [first, second] = earlier.map((path) => changed.chapters("--against", path)[0].differences);
    expect(first).toEqual(second);
    expect(first!.exposure).toEqual({
      added: ["clients (10.60.0.0/16) to file system (MULTI_AZ_1, 1024 GiB): tcp 2049"],
      removed: [],
    });
    expect(first!.secrets.added.join()).toContain("every 30 days");
    expect(first!.time).toBeUndefined();
  });

  test("of the same synth nothing differs", () => {
    const app = own();
    app.review();
    expect(app.chapters("--against", join(app.folder, "cdktf.out"))[0].differences).toEqual({});
  });

  test.each([
    ["nowhere", /--against nowhere is not there/],
    [__dirname, /neither a review\.json nor a folder that a synth has written/],
  ])("%s is refused", (path, error) => {
    const { status, stderr } = own().review("--against", path);
    expect(status).toBe(2);
    expect(stderr).toMatch(error);
  });
});

describe("--plan", () => {
  const plan = {
    format_version: "1.2",
    resource_changes: [
      {
        address: "aws_vpc.storage_network_vpc_BAA1109F",
        type: "aws_vpc",
        change: { actions: ["create", "delete"] },
      },
      { address: "aws_kms_key.gone", type: "aws_kms_key", change: { actions: ["delete"] } },
      { address: "aws_sqs_queue.same", type: "aws_sqs_queue", change: { actions: ["no-op"] } },
      { address: "data.aws_region.x", type: "aws_region", change: { actions: ["read"] } },
    ],
  };

  test("shows its changes, in the table and in the picture", () => {
    const app = own();
    const file = app.write("plan.json", plan);
    expect(app.chapters("--plan", file)[0].changes).toEqual([
      expect.objectContaining({ path: "storage/network/vpc", action: "replace" }),
      expect.objectContaining({ path: "aws_kms_key.gone", action: "delete" }),
    ]);
    expect(app.review("--plan", file).status).toBe(0);
    expect(readFileSync(join(app.folder, "review/review.html"), "utf8")).toMatch(
      /class="box network[^"]* mark-replace"/,
    );
  });

  test("what is no plan is refused, with the way to one", () => {
    const app = own();
    const { status, stderr } = app.review("--plan", app.write("plan.json", { planned: true }));
    expect(status).toBe(2);
    expect(stderr).toMatch(/is no plan of Terraform's\. Make it by terraform show -json/);
  });
});

test("it writes the three files, and says where", () => {
  const app = own();
  const { status, stdout } = app.review();
  expect(status).toBe(0);
  const files = ["review.html", "review.md", "review.json"].map((name) => join(app.folder, "review", name));
  expect(stdout.trim().split("\n")).toEqual(files);
  expect(files.every((file) => existsSync(file))).toBe(true);
  const markdown = readFileSync(files[1], "utf8");
  expect(markdown).toContain("```mermaid");
  expect(markdown).toContain("CKV_AWS_7");
});
