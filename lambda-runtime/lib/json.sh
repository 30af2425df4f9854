# shellcheck shell=bash
# JSON of texts. Sets: JSON.

# json_string TEXT: sets JSON to it, quoted.
json_string() {
  JSON=${1//\\/\\\\}
  JSON=${JSON//\"/\\\"}
  JSON=${JSON//$'\n'/\\n}
  JSON=${JSON//$'\r'/\\r}
  JSON=${JSON//$'\t'/\\t}
  JSON="\"${JSON//[[:cntrl:]]/ }\""
}

# json_object [NAME VALUE] ...: sets JSON to an object of these strings.
json_object() {
  local object=''
  while (($# > 0)); do
    json_string "$2"
    object+="${object:+,}\"$1\":$JSON"
    shift 2
  done
  JSON="{$object}"
}
