// A function in the trial's VPC, as long as a check needs it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipFolder } from "../command/layer/zip-folder";
import { TAG, type Trial } from "./trial";

/** With the probe's role and this security group; once it is Active it is deleted. */
export async function makeAndDeleteFunction(trial: Trial, groupId: string): Promise<void> {
  const { lambda, name, outputs } = trial;
  const FunctionName = `${name}-short-lived`;
  const { Role } = await lambda.getFunctionConfiguration({ FunctionName: outputs.probe_arn });
  await lambda.createFunction({
    FunctionName,
    Role,
    Runtime: "provided.al2023",
    Handler: "bootstrap",
    Code: { ZipFile: await zipOf("#!/bin/bash\n") },
    VpcConfig: { SubnetIds: [outputs.subnet_ids[0]], SecurityGroupIds: [groupId] },
    Tags: { [TAG]: name },
  });
  await trial.until("the function is Active", 15, async () => {
    const { State } = await lambda.getFunctionConfiguration({ FunctionName });
    return State === "Active";
  });
  await lambda.deleteFunction({ FunctionName });
}

async function zipOf(bootstrap: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-function-"));
  try {
    writeFileSync(join(folder, "bootstrap"), bootstrap, { mode: 0o755 });
    const out = `${folder}.zip`;
    await zipFolder(folder, out);
    const bytes = readFileSync(out);
    rmSync(out);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
