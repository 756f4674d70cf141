# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# What is sealed, personal or takes several. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

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
