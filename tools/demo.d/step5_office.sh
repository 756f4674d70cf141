say "5. Cơ quan tiếp nhận đọc hồ sơ, thấy chỗ ghi trùng, chọn bản đúng, in biên bản, lập số liệu
   (the office reads, sees the conflict, settles it, prints the minutes, counts the period)"

hold "cơ quan tiếp nhận nhận tất cả trong một lượt (the office fetches everything in one round trip)" one_trip office
show g office record list --kind community_meeting
show g office search "duong be tong"
hold "tìm không dấu vẫn thấy (search without diacritics)" \
  sh -c "'$bin/gandan' --vault '$work/devices/office' --json search 'duong be tong' | grep -q '$meeting'"
hold "hồ sơ của điện thoại 3 đã tới, qua tay máy khác (phone 3's record arrived by another's hand)" g office record show "$visit3"
hold "đọc được tệp công văn đính kèm, giống từng byte (the attached dispatch, byte by byte)" sh -c "
  '$bin/gandan' --vault '$work/devices/office' attachment read '$session' --path document --out '$work/cong-van-nhan-duoc.txt' &&
  cmp '$work/cong-van-nhan-duoc.txt' '$here/data/cong-van-1866-cv-tu.txt'"

show g office conflicts
both_authors() {
  j office conflicts "$visit" >"$work/conflicts.json" || return 1
  grep -q '"path":"outcome"' "$work/conflicts.json" && grep -q CB01 "$work/conflicts.json" && grep -q CB02 "$work/conflicts.json"
}
hold "kết quả bị ghi trùng, nêu cả hai người ghi (the double edit, with both its authors)" both_authors
hold "điều chỉ một người sửa thì không bị coi là trùng (what one alone edited is no conflict)" \
  sh -c "! grep -q '\"path\":\"wishes\"' '$work/conflicts.json'"
hold "chọn bản đúng (the office settles it)" g office resolve "$visit" outcome --value agreed --reason "đã hỏi lại cán bộ"
hold "không còn chỗ ghi trùng (no conflict is left)" sh -c "'$bin/gandan' --vault '$work/devices/office' --json conflicts | grep -q '\"conflicts\":\[\]'"
show g office record history "$visit"

hold "in biên bản, khổ A4 (the minutes, for printing)" g office record print "$meeting" --out "$work/bien-ban.html"
minutes_hold() {
  local word
  ! grep -q "BẢN NHÁP" "$work/bien-ban.html" || { echo "it is called a draft"; return 1; }
  for word in "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" "BIÊN BẢN" "Tổng số hộ" "Không thông qua" "TRƯỞNG THÔN"; do
    grep -q "$word" "$work/bien-ban.html" || { echo "missing: $word"; return 1; }
  done
}
hold "biên bản có quốc hiệu, số hộ, kết quả theo Điều 21, chỗ ký (its parts)" minutes_hold
show g office report --from 2026-01-01 --until "$(date -d tomorrow +%F)"
figure() { # NAME VALUE
  j office report --from 2026-01-01 --until "$(date -d tomorrow +%F)" | grep -o "\"id\":\"$1\"[^}]*}[^}]*}[^]]*" | grep -q "\"value\":$2[,}]"
}
hold "một quyết định được thông qua, một việc không (one decision carried, one not)" \
  eval 'figure decisions_passed 1 && figure decisions_failed 1'
must sync_json office
must sync_json phone1
must sync_json phone2
same_everywhere() {
  local shown device
  shown="$(j office record show "$visit" | grep -o '"fields":{[^}]*}')"
  for device in phone1 phone2; do
    test "$(j "$device" record show "$visit" | grep -o '"fields":{[^}]*}')" = "$shown" || { echo "$device shows something else"; return 1; }
  done
}
hold "sau khi đồng bộ, mọi máy thấy cùng một nội dung (every device shows the same)" same_everywhere
