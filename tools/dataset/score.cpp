#include "dataset/score.hpp"

#include <chrono>
#include <cstdio>

#include "base/calendar.hpp"
#include "dataset/dice.hpp"
#include "dataset/province.hpp"

namespace gandan::dataset {
namespace {

constexpr std::size_t kShown = 100;

using Mark = std::pair<std::string, std::string>;  // indicator; record or log

struct Truth {
  std::map<Mark, const Label*> planted;
  std::map<std::string, const Label*> odd;

  explicit Truth(const Labels& labels) {
    for (const auto& label : labels.all) {
      const auto each = [&](const std::string& id) {
        if (!label.planted()) odd.emplace(id, &label);
        for (const auto& indicator : label.indicators) planted.emplace(Mark{indicator, id}, &label);
      };
      for (const auto& id : label.records) each(to_text(id));
      for (const auto& id : label.feeds) each(to_text(id));
    }
  }
};

std::string text_of(const json::object& from, const char* name) {
  return json::find_text(from, name).value_or("");
}

// What a finding names: its log where it is about one, else its records.
std::vector<std::string> named_in(const json::object& finding) {
  if (auto feed = text_of(finding, "feed"); !feed.empty()) return {feed};
  std::vector<std::string> out;
  for (const auto& id : finding.at("records").as_array())
    out.emplace_back(id.as_string().data(), id.as_string().size());
  return out;
}

Score held_against(const Truth& truth, const Labels& labels, const json::object& answer) {
  Score out;
  for (const auto& one : answer.at("indicators").as_array())
    out.indicators[text_of(one.as_object(), "indicator")];
  for (const auto& label : labels.all) {
    if (!label.planted()) ++out.odd;
    for (const auto& indicator : label.indicators) ++out.indicators[indicator].stories;
  }
  for (const auto& [mark, label] : truth.planted) ++out.indicators[mark.first].planted;
  std::set<Mark> found;
  for (const auto& one : answer.at("findings").as_array()) {
    const auto& finding = one.as_object();
    const auto indicator = text_of(finding, "indicator");
    for (const auto& id : named_in(finding)) {
      if (!found.insert({indicator, id}).second) continue;
      auto& tally = out.indicators[indicator];
      ++tally.found;
      if (truth.planted.count({indicator, id}) != 0) {
        ++tally.right;
        continue;
      }
      Accusation accusation{indicator, "", "", text_of(finding, "vi"), id};
      if (const auto odd = truth.odd.find(id); odd != truth.odd.end()) {
        accusation.story = odd->second->story;
        accusation.why = odd->second->why;
        out.accused.push_back(std::move(accusation));
      } else if (out.wrong.size() < kShown) {
        out.wrong.push_back(std::move(accusation));
      }
    }
  }
  for (const auto& [mark, label] : truth.planted)
    if (found.count(mark) == 0 && out.missed.size() < kShown)
      out.missed.push_back({mark.first, label->story, label->why, "", mark.second});
  return out;
}

json::array accusations(const std::vector<Accusation>& all) {
  json::array out;
  for (const auto& one : all)
    out.push_back(json::object{{"indicator", one.indicator},
                               {"id", one.record},
                               {"story", one.story},
                               {"why", one.why},
                               {"message", one.message}});
  return out;
}

std::string lines(const char* title, const std::vector<Accusation>& all, std::size_t most) {
  if (all.empty()) return {};
  std::string out = "\n" + std::string(title) + ":\n";
  for (std::size_t i = 0; i < all.size() && i < most; ++i)
    out += "  " + all[i].indicator + "  " + all[i].record + "  " + all[i].story +
           (all[i].why.empty() ? "" : " (" + all[i].why + ")") + "\n      " + all[i].message + "\n";
  if (all.size() > most) out += "  … " + std::to_string(all.size() - most) + " more\n";
  return out;
}

}  // namespace

Result<Score> score(const std::string& folder, const Labels& labels) {
  const auto asked = parse_instant(labels.asked);
  if (!asked) return Error{Code::malformed, "labels: asked"};
  YearClock clock(*asked);
  Seams seams;
  seams.clock = &clock;
  OpenOptions options;
  options.folder = folder + "/supervisor";
  options.passphrase = kPassphrase;
  std::string error;
  const auto notebook = Notebook::open(options, seams, error);
  if (notebook == nullptr) return Error{Code::cannot_open, error};
  const auto started = std::chrono::steady_clock::now();
  const auto text = notebook->request(json::compact(json::object{
      {"method", "audit.run"},
      {"params", json::object{{"from", labels.from}, {"until", labels.until}, {"limit", 100'000}}}}));
  GANDAN_TRY(const auto parsed, json::parse(text));
  const auto* answer = json::find_object(parsed.get_object(), "ok");
  if (answer == nullptr) return Error{Code::internal, text};
  auto out = held_against(Truth(labels), labels, *answer);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  out.records = static_cast<std::uint64_t>(json::find_integer(*answer, "records").value_or(0));
  return out;
}

std::string table(const Score& score) {
  std::string out;
  char line[200];
  std::snprintf(line, sizeof line, "%-22s %8s %8s %8s %8s %10s %8s\n", "indicator", "stories", "planted",
                "found", "right", "precision", "recall");
  out += line;
  for (const auto& [id, tally] : score.indicators) {
    std::snprintf(line, sizeof line, "%-22s %8zu %8zu %8zu %8zu %10.3f %8.3f\n", id.c_str(), tally.stories,
                  tally.planted, tally.found, tally.right, tally.precision(), tally.recall());
    out += line;
  }
  std::snprintf(line, sizeof line, "\n%llu records looked at in %.1f s; honest oddities: %zu, accused: %zu\n",
                static_cast<unsigned long long>(score.records), score.seconds, score.odd,
                score.accused.size());
  out += line;
  out += lines("honest oddities that are accused", score.accused, 40);
  out += lines("others that are accused wrongly", score.wrong, 40);
  out += lines("planted and not found", score.missed, 40);
  return out;
}

json::object to_json(const Score& score) {
  json::array indicators;
  const auto share = [](double value) { return static_cast<std::int64_t>(value * 1000 + 0.5); };
  for (const auto& [id, tally] : score.indicators)
    indicators.push_back(json::object{{"indicator", id},
                                      {"stories", tally.stories},
                                      {"planted", tally.planted},
                                      {"found", tally.found},
                                      {"right", tally.right},
                                      {"precision_permille", share(tally.precision())},
                                      {"recall_permille", share(tally.recall())}});
  return {{"indicators", std::move(indicators)},
          {"records", score.records},
          {"odd", score.odd},
          {"accused", accusations(score.accused)},
          {"wrong", accusations(score.wrong)},
          {"missed", accusations(score.missed)}};
}

}  // namespace gandan::dataset
