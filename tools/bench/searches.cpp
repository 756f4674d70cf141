// What a search costs in a large vault of records that say something: about forty words each, as common and
// as rare as words are, in the records of eight communes and two years.
#include <numeric>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "bench/measurements.hpp"
#include "bench/world.hpp"
#include "crypto/sign.hpp"
#include "sync/bundle.hpp"

namespace gandan::bench {
namespace {

constexpr std::size_t kSearchCommunes = 8;
constexpr std::size_t kOpsPerRecord = 7;

// Syllables as Vietnamese makes them, the first the most frequent (Zipf).
class Speech {
 public:
  explicit Speech(Workload& numbers) : numbers_(numbers) {
    const char* initials[] = {"",   "b",   "c",  "d",  "đ",  "g", "gi", "h", "k",  "kh", "l", "m", "n",
                              "ng", "ngh", "nh", "ph", "qu", "r", "s",  "t", "th", "tr", "v", "x", "ch"};
    const char* rimes[] = {"a",  "ai",   "am",  "an", "ang", "anh", "ao", "âm", "ân", "âu",
                           "ên", "i",    "inh", "oa", "oan", "ông", "ôi", "ơi", "u",  "uân",
                           "ư",  "ương", "ươi", "ôn", "iên", "ay",  "in", "ung"};
    const char* tones[] = {"", "\xcc\x80", "\xcc\x89", "\xcc\x83", "\xcc\x81", "\xcc\xa3"};
    for (const auto* initial : initials)
      for (const auto* rime : rimes)
        for (const auto* tone : tones) {
          const std::string syllable = initial + std::string(rime);
          // The mark behind the rime's first letter: what matters here is that words differ by tone alone.
          const std::size_t at = std::string(initial).size() + (rime[0] & 0x80 ? 2 : 1);
          words_.push_back(must(nfc(syllable.substr(0, at) + tone + syllable.substr(at))));
        }
    for (std::size_t i = words_.size() - 1; i > 0; --i) std::swap(words_[i], words_[numbers_.below(i + 1)]);
    double sum = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) sums_.push_back(sum += 1e6 / static_cast<double>(i + 3));
  }
  const std::string& word() {
    const auto pick = static_cast<double>(numbers_.below(static_cast<std::uint64_t>(sums_.back())));
    return words_[static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end(), pick) -
                                           sums_.begin())];
  }
  std::string text(std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) out += (i == 0 ? "" : " ") + word();
    return out;
  }
  // By rank of frequency.
  const std::string& ranked(std::size_t rank) const { return words_[rank]; }

 private:
  Workload& numbers_;
  std::vector<std::string> words_;
  std::vector<double> sums_;
};

struct Commune {
  Commune(World& world, const std::string& name, const UnitId& at)
      : unit(at),
        vault(world.enrol(name, roster::Role::cadre, at)),
        feed(must(vault::open_feed(*vault, at)).id),
        sealer(**vault->roster(), feed, *vault->keyring().feed_key(at, *vault->keyring().latest(at), feed),
               vault->identity().sign) {}
  UnitId unit;
  VaultHandle vault;
  FeedId feed;
  Sealer sealer;
  std::uint64_t counter = 1;
};

std::vector<changelog::Op> visit(Commune& commune, Speech& speech, Workload& numbers, std::int64_t& now_ms) {
  std::vector<changelog::Op> ops;
  now_ms += 1000;
  const auto record = changelog::make_record_id(commune.feed, commune.counter++);
  const auto save = static_cast<changelog::Hlc>(now_ms) << 16;
  const auto add = [&](const char* path, changelog::Value value) {
    changelog::Op op;
    op.record = record;
    op.path = path;
    op.value = std::move(value);
    op.stamp = {save + ops.size(), commune.feed};
    op.save = save;
    op.count = kOpsPerRecord;
    ops.push_back(std::move(op));
  };
  const bool is_visit = numbers.below(3) != 0;
  const std::int64_t when = now_ms - static_cast<std::int64_t>(numbers.below(730)) * kDayMs;
  add("@kind", std::string(is_visit ? "mobilisation_visit" : "dialogue"));
  add("@schema", std::int64_t{1});
  add("start", changelog::Instant{when});
  add(is_visit ? "project" : "subject", speech.text(5));
  add(is_visit ? "household" : "head", "H" + std::to_string(100 + numbers.below(900)));
  add("place", speech.text(4));
  add(is_visit ? "wishes" : "conclusion", speech.text(30));
  return ops;
}

struct SearchQuestion {
  const char* name;
  const char* label;
  json::object params;  // beside the text
  std::function<std::string(std::size_t round)> text;
  Samples seconds;
};

}  // namespace

