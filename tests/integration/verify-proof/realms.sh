#!/usr/bin/env bash
# Makes two small realms with the real programs, and proofs of their records: what test.mjs holds two verifiers against.
#
#   realms.sh GANDAN GANDAN-SERVER FOLDER
#
# FOLDER then has one.proof … (each with its realm's fingerprint in one.root) and realm B's foreign.proof. The names say what
# is in them: see the end of each part below.
set -u
gandan="$1" server="$2" work="$3"
mkdir -p "$work"
cd "$work" || exit 2
export GANDAN_PASSPHRASE="mật khẩu dài của sổ" GANDAN_ROOT_PASSPHRASE="mật khẩu khoá gốc" GANDAN_LANG=en
export GANDAN_KEY_PASSPHRASE="mật khẩu khoá giữ"
unset GANDAN_VAULT
trap '[ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null' EXIT

die() { echo "NOT: $1" >&2 && cat last.out >&2; exit 2; }
must() { "$@" >last.out 2>&1 || die "$*"; }
field() { grep -o "\"$1\":\(\"[^\"]*\"\|-\?[0-9]*\)" | head -n 1 | sed -e "s/^\"$1\"://" -e 's/^"//' -e 's/"$//'; }
g() { "$gandan" --vault "$realm-$1" "${@:2}"; }
join() { # VAULT ROLE UNIT
  must g "$1" device request "$1" --out "$realm-$1.request"
  must g admin device approve "$realm-$1.request" --role "$2" --unit "$3" --out "$realm-$1.enrolment"
  must g "$1" bundle import "$realm-$1.enrolment" --root "$root"
}
sync() { # VAULT…
  local who
  for who in "$@"; do must g "$who" sync --server "$url" --ca tls.pem; done
}
prove() { # VAULT RECORD NAME
  must g "$1" audit prove "$2" --out "$3.proof"
  printf '%s' "$root" >"$3.root"
}
found() { # CODE: realm $realm with a unit, an administrator and a server
  must "$server" init --data "$realm-server"
  must g admin realm create "Tỉnh thử" --code 20 --ledger-key "$("$server" key --data "$realm-server")" \
    --root-key "$realm-root.key" --card "$realm.card"
  root="$(g admin --json realm info | field fingerprint)"
  must g admin unit add "Văn phòng" --parent 20 --kind office --code 20.KV1
  must g admin unit add "Xã A" --parent 20.KV1 --kind xa --code 20.A
  must "$server" realm admit "$realm.card" --data "$realm-server" --quota 1GiB
  rm -f port
  "$server" run --data "$realm-server" --listen 127.0.0.1:0 --cert tls.pem --key tls.key --port-file port >>server.log 2>&1 &
  pid=$!
  for _ in $(seq 400); do [ -s port ] && break; sleep 0.05; done
  url="https://127.0.0.1:$(tr -d '[:space:]' <port)"
}
stop() { kill "$pid" && wait "$pid"; pid=; }
visit() { g "$1" --json record add mobilisation_visit --unit 20.A --file visit.json --set household="$2" | field id; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.pem 2>/dev/null || exit 2
cat >visit.json <<'J'
{"project": "Đường nối", "household": "H01", "stage": "inventory", "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}],
 "start": "2026-02-09T02:10:00Z", "end": "2026-02-09T03:25:00Z", "place": "Nhà hộ H01", "met": "land_user",
 "explained": "Đơn giá", "outcome": "agreed", "minutes": "signed"}
J

# --- realm A
realm=A
found
join phone cadre 20.A
join phone2 cadre 20.A
join admin2 admin 20
join supervisor supervisor 20
must g phone holder add CB01 --role cadre --display "Cán bộ" --use
must g phone2 holder add CB02 --role cadre --display "Cán bộ" --use
sync admin phone phone2 supervisor
first="$(visit phone H01)"
other="$(visit phone H02)"
sync phone
sync supervisor phone
# One op in a segment, short and long (zstd); several ops in one, of two records.
must g phone record edit "$first" --set explained="Đơn giá mới"
sync phone
long="$(for i in $(seq 60); do printf 'Hộ gia đình nghe giải thích lần %s và đồng ý. ' "$i"; done)"
must g phone record edit "$first" --set explained="$long"
sync phone phone2
must g phone2 record edit "$first" --set outcome=agreed --set place="Nhà văn hoá"
sync phone2 phone
must g phone record finalize "$first"
sync phone supervisor
sync supervisor phone
prove supervisor "$first" visit
second="$(visit phone2 H03)"
must g phone2 record edit "$second" --set explained="Đơn giá năm nay"
sync phone2 supervisor
prove supervisor "$second" plain
ls -la ./*.proof
