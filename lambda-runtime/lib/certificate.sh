# shellcheck shell=bash
# Certificates: until when they are valid, and an early warning.

use log

# A cluster that is initialised cannot change its certificate: whoever needs another one needs another cluster.
WARN_DAYS=90

# not_after PEM: seconds since 1970. The validity is the one place of a certificate with two times side by side, as
# UTCTime (17 0d) or GeneralizedTime (18 0f), in a sequence of 30, 32 or 34 bytes: RFC 5280, 4.1.2.5.
not_after() {
  local base64 hex digits='' text
  base64=${1#*-----BEGIN CERTIFICATE-----} base64=${base64%%-----END CERTIFICATE-----*}
  hex=$(base64 -d <<<"$base64" 2>/dev/null | od -An -v -tx1) || return 1
  [[ ${hex//[[:space:]]/} =~ 30(1e|20|22)(170d|180f)(3[0-9])+5a(170d|180f)((3[0-9])+)5a ]] || return 1
  text=${BASH_REMATCH[5]}
  while [[ -n $text ]]; do digits+=${text:1:1} text=${text:2}; done
  # "YY greater than or equal to 50 … 19YY": the same section.
  if ((${#digits} == 12)); then if ((10#${digits:0:2} >= 50)); then digits=19$digits; else digits=20$digits; fi; fi
  date -u -d "${digits:0:8} ${digits:8:2}:${digits:10:2}:${digits:12:2}" +%s
}

# watch_certificates CLUSTER_ID TRUST_ANCHOR: of the cluster in CLUSTER; a metric always, a warning in the last days.
watch_certificates() {
  local own
  own=$(jq -r '.Certificates.ClusterCertificate // empty' <<<"$CLUSTER")
  watch_certificate "trust anchor" "$1" "$2"
  [[ -z $own ]] || watch_certificate "cluster certificate" "$1" "$own"
}

# watch_certificate NAME CLUSTER_ID PEM
watch_certificate() {
  local end days
  end=$(not_after "$3") || {
    log warning "the end of the $1 of cluster $2 could not be read"
    return 0
  }
  days=$(((end - EPOCHSECONDS) / 86400))
  log_metric DaysToExpiry Count "$days" Certificate "$1"
  ((days < WARN_DAYS)) || return 0
  end=$(date -u -d "@$end" +%F)
  log warning "the $1 of cluster $2 ends in $days days, on $end. It cannot be changed: plan a new cluster, and move\
 the keys' users to it"
}
