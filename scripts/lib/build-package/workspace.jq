# The package.json of a package beside the constructs: of what was built.

.type = "commonjs"
| .files = ["lib", "bin.js", "index.js"]
| if .main then .types = "./lib/index.d.ts" else . end
