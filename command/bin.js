#!/usr/bin/env node
// Starts the command: of the package what was built, in a clone the sources as they are now.

const { execFileSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const built = join(__dirname, "lib/main.js");
if (!existsSync(built)) execFileSync(join(__dirname, "../scripts/lib/compile"), { stdio: ["ignore", 2, 2] });
require(existsSync(built) ? built : "../.local/js/command/main.js");
