# The members of an event, and `tf.action`, as bash keeps them: name and value in turn, each ended by a NUL. What is null or false is not
# there; a list is its elements, a map its NAME=VALUE, separated by spaces; what is deeper is JSON.
def deep: type == "object" or type == "array";
def text:
  if type == "array" and (any(.[]; deep) | not) then map(tostring) | join(" ")
  elif type == "object" and (any(.[]; deep) | not) then to_entries | map("\(.key)=\(.value)") | join(" ")
  else tostring end;
. + {"tf.action": ((.tf | objects | .action) // null)}
| to_entries[]
| select(.value and .key != "")
| (.key, (.value | text))
| explode | map(select(. != 0)) + [0] | implode
