// An operator's code that is not what was deployed: an update of it has failed, which Terraform's provider takes for done, or somebody has
// changed it. No plan shows either: the provider compares what was asked for. Source: hashicorp/terraform-provider-aws#43447.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Lambda, waitUntilFunctionUpdatedV2 } from "@aws-sdk/client-lambda";
import { Stack } from "../app/stack";

/**
 * Gives such an operator its code again; where the code is a new one, Terraform does it. Other functions of the stack are left alone: that
 * theirs comes from elsewhere may be wanted.
 */
export async function restoreFunctionCode(stack: Stack): Promise<void> {
  for (const address of stack.addresses("aws_lambda_function")) {
    const instance = stack.instance(address);
    if (!instance || instance.tainted || instance.attributes.handler !== "operator.handle") continue;
    const code = readFileSync(stack.file(String(stack.wanted[address].filename)));
    const hash = createHash("sha256").update(code).digest("base64");
    if (instance.attributes.source_code_hash !== hash) continue;
    const client = new Lambda({ region: stack.regionOf(address) });
    const FunctionName = String(instance.attributes.function_name);
    const present = await client.getFunctionConfiguration({ FunctionName }).catch((error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
    });
    if (!present || present.CodeSha256 === hash) continue;
    console.log(`${address}: the code of ${FunctionName} is not what was deployed. It is put there again`);
    await client.updateFunctionCode({ FunctionName, ZipFile: code });
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 300 }, { FunctionName });
  }
}
