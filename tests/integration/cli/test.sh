#!/usr/bin/env bash
# What a person gets for bad input at the command line: a stable code, both languages, a non-zero exit, and everything
# written before still there.
#
#   test.sh GANDAN GANDAN-SERVER FOLDER-FOR-WORK     the work lies below TMPDIR instead, where that is given
set -u
gandan="$1" server="$2" work="${TMPDIR:-$3}/gandan-cli"
root="$(cd "$(dirname "$0")/../../.." && pwd)"
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 2
export GANDAN_PASSPHRASE="mật khẩu dài của sổ" GANDAN_ROOT_PASSPHRASE="mật khẩu khoá gốc"
unset GANDAN_VAULT GANDAN_LANG
passed=0 failed=0

g() { "$gandan" --vault "$work/${vault:-admin}" "$@"; }
field() { grep -o "\"$1\":\(\"[^\"]*\"\|-\?[0-9]*\)" | head -n 1 | sed -e "s/^\"$1\"://" -e 's/^"//' -e 's/"$//'; }
ok() { # CLAIM COMMAND…
  local claim="$1"
  shift
  if "$@" >out 2>&1; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "NOT: $claim"
    sed 's/^/    /' out
  fi
}
# refuses CODE EXIT COMMAND…: the JSON answer has that code and both languages, the exit status is that, and without
# --json the same is said on standard error in both languages.
refuses() {
  local code="$1" want="$2" status
  shift 2
  "$@" --json >out 2>err
  status=$?
  if [ "$(field code <out)" = "$code" ] && [ $status -eq "$want" ] && [ -n "$(field vi <out)" ] && [ -n "$(field en <out)" ]; then
    "$@" >out 2>err
    if [ $? -eq "$want" ] && [ ! -s out ] && grep -qF "[$code]" err; then
      passed=$((passed + 1))
      return
    fi
  fi
  failed=$((failed + 1))
  echo "NOT: $code with exit $want for: $*"
  sed 's/^/    /' out err
}
says() { # CLAIM TEXT COMMAND…: standard output has that text
  local claim="$1" want="$2"
  shift 2
  ok "$claim" sh -c '"$@" | grep -qF -- "$0"' "$want" "$@"
}
says_not() { # CLAIM TEXT COMMAND…
  local claim="$1" want="$2"
  shift 2
  ok "$claim" sh -c '"$@" >said && ! grep -qF -- "$0" said' "$want" "$@"
}

# --- a small realm
"$server" init --data server >key.txt || exit 2
g realm create "Lạng Sơn" --code 20 --ledger-key "$(cat key.txt)" --root-key root.key --card realm.card >/dev/null || exit 2
g unit add "Xã A" --parent 20 --kind xa --code 20.A >/dev/null || exit 2
g holder add QT01 --unit 20.A --role administrator --use >/dev/null || exit 2
cat >visit.json <<'J'
{"project": "Đường nối", "household": "H01", "stage": "inventory", "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}],
 "start": "2026-02-09T02:10:00Z", "end": "2026-02-09T03:25:00Z", "place": "Nhà hộ H01", "met": "land_user",
 "explained": "Đơn giá", "outcome": "agreed", "minutes": "signed"}
J
visit="$(g --json record add mobilisation_visit --unit 20.A --file visit.json | field id)"
[ -n "$visit" ] || exit 2

# --- wrong use
v=("$gandan" --vault "$work/admin")
refuses use.no_command 2 g
refuses use.no_command 2 g record
refuses use.missing 2 g record add
refuses use.missing 2 g report --from 2026-01-01
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

# --- passphrases and vaults
GANDAN_PASSPHRASE=khác refuses vault.wrong_passphrase 4 g status
GANDAN_PASSPHRASE= refuses request.bad 2 g status </dev/null
refuses file.unreadable 3 g --passphrase-file none status
cp -r admin damaged && printf 'xxxxxxxxxxxxxxxx' | dd of=damaged/vault.db bs=1 seek=5000 conv=notrunc status=none
sum="$(cat damaged/vault.db damaged/vault.key | sha256sum)"
vault=damaged refuses vault.damaged 4 g record list
ok "a damaged vault is left untouched" test "$sum" = "$(cat damaged/vault.db damaged/vault.key | sha256sum)"
cp -r admin cut && truncate -s 3 cut/vault.key
vault=cut refuses vault.damaged 4 g status
cp -r admin newer && printf 'gandan passphrase v9' | dd of=newer/vault.key bs=1 conv=notrunc status=none
ok "a key file of another form is not called a wrong passphrase" sh -c "! GANDAN_PASSPHRASE=x '$gandan' --vault newer --json status | grep -q wrong_passphrase"
refuses request.bad 2 g realm create "Hai" --code 21 --ledger-key "$(cat key.txt)" --root-key root2.key --card card2

