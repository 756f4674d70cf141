# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# A server that lost the end of its ledger, and gets it back from a supervisor. Sourced by ../test.sh, in order.
sup() { "$gandan" --vault "$work/sup" "$@"; }
fresh() { "$gandan" --vault "$work/fresh" "$@"; }
s=("$gandan" --vault "$work/sup")
serve() {
  rm -f port
  "$server" run --data server --listen 127.0.0.1:0 --cert tls.pem --key tls.key --port-file port >server.log 2>&1 &
  pid=$!
  trap 'kill -KILL $pid 2>/dev/null' EXIT
  for _ in $(seq 200); do [ -s port ] && break; sleep 0.05; done
  url="https://127.0.0.1:$(tr -d '[:space:]' <port)"
}
stop() {
  kill -TERM $pid
  wait $pid
  trap - EXIT
}

sup device request giam-sat --out sup.request >/dev/null
g device approve sup.request --role supervisor --unit 20 --out sup.bundle >/dev/null
sup bundle import sup.bundle >/dev/null
serve
g sync --server "$url" --ca tls.pem >/dev/null
sup sync --server "$url" --ca tls.pem >/dev/null
ok "a server is backed up while it runs" "$server" backup --data server --to backup --with-keys
lost="$(g --json record add complaint --unit 20.A --set number=31/KN --set person_code=KN031 --set person_name="Hoàng Văn Lụa" \
  --set received_on=2026-03-09 --set field=land --set subject="Sau khi sao lưu" | field id)"
head -c 300000 /dev/urandom >late.jpg
g attach "$lost" late.jpg >/dev/null
g sync >/dev/null
sup sync >/dev/null
stop
mv server server.lost
"$server" restore backup --data server.lost --to server >said 2>&1
ok "a restored store that is behind is told" sh -c 'grep -qF "[server.ledger_behind]" said'
"$server" run --data server --listen 127.0.0.1:0 --cert tls.pem --key tls.key --port-file port >said 2>&1
ok "and is not served" sh -c 'grep -qF "[server.ledger_behind]" said'

refuses audit.no_ledger 3 "$gandan" --vault "$work/qr-phone" ledger export --out none.ledger
ok "nothing is left of an export that failed" sh -c '! ls none.ledger* 2>/dev/null'
says "a supervisor writes down what he kept" "gandan-server give-back kept.ledger" "${s[@]}" ledger export --out kept.ledger
refuses file.exists 3 sup ledger export --out kept.ledger
head -c 2000 kept.ledger >cut.ledger
"$server" give-back cut.ledger --data server >said 2>&1
ok "a file that was cut is not taken" sh -c 'grep -qF "[format.truncated]" said'
"$server" give-back visit.json --data server >said 2>&1
ok "nor is another one" sh -c 'grep -qF "[format.malformed]" said'
"$server" give-back none.ledger --data server >said 2>&1
ok "nor one that is not there" sh -c 'grep -qF "[file.unreadable]" said'
says "what he kept is given back" "đã trả lại" "$server" give-back kept.ledger --data server
says "and said again changes nothing" "đã trả lại 0 mục" "$server" give-back kept.ledger --data server
says "everything holds" "everything holds" "$server" verify --data server

serve
"$server" give-back kept.ledger --data server >said 2>&1
ok "nothing is given to a server that runs" sh -c 'grep -qF "[server.running]" said'
ok "the supervisor syncs as if nothing had been" sup sync --server "$url" --ca tls.pem
ok "and so does who wrote" g sync --server "$url" --ca tls.pem
says "the ledger that came back is the one that was" '"held":true' "${s[@]}" --json audit verify
fresh device request moi --out fresh.request >/dev/null
g device approve fresh.request --role cadre --unit 20.A --out fresh.bundle >/dev/null
g sync >/dev/null
fresh bundle import fresh.bundle >/dev/null
fresh sync --server "$url" --ca tls.pem >/dev/null
says "a newcomer reads what was lost, with its names" "Hoàng Văn Lụa" "$gandan" --vault "$work/fresh" record show "$lost"
fresh attachment read "$lost" --path late.jpg --out fresh.jpg >/dev/null
ok "and its photo" cmp late.jpg fresh.jpg
stop
