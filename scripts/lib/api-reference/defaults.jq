# Defaults in words: a docstring's default is a text, which an editor would insert as the value where a schema has it as `default`.
walk(
  if type == "object" and has("default") and (.description | type) == "string" then
    .description += " Default: \(.default | if type == "string" then . else tojson end)."
    | if .type == (.default | type) and .type != "string" or (.default as $default | .enum // [] | index([$default])) then .
      else del(.default) end
  else . end
)
