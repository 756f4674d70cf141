say "1. Lập hệ thống: tỉnh Lạng Sơn, một cơ quan tiếp nhận, ba xã, các thôn và danh sách hộ
   (a realm: one province, one receiving office, three communes, villages with their household rolls)"

# The demonstration's own authority, for TLS on loopback.
tls_files() {
  cd "$work/ca" || return 1
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=gandan demo CA" \
    -keyout ca.key -out ca.pem || return 1
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr || return 1
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >server.ext
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem || return 1
  cd "$root" || return 1
}
must tls_files

must "$bin/gandan-server" init --data "$work/server"
ledger_key="$("$bin/gandan-server" key --data "$work/server")"
note "Máy chủ có khoá sổ cái riêng, không có khoá mở hồ sơ. (The server has a ledger key and no key that opens anything.)"

must g admin realm create "Lạng Sơn" --code 20 --ledger-key "$ledger_key" --root-key "$work/root.key" --card "$work/realm.card"
fingerprint="$(j admin realm info | field fingerprint)"
note "Vân tay hệ thống: $fingerprint"
note "Khoá gốc nằm dưới mật khẩu, trong một tệp cất riêng."
hold "khoá gốc không nằm trần trong tệp: sai mật khẩu thì không mở được (the root key's file is sealed)" \
  test "$(head -c 4 "$work/root.key" | od -An -c | tr -d ' ')" = '211GDP'
hold "máy chủ nhận hệ thống bằng thẻ (the server admits the realm by its card)" \
  "$bin/gandan-server" realm admit "$work/realm.card" --data "$work/server" --quota 1GiB

must g admin unit add "Cơ quan tiếp nhận khu vực Một" --parent 20 --kind office --code 20.KV1
must g admin unit add "Xã Chiến Thắng" --parent 20.KV1 --kind xa --code 20.X1 --set "place_name=Chiến Thắng"
must g admin unit add "Xã Bằng Mạc" --parent 20.KV1 --kind xa --code 20.X2 --set "place_name=Bằng Mạc"
must g admin unit add "Xã Nhân Lý" --parent 20.KV1 --kind xa --code 20.X3 --set "place_name=Nhân Lý"
must g admin holder add QT01 --unit 20 --role administrator --display "Quản trị tỉnh" --use

# add_village COMMUNE NAME HOUSEHOLDS: a village and its frozen roll; prints both ids.
add_village() {
  local village roll households
  village="$(j admin unit add "$2" --parent "$1" --kind thon | field record)"
  households="$(seq 1 "$3" | awk '{printf "%s{\"code\":\"H%02d\"}", (NR > 1 ? "," : ""), $1}')"
  roll="$(j admin record add household_roll --unit "$1" --set "village=$village" --set as_of=2026-01-15 \
    --set "households:=[$households]" | field id)"
  j admin record finalize "$roll" >/dev/null || return 1
  echo "$village $roll"
}
read -r village1 roll1 < <(add_village 20.X1 "Khòn Nưa" 12)
read -r village2 roll2 < <(add_village 20.X1 "Nà Phước" 9)
read -r village3 roll3 < <(add_village 20.X2 "Bản Lải" 7)
read -r village4 roll4 < <(add_village 20.X3 "Lũng Mười" 5)
hold "bốn thôn, bốn danh sách hộ đã chốt (four villages, four frozen rolls)" \
  test "$(j admin record list --kind household_roll | grep -o '"state":"finalized"' | wc -l)" -eq 4
must test -n "${village1:-}" -a -n "${roll1:-}"
show g admin unit list --villages
