// The app in a folder, as the command finds its stacks.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../command/app/app";
import { StateAlone } from "../../command/app/state";
import { DeploymentState } from "../../command/app/deployment";

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safe-storage-app-"));
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((said += text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const OPERATOR = { aws_lambda_function: { operator: { handler: "operator.handle" } } };

/** An app whose synth writes these stacks: resources, and the stacks that each depends on. */
function appOf(
  stacks: Record<string, { resource?: object; dependencies?: string[] }>,
  output = "cdktf.out",
): App {
  const manifest = { stacks: {} as Record<string, object> };
  for (const [name, { resource = {}, dependencies = [] }] of Object.entries(stacks)) {
    const annotations = [{ constructPath: `${name}/x`, level: "@cdktf/warn", message: `look at ${name}` }];
    manifest.stacks[name] = { name, workingDirectory: `stacks/${name}`, dependencies, annotations };
    mkdirSync(join(folder, output, "stacks", name), { recursive: true });
    writeFileSync(join(folder, "stack.json"), "");
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ resource }));
  }
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const copies = Object.keys(stacks).map(
    (name) => `cp ${name}.json $CDKTF_OUTDIR/stacks/${name}/cdk.tf.json`,
  );
  const app = ["cp manifest.json $CDKTF_OUTDIR", ...copies].join(" && ");
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app, output }));
  return new App(folder);
}

test("only stacks with constructs of Safe Storage are its own, each after those that it depends on", () => {
  const app = appOf({
    storage: { resource: OPERATOR, dependencies: ["keys"] },
    website: { resource: { aws_s3_bucket: {} } },
    keys: { resource: { aws_cloudhsm_v2_cluster: {} } },
  });
  app.synth();
  expect(app.stacks().map(({ name }) => name)).toEqual(["keys", "storage"]);
  expect(app.stack("keys").folder).toBe(join(folder, "cdktf.out/stacks/keys"));
  expect(() => app.stack()).toThrow(/several stacks: name one by --stack, of keys, storage/);
  expect(() => app.stack("website")).toThrow(/--stack website is not one .* there are: keys, storage/);
  expect(said).toContain("WARN [keys/x]: look at keys");
});

test("an app without such a stack, and one that does not synthesize, is told so", () => {
  const app = appOf({ website: {} });
  app.synth();
  expect(() => app.stacks()).toThrow(/has no stack with constructs of Safe Storage/);
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ app: "exit 3" }));
  expect(() => new App(folder).synth()).toThrow(/was not synthesized/);
  writeFileSync(join(folder, "cdktf.json"), "{");
  expect(() => new App(folder)).toThrow(/cdktf.json is no JSON/);
});

test("another output folder of cdktf.json is taken", () => {
  const app = appOf({ storage: { resource: OPERATOR } }, "out/here");
  app.synth();
  expect(app.stack().folder).toBe(join(folder, "out/here/stacks/storage"));
});

test("HCL of an earlier «cdktf synth --hcl» does not stay beside the JSON, where Terraform would read both (hashicorp/terraform-cdk#3365)", () => {
  const app = appOf({ one: { resource: OPERATOR } });
  const hcl = join(folder, "cdktf.out/stacks/one/cdk.tf");
  writeFileSync(hcl, "");
  app.synth();
  expect(existsSync(hcl)).toBe(false);
  expect(existsSync(`${hcl}.json`)).toBe(true);
});

test("a state alone tells regions and functions by its ARNs", () => {
  const lambda = (name: string, region: string) => ({
    mode: "managed" as const,
    type: "aws_lambda_function",
    name,
    instances: [
      {
        attributes: {
          arn: `arn:aws:lambda:${region}:123456789012:function:${name}`,
          handler: "operator.handle",
        },
      },
    ],
  });
  const cluster = {
    mode: "managed" as const,
    type: "aws_cloudhsm_v2_cluster",
    name: "cluster",
    instances: [{ attributes: { id: "cluster-a" } }],
  };
  const state = new StateAlone({ resources: [lambda("operator", "eu-west-1"), cluster] });
  const deployment = new DeploymentState(state);
  expect(deployment.region).toBe("eu-west-1");
  expect(deployment.clusterIds).toEqual(["cluster-a"]);
  expect(deployment.home.arn).toContain("function:operator");
  expect(state.regionOf("aws_cloudhsm_v2_cluster.cluster")).toBe("eu-west-1");
});
