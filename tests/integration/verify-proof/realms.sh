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
join admin3 admin 20
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

# Values of every kind, each alone in its segment, and a sealed and a personal one.
third="$(visit phone2 H04)"
sync phone2
head -c 300000 /dev/zero >photo.jpg
for value in next_date=1/3/2026 "start=9/2/2026 9:15" language=Kinh language= position="21.85 106.76" "issues=price graves" met=family 'commitments:=[{"party":"ubnd","what":"Đo lại","due":"2026-12-31"}]'; do
  must g phone2 record edit "$third" --set "$value"
  sync phone2
done
must g phone2 attach "$third" photo.jpg
sync phone2
must g phone2 record finalize "$third"
sync phone2 supervisor
prove supervisor "$third" values
complaint="$(g phone2 --json record add complaint --unit 20.A --set number=07/KN --set person_code=N07 --set person_name="Tên mẫu" \
  --set subject="Ranh giới" --set field=land --set received_on=9/2/2026 | field id)"
sync phone2
must g phone2 record edit "$complaint" --set person_name="Tên mẫu khác"
denunciation="$(g phone2 --json record add denunciation --unit 20.A --set number=07/TC --set received_on=9/2/2026 --set field=land \
  --set summary="Thu phí" | field id)"
sync phone2
printf 'Người gửi' >secret
reader="$(g supervisor --json device list | grep -o '"id":"[^"]*","short":"[^"]*","label":"[^"]*","own":true' | field id)"
must sh -c '"$@" <secret' sh "$gandan" --vault A-phone2 record seal "$denunciation" identity --for "$reader"
sync phone2 supervisor
prove supervisor "$complaint" personal
prove supervisor "$denunciation" sealed
# Nobody's: no holder was chosen.
nobody="$(g admin --json record add village --unit 20.A --set name="Thôn thử" | field id)"
sync admin
must g admin record edit "$nobody" --set name="Thôn thử hai"
sync admin supervisor
prove supervisor "$nobody" nobody

# A unit that moves, and a device that is removed and whose late work is accepted.
must g admin unit add "Văn phòng hai" --parent 20 --kind office --code 20.KV2
must g admin unit move 20.A --parent 20.KV2
sync admin phone phone2
moved="$(visit phone2 H05)"
sync phone2 supervisor
prove supervisor "$moved" moved
prove supervisor "$first" moved-before
late="$(visit phone H06)"
must g phone bundle export late.bundle
must g admin device revoke phone --reason lost
sync admin
must g admin bundle import late.bundle
must g admin device accept phone --reason "đã hỏi cán bộ"
sync admin phone2 supervisor
sync phone2
after="$(visit phone2 H07)"
sync phone2 supervisor
prove supervisor "$late" accepted
prove supervisor "$after" removed
prove supervisor "$first" removed-before

# What takes two: a threshold, a proposal that waits, an administrator removed by two, and a hold.
must g admin realm threshold 2
sync admin admin2
must g admin erase hold "$second" --reason "đang thanh tra"
keeper() { "$gandan" root keeper "$1" | grep -o '[0-9a-f]\{64\}'; }
must g admin root recovery "$(keeper k1.key)" "$(keeper k2.key)" --needed 2
must g admin device revoke admin3 --reason left
sync admin admin2 phone2
for proposal in $(g admin2 --json act list | grep -o '"proposal":"[0-9a-f]*","unit":{[^}]*},"state":"proposed"' | cut -d'"' -f4); do
  must g admin2 act approve "$proposal"
done
sync admin2 phone2
both="$(visit phone2 H08)"
sync admin2 admin phone2 supervisor
prove supervisor "$both" two-persons
prove supervisor "$first" two-persons-before
stop

# --- realm B: a proof of another realm
realm=B
found
join supervisor supervisor 20
foreign="$(g admin --json record add village --unit 20.A --set name="Thôn khác" | field id)"
sync admin supervisor
prove supervisor "$foreign" foreign
stop
ls ./*.proof
