#!/usr/bin/env bats
# A CA on a person's own machine: its key is encrypted, and what it signs is what AWS takes.

bats_require_minimum_version 1.5.0

setup() {
  PROJECT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  cd "$BATS_TEST_TMPDIR" || return
  echo "correct horse battery staple" >passphrase
  openssl req -new -newkey rsa:2048 -nodes -keyout hsm.key -subj "/CN=HSM:cluster-x:PARTN:1" -out cluster.csr 2>/dev/null
}

sign_by() { node "$PROJECT/.local/js/command/main.js" sign "$@"; }
create() { sign_by create-ca ca --passphrase-file passphrase "$@"; }
sign() { sign_by csr ca cluster.csr --passphrase-file passphrase; }

@test "the key is encrypted by the passphrase, and only its owner may read it" {
  create
  grep -q "BEGIN ENCRYPTED PRIVATE KEY" ca/ca.key
  [ "$(stat -c %a ca/ca.key)" = 600 ]
  openssl pkey -in ca/ca.key -passin file:passphrase -noout
  run ! openssl pkey -in ca/ca.key -passin pass:wrong -noout
}

@test "the trust anchor is a self-signed CA certificate by the name and for the days given" {
  create --name "Payments HSM CA" --days 100
  [ "$(openssl x509 -in ca/trust-anchor.crt -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')" = "Payments HSM CA" ]
  openssl verify -CAfile ca/trust-anchor.crt ca/trust-anchor.crt
  openssl x509 -in ca/trust-anchor.crt -noout -text | grep "CA:TRUE"
  openssl x509 -in ca/trust-anchor.crt -noout -checkend $((99 * 86400))
  run ! openssl x509 -in ca/trust-anchor.crt -noout -checkend $((101 * 86400))
}

@test "what it signs is of the CSR's key and subject, and leads to the trust anchor" {
  create
  sign
  openssl verify -CAfile ca/trust-anchor.crt ca/cluster.crt
  diff <(openssl x509 -in ca/cluster.crt -noout -pubkey) <(openssl req -in cluster.csr -noout -pubkey)
  diff <(openssl x509 -in ca/cluster.crt -noout -subject) <(openssl req -in cluster.csr -noout -subject)
}

@test "two certificates have two serial numbers" {
  create
  sign
  first=$(openssl x509 -in ca/cluster.crt -noout -serial)
  sign
  [ "$first" != "$(openssl x509 -in ca/cluster.crt -noout -serial)" ]
}

@test "a CA that is there is not made again, and its key stays" {
  create
  before=$(sha256sum ca/*)
  run create
  [ "$status" -eq 1 ]
  [[ $output == *"is there already"* ]]
  [ "$before" = "$(sha256sum ca/*)" ]
}

@test "a CSR that was tampered with is not signed" {
  create
  openssl req -in cluster.csr -outform der -out csr.der
  size=$(stat -c %s csr.der)
  printf '\x00\x01\x02' | dd of=csr.der bs=1 seek=$((size - 9)) conv=notrunc status=none
  openssl req -inform der -in csr.der -out cluster.csr
  run sign
  [ "$status" -eq 1 ]
  [[ $output == *"is no CSR that is signed by its own key"* ]]
  [ ! -e ca/cluster.crt ]
}

@test "a wrong passphrase signs nothing" {
  create
  echo wrong-passphrase >passphrase
  run sign
  [ "$status" -ne 0 ]
  [ ! -e ca/cluster.crt ]
}

@test "bad arguments are refused with what would be right" {
  run sign_by create-ca ca --days ten
  [[ $status -eq 2 && $output == *"whole number"* ]]
  run sign_by create-ca ca --name "a/b=c"
  [[ $status -eq 1 && $output == *"letters, digits"* ]]
  run sign_by csr ca cluster.csr
  [[ $status -eq 1 && $output == *"has no CA"* ]]
  run sign_by renew ca
  [ "$status" -eq 2 ]
}

@test "the script for a machine without a network does the same by itself" {
  sign_by script >offline-ca
  bash offline-ca create ca --passphrase-file passphrase
  bash offline-ca sign ca cluster.csr --passphrase-file passphrase
  openssl verify -CAfile ca/trust-anchor.crt ca/cluster.crt
  run bash offline-ca
  [[ $status -eq 2 && $output == *"offline-ca create FOLDER"* ]]
}
