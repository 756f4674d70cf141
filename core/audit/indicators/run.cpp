#include "audit/indicators/run.hpp"

#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"
#include "vault/queries.hpp"

namespace gandan::audit {
namespace {

constexpr std::uint64_t kTell = 1000;  // records between two reports of progress

// Reads every record of the kinds that play a part: later ones of the period's, and households and promises
// of any time.
class Gathering {
 public:
  Gathering(vault::Vault& vault, const records::Catalog& catalog, const Question& question, Scope& scope)
      : vault_(vault), kinds_(catalog.indicators().kinds), question_(question), scope_(scope) {
    source_.device = [this](const FeedId& id) {
      const auto* feed = roster_->feed(id);
      return feed == nullptr ? DeviceId{} : feed->device;
    };
  }

  Status all(const Helpers& helpers) {
    GANDAN_TRY(roster_, vault_.roster());
    GANDAN_TRY(auto rows, vault_.db().query("SELECT id, unit, kind, state FROM record ORDER BY number"));
    std::uint64_t read = 0;
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      const auto parts = kinds_.find(rows.text(2));
      const auto unit = UnitId::from(rows.blob(1));
      if (parts == kinds_.end() || !inside(unit)) continue;
      Fact fact;
      fact.id = RecordId::from(rows.blob(0));
      fact.unit = unit;
      fact.kind = parts->first;
      GANDAN_CHECK(read_one(rows.blob(3), parts->second, fact));
      if (scope_.in_period(fact)) ++scope_.report.records;
      scope_.facts.push_back(std::move(fact));
      if (++read % kTell == 0 && helpers.progress && !helpers.progress(read)) return Code::cancelled;
    }
  }

  bool inside(const UnitId& unit) {
    if (!question_.unit) return true;
    const auto known = inside_.find(unit);
    if (known != inside_.end()) return known->second;
    return inside_[unit] = roster_->within(unit, *question_.unit);
  }

 private:
  Status read_one(ByteView bytes, const records::KindParts& parts, Fact& fact) {
    GANDAN_TRY(const auto state, changelog::RecordState::decode(bytes));
    const auto view = changelog::view(state);
    source_.parts = &parts;
    source_.had_right = [&](const changelog::OpEntry& op, bool question) {
      const auto origin = vault::origin_of(vault_, op, "");
      const auto right = question ? roster::Right::ask : roster::Right::accept;
      const auto had = origin.ok() ? vault::had_right(vault_, *origin, right) : Result<bool>(false);
      return had.ok() && *had;
    };
    read_fact(source_, state, view, fact, [&](const Named& named) { scope_.note_named(named, fact.id); });
    return {};
  }

  vault::Vault& vault_;
  const std::map<std::string, records::KindParts, std::less<>>& kinds_;
  const Question& question_;
  Scope& scope_;
  const roster::Roster* roster_ = nullptr;
  FactSource source_;
  std::map<UnitId, bool> inside_;
};

Status read_titles(vault::Vault& vault, Scope& scope) {
  for (const auto& fact : scope.facts)
    for (const auto& id : {fact.village, fact.project_link}) {
      if (id.is_zero() || scope.titles.count(id) != 0) continue;
      GANDAN_TRY(auto row, vault.db().query("SELECT title FROM record WHERE id = ?", id));
      GANDAN_TRY(const bool present, row.step());
      if (present) scope.titles.emplace(id, row.text(0));
    }
  return {};
}

// Forks were noted as they came (vault/segments.cpp, displaced.cpp).
Result<std::vector<std::pair<FeedId, std::uint64_t>>> read_forks(vault::Vault& vault) {
  std::set<std::pair<FeedId, std::uint64_t>> out;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT feed, sequence FROM finding WHERE code = ? AND feed IS NOT NULL",
                              std::string_view(info(Code::fork).text)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return std::vector<std::pair<FeedId, std::uint64_t>>(out.begin(), out.end());
    out.emplace(FeedId::from(rows.blob(0)), static_cast<std::uint64_t>(rows.integer(1)));
  }
}

}  // namespace

Result<Report> run(vault::Vault& vault, const records::Catalog& catalog, const Question& question,
                   const Helpers& helpers) {
  Scope scope(catalog.indicators(), question);
  scope.now_ms = vault.clock().wall_ms();
  GANDAN_TRY(scope.ledger, LedgerTimes::load(vault));
  Gathering gathering(vault, catalog, question, scope);
  GANDAN_CHECK(gathering.all(helpers));
  GANDAN_CHECK(read_titles(vault, scope));
  GANDAN_TRY(const auto forks, read_forks(vault));
  find_late(scope);
  find_places(scope);
  find_times(scope);
  find_alike_texts(scope);
  find_same_photos(scope, &vault);
  find_without_evidence(scope);
  find_rewrites(scope, catalog);
  GANDAN_CHECK(find_broken_rules(scope, helpers));
  find_promises(scope);
  find_unvisited(scope);
  find_same_outcomes(scope, catalog);
  find_in_feeds(scope, helpers, forks);
  auto& found = scope.report.found;
  found.erase(std::remove_if(found.begin(), found.end(),
                             [&](const Found& one) { return !gathering.inside(one.unit); }),
              found.end());
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.severity != b.severity ? a.severity > b.severity : a.about->id < b.about->id;
  });
  return std::move(scope.report);
}

}  // namespace gandan::audit
