# shellcheck shell=bash disable=SC2154,SC2016 # variables and quoted commands are test.sh's
# A full disk, servers, and units that move. Sourced by ../test.sh, in order: a scene goes on in the realm that those before it left.

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

# --- a report before there is a checkpoint
refuses request.bad 2 g report --period 2026-Q1 --out early.csv
ok "which is made from what is here, when one says so" g report --period 2026-Q1 --out early.csv --unsent
ok "and says that it cannot be made again" grep -qF "không làm lại được" early.csv

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

# A report as a file: the same checkpoint, the same bytes, a while later and on another device.
g sync >/dev/null
office sync >/dev/null
paper=(--period 2026-Q1 --unit 20.C --number 12/BC-UBND --date 5/4/2026)
for kind in docx xlsx csv html; do
  ok "a report becomes a .$kind file" g report "${paper[@]}" --out "one.$kind"
done
sleep 2
for kind in docx xlsx csv html; do
  g report "${paper[@]}" --out "two.$kind" >/dev/null
  ok "made again it has the same bytes (.$kind)" cmp "one.$kind" "two.$kind"
  office report "${paper[@]}" --out "three.$kind" >/dev/null
  ok "and on another device (.$kind)" cmp "one.$kind" "three.$kind"
done
ok "it names its checkpoint" sh -c "grep -qF \"\$('$gandan' --vault admin --json report --period 2026-Q1 | grep -o '\"root\":\"[0-9a-f]*' | cut -d '\"' -f 4)\" one.csv"
ok "and what the period before had" grep -qF "Lượt vận động hộ dân,lượt,1,0,1,,mới có," one.csv
refuses file.exists 3 g report "${paper[@]}" --out one.docx
says "on screen, too, the period before stands beside it" "So với Quý IV năm 2025" "${v[@]}" report --period 2026-Q1
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
