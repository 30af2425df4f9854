# shellcheck shell=bash
# Notifies SNS topics of runs that nobody waits for. In: topicArns; without them it does nothing.
# Sets: ANNOUNCEMENT.

use aws event log

# announce TEXT: said of this run once it has ended well.
announce() { ANNOUNCEMENT=$*; }

# notify_topics STATUS: reports how the run has ended; a notification that fails is logged.
notify_topics() {
  local topics topic subject text type=''
  topics=$(optional topicArns) || return 0
  [[ -n $topics ]] || return 0
  if (($1 == 0)); then
    [[ -n ${ANNOUNCEMENT:-} ]] || return 0
    subject="$ACTION: done" text=$ANNOUNCEMENT
  else
    { IFS= read -r type && IFS= read -r text; } <"$WORK/error" || true
    # The next run continues, and says how it ended.
    [[ $type != StillAtWork ]] || return 0
    subject="$ACTION: failed"
    text="$type: $text"$'\n\n'
    text+="Lambda retries it, twice at most. If those runs fail too, the event is kept in the queue of failed events,"
    text+=" and an alarm is raised."
  fi
  for topic in $topics; do
    aws_query sns 2010-03-31 Publish "TopicArn=$topic" "Subject=$subject" "Message=$text" ||
      log warning "topic $topic was not notified: $AWS_ERROR_CODE, $AWS_ERROR_MESSAGE"
  done
}
