#!/usr/bin/env bash
# An office's forms at the command line: every built-in kind goes to a spreadsheet and comes back; a form with parts
# that cannot come along is listed by row; bad files have a code, an exit status and both languages.
#
#   test.sh GANDAN MAKE-FORM SCHEMA FOLDER-FOR-WORK
set -u
gandan="$1" make_form="$2" schema="$3" work="$4"
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 2
unset GANDAN_VAULT GANDAN_LANG
passed=0 failed=0

ok() { # CLAIM COMMAND…
  local claim="$1"
  shift
  if "$@" >out 2>&1; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "NOT: $claim"
    sed 's/^/    /' out
  fi
}
refuses() { # CODE EXIT COMMAND…
  local code="$1" want="$2"
  shift 2
  "$@" >out 2>err
  local status=$?
  if [ $status -eq "$want" ] && [ ! -s out ] && grep -qF "[$code]" err; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "NOT: $code with exit $want (but $status) for: $*"
    sed 's/^/    /' out err
  fi
}

# --- the house's own schema
ok "the schema is all good" "$gandan" schema check "$schema"
cp out said
ok "and says so" grep -q "Tốt cả: " said

# --- every kind goes out and comes back
mkdir -p round/records
cp -r "$schema/rules" "$schema/reports" "$schema/calendars" round/
kinds="$(sed -n 's/^ *"kind": "\([a-z_0-9]*\)", "version": \([0-9]*\),.*/\1 \2/p' "$schema"/records/*.json)"
count=0
while read -r kind version; do
  "$gandan" schema export "$kind" --version-number "$version" --out "$kind.$version.xlsx" >/dev/null || echo "NOT: export of $kind"
  ok "$kind $version comes back whole" "$gandan" schema import "$kind.$version.xlsx" --strict --out round/records
  count=$((count + 1))
done <<<"$kinds"
ok "all kinds were there" test "$count" -eq "$(ls "$schema"/records/*.json | wc -l)"
ok "rules, reports and calendars hold over what came back" "$gandan" schema check round

# --- a form that an office made
cat >form.txt <<'F'
[survey]
type	name	label::Vietnamese (vi)	label::English (en)	required	relevant	constraint	calculation	appearance
start	start
text	Ma_Ho	Mã hộ	Household	yes		regex(., 'H[0-9]{3}')		w1
decimal	dien_tich	Diện tích (ha)	Area (ha)
select_one yn	dong_y	Đồng ý	Agrees		${Ma_Ho} != ''
integer	so_nguoi	Số người	People			. >= 0 and . <= 20
calculate	tu_tep						pulldata('ho', 'ten', 'ma', ${Ma_Ho})
calculate	gap_doi						${so_nguoi} * 2
[choices]
list_name	name	label::Vietnamese (vi)	label::English (en)
yn	yes	Có	Yes
yn	no	Không	No
[settings]
form_title	form_id	version
Kiểm đếm	kiem_dem	2
F
"$make_form" form.txt form.xlsx || exit 2
refuses schema.not_translatable 3 "$gandan" schema import form.xlsx --strict
ok "with strict the rows are named" grep -q "survey 4 type" err
ok "and nothing is written" test ! -e kiem_dem_2.json
ok "without it the rest is taken over" "$gandan" schema import form.xlsx --lang en
cp out said
ok "a question without a place is named by its row" grep -q "survey row 4, type: The type \"decimal\"" said
ok "a function without a translation, too" grep -q "survey row 7, calculation: pulldata() cannot be taken over" said
ok "and what changed" grep -q "survey row 3, name: The name \"Ma_Ho\" becomes \"ma_ho\"" said
ok "and what is looks alone" grep -q "survey row 3, appearance" said
ok "in Vietnamese as well" sh -c "'$gandan' schema import form.xlsx --out vi.json | grep -q 'survey dòng 4, type: Kiểu \"decimal\" không chuyển được'"
ok "the type is written under its usual name" grep -q '"kind": "kiem_dem"' kiem_dem_2.json
ok "with the expressions translated" grep -q '"calculation": "so_nguoi \* 2"' kiem_dem_2.json
refuses file.exists 3 "$gandan" schema import form.xlsx
cp kiem_dem_2.json round/records/
ok "and it lives with the others" "$gandan" schema check round

# --- faults of authors
sed -i 's/so_nguoi \* 2/so_nguoi * nobody/' round/records/kiem_dem_2.json
"$gandan" schema check round >said 2>&1
ok "a fault ends with exit 3" test $? -eq 3
"$gandan" schema check round --lang en >said 2>&1
ok "and is named by file, field and column" grep -q "records/kiem_dem_2.json: gap_doi: calculation: Bad expression: unknown name nobody" said

# --- bad files
printf 'type,name\n' >form.csv
refuses schema.not_a_spreadsheet 3 "$gandan" schema import form.csv
head -c 700 form.xlsx >cut.xlsx
refuses schema.not_a_spreadsheet 3 "$gandan" schema import cut.xlsx
printf '[data]\na\tb\n' >data.txt
"$make_form" data.txt data.xlsx || exit 2
refuses schema.not_an_xlsform 3 "$gandan" schema import data.xlsx
refuses file.unreadable 3 "$gandan" schema import none.xlsx
refuses file.unreadable 3 "$gandan" schema check none
refuses record.unknown_kind 3 "$gandan" schema export poem --out poem.xlsx
refuses file.exists 3 "$gandan" schema export village --out form.xlsx
refuses file.unwritable 1 "$gandan" schema export village --out /proc/none/x.xlsx
ok "a missing file is wrong use" sh -c "'$gandan' schema import 2>/dev/null; test \$? -eq 2"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