GANDAN_PASSPHRASE="bảy chữ" vault=short refuses vault.short_passphrase 3 g device request may-1
ok "no vault was made then" test ! -e short
printf 'ngắn\n' >short.pass
GANDAN_PASSPHRASE= vault=short refuses vault.short_passphrase 3 g --passphrase-file short.pass device request may-1
# On a terminal: asked twice for a new vault, once for one that is there. Each pause lets the program ask first.
typed() { # FILE LINE…: what the program says goes to FILE
  local file="$1" line
  shift
  (
    for line in "$@"; do
      sleep 1
      printf '%s\n' "$line"
    done
    sleep 2
  ) | script -qec "env -u GANDAN_PASSPHRASE '$gandan' --vault '$work/asked' $command" /dev/null >"$file" 2>&1
}
command="device request may-1 --out asked.request"
typed said "mật khẩu mới" "mật khẩu khác"
ok "two entries that differ make no vault" sh -c 'grep -qF "[request.bad]" said && [ ! -e asked ]'
typed said "mật khẩu mới" "mật khẩu mới"
ok "a new vault's passphrase is asked twice" test -s asked.request
ok "and is never shown" sh -c '! grep -qF "mật khẩu mới" said'
command=status
typed said "mật khẩu mới"
ok "that of a vault which is there once" grep -qF "hồ sơ" said

# --- the ways to open a vault
vault=keys
ok "a vault for this" g device request may-1 --out keys.request
says "it opens with one passphrase" '"kind":"passphrase"' "$gandan" --vault "$work/keys" keys list --json
GANDAN_NEW_PASSPHRASE=ngắn refuses request.bad 2 g keys add-passphrase
GANDAN_NEW_PASSPHRASE="mật khẩu thứ hai" ok "a second passphrase" g keys add-passphrase --label "dự phòng"
GANDAN_PASSPHRASE="mật khẩu thứ hai" says "which opens it" "dự phòng" "$gandan" --vault "$work/keys" keys list
code="$(g --json keys add-recovery | field code)"
ok "a recovery code has eight groups of six digits" sh -c 'echo "$0" | grep -qE "^([0-9]{6} ){7}[0-9]{6}$"' "$code"
GANDAN_RECOVERY_CODE="$code" says "it opens the vault" "mã khôi phục" "$gandan" --vault "$work/keys" --with recovery keys list
GANDAN_RECOVERY_CODE="123456 $code" refuses vault.wrong_recovery 4 g --with recovery status
GANDAN_RECOVERY_CODE="$code" GANDAN_NEW_PASSPHRASE="mật khẩu mới tinh" ok "a forgotten passphrase is replaced" g --with recovery keys change 1
refuses vault.wrong_passphrase 4 g status
export GANDAN_PASSPHRASE="mật khẩu mới tinh"
head -c 32 /dev/urandom >keystore
refuses file.unreadable 3 g --with keystore --keystore-file visit.json status
ok "a keystore's secret" g --keystore-file keystore keys add-keystore
ok "opens it without typing" env -u GANDAN_PASSPHRASE "$gandan" --vault "$work/keys" --with keystore --keystore-file keystore status
refuses roster.not_enrolled 3 env GANDAN_NEW_PIN=482913 "$gandan" --vault "$work/keys" keys add-pin CB01
ok "the first passphrase goes" g keys remove 1
export GANDAN_PASSPHRASE="mật khẩu thứ hai"
refuses vault.no_slot 4 g keys remove 1
ok "the recovery code goes" g keys remove 3
ok "the keystore goes" g keys remove 4
refuses vault.last_slot 3 g keys remove 2
refuses use.missing 2 g keys add-token
refuses use.bad_value 2 g --with magic status
ok "the time of the auto-lock is kept" g keys auto-lock 300
says "and said" '"auto_lock":300' "$gandan" --vault "$work/keys" keys list --json
printf 'x' | dd of=keys/vault.key bs=1 seek=40 conv=notrunc status=none
refuses vault.damaged 4 g status
unset vault
export GANDAN_PASSPHRASE="mật khẩu dài của sổ"
head -c 32 /dev/urandom >pin.keystore
GANDAN_NEW_PIN=123456 refuses request.bad 2 g --keystore-file pin.keystore keys add-pin QT01
GANDAN_NEW_PIN=482913 ok "a PIN for a person" g --keystore-file pin.keystore keys add-pin QT01
GANDAN_PIN=482913 says "opens with the keystore, and says who writes" "QT01" "$gandan" --vault "$work/admin" --with pin --as QT01 --keystore-file pin.keystore status
GANDAN_PIN=482914 refuses vault.wrong_pin 4 g --with pin --as QT01 --keystore-file pin.keystore status
GANDAN_PIN=482913 refuses vault.pin_alone 4 g --with pin --as QT01 status
GANDAN_PIN=482913 refuses vault.own_pin_only 3 g --with pin --as QT01 --keystore-file pin.keystore keys remove 1
ok "the PIN goes" g keys remove 2

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

