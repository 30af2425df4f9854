# Holds an event against the description of its action ($action, of actions/NAME.json) and the members that every event may have ($common,
# of event.json). Prints when the action takes the lock, then in a line what is wrong. Of JSON Schema it knows what these files
# use. A flag, a list and a map may be text, as bash reads them: so they were in events of version 0.1.0, which guards keep in the state.
def is($schema):
  type == ($schema.type | if . == "integer" then "number" else . end) and ($schema.type != "integer" or . == floor)
  or type == "string" and (
    $schema.type == "boolean" and IN("true", "false")
    or $schema.items.type == "string"
    or ($schema.additionalProperties | type == "object")
  );

def type_in_words: {array: "a list", object: "a map", boolean: "true or false", integer: "a whole number", string: "text"}[.];

def wrong($name; $schema):
  if is($schema) | not then "\($name) is \(tojson); it must be \($schema.type | type_in_words)"
  elif $schema.enum and ([.] - $schema.enum != []) then "\($name) is \(tojson); it must be one of \($schema.enum | join(", "))"
  elif $schema.pattern and (test($schema.pattern) | not) then "\($name) is \(tojson); it must match \($schema.pattern)"
  elif type == "array" then
    if length < ($schema.minItems // 0) then "\($name) is empty" else to_entries[] | .key as $i | .value | wrong("\($name)[\($i)]"; $schema.items) end
  elif type == "object" then
    . as $members
    | ($schema.required // [] | .[] | select($members[.] == null) | "\($name).\(.) is missing"),
      (to_entries[] | .key as $key | ($schema.properties[$key]? // $schema.additionalProperties) as $of
        | if $of then .value | wrong("\($name).\($key)"; $of)
          elif $of == false then "\($name).\($key) is not known"
          else empty end)
  else empty end;

$action[0] as $action
| ($action.event.properties + $common[0]) as $known
| with_entries(select(.value != null)) as $event
| $action.lock,
  ([
    ($action.event.required[] | select($event[.] == null) | "\(.) is missing"),
    ($action.event.dependentRequired // {} | to_entries[] | .key as $key | select($event[$key] | . != null and . != false)
      | .value[] | select($event[.] == null) | "\(.) is missing, which \($key) wants"),
    ($event | to_entries[] | .key as $key
      | if $known[$key] then .value | wrong($key; $known[$key])
        # What Terraform sends may be for another action as well, and what a schedule sends may be of the version before.
        elif $event.tf or $event.unattended then empty
        else "\($key) is not known" end)
  ] | join("; "))
