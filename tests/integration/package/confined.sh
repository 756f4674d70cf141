#!/usr/bin/env bash
# confined.sh PROGRAM: the server as its unit runs it: a user of its own, no capability, nothing writable but its folder.
# Without root, or where namespaces are not to be had: exit 77, which CTest calls skipped.
set -euo pipefail
if [ $# = 1 ]; then
  if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then echo "skipped: needs root and namespaces"; exit 77; fi
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  unshare -m --propagation private "$0" "$1" "$work"
  exit
fi
work="$2"
server=""
trap '[ -z "$server" ] || kill -9 "$server"' EXIT
fail() { echo "confined: $*" >&2; exit 1; }
chmod 711 "$work"
install -m 755 "$1" "$work/gandan-server"
install -d -o 65534 -g 65534 -m 700 "$work/data"
mkdir "$work/run" && chown 65534 "$work/run"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout "$work/key" -out "$work/cert" 2>/dev/null
chown 65534 "$work/key"

# The folder stays writable, and one for the port that the test needs; everything else does not.
mount --bind "$work/data" "$work/data"
mount --bind "$work/run" "$work/run"
while read -r target; do
  case "$target" in "$work"/* | /proc | /proc/* | /sys | /sys/*) continue ;; esac
  mount -o remount,bind,ro "$target" 2>/dev/null || true
done < <(findmnt -rn -o TARGET)
as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs)
"${as_user[@]}" touch "$work/anything" 2>/dev/null && fail "the test confines nothing"
touch "$work/anything" 2>/dev/null && fail "the test's file system is not read-only"

"${as_user[@]}" "$work/gandan-server" init --data "$work/data" >"$work/run/init" 2>&1 || { cat "$work/run/init"; fail "init"; }
"${as_user[@]}" "$work/gandan-server" run --data "$work/data" --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
  --cert "$work/cert" --key "$work/key" --port-file "$work/run/port" 2>"$work/run/log" &
server=$!
for _ in $(seq 200); do [ -s "$work/run/port" ] && break; sleep 0.05; done
[ -s "$work/run/port" ] || { cat "$work/run/log"; fail "does not start"; }
port="$(sed -n 1p "$work/run/port")"
printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' |
  openssl s_client -quiet -verify_quiet -CAfile "$work/cert" -connect "127.0.0.1:$port" 2>/dev/null | grep -q '^ok' || fail "does not serve"
grep -q '^Uid:	65534' "/proc/$server/status" || fail "not its own user"
grep -q '^CapBnd:	0000000000000000' "/proc/$server/status" || fail "has capabilities"
"${as_user[@]}" "$work/gandan-server" backup --data "$work/data" --to "$work/run/backup" >/dev/null || fail "backup"
"${as_user[@]}" env TMPDIR="$work/run" "$work/gandan-server" restore-check "$work/run/backup" --data "$work/data" >/dev/null || fail "restore-check"
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=""
[ "$status" = 0 ] || { cat "$work/run/log"; fail "ended with $status"; }
echo "served as a user of its own, over a file system that is read-only but for its folder"
