# shellcheck shell=bash
# join-active-directory: joins a storage virtual machine to an Active Directory, with the service account in a secret. A
# join that has failed is tried again.

machine=$(input storageVirtualMachineId)
domain=$(input domainName)
secret=$(input credentialsSecretArn)

# look_at_machine: sets STATE, its Lifecycle; JOINED, the domain that it is in or was to be; REASON of a failure.
look_at_machine() {
  fsx DescribeStorageVirtualMachines "$(jq -cn --arg id "$machine" '{StorageVirtualMachineIds: [$id]}')"
  { IFS= read -r STATE && IFS= read -r JOINED && IFS= read -r REASON; } < <(
    jq -r '.StorageVirtualMachines[0]
      | .Lifecycle,
        .ActiveDirectoryConfiguration.SelfManagedActiveDirectoryConfiguration.DomainName // "",
        (.LifecycleTransitionReason.Message // "" | gsub("\\s+"; " "))' <<<"$REPLY"
  )
}

is_joined() { [[ $STATE == CREATED && ${JOINED,,} == "${domain,,}" ]]; }

# How long a machine that was MISCONFIGURED before may still be so: FSx has perhaps not begun yet.
GRACE_SECONDS=180

join_has_ended() {
  look_at_machine
  is_joined || [[ $STATE == MISCONFIGURED && ($before != MISCONFIGURED || $SECONDS -gt $((asked + GRACE_SECONDS))) ]]
}

step "look at the machine"
look_at_machine
if is_joined; then
  done_with "$(jq -cn --arg domain "$domain" '{domainName: $domain, joined: "before"}')"
  exit 0
fi

step "ask for the join"
read_secret "$secret" AWSCURRENT || fail NoCredentials "secret $secret is empty: put the service account into it as" \
  'JSON with username and password'
jq -e '(.CUSTOMER_MANAGED_ACTIVE_DIRECTORY_USERNAME // .username) and
  (.CUSTOMER_MANAGED_ACTIVE_DIRECTORY_PASSWORD // .password)' <<<"$VALUE" >/dev/null 2>&1 ||
  fail NoCredentials "secret $secret has no username and password: put the service account into it as JSON with both"
before=$STATE asked=$SECONDS
body=$(jq -c --arg id "$machine" --arg name "$(input netBiosName)" --arg domain "$domain" \
  --arg dns "$(input dnsIps)" --arg unit "$(optional organizationalUnit)" \
  --arg group "$(optional administratorsGroup)" \
  '{StorageVirtualMachineId: $id, ActiveDirectoryConfiguration: {NetBiosName: $name,
    SelfManagedActiveDirectoryConfiguration: ({
      DomainName: $domain,
      DnsIps: ($dns | split(" ")),
      UserName: (.CUSTOMER_MANAGED_ACTIVE_DIRECTORY_USERNAME // .username),
      Password: (.CUSTOMER_MANAGED_ACTIVE_DIRECTORY_PASSWORD // .password)}
      + if $unit == "" then {} else {OrganizationalUnitDistinguishedName: $unit} end
      + if $group == "" then {} else {FileSystemAdministratorsGroup: $group} end)}}' <<<"$VALUE")
fsx UpdateStorageVirtualMachine "$body"

step "wait for the join"
wait_until join_has_ended || still_at_work "storage virtual machine $machine is joining $domain"
is_joined || fail DirectoryNotJoined "storage virtual machine $machine could not join $domain: $REASON No volume is" \
  "made in it. Mend it, and deploy again"
done_with "$(jq -cn --arg domain "$domain" '{domainName: $domain, joined: "now"}')"
