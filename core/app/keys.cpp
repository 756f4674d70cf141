// Methods unit.move, unit.rotate: units that change their place, and keys that change.
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "vault/acts.hpp"

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

Result<json::value> unit_rotate(Session& s, Params& p) {
  const std::string unit_text = p.text("unit");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_CHECK(vault::rotate(*s.vault, unit));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"unit", names.unit_json(unit)},
                                  {"epoch", number(roster->unit(unit)->epochs.back().number)}});
}

}  // namespace gandan::app
