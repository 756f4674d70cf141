// A village with its roll, ballots and decisions, as the rules of Law 10/2022 ask for them.
#pragma once

#include "base/calendar.hpp"
#include "desk.hpp"

namespace gandan::records::test::democracy {

struct Village : Desk {
  RecordId village_id = village();
  std::string place = R"~("village": ")~" + gandan::to_text(village_id) + "\", ";

  std::string with_roll(int households, bool freeze = true) {
    return place + R"~("roll": ")~" + gandan::to_text(roll(village_id, households, freeze)) + "\", ";
  }
  std::string ballot(const std::string& roll, const std::string& clause, int agree,
                     const std::string& more = "") {
    return "{" + roll + R"~("matter_clause": ")~" + clause +
           R"~(", "announced_on": "2026-02-01", "from": "2026-02-03", "until": "2026-02-05", "counted_on": "2026-02-06",
           "issued": 80, "returned": 80, "valid": 80, "against": 0, "other": 0, "agree": )~" +
           std::to_string(agree) + more + "}";
  }
  std::string decision(const std::string& clause, int agree, const std::string& more = "",
                       const std::string& on = "2026-02-05") {
    return "{" + place +
           R"~("number": "1", "total": 80, "present": 70, "against": 0, "other": 0, "decided_on": ")~" + on +
           R"~(", "matter_clause": ")~" + clause + R"~(", "agree": )~" + std::to_string(agree) + more + "}";
  }
};

}  // namespace gandan::records::test::democracy
