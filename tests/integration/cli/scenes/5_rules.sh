# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# Gates, findings, versions of forms and signatures. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

# --- gates
cat >coercion.json <<'J'
{"project": "Đường nối", "household": "H01", "kind": "recovery", "decision_number": "9/QĐ", "decided_on": "2026-04-01",
 "decision_level": "commune", "posted_on": "2026-04-02", "received_on": "2026-04-02", "received_how": "received",
 "start": "2026-04-07T01:00:00Z", "end": "2026-04-07T16:00:00Z", "place": "Thửa 34",
 "board": [{"name": "Chủ tịch UBND xã", "organisation": "ubnd"}], "area_m2": 400, "proceedings": "…", "outcome": "done"}
J
coercion="$(g --json record add coercion --unit 20.A --file coercion.json | field id)"
refuses record.gate 3 g record finalize "$coercion"
g record finalize "$coercion" 2>closed
ok "a closed gate is named by its rule" grep -q "· l31.coercion.persuaded: " closed
ok "and the other, too" grep -q "· l31.coercion.night: " closed
ok "with the words that open it" grep -qF -- "--override 'l31.coercion.persuaded=" closed
refuses record.gate 3 g record finalize "$coercion" --override "l31.coercion.night=Sạt lở"
refuses request.bad 2 g record finalize "$coercion" --override "l31.coercion.tet=không cần"
refuses use.bad_value 2 g record finalize "$coercion" --override l31.coercion.night
ok "with a reason for each it is finalised" g record finalize "$coercion" --override "l31.coercion.night=Sạt lở" \
  --override "l31.coercion.persuaded=Vận động miệng, chưa lập biên bản"
g record show "$coercion" >shown
ok "and the reasons stay in sight" grep -q "vẫn chốt, lý do: Sạt lở" shown
refuses record.finalized 3 g record finalize "$coercion"
g record finalize "$coercion" 2>said
ok "a second time it is said to be done" grep -qF "đã chốt rồi" said
g record edit "$coercion" --set proceedings=X 2>said
ok "and how one writes beside it" grep -qF -- '--late --reason "lý do"' said
refuses record.finalized 3 g attach "$coercion" visit.json
g attach "$coercion" visit.json 2>said
ok "a file, too" grep -qF -- '--late --reason "lý do"' said

# --- what a rule finds wrong does not stop a finalisation, and is shown before it
late="$(g --json record add community_meeting --unit 20.A --set "village=$village" --set subject=Đường --set form=meeting \
  --set notice_date=9/2/2026 --set "start=9/2/2026 8h" --set "end=9/2/2026 9h" --set place=Nhà --set chair=A --set secretary=B \
  --set "roll=$roll" --set 'agenda:=[{"text":"Bàn"}]' --set 'attendance:=[{"household":"H01","present":true}]' | field id)"
g record edit "$roll" --set "village=$village" --set as_of=1/2/2026 >/dev/null
g record finalize "$roll" >/dev/null
finalizes() { # WORD: what is typed on a terminal
  (sleep 1; printf '%s\n' "$1"; sleep 2) | script -qec "'$gandan' --vault '$work/admin' record finalize '$late'" /dev/null
}
finalizes "" >said 2>&1
ok "on a terminal what does not hold is asked about" sh -c 'grep -qF "Vẫn chốt?" said && grep -qF "✗" said && grep -qF "Chưa chốt" said'
says "and nothing is done without a yes" "đang ghi" "${v[@]}" record show "$late"
g record finalize "$late" >said
ok "without one it stands first" sh -c 'head -n 1 said | grep -qF "CHƯA ĐẠT" && sed -n 2p said | grep -qF "✗"'
ok "and how it is corrected" grep -qF -- "--late --reason" said

# --- a record is shown by the form that it was written with
form() { # VERSION FIELD LABEL
  mkdir -p "forms-$1/records"
  printf '{"kind": "well", "version": %s, "label": {"vi": "Giếng", "en": "Well"}, "title": "Giếng {name}", "survey": [
    {"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
    {"type": "text", "name": "%s", "label": {"vi": "%s", "en": "%s"}}]}' "$1" "$2" "$3" "$2" >"forms-$1/records/well_$1.json"
  g schema publish "forms-$1" >/dev/null
}
form 1 depth "Độ sâu"
well="$(g --json record add well --unit 20.A --set name=Cũ --set depth="mười hai mét" | field id)"
form 2 clean "Nước sạch"
says "with a field that the newest form has dropped" "Độ sâu: mười hai mét" "${v[@]}" record show "$well"
says_not "which asks for it no more" "Độ sâu" "${v[@]}" record show "$(g --json record add well --unit 20.A --set name=Mới | field id)"

# --- signatures
says "help says that a capacity is wanted" "Tư cách (bắt buộc, trừ khi --scan)" "$gandan" record sign --help
: >empty.png
refuses request.bad 2 g record sign "$late" --as official --drawn empty.png
refuses request.bad 2 g record sign "$late" --scan columns.csv
g record sign "$late" --as witness >said
ok "a device's key signs" grep -qF "Người chứng kiến" said
