// The pipelines of examples/pipeline: they keep what their guide promises. scripts/check lints them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const GITHUB = "examples/pipeline/github.yml";
const github = parse(read(GITHUB));
const gitlab = parse(read("examples/pipeline/gitlab.yml"));

test("GitHub: no job has more than it needs, none keeps a key, and a deploy is approved and alone", () => {
  expect(github.permissions).toEqual({});
  const { plan, deploy, drift } = github.jobs;
  expect(plan.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
  for (const job of [deploy, drift])
    expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(read(GITHUB)).not.toMatch(/secrets\.|ACCESS_KEY/);
  expect(deploy).toMatchObject({ environment: "production", concurrency: { "cancel-in-progress": false } });
  expect(deploy["timeout-minutes"]).toBeGreaterThanOrEqual(120);
  const role = (job: any): string =>
    job.steps.find((s: any) => s.uses?.startsWith("aws-actions/")).with["role-to-assume"];
  expect([plan, drift].map(role)).toEqual(["${{ vars.PLAN_ROLE_ARN }}", "${{ vars.PLAN_ROLE_ARN }}"]);
  expect(role(deploy)).toBe("${{ vars.DEPLOY_ROLE_ARN }}");
});

test("GitLab: each job takes its role by a token of its own, a deploy is started by hand and alone", () => {
  expect(gitlab.default.id_tokens).toEqual({ AWS_TOKEN: { aud: "sts.amazonaws.com" } });
  expect(gitlab.plan.variables.ROLE_ARN).toBe("$PLAN_ROLE_ARN");
  expect(gitlab.drift.variables.ROLE_ARN).toBe("$PLAN_ROLE_ARN");
  expect(gitlab.deploy).toMatchObject({
    variables: { ROLE_ARN: "$DEPLOY_ROLE_ARN" },
    environment: "production",
    resource_group: "safe-storage",
    rules: [{ when: "manual" }],
  });
  expect(gitlab.stages).toEqual(
    expect.arrayContaining(["plan", "deploy", "drift"].map((job) => gitlab[job].stage)),
  );
});

describe.each(["plan", "deploy"])("%s.json", (name) => {
  const { Statement } = JSON.parse(read(`examples/pipeline/${name}.json`));
  const actions: string[] = Statement.flatMap((s: any) => s.Action);

  test("names each action, and each resource that AWS knows", () => {
    for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z]\w+$/);
    for (const { Sid, Resource, Condition } of Statement)
      if (Resource.includes("*") && Sid !== "ClusterInNetwork")
        expect(Condition).toEqual({ StringEquals: { "aws:RequestedRegion": ["${region}"] } });
  });

  test("is one that a role's inline policies have room for", () => {
    // 10,240 characters without white space: «IAM and AWS STS quotas», IAM User Guide.
    expect(JSON.stringify({ Statement }).length).toBeLessThan(9_500);
  });
});

test("the plan's role changes nothing, and sees one secret", () => {
  const { Statement } = JSON.parse(read("examples/pipeline/plan.json"));
  const changing = Statement.flatMap((s: any) => s.Action).filter(
    (action: string) => !/:(Describe|Get|List|Lookup)/.test(action),
  );
  expect(changing).toEqual(["kms:Decrypt"]);
  const [secret] = Statement.filter((s: any) => s.Action.includes("secretsmanager:GetSecretValue"));
  expect(secret.Resource).toEqual([expect.stringMatching(/secret:safe-storage\/\*\/kmsuser-\*$/)]);
});
