# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# Records, rows and links, by what people type. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

# --- records
printf '{"project": ' >cut.json
refuses json.bad 3 g record add mobilisation_visit --unit 20.A --file cut.json
g --lang vi record add mobilisation_visit --unit 20.A --file cut.json 2>said
ok "where a file stops being JSON is said in Vietnamese" sh -c 'grep -qF "Dòng 1, cột" said && ! grep -qi "line 1\|incomplete\|syntax error" said'
printf '[1]' >list.json
refuses json.bad 3 g record add mobilisation_visit --unit 20.A --file list.json
head -c 3000000 /dev/zero | tr '\0' '[' >deep.json
ok "a file of three million brackets is refused quickly" sh -c "! timeout 10 '$gandan' --vault admin record add mobilisation_visit --unit 20.A --file deep.json"
printf '{"project": "\xff\xfe"}' >latin.json
refuses text.unknown_encoding 3 g record add mobilisation_visit --unit 20.A --file latin.json
refuses file.unreadable 3 g record add mobilisation_visit --unit 20.A --file none.json
g --lang vi record add mobilisation_visit --unit 20.A --file none.json 2>said
ok "and why a file cannot be read" sh -c 'grep -qF "none.json: không có tệp hay thư mục này" said && ! grep -qF "No such" said'
refuses record.unknown_kind 3 g record add poem --unit 20.A --file visit.json
refuses record.unknown_kind 3 g record add poem
g record add poem 2>said
ok "a kind that there is not is said before its content is missed" sh -c 'grep -qF "gandan record kinds" said && ! grep -qF -- "--set" said'
refuses roster.unknown_unit 3 g record add mobilisation_visit --unit 99999 --file visit.json
printf '{"project": 5, "household": "012345678901", "start": "hôm qua", "outcome": "maybe", "ghost": 1, "team": {"x": 1}}' >wrong.json
refuses record.invalid 3 g record add mobilisation_visit --unit 20.A --file wrong.json
g --json record add mobilisation_visit --unit 20.A --file wrong.json >wrong.answer
for path in project household start outcome ghost team; do
  ok "the wrong field $path is named" grep -q "\"path\":\"$path\"" wrong.answer
done
refuses not_found 3 g record show zzzzzzzz
g record show zzzzzzzz 2>said
ok "what is not found is named" grep -qF "“zzzzzzzz”" said
ok "in both languages" sh -c 'grep -qF "Không tìm thấy" said && grep -qF "Not found" said'
g record show zzzzzzzz --lang vi 2>said
ok "or in one alone" sh -c 'grep -qF "Không tìm thấy" said && ! grep -qF "Not found" said && ! grep -qF "No record" said'
g record show zzzzzzzz --lang en 2>said
ok "or in the other" sh -c '! grep -qF "Không" said && grep -qF "No record on this device" said'
refuses use.bad_value 2 g record add mobilisation_visit --unit 20.A
refuses record.no_conflict 3 g resolve "$visit" outcome --value agreed
refuses request.bad 2 g record list --from 30/02/2026
g record list --from 30/02/2026 2>said
ok "a day that does not exist is shown as it was typed" grep -qF "“30/02/2026” không phải là một ngày" said
ok "a choice is taken by its label" g record edit "$visit" --set "outcome=Đang cân nhắc"
says "and shown by it" "Kết quả: Đang cân nhắc" "${v[@]}" record show "$visit"
ok "with its marks or without" g record edit "$visit" --set "outcome=dong thuan"
says "which is the same" "Kết quả: Đồng thuận" "${v[@]}" record show "$visit"
g record edit "$visit" --set "outcome=không biết" 2>said
ok "and what is none is answered with codes and labels" grep -qF "agreed (Đồng thuận)" said
ok "a period is typed as people write days" sh -c "'$gandan' --vault admin --json record list --from 9/2/2026 --until 09/02/2026 | grep -q '$visit'"
g --json record edit "$visit" --set start="9/2/2026 8h30" --set place="9/2/2026" >typed
ok "so is an instant, in Viet Nam's time" grep -q '"start":"2026-02-09T01:30:00Z"' typed
ok "and a text stays what was typed" grep -q '"place":"9/2/2026"' typed
g --json record edit "$visit" --set start="8h30 9/2/2026" >typed
ok "with the time first as well" grep -q '"start":"2026-02-09T01:30:00Z"' typed
g --json record add commitment --unit 20.A --set what=Sửa --set 'progress:=[{"on":"5/12/2026","note":"Xong"}]' >typed
ok "within the rows of a list that come as JSON, too" grep -q '"on":"2026-12-05"' typed
says "a form asks for days as people write them" "ngày giờ, ví dụ 26/11/2026 20:00" "$gandan" record kinds mobilisation_visit
says "and marks what is asked in some cases only" "roadmap_due (*) – " "$gandan" record kinds complaint
g record edit "$visit" --set start=mai 2>said
ok "and so does the error" sh -c 'grep -qF "cần như 5/2/2026 8:00" said && ! grep -q "T08:00" said'
g --json record add affected_household --unit 20.A --set code=H88 --set compensation=1.200.000 >typed
ok "and numbers have dots" grep -q '"compensation":1200000' typed
ok "search shows where a hit stands" sh -c "'$gandan' --vault admin search don gia --kind mobilisation_visit | grep -q '\[Đơn\] \[giá\]'"
ok "and takes states" sh -c "! '$gandan' --vault admin search don gia --state finalized | grep -q Đơn"
refuses request.bad 2 g search x --state burnt
# "Mã hộ;Người đại diện hộ", "H01;Chủ hộ số một", "H1;Chủ hộ" in TCVN3
printf 'M\267 h\351;Ng\255\354i \256\271i di\326n h\351\nH01;Ch\361 h\351 s\350 m\351t\nH1;Ch\361 h\351\n' >ho.csv
refuses text.old_encoding 3 g record add household_roll --unit 20.A --rows-from ho.csv
g record add household_roll --unit 20.A --rows-from ho.csv >preview 2>&1
ok "the conversion is shown before it is made" grep -q 'csv B2: “Chñ hé sè mét” → “Chủ hộ số một”' preview
ok "and which word makes it" grep -qF -- "--old-text convert" preview
printf 'Mã hộ,Chủ hộ\nH01,A\n' >columns.csv
g record add household_roll --unit 20.A --rows-from columns.csv 2>said
ok "a column that the form does not have is answered with those that it has" grep -qF "Các cột: Mã hộ, Người đại diện hộ" said
g --json record add household_roll --unit 20.A --rows-from ho.csv --rows households --old-text convert >converted
ok "and made when it is wanted" grep -q 'Chủ hộ số một' converted
roll="$(field id <converted)"
ok "how it came stays in the log" sh -c "'$gandan' --vault admin --json record history '$roll' | grep -q 'Chñ hé'"
ok "one code twice in a roll is told" sh -c "'$gandan' --vault admin duplicates '$roll' | grep -q '2. H1'"
refuses use.bad_value 2 g record add household_roll --old-text perhaps
g record add mobilisation_visit --unit 20.A --file visit.json >again
ok "a visit that is there already is offered" grep -q 'Có thể đã ghi rồi' again
ok "and both are listed" sh -c "test \$('$gandan' --vault admin duplicates --kind mobilisation_visit | grep -c 'Vận động hộ') -eq 2"
g record withdraw "$visit" --reason "thử" >/dev/null
refuses record.withdrawn 3 g record edit "$visit" --set place=X
visit="$(g --json record add mobilisation_visit --unit 20.A --file visit.json | field id)"