# --- a denouncer's name: sealed from standard input, for this device
own="$(g --json device info | field id)"
tc="$(g --json record add denunciation --unit 20.A --set number=7 --set received_on=1/2/2026 --set field=land --set summary=Thu | field id)"
refuses record.invalid 3 g record edit "$tc" --set "identity=Bà Nguyệt zqx"
g record edit "$tc" --set "identity=Bà Nguyệt zqx" 2>said
ok "the refusal says which command it takes" grep -qF "record seal" said
refuses request.bad 2 g record seal "$tc" identity --value x
refuses roster.unknown_device 3 g record seal "$tc" identity --for zzzz-9 --value x
refuses seal.no_field 3 g record seal "$tc" summary --for "$own" --value x
refuses seal.nothing 3 g record unseal "$tc" identity
printf 'Bà Nguyệt zqx\n' | g record seal "$tc" identity --for "$own" >said 2>&1
ok "it is sealed" grep -qF "niêm phong cho 1 người nhận" said
says_not "and shown nowhere" zqx "${v[@]}" record show "$tc"
says "but that it is there" "(niêm phong cho 1 người nhận)" "${v[@]}" record show "$tc"
ok "its recipient opens it" sh -c "test \"\$('$gandan' --vault admin record unseal '$tc' identity)\" = 'Bà Nguyệt zqx'"
says "which is in its history" "ĐÃ MỞ niêm phong “Người tố cáo (niêm phong)”" "${v[@]}" record history "$tc"
says_not "as an act, not as a path" "@" "${v[@]}" record history "$tc"
ok "who is a recipient already may be named again" g record seal "$tc" identity --add "$own" --add "$own"

# --- a visitor's name: written as any field, kept apart from what is kept for ever, and erased by two
td="$(g --json record add citizen_reception --unit 20.A --set number=3 --set received_at=2026-02-02T02:00:00Z --set session=regular \
  --set receiver=Chủ --set person_code=TD012 --set "person_name=Lục Mẩy zwv" --set matter=reflection --set field=policy \
  --set content=Trợ --set request=Xem --set handling=refused --set handling_note=Đã | field id)"
says "it is shown to who has its key" "Họ và tên: Lục Mẩy zwv" "${v[@]}" record show "$td"
says_not "in no list" zwv "${v[@]}" record list
says "the form says that it can be erased" "dữ liệu cá nhân, xoá được" "${v[@]}" record kinds citizen_reception
ok "it is held" g erase hold "$td" --reason "đang thanh tra"
refuses erase.held 3 g erase propose "$td" --reason person
ok "and no longer" g erase hold "$td" --reason "xong" --lift
proposal="$(g --json erase propose "$td" --reason person | field proposal)"
refuses act.same_person 3 g act approve "$proposal"
refuses act.unknown 3 g act approve 000000
says "it waits for another" "chờ thêm 1 quản trị khác duyệt" "${v[@]}" act list
ok "it is withdrawn" g act withdraw "${proposal:0:8}"
refuses act.withdrawn 3 g act approve "$proposal"
says "the register knows the kind" "Họ và tên – xoá được" "${v[@]}" erase register

# --- the root key: keepers' keys, named several at once; what a realm with one administrator cannot do alone
export GANDAN_KEY_PASSPHRASE="khoá khôi phục"
for keeper in 1 2; do ok "a keeper makes a key" "$gandan" root keeper keeper-$keeper.key; done
keys="$(for keeper in 3 4; do "$gandan" --json root keeper keeper-$keeper.key | field key; done)"
refuses file.exists 3 g root keeper keeper-1.key
# shellcheck disable=SC2086
says "two are named at once, and another administrator has to agree" "chờ thêm 1 quản trị khác duyệt" \
  "${v[@]}" root recovery $keys --needed 2
