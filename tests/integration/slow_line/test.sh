#!/usr/bin/env bash
# A day's work of a village over 2G: 20 records and 5 photos, 300 ms each way, 2 % of the packets lost, 100 kbit/s. The line
# goes down for a while in the middle, and the program is killed in the middle; what was through is not sent again.
#
#   test.sh GANDAN GANDAN-SERVER SLOW-LINE FOLDER-FOR-WORK [PHOTO-BYTES]
#
# PHOTO-BYTES: of each photo; 20 KiB where nothing is said, for photos of 200 KiB take two minutes. Needs root, network
# namespaces and TUN devices: exit 77, with a word, where they are not to be had.
set -u
gandan="$(realpath "$1")" server="$(realpath "$2")" line="$(realpath "$3")" work="${TMPDIR:-$4}/gandan-slow-line" photo="${5:-20480}"
rate=100000 delay=300 loss=2
field_end="gd$$f" office_end="gd$$o" # names of the two namespaces

skip() {
  echo "skipped: $1"
  exit 77
}
[ "$(id -u)" = 0 ] || skip "not root"
command -v ip >/dev/null || skip "no ip (iproute2)"
[ -c /dev/net/tun ] || skip "no /dev/net/tun"
ip netns add "$field_end" 2>/dev/null || skip "no network namespaces"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill -KILL "$pid"; done 2>/dev/null
  ip netns del "$field_end"
  ip netns del "$office_end" 2>/dev/null
}
trap finish EXIT
ip netns add "$office_end" || skip "no second namespace"

rm -rf "$work"
mkdir -p "$work/line"
cd "$work" || exit 2
export GANDAN_PASSPHRASE="mật khẩu dài của sổ" GANDAN_ROOT_PASSPHRASE="mật khẩu khoá gốc"
unset GANDAN_VAULT GANDAN_LANG
failed=0
give_up() {
  echo "NOT: $1"
  exit 1
}
said=out
must() { "$@" >"$said" 2>&1 || { cat "$said"; give_up "$*"; }; }
ok() { # CLAIM COMMAND…
  local claim="$1"
  shift
  "$@" && return
  failed=$((failed + 1))
  echo "NOT: $claim ($*)"
}
field() { grep -o "\"$1\":\(\"[^\"]*\"\|-\?[0-9]*\)" | head -n 1 | sed -e "s/^\"$1\"://" -e 's/^"//' -e 's/"$//'; }
j() { "$gandan" --vault "$work/$1" --json "${@:2}"; }

# --- the two ends
"$line" "$field_end" "$office_end" "$work/line" $rate $delay $loss &
pids+=($!)
for _ in $(seq 100); do [ -e line/ready ] && break; sleep 0.05; done
[ -e line/ready ] || skip "no TUN device in a namespace"
end_with() { # NAMESPACE ADDRESS
  ip -n "$1" link set lo up && ip -n "$1" addr add "$2/30" dev gandan0 && ip -n "$1" link set gandan0 mtu 1400 up
}
must end_with "$field_end" 10.77.0.1
must end_with "$office_end" 10.77.0.2
passed() { cut -d' ' -f"$1" line/passed; }       # 1: bytes handed in by the phone, 2: by the server, 3: packets lost
# sync NAMESPACE VAULT: behind the slow line, or beside the server.
sync() { ip netns exec "$1" "$gandan" --vault "$work/$2" --json sync --server "$url" --ca tls.pem; }

# --- a province with a server, two phones and an office; everybody has synced once, over a good line
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=10.77.0.2 \
  -addext subjectAltName=IP:10.77.0.2 -keyout tls.key -out tls.pem 2>/dev/null || exit 2
"$server" init --data server >key.txt || exit 2
must j admin realm create "Lạng Sơn" --code 20 --ledger-key "$(cat key.txt)" --root-key root.key --card realm.card
must j admin unit add "Xã A" --parent 20 --kind xa --code 20.A
must j admin unit add "Xã B" --parent 20 --kind xa --code 20.B
must j admin holder add QT01 --unit 20.A --role administrator --use
must "$server" realm admit realm.card --data server
ip netns exec "$office_end" "$server" run --data server --listen 10.77.0.2:8443 --cert tls.pem --key tls.key --port-file port \
  >server.log 2>&1 &
