# shellcheck shell=bash
# set-ontap-password: gives fsxadmin of a file system, or vsadmin of a storage virtual machine, its first password.
# Afterwards Secrets Manager rotates it.

secret=$(input secretArn)

step "look at the secret"
read_owner "$secret"
if read_secret "$secret" AWSPENDING; then
  log info "continues with the password of an earlier run"
elif read_secret "$secret" AWSCURRENT; then
  log info "the secret has a password, which is set again"
else
  put_ontap_password "$secret"
  read_secret "$secret" AWSPENDING
fi
step "set it"
set_ontap_password
step "keep it"
promote_password "$secret"
done_with "$(jq -cn --arg user "$ONTAP_USER" '{user: $user}')"