refuses act.too_few_persons 3 g realm threshold 5
refuses root.no_recovery 3 g root recover-start new-root.key
ok "and nothing is left of it" test ! -e new-root.key
says "the realm says that none is in force" "chưa đặt" "${v[@]}" realm info

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

# --- signatures
says "help says that a capacity is wanted" "Tư cách (bắt buộc, trừ khi --scan)" "$gandan" record sign --help
: >empty.png
refuses request.bad 2 g record sign "$late" --as official --drawn empty.png
refuses request.bad 2 g record sign "$late" --scan columns.csv
g record sign "$late" --as witness >said
ok "a device's key signs" grep -qF "Người chứng kiến" said

# --- attachments and files
truncate -s 33M big.bin
refuses attachment.too_large 3 g attach "$visit" big.bin
refuses file.unreadable 3 g attach "$visit" none.jpg
refuses file.unreadable 3 g attach "$visit" "$work"
refuses use.bad_value 2 g record print "$visit" --out bb
refuses record.not_finalized 3 g record print "$visit" --out bb.html --numbered
printf x >taken.html
refuses file.exists 3 g record print "$visit" --out taken.html
refuses file.unwritable 1 g bundle export /proc/none/x.bundle
ok "what stood there stays" test "$(cat taken.html)" = x
printf 'not a bundle' >junk.bundle
refuses format.malformed 3 g bundle import junk.bundle
g bundle export good.bundle --everything >/dev/null
says "a bundle says what is in it" " hồ sơ, " "${v[@]}" bundle export said.bundle
head -c 400 good.bundle >cut.bundle
ok "a bundle that was cut is refused" sh -c "! '$gandan' --vault admin bundle import cut.bundle"
printf 'junk' >junk.request
ok "a join request that is none is refused" sh -c "! '$gandan' --vault admin device approve junk.request --role cadre --unit 20.A"

# --- enrolment by QR code and by list
phone() { "$gandan" --vault "$work/qr-phone" "$@"; }
phone device request may-qr --out qr.request --qr-file qr.svg >said 2>&1
code="$(sed -n 's/^Mã đối chiếu.*: \([0-9 ]*\)$/\1/p' said)"
ok "the device shows fifteen digits" sh -c "printf '%s' '$code' | grep -qE '^[0-9]{3}( [0-9]{3}){4}$'"
ok "and its request as a picture" grep -q '<svg xmlns' qr.svg
refuses file.exists 3 phone device request may-qr --qr-file qr.svg
refuses use.bad_value 2 phone device request may-qr --qr-file qr.gif
phone device request may-qr --qr --qr-file qr.png >said 2>&1
ok "a QR code is drawn in half blocks" sh -c 'grep -q ▀ said && grep -q ▄ said && grep -q █ said'
ok "a PNG is one" sh -c "head -c 4 qr.png | grep -q PNG"
says "the administrator sees the same code first" "$code" "$gandan" device read-request qr.request
refuses roster.other_code 6 g device approve qr.request --code "000 000 000 000 000" --role cadre --unit 20.A
says "an approval without a code says so" "CHƯA ĐỐI CHIẾU" "${v[@]}" device approve qr.request --role cadre --unit 20.A
says "a second one changes nothing" "không thay đổi gì" "${v[@]}" device approve qr.request --code "$code" --role cadre --unit 20.A
g device welcome may-qr --out qr.welcome --qr-file welcome.png >said 2>&1
ok "a welcome makes several pictures" test -s welcome-1.png -a -s welcome-2.png
says "and carries the approval back" "dùng được ngay" "$gandan" --vault qr-phone realm join qr.welcome
printf 'Đơn;Vai trò;Đơn vị\nqr.request;cadre;20.A\nnone.request;cadre;20.A\n' >list.csv
refuses table.bad 3 g device approve --list list.csv --out bundles
g device approve --list list.csv 2>said
ok "a wrong row is named" grep -qF "· 3.request: " said
printf 'Đơn;Vai trò;Đơn vị\nqr.request;cơ quan tiếp nhận;20.A\n' >list.csv
says "a list is approved, into a folder that is made for it" "Mới duyệt: 1" "${v[@]}" device approve --list list.csv --out bundles
ok "each unit gets a bundle" test -s bundles/20.A.bundle

