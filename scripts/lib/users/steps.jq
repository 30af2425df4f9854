# What a repair would do, a line for each step of its plan.

.steps[]
| if .do == "replace" then
    "would replace the HSM at \(.hsm), which lacks \(.lacks | join(", ")), by a clone; "
    + "serving meanwhile: \(.serving | join(", ")). "
    + "Where these users should be nowhere, replace the others instead: --hsm ADDRESS"
  elif .do == "finish" then
    "would finish a replacement that was cut off, of the HSM at \(.place | split(" ")[1])"
  elif .user == "kmsuser" then
    "would give kmsuser a new password on every HSM, and the key store that one"
  else
    "would repair \(.user) in place, with the password in its secret: on \(.hsms | join(", "))"
  end
