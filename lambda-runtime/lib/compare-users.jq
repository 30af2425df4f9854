# Compares the users of each HSM. Input: for each HSM's address, a list of its users. $admins and $declared (NAME=ROLE) are
# separated by spaces; $kmsuser is "true" where kmsuser must be on every HSM; $quorums is each HSM's quorum by service.
def words: split(" ") | map(select(. != ""));
def problem($code; text): {code: $code, user, hsm, problem: text};

($declared | words | map(split("=") | {key: .[0], value: .[1]}) | from_entries) as $declared
| (["admin"] + ($admins | words) + ($declared | to_entries | map(select(.value == "admin") | .key))) as $allowed
| keys as $hsms
| [
    to_entries[]
    | .key as $hsm
    | .value[]
    | select(.role != "internal(APPLIANCE_USER)")
    | . + {hsm: $hsm, user: .username}
  ] as $seen
| ($seen | group_by(.user)) as $by_user
| ($by_user | map({
    username: .[0].username,
    role: (map(.role) | unique | join(" and ")),
    locked: any(.locked == "true" or .locked == "inconsistent"),
    mfa: (map(.mfa // [] | tojson) | unique | map(fromjson) | add // []),
    quorum: (map(.quorum // [] | tojson) | unique | map(fromjson) | add // []),
    hsms: map(.hsm)
  })) as $users

# Whom an HSM lacks.
| def missing($user; $from): $from[] | {user: $user, hsm: .} | problem("missing"; "is missing");
# What must be the same on every HSM, and is not.
def differs(of; $code; text): $by_user[] | select(map(of) | unique | length > 1)[] | problem($code; text);
def is_known: .user as $user | $users | any(.username == $user);
def seen_with(condition): $seen[] | select(condition);
# The same, of a client that has found the other HSMs by itself: on each of them it says "inconsistent".
def says_inconsistent(of; $code; text):
  seen_with([of | strings, (arrays | .[].status)] | any(. == "inconsistent")) | problem($code; text);

{
  users: $users,
  quorum: $quorums,
  problems: (
    [
      ($users[] | missing(.username; $hsms - .hsms)),
      # Only a client that has found the other HSMs by itself says so.
      (seen_with((.["cluster-coverage"] // "full") != "full") | problem("not-everywhere"; "is not on every HSM")),
      differs(.role; "role-differs"; "has the role \(.role), and another one elsewhere"),
      says_inconsistent(.role; "role-differs"; "has another role than elsewhere"),
      differs(.mfa // []; "mfa-differs"; "has other MFA than elsewhere"),
      says_inconsistent(.mfa; "mfa-differs"; "has other MFA than elsewhere"),
      differs(.quorum // []; "registration-differs"; "has another registration for quorum than elsewhere"),
      says_inconsistent(.quorum; "registration-differs"; "has another registration for quorum than elsewhere"),
      (seen_with(.locked == "true" or .locked == "inconsistent") | problem("locked"; "is locked out")),
      (seen_with(.role == "admin" and $declared[.user] == null and ([.user] - $allowed != []))
        | problem("unexpected-admin"; "is an admin whom nobody expects")),
      (if $kmsuser == "true" and ({user: "kmsuser"} | is_known | not) then missing("kmsuser"; $hsms) else empty end),
      ($declared | keys[] | select({user: .} | is_known | not) | missing(.; $hsms)),
      (seen_with($declared[.user] != null and $declared[.user] != .role)
        | problem("wrong-role"; "has the role \(.role), not \($declared[.user]) as declared")),
      (seen_with($declared != {} and .role == "crypto-user" and .user != "kmsuser" and $declared[.user] == null)
        | problem("not-declared"; "is not declared")),
      (if $quorums | [.[]] | unique | length > 1 then
        $quorums | to_entries[]
        | {code: "quorum-differs", hsm: .key, problem: "has the quorum \(.value | tojson), and others another one"}
      else empty end)
    ]
    | sort_by(.user, .hsm)
  )
}