# --- devices out of reach
says "the realm asks something of every device" "Máy quá 30 ngày không liên lạc thì tạm khoá; máy bị thu hồi tự xoá sổ" \
  "${v[@]}" realm policy --lease-days 30 --wipe
says "and says so" "sau 30 ngày; máy bị thu hồi tự xoá sổ: có" "${v[@]}" realm info
says "what is not named stays" "Máy quá 30 ngày không liên lạc thì tạm khoá; máy bị thu hồi không tự xoá" \
  "${v[@]}" realm policy --no-wipe
refuses request.bad 2 g realm policy
refuses use.bad_value 2 g realm policy --lease-days many
g bundle export policy.bundle >/dev/null
phone bundle import policy.bundle >/dev/null
qr=("$gandan" --vault "$work/qr-phone")
says "a phone says until when" "phải liên lạc" "${qr[@]}" status
g device renew may-qr --qr-file renewal.svg >said 2>&1
ok "a renewal is a picture" grep -q '<svg xmlns' renewal.svg
g device renew may-qr >renewal.txt
refuses lease.other_device 3 g device renewed "$(cat renewal.txt)"
ok "and a text, which its device takes from whoever hands it over" \
  sh -c "'$gandan' --vault qr-phone device renewed <renewal.txt | grep -q 'Đã nhận phiếu gia hạn'"
refuses lease.old_renewal 3 phone device renewed "$(cat renewal.txt)"
refuses format.malformed 3 phone device renewed junk
grep -o 'gandan-renewal v1' renewal.txt >half.txt
phone device renewed "$(cat half.txt)" 2>said
ok "half a renewal is answered with how many lines there are" grep -qF "hai dòng" said
sleep 0.1 # a later millisecond
g bundle export renews.bundle --renew >/dev/null
says "a bundle renews, too" "Gói có phiếu gia hạn cho máy này" "${qr[@]}" bundle import renews.bundle

printf 'junk' >junk.proof
ok "a proof that is none is refused" sh -c "! '$gandan' audit verify-proof junk.proof --root $(printf '0%.0s' $(seq 64))"
refuses request.bad 2 "$gandan" audit verify-proof junk.proof --root 12
refuses audit.no_evidence 3 g audit evidence --out none.evidence
ok "no file is made then" test ! -e none.evidence
ok "evidence that is none is refused" sh -c "! '$gandan' audit verify-evidence junk.proof --root $(printf '0%.0s' $(seq 64))"
fingerprint="$(sed -n 's/^proof.fingerprint //p' "$root/tests/data/audit/golden.txt")"
says "evidence of two ledgers is checked without a vault" "cùng 9 mục: sai phạm rõ ràng" \
  "$gandan" audit verify-evidence "$root/tests/fuzz/corpus/split_view/golden" --root "$fingerprint"
printf 'junk' >junk.card
ok "a card that is none is refused" sh -c "! '$server' realm admit junk.card --data server"

# --- a full disk, where the system lets us make one
if unshare -rm true 2>/dev/null; then
  cat >full.sh <<'S'
mkdir -p small && mount -t tmpfs -o size=3m tmpfs small && cp -r admin small/full || exit 3
head -c 3000000 /dev/zero >small/fill 2>/dev/null
"$1" --vault small/full --json attach "$2" "$3" >full.out 2>&1
echo $? >full.status
rm -f small/fill
"$1" --vault small/full --json vault check >full.check 2>&1
S
  head -c 2000000 /dev/urandom >photo.bin
  unshare -rm bash full.sh "$gandan" "$visit" photo.bin
  ok "a full disk is named" grep -q '"code":"disk.full"' full.out
  ok "with a status of its own" test "$(cat full.status)" = 4
  ok "and the vault is sound afterwards" grep -q '"held":true' full.check
else
  echo "full disk: left out, no mount namespace can be made here"
fi

# --- network
# A server that takes the connection and says nothing: the sync waits, and the vault is open meanwhile.
node -e '
  const server = require("net").createServer(() => {});
  server.listen(0, "127.0.0.1", () => require("fs").writeFileSync("silent.port", String(server.address().port)));' &
