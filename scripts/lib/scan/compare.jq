# Of the stacks' resources: what checkov finds and nobody accepts, and what is accepted and not found.
def name: sub("^[^.]*\\."; "");
[$scan[0].results.failed_checks[] | ["." + .file_path, (.resource | name), .check_id]] as $found
| [to_entries[] | .key as $file | .value | .[] | to_entries[] | .key as $name
    | .value["//"].checkov.skip[]? | [$file, $name, .id]] as $accepted
| (($found - $accepted)[] | "\(.[0]): \(.[1]) does not pass \(.[2]); mend it, or say why by acceptFindings"),
  (($accepted - $found)[] | "\(.[0]): \(.[1]) passes \(.[2]); take the reason away")
