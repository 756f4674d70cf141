#include "audit/feed_maps.hpp"

#include <map>

#include "ledger/entry.hpp"
#include "protocol/maps.hpp"

namespace gandan::audit {
namespace {

// By ledger index, what an entry is of: a feed of the roster (from 1, in its order), or another statement.
constexpr std::uint32_t kUnknown = 0;
constexpr std::uint32_t kNoFeed = UINT32_MAX;

std::string at_entry(std::uint64_t index) { return "ledger #" + std::to_string(index); }

// Runs along the ledger and knows at each feed map what stands before it.
class MapMaker {
 public:
  MapMaker(vault::Vault& vault, const roster::Roster& roster) : vault_(vault) {
    for (const auto& [id, feed] : roster.feeds()) {
      number_[id] = static_cast<std::uint32_t>(lines_.size() + 1);
      lines_.push_back({id, 0, {}});
    }
  }

  // `at_map` hears of each map below `end`, with the lines that changed since the one before; false ends it.
  // So does the first entry of which nothing is here.
  using AtMap = std::function<bool(std::uint64_t index, const Hash& logged,
                                   const std::map<FeedId, ledger::FeedLine>& changes)>;
  Status run(const roster::Roster& roster, std::uint64_t end, const AtMap& at_map) {
    of_.assign(static_cast<std::size_t>(end), kUnknown);
    GANDAN_CHECK(add_statements(roster));
    GANDAN_CHECK(add_segments());
    std::map<FeedId, ledger::FeedLine> changes;
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT idx, entry FROM leaf WHERE idx >= 0 AND idx < ? ORDER BY idx", end));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      const auto index = static_cast<std::uint64_t>(rows.integer(0));
      const auto entry = ledger::parse_entry(rows.blob(1));
      if (!entry.ok()) continue;  // of a later program, or reported already
      if (entry->type == ledger::EntryType::feed_map) {
        if (!at_map(index, entry->hash, changes)) return {};
        changes.clear();
        continue;
      }
      const std::uint32_t of = of_[static_cast<std::size_t>(index)];
      if (of == kUnknown) return {};
      if (of == kNoFeed) continue;
      auto& line = lines_[of - 1];
      if (entry->type == ledger::EntryType::segment) line = {line.feed, line.next + 1, entry->hash};
      changes[line.feed] = line;
    }
  }

 private:
  void set(std::int64_t index, std::uint32_t of) {
    if (index >= 0 && static_cast<std::uint64_t>(index) < of_.size())
      of_[static_cast<std::size_t>(index)] = of;
  }
  Status add_statements(const roster::Roster& roster) {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT bytes, ledger_index FROM statement WHERE ledger_index IS NOT NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      const auto statement = roster::decode_statement(rows.blob(0));
      const auto feed = statement.ok() ? roster::opened_feed(roster.realm(), *statement) : std::nullopt;
      const auto known = feed ? number_.find(*feed) : number_.end();
      set(rows.integer(1), known == number_.end() ? kNoFeed : known->second);
    }
  }
  Status add_segments() {
    std::map<std::int64_t, std::uint32_t> by_row;
    {
      GANDAN_TRY(auto rows, vault_.db().query("SELECT number, id FROM feed"));
      for (;;) {
        GANDAN_TRY(const bool more, rows.step());
        if (!more) break;
        if (const auto known = number_.find(FeedId::from(rows.blob(1))); known != number_.end())
          by_row[rows.integer(0)] = known->second;
      }
    }
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT ledger_index, feed FROM segment WHERE ledger_index IS NOT NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      if (const auto known = by_row.find(rows.integer(1)); known != by_row.end())
        set(rows.integer(0), known->second);
    }
  }

  vault::Vault& vault_;
  std::map<FeedId, std::uint32_t> number_;
  std::vector<ledger::FeedLine> lines_;
  std::vector<std::uint32_t> of_;
};

// Lines that were fetched, held against the feeds that this device reads.
class FetchedCheck {
 public:
  FetchedCheck(vault::Vault& vault, const roster::Roster& roster, MapReport& report)
      : vault_(vault), roster_(roster), report_(report) {}

  Status run(const ledger::FeedMap& map, std::uint64_t index) {
    GANDAN_CHECK(read_openings());
    for (const auto& line : map.lines()) {
      const auto opened = opened_.find(line.feed);
      if (opened == opened_.end() || opened->second > index)
        find(Code::bad_map, index, "a feed that nobody opened before: " + to_text(line.feed));
    }
    for (const auto& [id, opened] : opened_) {
      if (opened > index) continue;
      const auto* feed = roster_.feed(id);
      const auto at = map.find(id);
      if (!at)
        find(Code::bad_map, index, "a feed is left out: " + to_text(id));
      else if (feed != nullptr && roster_.may(vault_.identity().id, roster::Right::read, feed->unit))
        GANDAN_CHECK(check(map.lines()[static_cast<std::size_t>(*at)], index));
    }
    return {};
  }

