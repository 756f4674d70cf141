say "4. Máy chủ chạy; các điện thoại đồng bộ; một lần đứt mạng giữa chừng; một máy gửi qua tệp
   (the server starts; phones sync; one connection is cut; one phone's records travel by file)"

must start_proxy
must start_server "$work/server"
note "Mọi kết nối đi qua một máy ghi lại những gì nằm trong TLS. (a proxy records what TLS protects)"

# one_trip VAULT: syncs, and it took one round trip.
one_trip() {
  sync_json "$1" >"$work/sync-$1.json" || { cat "$work/sync-$1.json"; return 1; }
  test "$(field round_trips <"$work/sync-$1.json")" = 1 || { cat "$work/sync-$1.json"; return 1; }
}
hold "quản trị gửi danh bạ và danh sách hộ, một lượt đi về (the administrator, one round trip)" one_trip admin
hold "điện thoại 1: một lượt đi về (phone 1: one round trip)" one_trip phone1
show g phone1 status "$visit"

# Phone 2 has a dozen segments and more to send, and then those that it carries for phone 1, which the server has: the line
# dies at two fifths of the way, which lies among the dozen.
stored_before="$(server_count gandan_segments_accepted_total)"
printf 40 >"$work/wire/cut"
cut_off() {
  local answer
  answer="$(sync_json phone2)"
  test "$(printf '%s' "$answer" | field code)" = net.connection_lost || { printf '%s\n' "$answer"; return 1; }
}
hold "điện thoại 2 đứt mạng giữa chừng: báo rõ, mã net.connection_lost (phone 2 is cut off, and says so)" cut_off
sleep 0.6 # the server takes in what had reached it
taken=$(($(server_count gandan_segments_accepted_total) - stored_before))
note "Máy chủ kịp nhận $taken đoạn trước khi đứt. (the server had taken $taken segments)"
goes_on() { # it sends what the server lacks, and at most one segment that the server has already
  local sent accepted
  sync_json phone2 >"$work/sync-phone2.json" || { cat "$work/sync-phone2.json"; return 1; }
  sent="$(field segments_sent <"$work/sync-phone2.json")"
  accepted=$(($(server_count gandan_segments_accepted_total) - stored_before - taken))
  echo "taken $taken, then sent $sent, of which new $accepted"
  test "$taken" -ge 1 -a "$accepted" -ge 1 -a $((sent - accepted)) -le 1
}
hold "lần sau gửi tiếp từ chỗ đứt, lặp lại nhiều nhất một đoạn (it goes on from there)" goes_on
hold "điện thoại 2 không còn gì chưa gửi (phone 2 has nothing left to send)" \
  test "$(j phone2 status --limit 0 | field unsent_segments)" = 0

note "Điện thoại 3 giao một tệp cho điện thoại 1, máy này đem gửi hộ. (phone 3's file travels through phone 1)"
must g phone3 bundle export "$work/carried/phone3.bundle"
hold "điện thoại 1 nhận gói, dù không mở được hồ sơ xã khác (phone 1 takes the bundle, though it cannot open it)" \
  g phone1 bundle import "$work/carried/phone3.bundle"
holds_not "điện thoại 1 không đọc được hồ sơ của điện thoại 3 (and cannot read it)" g phone1 record show "$visit3"
stored_before="$(server_count gandan_segments_accepted_total)"
must sync_json phone1
hold "máy chủ đã nhận đoạn của điện thoại 3 (the server has phone 3's segment)" \
  test "$(server_count gandan_segments_accepted_total)" -gt "$stored_before"

# A sync with nothing new, twice: the second one sends and fetches nothing.
hold "đồng bộ khi không có gì mới: một lượt, không đoạn nào (nothing new: one round trip, no segment)" \
  sh -c "'$bin/gandan' --vault '$work/devices/phone1' --json sync --server https://localhost:$proxy_port --ca '$work/ca/ca.pem' |
         grep -q '\"round_trips\":1,.*\"segments_sent\":0'"

# The server is started anew; a thief copies its folder meanwhile (step 7).
hold "máy chủ dừng êm rồi chạy lại (the server stops cleanly and starts again)" stop_server
must cp -r "$work/server" "$work/server-older"
must start_server "$work/server"