void measure_search(Run& run) {
  WorkFolder folder(run.folder.path("search"));
  Bytes seed(32, 9);
  World world(folder, must(crypto::SigningKey::from_seed(seed)).public_key());
  std::deque<Commune> communes;
  for (std::size_t i = 0; i < kSearchCommunes; ++i)
    communes.emplace_back(world, "phone" + std::to_string(i),
                          i == 0 ? world.commune : must(vault::add_unit(*world.admin, world.top)));
  auto office = world.enrol("office", roster::Role::office, world.top);
  for (auto& commune : communes)
    must(sync::import_bundle(*office, must(sync::export_bundle(*commune.vault, {}))));

  const std::size_t records = run.scale.of(100'000, 1600);
  Workload numbers(communes[0].feed);
  Speech speech(numbers);
  std::int64_t now_ms = system_clock().wall_ms() - 45 * kDayMs;
  const Stopwatch filling;
  for (std::size_t made = 0; made < records;) {
    for (auto& commune : communes) {
      // The last communes have few records: what a filter has to find among many.
      const std::size_t share = &commune == &communes.back() ? 8 : 200;
      Stream stream;
      stream.feed = commune.feed;
      for (std::size_t i = 0; i < share / 8; ++i) {
        std::vector<changelog::Op> ops;
        for (int k = 0; k < 8; ++k)
          for (auto& op : visit(commune, speech, numbers, now_ms)) ops.push_back(std::move(op));
        stream.segments.push_back(commune.sealer.seal(ops));
        stream.ops += ops.size();
        made += 8;
      }
      take(*office, stream, 0, stream.segments.size());
    }
  }
  const double filled = filling.seconds();
  office.reset();

  const auto at = [&](std::size_t base) {
    return [&speech, base](std::size_t round) { return speech.ranked(base + round); };
  };
  const std::string rare_unit = to_text(communes.back().unit);
  const std::string day = date_text(local_days(system_clock().wall_ms()) - 400);
  const std::string month_later = date_text(local_days(system_clock().wall_ms()) - 370);
  SearchQuestion questions[] = {
      {"search_text_common", "a word of every third record", {}, at(0), {}},
      {"search_text_rare", "a rare word", {}, at(2500), {}},
      {"search_text_plain",
       "two words without diacritics",
       {},
       [&](std::size_t r) { return fold(speech.ranked(r) + " " + speech.ranked(r + 7)); },
       {}},
      {"search_text_phrase",
       "a phrase",
       {},
       [&](std::size_t r) { return "\"" + speech.ranked(r) + " " + speech.ranked(r + 3) + "\""; },
       {}},
      {"search_text_letters",
       "a word and the first letters of one",
       {},
       [&](std::size_t r) {
         return speech.ranked(r) + " " + std::string("tngchbkdl").substr(r % 9, 1 + r % 2);
       },
       {}},
      {"search_text_begins",
       "three letters and more",
       {},
       [&](std::size_t r) { return fold(speech.ranked(r) + "ng").substr(0, 3 + r % 2); },
       {}},
      {"search_text_unit",
       "a common word in the commune with the fewest records",
       {{"unit", rare_unit}},
       at(0),
       {}},
      {"search_text_kind",
       "a common word, one kind, in that commune",
       {{"unit", rare_unit}, {"kind", "dialogue"}},
       at(0),
       {}},
      {"search_text_period",
       "a common word, one month of last year",
       {{"from", day}, {"until", month_later}},
       at(0),
       {}},
      {"search_text_state", "a common word, finalised: none is", {{"state", "finalized"}}, at(0), {}},
  };
  OpenOptions options;
  options.folder = folder.path("office");
  options.raw_key = std::string(as_text(world.key));
  auto notebook = open_notebook(options);
  Samples all, first;
  const std::size_t rounds = run.scale.quick ? 3 : 40;
  for (std::size_t round = 0; round < rounds; ++round)
    for (auto& question : questions) {
      json::object params = question.params;
      params["text"] = question.text(round);
      Samples same;  // what the search costs, not what else the machine was doing
      for (int i = 0; i < 3; ++i) same.add(seconds_of([&] { ask(*notebook, "search", params); }));
      question.seconds.add(same.least());
      all.add(same.least());
    }
  for (auto& question : questions) {
    notebook.reset();  // one vault, one holder
    notebook = open_notebook(options);
    json::object params = question.params;
    params["text"] = question.text(0);
    first.add(seconds_of([&] { ask(*notebook, "search", params); }));
  }
  char note[200];
  std::snprintf(note, sizeof note,
                "%zu searches of ten kinds, each the best of three, 50 hits at most with snippets, as a "
                "shell asks; %zu "
                "records, filled in %.0f s",
                rounds * std::size(questions), records, filled);
  run.figures.add({"search_text_p50", "search in full text: half of all searches within", all.median() * 1e3,
                   "ms", Want::at_most, 10, note});
  run.figures.add(
      {"search_text_p99", "99 of 100 searches within", all.at(0.99) * 1e3, "ms", Want::at_most, 10, ""});
  run.figures.add({"search_text_first", "the first one after opening, the slowest kind", first.most() * 1e3,
                   "ms", Want::none, 0, ""});
  for (const auto& question : questions) {
    std::snprintf(note, sizeof note, "median (p99 %.1f)", question.seconds.at(0.99) * 1e3);
    run.figures.add({question.name, std::string("search: ") + question.label, question.seconds.median() * 1e3,
                     "ms", Want::none, 0, note});
  }
}

}  // namespace gandan::bench