server_pid=$!
pids+=($server_pid)
for _ in $(seq 200); do [ -s port ] && break; sleep 0.05; done
url="https://10.77.0.2:8443"
enrol() { # NAME ROLE UNIT
  local code
  code="$(j "$1" device request "máy $1" --out "$1.request" | field code)"
  must j admin device approve "$1.request" --code "$code" --role "$2" --unit "$3" --out "$1.enrolment"
  must j "$1" bundle import "$1.enrolment"
}
enrol calm cadre 20.B # another commune: neither fetches what the other wrote
enrol phone cadre 20.A
enrol office office 20
must sync "$office_end" admin
for who in calm phone office; do must sync "$office_end" "$who"; done

cat >visit.json <<'J'
{"project": "Đường nối", "stage": "inventory", "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}],
 "start": "2026-02-09T02:10:00Z", "end": "2026-02-09T03:25:00Z", "place": "Nhà văn hoá thôn", "met": "land_user",
 "explained": "Đơn giá bồi thường, thời hạn bàn giao", "outcome": "agreed", "minutes": "signed",
 "wishes": "Xin đổi đất cùng cánh đồng"}
J
for i in 1 2 3 4 5; do head -c "$photo" /dev/urandom >"photo$i.jpg"; done
day_of() { # VAULT UNIT: 20 records, of which five have a photo; their ids in VAULT.ids
  local i id said="out.$1"
  must j "$1" holder add "CB-$1" --role cadre --use
  for i in $(seq 20); do
    id="$(j "$1" record add mobilisation_visit --unit "$2" --file visit.json --set "household=$1-$i" | field id)"
    [ -n "$id" ] || give_up "a record"
    echo "$id" >>"$1.ids"
    [ "$i" -gt 5 ] || must j "$1" attach "$id" "photo$i.jpg"
  done
}
day_of calm 20.B &
day_of phone 20.A
wait $! || exit 1

all_listed() { [ "$(wc -l <phone.ids)" = 20 ] && while read -r id; do grep -qF "\"$id\"" listed || return 1; done <phone.ids; }

# --- a day that nothing disturbs, beside the line's own losses: what is needed
up=$(passed 1) down=$(passed 2) began=$SECONDS
must sync "$field_end" calm
cp out calm.out
sleep 0.3
needed=$(($(passed 1) - up + $(passed 2) - down))
echo "undisturbed: $needed bytes both ways in $((SECONDS - began)) s, $(field round_trips <calm.out) exchanges," \
  "$(field bytes_sent <calm.out) bytes of content, $(passed 3) packets lost"

# --- the same, with the line down for a while and the program killed
up=$(passed 1) down=$(passed 2) began=$SECONDS
sent() { echo $(($(passed 1) - up)); }
await_sent() { # PERCENT of what is needed
  for _ in $(seq 6000); do
    [ $(($(sent) * 100)) -ge $((needed * $1)) ] && return
    sleep 0.05
  done
  give_up "$1 % sent"
}
ip netns exec "$field_end" "$gandan" --vault "$work/phone" --json sync --server "$url" --ca tls.pem >first.out 2>&1 &
pid=$!
await_sent 35
touch line/down
sleep 4
rm line/down
await_sent 60
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
ok "killed in the middle" sh -c "! grep -q '\"ok\"' first.out"
# Not all of its photos were through; all of its records are there.
must sync "$office_end" office
ok "photos are missing" [ "$(field chunks_missing <out)" -gt 0 ]
j office record list --kind mobilisation_visit --limit 1000 >listed
ok "all records are at the office before the photos" all_listed
tries=0
until sync "$field_end" phone >last.out 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 5 ] || { cat last.out; give_up "the sync is resumed"; }
done
sleep 0.3
total=$(($(passed 1) - up + $(passed 2) - down))
echo "cut and killed: $total bytes both ways in $((SECONDS - began)) s; the resumed sync: $(field round_trips <last.out) exchanges," \
  "$(field segments_sent <last.out) segments, $(field chunks_sent <last.out) chunks"
ok "no segment is sent again" [ "$(field segments_sent <last.out)" = 0 ]
# A chunk is whole or it is sent again: 128 KiB, or a smaller photo. As much may have been on the way behind it.
chunk=$((photo < 131072 ? photo : 131072))
ok "nothing is sent again but what was under way" [ $total -le $((needed * 115 / 100 + 2 * chunk)) ]

# --- nothing is missing at the office
must sync "$office_end" office
ok "no chunk is missing" [ "$(field chunks_missing <out)" = 0 ]
i=0
while read -r id; do
  i=$((i + 1))
  must j office attachment read "$id" --out "back$i.jpg"
  ok "photo $i is what was taken" cmp -s "photo$i.jpg" "back$i.jpg"
done < <(head -n 5 phone.ids)
kill -TERM "$server_pid"
wait "$server_pid"
must "$server" verify --data server
[ $failed = 0 ] && echo "a day's work is through"
exit $failed
