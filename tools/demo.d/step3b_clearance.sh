say "3b. Giải phóng mặt bằng: một hộ từ cuộc họp đầu tiên đến hạn chi trả bị trễ
   (site clearance: one household from the first meeting to a payment that is late)"

days_ago() { date -d "$1 days ago" +%F; }
cat >"$work/project.json" <<JSON
{"name": "Đường nối vành đai", "decided_on": "$(days_ago 400)", "decision_level": "province", "area_m2": 42000,
 "households": 12, "meeting_on": "$(days_ago 395)", "planned_handover": "$(days_ago 10)", "status": "payment",
 "delay_reasons": ["price", "graves"]}
JSON
project="$(j phone1 record add project --file "$work/project.json" | field id)"
hold "dự án và kế hoạch bàn giao đã ghi (the project and its planned handover)" test -n "$project"
cat >"$work/household.json" <<JSON
{"code": "H017", "project": "$project", "land": "agricultural", "stage": "payment",
 "meeting_on": "$(days_ago 390)", "notice_on": "$(days_ago 380)", "notice_level": "commune",
 "inventoried_on": "$(days_ago 200)", "recovery_decided_on": "$(days_ago 60)", "plan_approved_on": "$(days_ago 45)"}
JSON
case="$(j phone1 record add affected_household --file "$work/household.json" | field id)"
hold "họp, thông báo, kiểm đếm, phê duyệt phương án của hộ H017 (meeting, notice, inventory, plan)" test -n "$case"
show g phone1 tasks --days 0
overdue() { # RULE: it is on the list of what is to be done, past its day
  j phone1 tasks --days 0 | grep -o "\"rule\":\"$1\"[^}]*" | grep -q '"days":-'
}
hold "chi trả bồi thường đã quá hạn 30 ngày, nêu rõ điều luật (the payment is overdue, by its rule)" overdue l31.payment
hold "bàn giao mặt bằng chậm so với kế hoạch (the handover is behind its plan)" overdue d1866.project
must g phone1 record edit "$case" --set "paid_on=$(days_ago 1)"
hold "chi trả xong thì rời danh sách, nhưng hồ sơ vẫn ghi là trễ (once paid it leaves the list; the record says late)" \
  sh -c "'$bin/gandan' --vault '$work/devices/phone1' --json record show '$case' | grep -q '\"state\":\"late\",\"days\":[1-9]'"
holds_not "… và không còn trong việc phải làm (… and it is no task any more)" overdue l31.payment
