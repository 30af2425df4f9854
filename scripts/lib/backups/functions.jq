# The deployment's functions by a Terraform state: {region, arn, copies}, where `copies` is the event of the schedule of one
# that copies backups, as of a run that somebody waits for.

([.resources[] | select(.type == "aws_scheduler_schedule") | .instances[].attributes.target[0]
  | {key: .arn, value: (.input | fromjson)}
  | select(.value.action == "replicate-backups")
  | .value |= del(.unattended, .scheduledTime, .topicArns)] | from_entries) as $events
| .resources[] | select(.type == "aws_lambda_function") | .instances[].attributes
| select(.handler == "operator.handle")
| {region: (.arn | split(":")[3]), arn, copies: ($events[.arn] // null)}
