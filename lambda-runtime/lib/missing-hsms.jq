# How many HSMs each availability zone lacks: [{zone, missing}]. In: the cluster; $targets as "ZONE=NUMBER …"; as
# arguments the places, "ZONE ADDRESS", of those that a schedule has removed, which are not missing.

[.Hsms[]? | select(.State == "ACTIVE" or .State == "DEGRADED") | .AvailabilityZone] as $there
| ($ARGS.positional | map(split(" ")[0])) as $removed
| $targets | split(" ") | map(select(. != "") | split("=") | {zone: .[0], target: (.[1] | tonumber)})
| map(.zone as $zone | {$zone, missing: (.target
    - ($removed | map(select(. == $zone)) | length)
    - ($there | map(select(. == $zone)) | length))})
| map(.missing = ([.missing, 0] | max))
