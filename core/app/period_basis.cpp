#include "app/period_basis.hpp"

#include "app/params.hpp"
#include "base/calendar.hpp"

namespace gandan::app {

Result<PeriodBasis> read_basis(Session& s, Params& p, bool to_file) {
  PeriodBasis out;
  const auto size = p.integer_or("checkpoint", -1, 1, std::int64_t{1} << 53);
  out.unsent = p.flag_or("unsent", !to_file && size < 0);
  GANDAN_TRY(out.checkpoint, s.vault->checkpoint());
  if (out.unsent && size >= 0)
    p.fault("unsent", "choice", "Lập từ một mốc sổ cái thì không kể được thay đổi chưa gửi.",
            "What is made from a checkpoint has nothing that was not sent.");
  if (!out.unsent && size < 0 && out.checkpoint.size == 0)
    p.fault(
        "unsent", "no_checkpoint",
        "Máy này chưa có mốc sổ cái nào. Hãy đồng bộ rồi lập lại, hoặc tính cả thay đổi chưa gửi: tệp sẽ ghi "
        "rõ là chưa lên sổ cái.",
        "This device has no checkpoint yet. Sync first, or count what was not sent as well: the file says "
        "so.");
  if (size >= 0) {
    out.checkpoint.size = static_cast<std::uint64_t>(size);
    GANDAN_TRY(out.checkpoint.root, vault::root_at(*s.vault, out.checkpoint.size));
  }
  return out;
}

Status open_basis(Session& s, const std::optional<std::string>& unit, AskedReport& asked) {
  auto& question = asked.question;
  if (!asked.basis.unsent) {
    GANDAN_TRY(asked.logged, vault::Logged::load(*s.vault, asked.basis.checkpoint.size));
  }
  GANDAN_TRY(asked.forms, forms_then(s, asked.logged ? asked.logged->roster_size() : UINT64_MAX));
  asked.basis.forms = asked.forms.number;
  asked.documents =
      std::make_unique<Documents>(s, asked.logged ? &*asked.logged : nullptr, asked.forms.catalog.get());
  if (unit) {
    GANDAN_TRY(question.unit, asked.documents->names().find_unit(*unit));
  }
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (asked.logged) question.roster_size = asked.logged->roster_size();
  const auto of_unit = [&](const UnitId& one) {
    return !question.unit || roster->within(one, *question.unit, question.roster_size);
  };
  question.as_of = std::min(question.period.last, local_days(asked.logged ? asked.logged->received_ms(of_unit)
                                                                          : s.vault->clock().wall_ms()));
  return {};
}

Result<PeriodAnswer> count_asked(Session& s, AskedReport& asked) {
  GANDAN_TRY(auto out, count_period(s, *asked.documents, asked.question));
  const auto counted = [&](const UnitId& one) { return out.units.count(one) != 0; };
  asked.basis.whole = !asked.logged || (asked.forms.whole && asked.logged->whole(counted));
  return out;
}

}  // namespace gandan::app
