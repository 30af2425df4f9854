#!/usr/bin/env bats
# The event's members, as actions read them.

bats_require_minimum_version 1.5.0

setup() {
  load helpers
  load_library
}

@test "a string is read as it is, whatever is in it" {
  event "$(jq -cn '{text: "two\nlines, \"quotes\", $(words) and ümlauts", "a b": "] x", empty: ""}')"
  [ "$(input text)" = $'two\nlines, "quotes", $(words) and ümlauts' ]
  [ "$(optional "a b")" = "] x" ]
  [ -z "$(input empty)" ] # there, and empty
}

@test "what is no string is JSON; null and false are not there" {
  event '{"number": 32, "yes": true, "list": [{"a": 1}], "none": null, "no": false}'
  [ "$(input number) $(input yes) $(input list)" = '32 true [{"a":1}]' ]
  [ -z "$(optional none)$(optional no)$(optional missing)" ]
  for name in none no missing; do
    run input "$name"
    [ "$status" -ne 0 ]
    [ "$(error_document errorType)" = InvalidInput ]
    [ "$(error_document errorMessage)" = "the event has no member '$name'" ]
  done
}

@test "no member is cut, and none is left of the event before" {
  event '{"first": "a\u0000b", "second": "c"}'
  [ "$(input first) $(input second)" = "ab c" ]
  event '{"second": "d"}'
  [ "$(optional first)$(input second)" = d ]
}

@test "Terraform's destroy is told by its own member alone" {
  event '{"action": "activate", "tf": {"action": "create", "prev_input": {"tf": {"action": "delete"}}}}'
  run is_destroy
  [ "$status" -ne 0 ]
  [ "$(action_of_event)" = activate ]
  event '{"action": "activate", "onDelete": "retain", "tf": {"action": "delete"}}'
  is_destroy
  [ "$(action_of_event)" = retain ]
  event '{"action": "activate", "tf": {"action": "delete"}}'
  [ "$(action_of_event)" = nothing ]
  event '{"action": "activate", "tf": "delete"}'
  [ "$(action_of_event)" = activate ]
}

@test "an event that is no object has no action" {
  for text in 'no JSON' '[]' '"text"' 'null' '{}'; do
    event "$text"
    run action_of_event
    [ "$status" -ne 0 ]
  done
}

@test "on update the action is onUpdate, where there is one" {
  event '{"action": "ensure-user", "onUpdate": "nothing", "tf": {"action": "create"}}'
  [[ $(action_of_event) == ensure-user ]]
  event '{"action": "ensure-user", "onUpdate": "nothing", "tf": {"action": "update"}}'
  [[ $(action_of_event) == nothing ]]
  event '{"action": "ensure-user", "tf": {"action": "update"}}'
  [[ $(action_of_event) == ensure-user ]]
}
