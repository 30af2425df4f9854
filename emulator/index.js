// The package's entry: what was built, in a clone what scripts/lib/compile has made.

const { existsSync } = require("node:fs");
const { join } = require("node:path");

module.exports = require(
  existsSync(join(__dirname, "lib/index.js")) ? "./lib/index.js" : "../.local/js/emulator/index.js",
);
