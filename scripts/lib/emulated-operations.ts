// The table of emulator/README.md, made from the code and botocore's models: `--write` puts it in, else it is printed.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Cloud } from "../../emulator/core/cloud";
import { cloudHsm } from "../../emulator/cloudhsm/service";
import { Context, Service } from "../../emulator/core/context";
import { fsx } from "../../emulator/fsx/service";
import { kms } from "../../emulator/kms/service";
import { serviceQuotas } from "../../emulator/service-quotas/service";
import { loadModel } from "../../emulator/http/models";

const README = "emulator/README.md";
const BEGIN = "<!-- operations: made by scripts/emulated-operations -->";
const END = "<!-- end of operations -->";

const printFolder = "import botocore, os; print(os.path.dirname(botocore.__file__) + '/data')";
const folder = execFileSync(".venv/bin/python", ["-c", printFolder], { encoding: "utf8" }).trim();
// Services only register their operations here; none is called.
const context = { cloud: new Cloud(1), regions: [], connectionErrorCodes: [] } as unknown as Context;

function section(title: string, service: Service, others: string): string {
  const names = Object.keys(service.model.operations).sort();
  const here = names.filter((n) => n in service.operations);
  const rest = names.filter((n) => !(n in service.operations));
  return [
    `**${title}**, ${here.length} of ${names.length} operations here: ${here.join(", ")}.`,
    ...(rest.length > 0 ? [`${others}: ${rest.join(", ")}.`] : []),
  ].join("\n\n");
}

const table = [
  section("CloudHSM v2", cloudHsm(context, loadModel(folder, "cloudhsmv2")), "Not emulated"),
  section("KMS", kms(context, loadModel(folder, "kms")), "moto's, whatever the key"),
  section(
    "FSx",
    fsx(context, loadModel(folder, "fsx")),
    "Not emulated (other file systems, caches, data repositories)",
  ),
  section("Service Quotas", serviceQuotas(context, loadModel(folder, "service-quotas")), "Not emulated"),
].join("\n\n");

if (process.argv[2] === "--write") {
  const text = readFileSync(README, "utf8");
  const [before, after] = [text.split(BEGIN)[0], text.split(END)[1]];
  writeFileSync(README, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
} else {
  console.log(table);
}