silent=$!
for _ in $(seq 200); do [ -s silent.port ] && break; sleep 0.05; done
g --json sync --server "https://127.0.0.1:$(cat silent.port)" >silent.out 2>&1 &
waiting=$!
sleep 1.5
refuses vault.locked 4 g status
g status >said 2>&1 &
patient=$!
sleep 1
{ kill -KILL $silent && wait $silent; } 2>/dev/null
wait $waiting
ok "a connection that breaks is an error of the network" test $? -eq 5
wait $patient
ok "a program that waited for the vault gets it" test $? -eq 0
ok "and the vault is free again" g status

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.pem 2>/dev/null || exit 2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=other -keyout other.key -out other.pem 2>/dev/null
refuses request.bad 2 g sync --server http://localhost:1
g --lang vi sync --server http://localhost:1 2>said
ok "an address is asked for in Vietnamese" sh -c 'grep -qF "phải ghi https://máy:cổng" said && ! grep -q address said'
refuses request.bad 2 g sync
g sync 2>said
ok "a device that never synced says which server it wants" grep -qF "chưa biết máy chủ" said
refuses net.unreachable 5 g sync --server https://127.0.0.1:9
"$server" realm admit realm.card --data server --quota 1GiB >/dev/null || exit 2
"$server" run --data server --listen 127.0.0.1:0 --cert tls.pem --key tls.key --port-file port >server.log 2>&1 &
pid=$!
trap 'kill -KILL $pid 2>/dev/null' EXIT
for _ in $(seq 200); do [ -s port ] && break; sleep 0.05; done
url="https://127.0.0.1:$(tr -d '[:space:]' <port)"
refuses net.certificate_foreign 5 g sync --server "$url" --ca other.pem
refuses net.certificate_foreign 5 g sync --server "$url"
refuses file.unreadable 3 g sync --server "$url" --ca none.pem
g sync --server "$url" --ca tls.pem >said 2>&1
ok "with the right authority it syncs" test $? -eq 0
ok "and counts what was decided" grep -qE "gửi đi: .* hồ sơ, [1-9][0-9]* quyết định" said
ok "the server and its authority are remembered, from any folder" sh -c "cd / && '$gandan' --vault '$work/admin' sync"
says "a bundle after that is empty, and says how it is not" "--everything" "${v[@]}" bundle export after.bundle

# A unit moves before its old office's question was sent: the server refuses it, and people are told what, and which way is left.
office() { "$gandan" --vault "$work/office" "$@"; }
g unit add "Cơ quan" --parent 20 --kind office --code 20.KV >/dev/null
g unit add "Xã C" --parent 20.KV --kind xa --code 20.C >/dev/null
moved="$(g --json record add mobilisation_visit --unit 20.C --file visit.json --set household=H77 | field id)"
g record finalize "$moved" >/dev/null
office device request van-thu --out office.request >/dev/null
g device approve office.request --role office --unit 20.KV --out office.bundle >/dev/null
office bundle import office.bundle >/dev/null
g sync >/dev/null
office sync --server "$url" --ca tls.pem >/dev/null
office record return "$moved" --question "Ai ký?" >/dev/null
g unit move 20.C --parent 20 >/dev/null
g sync >/dev/null
office --lang vi sync >said
ok "a refused segment is an error of the server" test $? -eq 5
ok "its record is named" grep -qF "Vận động hộ H77" said
ok "and what becomes of it" grep -qF "nhờ cơ quan mới ghi lại" said
ok "the next sync says it no more" office sync

# What an administrator got by hand before that is late work: of a device that is in use.
g unit add "Xã D" --parent 20.KV --kind xa --code 20.D >/dev/null
moved="$(g --json record add mobilisation_visit --unit 20.D --file visit.json --set household=H78 | field id)"
g record finalize "$moved" >/dev/null
g sync >/dev/null
office sync >/dev/null
office record return "$moved" --question "Ai ký?" >/dev/null
office bundle export late.bundle >/dev/null
g unit move 20.D --parent 20 >/dev/null
g sync >/dev/null
g bundle import late.bundle >/dev/null
g device held >said
ok "the administrator sees that the device is not a removed one" sh -c 'grep -qF "máy còn dùng" said && grep -qF "device accept" said && ! grep -qF ", đã thu hồi" said'
ok "and lets it count" g device accept van-thu
"$server" verify --data server >out 2>err
ok "a store that is being served is not verified" test $? -eq 4
ok "and the server says why" grep -qF "[server.running]" err
kill -TERM $pid
wait $pid
ok "the server stops cleanly" test $? -eq 0
trap - EXIT
ok "the records are still there after all this" g record show "$visit"
ok "and the vault is sound" g vault check

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
