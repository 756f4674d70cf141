// A year with labels: the same from the same seed, of records that the forms take, and audited without one
// false accusation of an honest oddity.
#include <set>

#include "dataset/must.hpp"
#include "dataset/score.hpp"
#include "dataset/year.hpp"
#include "records/document.hpp"
#include "records/indicators.hpp"
#include "support/catch.hpp"
#include "support/folder.hpp"
#include "vault/journal.hpp"

namespace dataset_test {

using namespace gandan;
using namespace gandan::dataset;

namespace {

Labels make(const std::string& folder, std::uint64_t seed) {
  Options options;
  options.folder = folder;
  options.size = size_of(0.001);
  options.seed = seed;
  std::filesystem::create_directories(folder);
  Year year(options);
  plan_all(year);
  year.run();
  return year.labels;
}

// What a form would still want of a record that is signed.
std::string faults_of(vault::Vault& vault, const records::Catalog& catalog, const RecordId& id,
                      const UnitId& unit) {
  const auto state = must(vault::load_state(vault, id));
  const auto view = changelog::view(state);
  auto document = records::make_document(id, unit, view);
  const auto* type = catalog.find_for(document);
  if (type == nullptr) return "a kind that there is not: " + document.kind;
  const records::LinkSource nothing = [](const records::Document&, const RecordId&) { return nullptr; };
  catalog.calculate(document, nothing);
  std::string out;
  for (const auto& fault : records::check_final(catalog, *type, document, nothing))
    out += document.kind + ": " + fault.path + ": " + fault.en + "\n";
  return out;
}

}  // namespace

TEST_CASE("a small year is audited: whom it accuses, and whom it misses") {
  test::Folder folder;
  const auto labels = make(folder / "a", 7);
  const auto result = must(score(folder / "a", labels));
  INFO(table(result));
  CHECK(result.odd > 30);
  CHECK(result.accused.empty());
  CHECK(result.indicators.size() == records::known_indicators().size());
  for (const auto& [indicator, tally] : result.indicators) {
    INFO(indicator);
    CHECK(tally.stories > 0);
    CHECK(tally.precision() >= 0.95);
    CHECK(tally.recall() >= 0.90);
  }

  // The same seed makes the same records and labels.
  const auto text = json::compact(to_json(labels));
  CHECK(json::compact(to_json(make(folder / "b", 7))) == text);
  const auto parsed = must(json::parse(text));
  CHECK(json::compact(to_json(must(labels_from(parsed.get_object())))) == text);

  // What was signed is what the forms take.
  YearClock clock(*parse_instant("2026-07-20T02:00:00Z"));
  SeededRandom random(1);
  const auto catalog = must(records::Catalog::builtin(clock));
  const app::DocumentProjector projector(*catalog);
  const auto vault =
      must(vault::Vault::open(folder / "a/supervisor", kPassphrase, projector, {clock, random, nullptr}));
  auto rows = must(vault->db().query("SELECT id, unit FROM record WHERE flags & ? ORDER BY number",
                                     static_cast<int>(vault::kFinalized)));
  std::set<std::string> faults;
  std::size_t signed_ones = 0;
  for (; must(rows.step()); ++signed_ones)
    if (auto found = faults_of(*vault, *catalog, RecordId::from(rows.blob(0)), UnitId::from(rows.blob(1)));
        !found.empty())
      faults.insert(std::move(found));
  CHECK(signed_ones > 500);
  CHECK(faults == std::set<std::string>{});
}

}  // namespace dataset_test
