# Places, "ZONE ADDRESS", of a cluster's active HSMs: those that stay come first, which are the addresses in $first, then
# one in each availability zone before a second one.

($first | split(" ") | map(select(. != ""))) as $wanted
| [.Hsms[]? | select(.State == "ACTIVE")] | group_by(.AvailabilityZone)
| map(sort_by(.EniIp | split(".") | map(tonumber)) | to_entries | map({rank: .key, hsm: .value})) | add // []
| sort_by((.hsm.EniIp as $ip | $wanted | index($ip)) // 99, .rank, .hsm.AvailabilityZone)
| .[].hsm | "\(.AvailabilityZone) \(.EniIp)"
