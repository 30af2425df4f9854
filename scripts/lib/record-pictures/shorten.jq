# A recording of asciinema (version 2) in a twelfth of its time, one picture for three seconds of it. It waits where all
# steps are done, and at the end; $folder is shown as ~/storage.
(first(.[1:][] | select(.[2] | contains("Apply complete!")))[0]) as $done
| (.[0] | del(.env, .timestamp, .command, .idle_time_limit)),
  ([.[1:] | group_by([.[0] >= $done, (.[0] / 3 | floor)])[]
      | (.[-1][0] / 12 + if .[0][0] >= $done then 2 else 0 end) as $at
      | [($at * 100 | round / 100), "o", (map(.[2]) | add | gsub($folder; "~/storage"))]]
    | .[], [.[-1][0] + 5, "o", " "])
