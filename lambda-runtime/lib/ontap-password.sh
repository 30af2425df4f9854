# shellcheck shell=bash
# Passwords of ONTAP's administrators: fsxadmin of a file system, vsadmin of a storage virtual machine. The secret says
# by its tags whose it is, and has a user name and a password as JSON, as Secrets Manager's own rotations keep them.
# Sets: FILE_SYSTEM, MACHINE and ONTAP_USER of the secret described last.

use aws event json log secret wait

# read_owner ARN: sets FILE_SYSTEM and ONTAP_USER, and MACHINE where it is a storage virtual machine's.
read_owner() {
  describe_secret "$1"
  { IFS= read -r FILE_SYSTEM && IFS= read -r MACHINE; } < <(
    jq -r '(.Tags // []) | from_entries
      | .["safe-storage:file-system"] // "", .["safe-storage:storage-virtual-machine"] // ""' <<<"$REPLY"
  )
  [[ -n $FILE_SYSTEM ]] || fail NoOwner "secret $1 has no tag safe-storage:file-system, so it is not known whose" \
    "password it is. Deploy again: the deploy sets its tags"
  ONTAP_USER=fsxadmin
  [[ -z $MACHINE ]] || ONTAP_USER=vsadmin
}

# put_ontap_password ARN [TOKEN]: makes one, and stores it with its user as AWSPENDING; sets VERSION, which is TOKEN if
# given.
put_ontap_password() {
  random_password
  PASSWORD=$(jq -Rc --arg user "$ONTAP_USER" '{username: $user, password: .}' <<<"$PASSWORD")
  store_pending "$@"
}

# set_ontap_password: VALUE's, and waits until FSx has done so.
set_ontap_password() {
  local body
  if [[ -n $MACHINE ]]; then
    body=$(jq -c --arg id "$MACHINE" '{StorageVirtualMachineId: $id, SvmAdminPassword: .password}' <<<"$VALUE")
    fsx UpdateStorageVirtualMachine "$body"
  else
    body=$(jq -c --arg id "$FILE_SYSTEM" '{FileSystemId: $id, OntapConfiguration: {FsxAdminPassword: .password}}' \
      <<<"$VALUE")
    fsx UpdateFileSystem "$body"
  fi
  wait_until ontap_is_done ||
    fail StillPending "FSx has not set the password of $ONTAP_USER of ${MACHINE:-$FILE_SYSTEM} yet. Run it again: it" \
      "resumes here"
}

# ontap_is_done: whether FSx has nothing under way; ends the run where it has failed.
ontap_is_done() {
  local state
  if [[ -n $MACHINE ]]; then
    fsx DescribeStorageVirtualMachines "$(jq -cn --arg id "$MACHINE" '{StorageVirtualMachineIds: [$id]}')"
    state=$(jq -r '.StorageVirtualMachines[0].Lifecycle' <<<"$REPLY")
    [[ $state == CREATED || $state == MISCONFIGURED ]]
    return
  fi
  fsx DescribeFileSystems "$(jq -cn --arg id "$FILE_SYSTEM" '{FileSystemIds: [$id]}')"
  state=$(jq -r '.FileSystems[0].AdministrativeActions // []
    | map(select(.AdministrativeActionType == "FILE_SYSTEM_UPDATE")) | first // {}
    | "\(.Status // "COMPLETED") \(.FailureDetails.Message // "")"' <<<"$REPLY")
  [[ $state != FAILED* ]] || fail PasswordNotSet "FSx could not change file system $FILE_SYSTEM: ${state#FAILED }"
  [[ $state != PENDING* && $state != IN_PROGRESS* ]]
}
