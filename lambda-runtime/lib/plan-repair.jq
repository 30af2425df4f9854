# Plans how the problems of an audit are repaired. Input: the audit's report. $cluster is CloudHSM's description; $free says
# whether kmsuser can be given a password; $wrong is the address of an HSM that a person wants replaced, or empty; $declared
# (NAME=ROLE) and $secrets (NAME=ARN) are separated by spaces. Output: steps, what the operator would do; byHand, what is left to
# a person, with commands.
def pairs: split(" ") | map(select(. != "") | split("=") | {key: .[0], value: .[1]}) | from_entries;

($declared | pairs) as $declared
| ($secrets | pairs) as $secrets
| .problems as $problems
| [$cluster.Hsms[] | select(.State == "ACTIVE")] as $hsms
| (.users | map({key: .username, value: .role}) | from_entries) as $roles

| def place: . as $ip | $hsms[] | select(.EniIp == $ip) | "\(.AvailabilityZone) \(.EniIp)";
def has($user; $codes; $hsm): any($problems[]; .user == $user and .hsm == $hsm and ([.code] - $codes == []));
# An admin of ours who can log in there: who mends `admin`.
def has_helper:
  .hsm as $hsm
  | any(
      $declared | to_entries[];
      .value == "admin" and $secrets[.key] and (has(.key; ["missing", "locked", "wrong-role"]; $hsm) | not)
    );
def role_differs: .user as $user | any($problems[]; .user == $user and .code == "role-differs");
def in_place:
  if .code == "missing" or .code == "locked" or .code == "not-everywhere" then
    if .user == "kmsuser" then $free
    elif .user == "admin" then has_helper
    else $secrets[.user] != null end
  # Of roles that differ the declared one is right, and the other one goes where it is.
  elif .code == "wrong-role" then $secrets[.user] != null and role_differs
  else false end;
def role_is_settled:
  .user as $user | any($problems[]; .user == $user and .code == "wrong-role" and in_place);
def settled: in_place or (.code == "role-differs" and role_is_settled);

# Whom nobody has declared or expects, no clone may spread.
[$problems[] | select(.code == "not-declared" or .code == "unexpected-admin") | .user] as $unwanted
| def unwanted: .user as $user | $unwanted | index($user);
# Whom no HSM has, no clone brings.
def known: $roles[.user // ""] != null;
[$problems[] | select(.code == "missing" and (in_place | not) and (unwanted | not))] as $missing
| ($missing | map(select(known)) | group_by(.hsm) | map({hsm: .[0].hsm, lacks: map(.user)})) as $lacking
| ([$hsms[].EniIp] - ($lacking | map(.hsm))) as $complete
| (if $wrong != "" then [{hsm: $wrong, lacks: []}] elif ($complete | length) > 0 then $lacking else [] end) as $replaced

| def is_replaced: .hsm as $hsm | [$replaced[].hsm] | index($hsm);
# Mended by the replacement of the HSM that differs.
def comes_with_replacement:
  $wrong != ""
  and (.code | IN("missing", "role-differs", "mfa-differs", "registration-differs", "quorum-differs"));
def commands:
  "configure-cli --cluster-id \($cluster.ClusterId) --hsm-ca-cert customerCA.crt" as $everywhere
  | "--username \(.user) --role \($roles[.user // ""])" as $who
  | "cloudhsm-cli user delete --username \(.user) --role" as $delete
  | if .user == "kmsuser" and (.code == "missing" or .code == "locked") then [
      "aws kms disconnect-custom-key-store --custom-key-store-id KEY_STORE",
      "npx safe-storage users repair",
      "npx safe-storage deploy"
    ]
    elif (.code == "missing" or .code == "not-everywhere") and known then [
      $everywhere,
      "cloudhsm-cli user create \($who), with its password: it completes the HSMs that lack the user",
      ("or, where the user should be nowhere: \($delete) admin, and with --role crypto-user; "
        + "that the user does not exist under the one is no error")
    ]
    elif .code == "missing" then ["npx safe-storage deploy"]
    elif .code == "locked" then [$everywhere, "cloudhsm-cli user change-password \($who)"]
    elif .code == "unexpected-admin" then ["\($delete) admin", "or name it in the prop admins"]
    elif .code == "not-declared" then ["\($delete) crypto-user", "or declare it in HsmUsers"]
    elif .code == "wrong-role" then ["cloudhsm-cli user delete \($who)", "npx safe-storage deploy"]
    elif .code == "role-differs" then [
      $everywhere,
      "\($delete) admin",
      "\($delete) crypto-user",
      "cloudhsm-cli user create --username \(.user) --role ROLE"
    ]
    elif .code == "mfa-differs" then [
      $everywhere,
      "cloudhsm-cli user change-mfa token-sign \($who) --deregister",
      "cloudhsm-cli user change-password \($who)",
      "as \(.user): cloudhsm-cli user change-mfa token-sign \($who) --token FILE"
    ]
    else ["npx safe-storage users repair --hsm ADDRESS, of the HSM that is wrong"] end;

{
  steps: (
    [
      ($problems | map(select(in_place)) | group_by(.user)[]
        | {do: "mend", user: .[0].user, hsms: (map(.hsm) | unique)}),
      ($replaced[] | {do: "replace", hsm, place: (.hsm | place), lacks, serving: ([$hsms[].EniIp] - [.hsm])})
    ]
    # The admin first: it mends the others.
    | sort_by(.do, if .user == "admin" then 0 else 1 end)
  ),
  byHand: [
    $problems[]
    | select(settled | not)
    | select(.code != "missing" or (unwanted | not))
    | select(unwanted or (is_replaced | not))
    | select(comes_with_replacement | not)
    | . + {commands: commands}
  ]
}
