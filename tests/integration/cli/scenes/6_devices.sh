# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# Attachments, enrolment and devices out of reach. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

# --- attachments and files
truncate -s 33M big.bin
refuses attachment.too_large 3 g attach "$visit" big.bin
refuses file.unreadable 3 g attach "$visit" none.jpg
refuses file.unreadable 3 g attach "$visit" "$work"
refuses use.bad_value 2 g record print "$visit" --out bb
refuses record.not_finalized 3 g record print "$visit" --out bb.html --numbered
ok "minutes go into a Word file" g record print "$visit" --out minutes.docx
ok "which is one" sh -c "head -c 2 minutes.docx | grep -q PK"
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
