say "2. Duyệt máy: hai điện thoại một xã, một điện thoại xã khác, cơ quan tiếp nhận, giám sát
   (devices make their keys and ask; the administrator approves; roles are signed statements)"

# enrol NAME ROLE UNIT: request on the device, approval by the administrator who was read the comparison code, bundle
# back to the device.
enrol() {
  local code
  code="$(j "$1" device request "may $1" --out "$work/carried/$1.request" | field code)"
  [ -n "$code" ] || return 1
  g admin device approve "$work/carried/$1.request" --code "$code" --role "$2" --unit "$3" --out "$work/carried/$1.enrolment" &&
    g "$1" bundle import "$work/carried/$1.enrolment"
}
hold "điện thoại 1, xã Chiến Thắng (phone 1)" enrol phone1 cadre 20.X1
hold "điện thoại 2, xã Chiến Thắng (phone 2)" enrol phone2 cadre 20.X1
hold "điện thoại 3, xã Bằng Mạc (phone 3)" enrol phone3 cadre 20.X2
hold "máy của cơ quan tiếp nhận (the office)" enrol office office 20.KV1
hold "máy của giám sát, cấp tỉnh (the supervisor)" enrol supervisor supervisor 20
code1="$(j phone1 device request "may phone1" | field code)"
holds_not "đơn bị tráo: mã đối chiếu không khớp nên không duyệt (a swapped request has another code)" \
  g admin device approve "$work/carried/phone2.request" --code "$code1" --role admin --unit 20
holds_not "cán bộ xã không duyệt được máy (a cadre cannot approve)" \
  g phone1 device approve "$work/carried/phone2.request" --role admin --unit 20.X1

hold "sổ hộ đã có trên điện thoại 1, chưa cần máy chủ (the roll came with the approval; no server so far)" \
  sh -c "'$bin/gandan' --vault '$work/devices/phone1' --json record list --kind household_roll | grep -q '$roll1'"
# A supervisor's device as it was on its first day: the witness of step 7, which trusts the fingerprint alone.
cp -r "$work/devices/supervisor" "$work/devices/witness"

must g phone1 holder add CB01 --role cadre --display "Cán bộ dân vận xã" --use
must g phone2 holder add CB02 --role cadre --display "Cán bộ địa chính xã" --use
must g phone3 holder add CB03 --role cadre --display "Cán bộ Mặt trận xã" --use
must g office holder add VP01 --role office --display "Cán bộ tiếp nhận" --use
show g admin device list
