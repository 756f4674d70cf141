say "7. Kẻ chiếm được máy chủ sửa kho; từng cách đều bị phát hiện và gọi đúng tên
   (whoever owns the server changes its store; each attack is detected and named)"

# The witness: a supervisor's device as it was on its first day. It saw nothing yet, so it has only proofs to go by.
fresh_witness() { rm -rf "$work/devices/$1" && cp -r "$work/devices/witness" "$work/devices/$1"; }
# found_by DEVICE CODE…: the device syncs with the attacked server, then audits; one of these codes must be named, and
# nothing else may be.
found_by() {
  local device="$1" code names
  shift
  sync_json "$device" >"$work/attack-sync.json" 2>&1
  j "$device" audit verify >"$work/attack-audit.json" 2>&1
  names="$(grep -oh '"code":"[^"]*"' "$work/attack-sync.json" "$work/attack-audit.json" | cut -d'"' -f4 | sort -u | tr '\n' ' ')"
  for code in "$@"; do
    case " $names" in *" $code "*) echo "${names% }" >"$work/named"; return 0 ;; esac
  done
  echo "named: ${names:-nothing}; expected one of: $*"
  return 1
}
# attack NAME DEVICE CLAIM CODE…
attack() {
  local name="$1" device="$2" claim="$3"
  shift 3
  rm -rf "$work/attacked"
  must cp -r "$work/server" "$work/attacked"
  must "$attack_tool" "$name" "$work/attacked"
  must start_server "$work/attacked"
  : >"$work/named"
  hold "$claim" found_by "$device" "$@"
  note "  gọi tên: $(cat "$work/named")"
  stop_server
}

# The control: without an attack the witness finds nothing.
must start_server "$work/server"
fresh_witness control
must sync_json control
hold "đối chứng: kho còn nguyên thì không báo gì (the control: nothing is named)" g control audit verify
stop_server
hold "máy chủ tự soát kho còn nguyên (gandan-server verify: holds)" "$bin/gandan-server" verify --data "$work/server"

for name in remove receipt swap flip stranger backdate; do fresh_witness "witness-$name"; done
attack remove witness-remove "bỏ mất một đoạn (a segment removed)" ledger.withheld ledger.missing feed.broken_chain
attack receipt witness-receipt "sửa giờ nhận (a receipt time changed)" ledger.receipt_changed
attack swap witness-swap "đổi chỗ hai đoạn (two segments swapped)" feed.broken_chain crypto.bad_signature
attack flip witness-flip "lật một bit (a flipped byte)" crypto.bad_signature
attack stranger witness-stranger "chèn đoạn của người lạ, ký lại bằng khoá máy chủ (a stranger's segment)" feed.unknown
attack backdate supervisor "ghi lùi ngày trong sổ cái, ký lại (back-dated in the ledger, signed anew)" ledger.rewritten

# The whole folder of an earlier day, shown to a phone that saw the newer ledger.
must start_server "$work/server-older"
hold "đưa lại sổ cái cũ cho máy đã thấy sổ mới (the ledger cut back)" found_by phone1 ledger.went_back
note "  gọi tên: $(cat "$work/named")"
stop_server

server_names() { # ATTACK CODE: the server's own check of its whole store names it, too
  rm -rf "$work/attacked"
  cp -r "$work/server" "$work/attacked" && "$attack_tool" "$1" "$work/attacked" || return 2
  "$bin/gandan-server" verify --data "$work/attacked" | grep -F " $2:"
}
note "Người quản trị máy chủ cũng tự soát được: (gandan-server verify sees the same on the spot)"
while read -r name code; do
  hold "$name: $code" server_names "$name" "$code"
done <<'ATTACKS'
remove ledger.missing
receipt ledger.receipt_changed
swap crypto.bad_signature
flip crypto.bad_signature
stranger feed.unknown
ATTACKS

note "Phát lại nguyên văn một lần gửi cũ: (a recorded request is sent again)"
must start_server "$work/server"
recorded="$work/wire/wire-002.up" # phone 1's first sync, whole
replay_harmless() {
  local before after
  before="$(server_count gandan_segments_accepted_total) $(server_count gandan_statements_accepted_total)"
  node "$here/replay.mjs" "$server_port" "$work/ca/ca.pem" "$recorded" || return 1
  after="$(server_count gandan_segments_accepted_total) $(server_count gandan_statements_accepted_total)"
  test "$before" = "$after"
}
hold "phát lại không thêm được gì (a replay adds nothing)" replay_harmless
fresh_witness after-replay
must sync_json after-replay
hold "và mọi thứ vẫn khớp (and everything still holds)" g after-replay audit verify
stop_server

say "Không rò rỉ: tìm lời trong hồ sơ ở máy chủ, ở máy của từng người, và trong những gì đi trên đường truyền
   (no leak: words of the records are searched in the server's files, the devices' files and inside TLS)"
secrets="$work/secrets"
printf '%s\n' "Xin đổi đất cùng cánh đồng" "Góp công làm đường bê tông" "Phó Chủ tịch UBND xã" "Khòn Nưa" "Cán bộ dân vận xã" \
  "trọng dân, gần dân" "1866-CV" >"$secrets"
leaks() { # FOLDER: the words found in its files
  LC_ALL=C grep -raoFh -f "$secrets" "$1" | sort | uniq -c
}
no_leak() { test -z "$(leaks "$1")" || { leaks "$1"; return 1; }; }
finds_what_was_planted() { # a positive control: the search works on such files
  rm -rf "$work/planted"
  cp -r "$1" "$work/planted"
  local victim
  victim="$(find "$work/planted" -type f -size +1k | head -n 1)"
  printf 'xxxx%sxxxx' "Góp công làm đường bê tông" >>"$victim"
  test -n "$(leaks "$work/planted")"
}
for place in server devices wire; do
  hold "không có trong $place (not in $place)" no_leak "$work/$place"
  hold "đối chứng: gieo vào $place thì tìm thấy (the control: planted, it is found)" finds_what_was_planted "$work/$place"
done
rm -rf "$work/planted" "$work/attacked"
test -n "$(ls "$work"/wire/*.up)" || broken+=("nothing was recorded on the wire")
