# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# Wrong use and help. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

# --- wrong use
v=("$gandan" --vault "$work/admin")
refuses use.no_command 2 g
refuses use.no_command 2 g record
refuses use.missing 2 g record add
refuses request.bad 2 g report --from 2026-01-01
refuses use.bad_value 2 g report --period 2026-Q1 --out report.pdf
refuses use.unknown 2 g nonsense
refuses use.unknown 2 g record list extra
refuses use.unknown 2 g record list --knd poem
refuses use.bad_value 2 g record list --limit many
refuses use.bad_value 2 g device approve x --unit 20 --role boss
refuses use.bad_value 2 g record list --kind a --kind b
refuses use.bad_value 2 g record add mobilisation_visit --set household
refuses use.bad_value 2 g record add mobilisation_visit --set 'a:={'
refuses use.bad_value 2 g status --lang fr
g device approve x --unit 20 --role boss 2>said
ok "a wrong choice names those that there are" grep -qF "cadre, office, supervisor" said
g record list --kind 2>said
ok "a value that is missing is asked for" sh -c 'grep -qF "[use.bad_value]" said && grep -qF "· --kind: " said'
g record list --knd poem 2>said
ok "an unknown option is named" grep -qF "· --knd: " said

# --- help
for words in "" record "record add" "device approve" sync "audit verify-proof" "vault passphrase"; do
  # shellcheck disable=SC2086
  {
    says "help speaks both languages: $words" "Cách gõ/Usage" "$gandan" $words --help
    says "help speaks Vietnamese alone: $words" "Cách gõ: gandan" "$gandan" --lang vi $words --help
    says_not "and no English then: $words" "Usage" "$gandan" --lang vi $words --help
    says "help speaks English alone: $words" "Usage: gandan" "$gandan" $words --help --lang=en
    says_not "and no Vietnamese then: $words" "Cách gõ" "$gandan" $words --help --lang=en
    says "the environment chooses, too: $words" "Usage: gandan" env GANDAN_LANG=en "$gandan" $words --help
  }
done
says "help says how a row of a list is written" "team[n69g-2].name=" "$gandan" record edit --help
says "a form says its fields with their labels" "outcome * – Kết quả" "$gandan" record kinds mobilisation_visit
says "in English, too" "outcome * – Outcome" "$gandan" --lang en record kinds mobilisation_visit
says "what is wanted in some cases is marked so" "explained (*) – " "$gandan" record kinds mobilisation_visit
says "the last of many choices is there, with its label" "handover_persuasion: Vận động khi không bàn giao" \
  "$gandan" record kinds mobilisation_visit
says_not "and nothing is cut" "…" "$gandan" record kinds community_meeting
refuses vault.missing 4 env -u GANDAN_VAULT "$gandan" status
vault=nowhere refuses vault.missing 4 g status
vault=nowhere g status 2>said
ok "a folder without a vault is named, and how one is made" sh -c 'grep -qF "/nowhere” chưa có sổ" said && grep -qF "device request" said'
ok "help is help" g record add --help
ok "the version is said" "$gandan" --version