# --- the example of both READMEs is a record
for readme in README.md README.vi.md; do
  sed -n '/^```json/,/^```$/p' "$root/$readme" | grep -v '^```' >example.json
  ok "the example of $readme is a record that can be finalised" \
    g record finalize "$(g --json record add mobilisation_visit --unit 20.A --file example.json | field id)"
done

# --- rows of lists and links, by the ids that are shown
says "a row is shown by its short id" "1. [" "${v[@]}" record show "$visit"
row="$("${v[@]}" record show "$visit" | grep -o '1\. \[[^]]*' | head -n 1 | cut -d '[' -f 2)"
ok "a row is edited by it" g record edit "$visit" --set "team[$row].name=Trưởng thôn"
says "and says so" "Trưởng thôn" "${v[@]}" record show "$visit"
ok "a row is added" g record edit "$visit" --set 'team:=[{"name":"Bí thư chi bộ","organisation":"party"}]'
says "beside the other" "2. [" "${v[@]}" record show "$visit"
refuses record.invalid 3 g record edit "$visit" --set "team[zzzz-9].name=X"
g record edit "$visit" --set "team[zzzz-9].name=X" 2>said
ok "an unknown row is answered with those that there are" grep -qF "$row" said
ok "a row is removed" g record edit "$visit" --set "team[$row]="
says_not "and gone" "Trưởng thôn" "${v[@]}" record show "$visit"
g unit add "Khòn Nưa" --parent 20.A --kind thon >said
ok "a village is named by its short id" sh -c 'grep -qE "^Đã thêm: [0-9a-z]+-[0-9a-z]+$" said'
says "a list of units says how villages are seen" "--villages" "${v[@]}" unit list
village="$("${v[@]}" record list --kind village --unit 20.A | tail -n 1 | cut -d ' ' -f 1)"
meeting="$(g --json record add community_meeting --unit 20.A --set "village=$village" --set subject=Đường | field id)"
ok "a link takes the id that is shown" test -n "$meeting"
says "and shows the title beside it" "Khòn Nưa [$village]" "${v[@]}" record show "$meeting"
refuses record.invalid 3 g record edit "$meeting" --set village=zzzz-9
refuses record.invalid 3 g record edit "$meeting" --set "village=$visit"
says_not "choices are shown by their label" inventory "${v[@]}" record show "$visit"
says "times are Viet Nam's, the day first" "Bắt đầu: 09/02/2026 09:10" "${v[@]}" record show "$visit"
says "in the history as well" "$(TZ=UTC-7 date +%d/%m/%Y) " "${v[@]}" record history "$visit"
says_not "with no path of the program" "@" "${v[@]}" record history "$visit"
says_not "and no code of a choice" ubnd "${v[@]}" record history "$visit"
