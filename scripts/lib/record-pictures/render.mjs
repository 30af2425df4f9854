// Makes a moving picture of a recording: render.mjs CAST SVG

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

// Installed apart: nothing else needs it.
const require = createRequire(new URL("../../../.local/recording/package.json", import.meta.url));
const { render } = require("svg-term"); // draws what a terminal showed, as real text that moves without a script

const [cast, svg] = process.argv.slice(2);
writeFileSync(svg, render(readFileSync(cast, "utf8"), { window: true }));
