import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportsOnRecord, unverified } from "../../verification/unverified";

writeFileSync(join(__dirname, "../../docs/unverified.md"), unverified(reportsOnRecord()));
