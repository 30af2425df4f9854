# The package.json of the package, made of that of the repository: there the sources are imported as they are, in the package
# what was made of them.

del(.private, .scripts, .devDependencies)
| .files = ["lib"]
| .type = "commonjs"
# For compilers that do not know exports, as those of the CDKTF templates do not.
| .main = "./lib/constructs/index.js" | .types = "./lib/constructs/index.d.ts"
| .typesVersions = {"*": (.exports | del(.["."]) | with_entries(.key |= ltrimstr("./")
    | .value = ["lib/\(.value | ltrimstr("./") | rtrimstr(".ts")).d.ts"]))}
| .exports |= map_values(sub("constructs/"; "lib/constructs/") | sub("[.]ts$"; "")
    | {types: (. + ".d.ts"), default: (. + ".js")})
| .exports["./package.json"] = "./package.json"
| .sideEffects = false
