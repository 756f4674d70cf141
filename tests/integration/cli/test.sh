#!/usr/bin/env bash
# What a person gets for bad input at the command line: a stable code, both languages, a non-zero exit, and everything
# written before still there.
#
#   test.sh GANDAN GANDAN-SERVER FOLDER-FOR-WORK     the work lies below TMPDIR instead, where that is given
set -u
gandan="$1" server="$2" work="${TMPDIR:-$3}/gandan-cli"
root="$(cd "$(dirname "$0")/../../.." && pwd)"
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 2
export GANDAN_PASSPHRASE="mật khẩu dài của sổ" GANDAN_ROOT_PASSPHRASE="mật khẩu khoá gốc"
unset GANDAN_VAULT GANDAN_LANG
passed=0 failed=0

g() { "$gandan" --vault "$work/${vault:-admin}" "$@"; }
field() { grep -o "\"$1\":\(\"[^\"]*\"\|-\?[0-9]*\)" | head -n 1 | sed -e "s/^\"$1\"://" -e 's/^"//' -e 's/"$//'; }
ok() { # CLAIM COMMAND…
  local claim="$1"
  shift
  if "$@" >out 2>&1; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "NOT: $claim"
    sed 's/^/    /' out
  fi
}
# refuses CODE EXIT COMMAND…: the JSON answer has that code and both languages, the exit status is that, and without
# --json the same is said on standard error in both languages.
refuses() {
  local code="$1" want="$2" status
  shift 2
  "$@" --json >out 2>err
  status=$?
  if [ "$(field code <out)" = "$code" ] && [ $status -eq "$want" ] && [ -n "$(field vi <out)" ] && [ -n "$(field en <out)" ]; then
    "$@" >out 2>err
    if [ $? -eq "$want" ] && [ ! -s out ] && grep -qF "[$code]" err; then
      passed=$((passed + 1))
      return
    fi
  fi
  failed=$((failed + 1))
  echo "NOT: $code with exit $want for: $*"
  sed 's/^/    /' out err
}
says() { # CLAIM TEXT COMMAND…: standard output has that text
  local claim="$1" want="$2"
  shift 2
  ok "$claim" sh -c '"$@" | grep -qF -- "$0"' "$want" "$@"
}
says_not() { # CLAIM TEXT COMMAND…
  local claim="$1" want="$2"
  shift 2
  ok "$claim" sh -c '"$@" >said && ! grep -qF -- "$0" said' "$want" "$@"
}

# --- a small realm
"$server" init --data server >key.txt || exit 2
g realm create "Lạng Sơn" --code 20 --ledger-key "$(cat key.txt)" --root-key root.key --card realm.card >/dev/null || exit 2
g unit add "Xã A" --parent 20 --kind xa --code 20.A >/dev/null || exit 2
g holder add QT01 --unit 20.A --role administrator --use >/dev/null || exit 2
cat >visit.json <<'J'
{"project": "Đường nối", "household": "H01", "stage": "inventory", "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}],
 "start": "2026-02-09T02:10:00Z", "end": "2026-02-09T03:25:00Z", "place": "Nhà hộ H01", "met": "land_user",
 "explained": "Đơn giá", "outcome": "agreed", "minutes": "signed"}
J
visit="$(g --json record add mobilisation_visit --unit 20.A --file visit.json | field id)"
[ -n "$visit" ] || exit 2

for scene in "$root"/tests/integration/cli/scenes/*.sh; do
  # shellcheck source=/dev/null
  . "$scene"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
