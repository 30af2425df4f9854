// Writes the policies of examples/pipeline, of the calls of the reference deployments.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REFERENCES, ReferenceName, referenceFolder } from "../../../__tests__/end-to-end/reference";
import { actionsOf } from "./actions";
import { policiesOf } from "./policies";

const ROOT = join(__dirname, "../../..");

const called = Object.keys(REFERENCES).flatMap((name) => {
  const { calls } = JSON.parse(
    readFileSync(join(referenceFolder(name as ReferenceName), "calls.json"), "utf8"),
  );
  return actionsOf(calls);
});
for (const [name, policy] of Object.entries(policiesOf(called)))
  writeFileSync(join(ROOT, "examples/pipeline", `${name}.json`), `${JSON.stringify(policy, null, 2)}\n`);