 private:
  void find(Code code, std::uint64_t index, std::string detail) {
    report_.findings.push_back({code, at_entry(index), std::move(detail)});
  }
  Status read_openings() {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT bytes, ledger_index FROM statement WHERE ledger_index IS NOT NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) return {};
      const auto statement = roster::decode_statement(rows.blob(0));
      if (!statement.ok()) continue;
      if (const auto feed = roster::opened_feed(roster_.realm(), *statement))
        opened_[*feed] = static_cast<std::uint64_t>(rows.integer(1));
    }
  }
  // The segment that the line names is here and stood before the map, and the one behind it did not.
  Status check(const ledger::FeedLine& line, std::uint64_t index) {
    const std::string name = "feed " + to_text(line.feed) + " #";
    const auto place = [&](std::uint64_t sequence) {
      return vault_.db().query(
          "SELECT hash, ledger_index FROM segment JOIN feed ON feed.number = segment.feed "
          "WHERE feed.id = ? AND sequence = ?",
          line.feed, sequence);
    };
    if (line.next != 0) {
      GANDAN_TRY(auto row, place(line.next - 1));
      GANDAN_TRY(const bool present, row.step());
      const std::string last = name + std::to_string(line.next - 1);
      if (!present)
        find(Code::withheld, index, "a feed map names " + last);
      else if (Hash::from(row.blob(0)) != line.head)
        find(Code::bad_map, index, last + " is another one");
      else if (!row.is_null(1) && static_cast<std::uint64_t>(row.integer(1)) >= index)
        find(Code::bad_map, index, last + " came behind the map that names it");
    }
    GANDAN_TRY(auto row, place(line.next));
    GANDAN_TRY(const bool present, row.step());
    if (present && !row.is_null(1) && static_cast<std::uint64_t>(row.integer(1)) < index)
      find(Code::bad_map, index, name + std::to_string(line.next) + " is left out");
    return {};
  }

  vault::Vault& vault_;
  const roster::Roster& roster_;
  MapReport& report_;
  std::map<FeedId, std::uint64_t> opened_;  // ledger index of each opening
};

Result<ledger::FeedMap> fetched_map(vault::Vault& vault, const roster::Roster& roster,
                                    const vault::LoggedMap& logged) {
  GANDAN_TRY(const Bytes bytes, vault::map_lines(vault, logged.index));
  auto map = ledger::FeedMap::parse(bytes);
  if (!map.ok() || map->hash(roster.realm()) != logged.hash)
    return Error{Code::bad_map, at_entry(logged.index) + ": its lines do not give what it names"};
  return map;
}

}  // namespace

Result<ledger::FeedMap> feed_map(vault::Vault& vault, const roster::Roster& roster,
                                 const vault::LoggedMap& logged) {
  GANDAN_TRY(const auto parts, vault::map_parts(vault));
  for (const auto& part : parts)
    if (part.index == logged.index && part.here == part.count) return fetched_map(vault, roster, logged);
  ledger::FeedMap map;
  bool made = false;
  GANDAN_CHECK(MapMaker(vault, roster)
                   .run(roster, logged.index + 1, [&](auto index, const Hash&, const auto& changes) {
                     map.update(changes);
                     made = index == logged.index;
                     return !made;
                   }));
  if (!made) return Error{Code::no_map, "something before " + at_entry(logged.index) + " is not here"};
  if (map.hash(roster.realm()) != logged.hash) return Error{Code::bad_map, at_entry(logged.index)};
  return map;
}

Result<MapReport> check_maps(vault::Vault& vault, const roster::Roster& roster, std::uint64_t size) {
  MapReport report;
  GANDAN_TRY(const auto newest, vault::newest_map(vault));
  if (newest.index == 0) return report;
  if (protocol::makes_maps(roster, vault.identity().id)) {
    ledger::FeedMap map;
    GANDAN_CHECK(
        MapMaker(vault, roster).run(roster, size, [&](auto index, const Hash& logged, const auto& changes) {
          map.update(changes);
          ++report.checked;
          if (map.hash(roster.realm()) != logged)
            report.findings.push_back(
                {Code::bad_map, at_entry(index), "it names other lines than those before it give"});
          return true;
        }));
    return report;
  }
  GANDAN_TRY(const auto parts, vault::map_parts(vault));
  for (const auto& part : parts) {
    if (part.here != part.count || part.index >= size) continue;
    GANDAN_TRY(const auto logged, vault::map_at(vault, part.index));
    ++report.checked;
    const auto map = fetched_map(vault, roster, logged);
    if (map.ok())
      GANDAN_CHECK(FetchedCheck(vault, roster, report).run(*map, part.index));
    else
      report.findings.push_back({map.error().code, at_entry(part.index), map.error().detail});
  }
  return report;
}

}  // namespace gandan::audit
