say "3. Không có máy chủ, không có mạng: họp dân, vận động hộ, quán triệt công văn
   (no server is running: meetings, visits, a dissemination session)"

# The roll was frozen in step 1 by today's clock: the vote over it comes after.
meeting="$(sed -e "s/@VILLAGE@/$village1/" -e "s/@ROLL@/$roll1/" -e "s/@NOW@/$(date -u +%FT%H:%M:00Z)/" \
  -e "s/@NOTICE@/$(date -d '3 days ago' +%F)/" "$here/data/meeting.json" >"$work/meeting.json" &&
  j phone1 record add community_meeting --file "$work/meeting.json" | field id)"
hold "họp cộng đồng đã lưu trên điện thoại 1 (a meeting is saved)" test -n "$meeting"
show g phone1 record show "$meeting"
verdict() { # RULE, TRUE|FALSE, HOW MANY: so many verdicts of that rule say so
  test "$(j phone1 record show "$meeting" | grep -o "\"rule\":\"$1\"[^}]*\"holds\":$2" | wc -l)" -eq "$3"
}
hold "Điều 21: 9/12 hộ đủ hai phần ba; tính trên toàn bộ hộ trong danh sách đã chốt (two thirds of the frozen roll)" \
  verdict l10.art21.two_thirds true 1
hold "Điều 21: 7 trong 9 hộ có mặt là quá hai phần ba, nhưng 7/12 hộ thì không: không thông qua (seven of twelve do not carry)" \
  verdict l10.art21.two_thirds false 1

hold "chốt biên bản họp: nội dung được đóng băng dưới mã băm (the meeting is finalised: frozen under a hash)" g phone1 record finalize "$meeting"

visit="$(j phone1 record add mobilisation_visit --file "$here/data/visit.json" | field id)"
must test -n "$visit"
base64 -d "$here/data/photo.png.base64" >"$work/anh-hien-truong.png"
hold "ảnh đính kèm vào lần vận động (a photo is attached)" \
  g phone1 attach "$visit" "$work/anh-hien-truong.png" --set "caption=Ranh giới thửa đất"
session="$(j phone1 record add dissemination_session --file "$here/data/session.json" | field id)"
hold "công văn 1866-CV/TU đính kèm vào buổi quán triệt (the dispatch is attached)" \
  g phone1 attach "$session" "$here/data/cong-van-1866-cv-tu.txt" --path document

note "Hai điện thoại cùng sửa một lần vận động: (both phones edit one visit)"
must g phone1 bundle export "$work/carried/phone1-to-2.bundle"
must g phone2 bundle import "$work/carried/phone1-to-2.bundle"
must g phone1 record edit "$visit" --set outcome=agreed
must g phone2 record edit "$visit" --set outcome=partly
must g phone2 record edit "$visit" --set "wishes=Xin đổi đất cùng cánh đồng"

note "Điện thoại 3 ghi ở xã khác, không bao giờ gặp mạng. (phone 3 never sees a network)"
visit3="$(j phone3 record add mobilisation_visit --file "$here/data/visit.json" --set household=H031 --set "place=Nhà văn hóa Bản Lải" | field id)"
must test -n "$visit3"

note "Điện thoại 2 ghi liên tục và bị tắt ngang (SIGKILL): (phone 2 is killed in the middle of writing)"
# Each acknowledged id goes to a file; the processes are killed without warning, three times, anywhere: a moment after
# the fourth, the eighth and the twelfth was acknowledged, however fast or slow this machine is.
: >"$work/acknowledged"
acknowledged_so_far() { # NUMBER, at most two minutes
  local i
  for i in $(seq 1 2400); do
    [ "$(wc -l <"$work/acknowledged")" -ge "$1" ] && return 0
    sleep 0.05
  done
  echo "waited in vain for $1 acknowledged records"
  return 1
}
for stop in "4 0.03" "8 0.11" "12 0.19"; do
  read -r wanted moment <<<"$stop"
  (
    n=0
    while :; do
      n=$((n + 1))
      answer="$(j phone2 record add mobilisation_visit --file "$here/data/visit.json" --set "household=H$((100 + n))")" || exit
      printf '%s\n' "$answer" | field id >>"$work/acknowledged"
    done
  ) 2>/dev/null &
  writer=$!
  must acknowledged_so_far "$wanted"
  sleep "$moment"
  # The shell first, so that it starts nothing new, then the program it waits for.
  children="$(ps -o pid= --ppid "$writer"; for child in $(ps -o pid= --ppid "$writer"); do ps -o pid= --ppid "$child"; done)"
  kill -KILL "$writer" $children 2>/dev/null
  wait "$writer" 2>/dev/null
done
acknowledged="$(wc -l <"$work/acknowledged")"
# A program that the shell started while it was being killed holds the vault until it is done.
for _ in $(seq 1 50); do
  j phone2 record list --kind mobilisation_visit --limit 10000 >"$work/after-kill.json" && break
  sleep 0.1
done
all_acknowledged() {
  test "$acknowledged" -ge 12 || return 1
  while read -r id; do grep -q "\"id\":\"$id\"" "$work/after-kill.json" || { echo "lost: $id"; return 1; }; done <"$work/acknowledged"
}
# A record that was on its way when the phone died is there whole or not at all: each has its last field.
none_halved() {
  local id
  for id in $(grep -o '"id":"[^"]*"' "$work/after-kill.json" | cut -d'"' -f4); do
    grep -q "$id" "$work/acknowledged" && continue
    j phone2 record show "$id" | grep -q '"next_date"' || { echo "half written: $id"; return 1; }
  done
}
hold "mọi hồ sơ đã báo “đã lưu” đều còn ($acknowledged; everything acknowledged is there)" all_acknowledged
hold "không có hồ sơ nào dở dang (nothing half-written is)" none_halved
hold "sổ đọc soát nguyên vẹn (the vault is sound)" g phone2 vault check
hold "dựng lại từ nhật ký giống hệt từng byte (a rebuild is equal, byte by byte)" \
  sh -c "'$bin/gandan' --vault '$work/devices/phone2' --json vault rebuild | grep -q '\"same\":true'"
note "Chốt từng hồ sơ: mỗi lần chốt đóng một đoạn nhật ký. (finalising seals a segment each)"
while read -r id; do j phone2 record finalize "$id" >/dev/null || break; done < <(head -n 12 "$work/acknowledged")
show g phone2 status --limit 3
