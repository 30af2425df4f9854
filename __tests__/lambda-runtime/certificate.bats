#!/usr/bin/env bats
# Until when certificates are valid, read without openssl, and the word that the operator says in time.

bats_require_minimum_version 1.5.0

setup() {
  load helpers
  load_library certificate
  cd "$BATS_TEST_TMPDIR" || return
}

# certificate [OPTION OF openssl req ...]: prints one in PEM.
certificate() { openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj "/CN=Test CA" "$@" 2>/dev/null; }

# same_end PEM: not_after agrees with openssl.
same_end() {
  local end
  end=$(openssl x509 -noout -enddate <<<"$1")
  [ "$(not_after "$1")" = "$(date -u -d "${end#notAfter=}" +%s)" ]
}

@test "the end of a certificate is what openssl says, in this century and the next, in either form of time" {
  same_end "$(certificate -days 1)"
  same_end "$(certificate -days 3652)"
  same_end "$(certificate -days 12000)" # from 2050 on GeneralizedTime
  same_end "$(certificate -days 36500)"
}

@test "a name of digits is not taken for a time" {
  same_end "$(certificate -days 30 -subj "/CN=991231235959Z991231235959Z/O=20991231235959Z")"
}

@test "what is no certificate has no end" {
  fails not_after "no certificate"
  fails not_after ""
}

cluster_with() { CLUSTER=$(jq -cn --arg pem "$1" '{Certificates: {ClusterCertificate: $pem}}'); }

@test "days to the end are a metric of each certificate; within 90 days a warning names it and its day" {
  local soon late
  soon=$(certificate -days 89)
  late=$(certificate -days 92)
  cluster_with "$soon"
  run watch_certificates cluster-aaaaaaaaaaa "$late"
  local metrics
  metrics=$(jq -r 'select(.message == "metric") | "\(.Certificate) \(.DaysToExpiry) \(._aws.CloudWatchMetrics[0].Dimensions[0][0])"' <<<"$output")
  [[ $metrics =~ ^"trust anchor "9[12]" Certificate"$'\n'"cluster certificate "8[89]" Certificate"$ ]]
  [ "$(jq -r 'select(.level == "warning") | .message' <<<"$output" | grep -c .)" -eq 1 ]
  [[ $output == *"the cluster certificate of cluster cluster-aaaaaaaaaaa ends in 8"* ]]
  cluster_with "$late"
  run watch_certificates cluster-aaaaaaaaaaa "$soon"
  [[ $output == *"the trust anchor of cluster cluster-aaaaaaaaaaa ends in 8"* ]]
}

@test "a cluster without a certificate yet has its trust anchor watched" {
  CLUSTER='{}'
  run watch_certificates cluster-aaaaaaaaaaa "$(certificate -days 10)"
  [ "$status" -eq 0 ]
  [ "$(grep -c DaysToExpiry <<<"$output")" -eq 1 ]
}

@test "a certificate that cannot be read is a warning, not the end of the action" {
  CLUSTER='{}'
  run watch_certificates cluster-aaaaaaaaaaa junk
  [ "$status" -eq 0 ]
  [[ $output == *warning*"could not be read"* ]]
}
