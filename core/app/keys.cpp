// Methods unit.move, unit.rotate: units that change their place, and keys that change.
#include <algorithm>
#include <span>

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "base/calendar.hpp"
#include "vault/acts.hpp"
#include "vault/key_age.hpp"

namespace gandan::app {
Result<json::value> unit_move(Session& s, Params& p) {
  const std::string unit_text = p.text("unit");
  const std::string parent_text = p.text("parent");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_TRY(const UnitId parent, names.find_unit(parent_text));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (unit == roster->root().top)
    p.fault("unit", "top", "Đơn vị đứng đầu cả hệ thống thì không chuyển được.",
            "The unit at the top of the realm cannot be moved.");
  else if (roster->within(parent, unit))
    p.fault("parent", "inside", "Đơn vị không thể nằm trong chính nó.", "A unit cannot lie inside itself.");
  else if (roster->unit(unit)->parent() == parent &&
           roster->may(s.vault->identity().id, roster::Right::administer, parent))
    p.fault("parent", "already", "Đơn vị đang thuộc nơi này rồi.", "The unit lies there already.");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto keys, vault::move_unit(*s.vault, unit, parent));
  return json::value(json::object{{"unit", names.unit_json(unit)},
                                  {"parent", names.unit_json(parent)},
                                  {"rotated", number(keys.rotated)},
                                  {"waiting", number(keys.waiting)}});
}

namespace {
constexpr std::size_t kUnitsAtOnce = 100;
}

// On a schedule some units at a time are rotated whole: who is cut off goes on where he was by saying it
// again.
Result<json::value> unit_rotate(Session& s, Params& p) {
  const std::string unit_text = p.text("unit");
  const bool subtree = p.flag_or("subtree", false);
  const auto lost = p.flag("lost") ? vault::Lost::pass_over : vault::Lost::wait;
  const auto older_than = p.integer_or("older_than", 0, 0, 36'500);
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (!roster->may(s.vault->identity().id, roster::Right::administer, unit)) return Code::not_authorized;
  std::vector<UnitId> units{unit};
  if (subtree || older_than != 0) {
    const std::int64_t before =
        older_than == 0 ? INT64_MAX : s.vault->clock().wall_ms() - older_than * kDayMs;
    GANDAN_TRY(units, vault::units_with_keys_before(*s.vault, unit, before));
    if (!subtree)
      units.erase(std::remove_if(units.begin(), units.end(), [&](const UnitId& id) { return id != unit; }),
                  units.end());
  }
  vault::KeysReport done;
  for (std::span<const UnitId> left(units); !left.empty();) {
    const auto some = left.first(std::min(left.size(), kUnitsAtOnce));
    left = left.subspan(some.size());
    GANDAN_TRY(const auto report, vault::rotate_each(*s.vault, some, lost));
    if (!subtree && report.waiting != 0) return Code::no_key;
    done.add(report);
    if (!s.progress(json::object{{"rotated", number(done.rotated)}})) return Code::cancelled;
  }
  GANDAN_TRY(roster, s.vault->roster());
  return json::value(json::object{{"unit", names.unit_json(unit)},
                                  {"epoch", number(roster->unit(unit)->epochs.back().number)},
                                  {"rotated", number(done.rotated)},
                                  {"waiting", number(done.waiting)}});
}

}  // namespace gandan::app
