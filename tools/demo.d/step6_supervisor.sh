say "6. Giám sát: soát mọi nhật ký và sổ cái, lập bằng chứng cho một lần vận động, người ngoài tự kiểm
   (the supervisor verifies everything and writes a proof that a stranger checks alone)"

must sync_json supervisor
stop_server
hold "máy chủ dừng êm khi được bảo dừng (the server stops cleanly on SIGTERM)" test "${server_status:-1}" -eq 0
hold "mọi nhật ký và sổ cái đều khớp, không cần mạng (every feed and the ledger hold, offline)" g supervisor audit verify
show g supervisor audit verify
hold "lập tệp bằng chứng (a proof file for one visit)" g supervisor audit prove "$visit" --out "$work/lan-van-dong.proof"

# A stranger: no vault, no passphrase, no network (a namespace of its own where the system lets us make one).
alone=(env -u GANDAN_PASSPHRASE -u GANDAN_VAULT)
if unshare -rn true 2>/dev/null; then alone=(unshare -rn "${alone[@]}"); fi
cp "$work/lan-van-dong.proof" "$work/carried/stranger.proof"
stranger() { "${alone[@]}" "$bin/gandan" audit verify-proof "$1" --root "$2"; }
hold "người ngoài kiểm được chỉ bằng vân tay hệ thống (a stranger checks it by the fingerprint alone)" \
  stranger "$work/carried/stranger.proof" "$fingerprint"
show "${alone[@]}" "$bin/gandan" audit verify-proof "$work/carried/stranger.proof" --root "$fingerprint"
discloses_one_visit() {
  LC_ALL=C grep -qa "Xin đổi đất cùng cánh đồng" "$work/lan-van-dong.proof" || { echo "the visit's own words are missing"; return 1; }
  ! LC_ALL=C grep -qaE "H10[0-9]|Khòn Nưa là|Góp công|quỹ thắp sáng|1866-CV" "$work/lan-van-dong.proof"
}
hold "tệp chỉ lộ lần vận động đó, không lộ gì khác (it discloses that visit and nothing else)" discloses_one_visit
holds_not "sai vân tay thì không khớp (another fingerprint: refused)" stranger "$work/carried/stranger.proof" "${fingerprint//[0-9]/a}"
flip() { # FILE OFFSET: one bit
  local byte
  byte="$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')"
  printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
tampered_is_refused() { # every flipped bit, tried at thirty places
  local size offset
  size="$(wc -c <"$work/lan-van-dong.proof")"
  for i in $(seq 0 29); do
    offset=$((size * i / 30))
    cp "$work/lan-van-dong.proof" "$work/tampered.proof"
    flip "$work/tampered.proof" "$offset"
    if "$bin/gandan" audit verify-proof "$work/tampered.proof" --root "$fingerprint" >/dev/null 2>&1; then
      echo "a flipped bit at $offset of $size passed"
      return 1
    fi
  done
}
hold "sửa một bit ở bất cứ đâu thì không khớp nữa (one flipped bit anywhere: refused)" tampered_is_refused
