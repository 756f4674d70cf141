#!/usr/bin/env bash
# package.sh CPACK CONFIG OPERATIONS: builds the Debian package and holds what is in it against what is promised.
set -euo pipefail
cpack="$1" config="$2" operations="$3"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
fail() { echo "package: $*" >&2; exit 1; }

"$cpack" --config "$config" -B "$work/out" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "cpack failed"; }
packages=("$work"/out/*.deb)
[ ${#packages[@]} = 1 ] || fail "one package was expected: ${packages[*]}"
package="${packages[0]}"
[[ "$(basename "$package")" =~ ^gandan-server_[0-9.]+_[a-z0-9]+\.deb$ ]] || fail "its name: $package"

# Nothing but the server, all of it root's.
dpkg-deb -c "$package" | awk '$2 != "root/root" { print; bad = 1 } END { exit bad }' || fail "somebody else's file"
files="$(dpkg-deb -c "$package" | awk '$1 ~ /^-/ { print $6 }' | sort)"
expected="./etc/gandan-server/gandan-server.conf
./usr/bin/gandan-server
./usr/lib/systemd/system/gandan-server.service
./usr/lib/sysusers.d/gandan-server.conf
./usr/share/doc/gandan-server/OPERATIONS.md
./usr/share/doc/gandan-server/POSTGRESQL.md
./usr/share/doc/gandan-server/THREATS.md
./usr/share/doc/gandan-server/alerts.yml
./usr/share/doc/gandan-server/dashboard.json"
[ "$files" = "$(sort <<<"$expected")" ] || { diff <(sort <<<"$expected") <(echo "$files") >&2; fail "its files"; }
for library in libssl3 libpq5; do
  dpkg-deb -f "$package" Depends | grep -q "$library" || fail "does not depend on $library"
done

root="$work/root"
dpkg-deb -x "$package" "$root"
dpkg-deb -e "$package" "$work/control"
[ "$(cat "$work/control/conffiles")" = /etc/gandan-server/gandan-server.conf ] || fail "its conffiles"
for script in postinst prerm postrm; do
  [ -x "$work/control/$script" ] || fail "$script"
  sh -n "$work/control/$script"
done
# What was received outlives a purge.
! grep -Eq 'rm .*(/var/lib|gandan-server)' "$work/control/postrm" || fail "a purge deletes data"

program="$root/usr/bin/gandan-server"
"$program" --version | grep -q '^gandan-server [0-9]' || fail "the program does not run"
# The settings that come with it are all known: what is at fault is what only the machine can have.
status=0
"$program" run --config "$root/etc/gandan-server/gandan-server.conf" --check-config >"$work/said" 2>&1 || status=$?
[ "$status" = 2 ] || fail "default settings: exit $status"
grep '·' "$work/said" | grep -Ev '· --(cert|key|data|store): ' && { cat "$work/said"; fail "default settings have faults"; }
grep -q '· --cert: ' "$work/said" || fail "the default certificate's place is not looked at"
# Also what is commented out.
sed -n 's/^# \([a-z-]* = .*\)$/\1/p' "$root/etc/gandan-server/gandan-server.conf" >"$work/all.conf"
[ "$(wc -l <"$work/all.conf")" -ge 4 ] || fail "no example settings"
"$program" key --config "$work/all.conf" --data "$work/none" >"$work/said" 2>&1 || true
grep -q 'server.not_set_up' "$work/said" || { cat "$work/said"; fail "an example setting is unknown"; }

unit="$root/usr/lib/systemd/system/gandan-server.service"
grep -q "^ExecStart=/usr/bin/gandan-server run --config /etc/gandan-server/gandan-server.conf$" "$unit" || fail "ExecStart"
for line in Type=notify User=gandan-server StateDirectory=gandan-server ProtectSystem=strict CapabilityBoundingSet= \
  NoNewPrivileges=yes MemoryDenyWriteExecute=yes SystemCallFilter=@system-service WatchdogSec=30; do
  grep -qx "$line" "$unit" || fail "the unit lacks $line"
done
if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$root/etc"
  systemd-sysusers --root="$root" gandan-server.conf
  grep -q '^gandan-server:.*:/var/lib/gandan-server:' "$root/etc/passwd" || fail "no user of its own"
fi
if command -v systemd-analyze >/dev/null; then
  # The program where it lies now: verify wants it to be there.
  sed "s|=/usr/bin/gandan-server |=$program |" "$unit" >"$work/gandan-server.service"
  if ! said="$(systemd-analyze verify --man=no "$work/gandan-server.service" 2>&1)" ||
    grep -q 'gandan-server.service' <<<"$said"; then
    echo "$said" >&2
    fail "systemd-analyze verify"
  fi
  # Of ten, less is better; 15 tenths and below is what systemd calls OK.
  systemd-analyze security --offline=yes --threshold=15 "$work/gandan-server.service" >"$work/security" 2>&1 ||
    { tail -n 3 "$work/security" >&2; fail "the unit leaves more open than it should"; }
  tail -n 1 "$work/security"
fi
