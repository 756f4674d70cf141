#include "vault/logged.hpp"

#include <algorithm>

namespace gandan::vault {

Result<Logged> Logged::load(Vault& vault, std::uint64_t size) {
  Logged out;
  out.size_ = size;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT feed.id, last_hlc, ledger_index, receipt_ms, feed.unit FROM segment "
                              "JOIN feed ON feed.number = segment.feed WHERE segment.state = ? "
                              "ORDER BY segment.feed, last_hlc",
                              static_cast<int>(SegmentState::applied)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    Segment one;
    one.last = static_cast<changelog::Hlc>(rows.integer(1));
    one.below = !rows.is_null(2) && static_cast<std::uint64_t>(rows.integer(2)) < size;
    if (one.below) {
      auto& last = out.segments_ms_[UnitId::from(rows.blob(4))];
      last = std::max(last, rows.integer(3));
    }
    out.feeds_[FeedId::from(rows.blob(0))].push_back(one);
  }
  GANDAN_CHECK(out.load_statements(vault));
  GANDAN_CHECK(out.find_gaps(vault));
  return out;
}

// What the ledger has comes first in the roster and in the ledger's order, so a count of it is a roster size.
Status Logged::load_statements(Vault& vault) {
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes, receipt_ms FROM statement WHERE ledger_index < ?",
                                         static_cast<std::int64_t>(size_)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    if (!std::holds_alternative<roster::FeedBody>(statement.body)) ++roster_size_;
    statements_ms_ = std::max(statements_ms_, rows.integer(1));
  }
  roster_size_ = std::max<std::uint64_t>(roster_size_, 1);  // the root statement came by hand
  return {};
}

std::int64_t Logged::received_ms(const std::function<bool(const UnitId&)>& of_unit) const {
  std::int64_t out = statements_ms_;
  for (const auto& [unit, ms] : segments_ms_)
    if (!of_unit || of_unit(unit)) out = std::max(out, ms);
  return out;
}

// Segments that are here and not open yet, and units of which no sync has brought everything: a unit that a
// device was given to read by hand, after its last one, has no cursor at all.
Status Logged::find_gaps(Vault& vault) {
  for (const auto state : {SegmentState::waiting, SegmentState::no_key, SegmentState::parked,
                           SegmentState::unknown_record, SegmentState::archived}) {
    GANDAN_TRY(auto rows,
               vault.db().query("SELECT DISTINCT feed.unit FROM segment JOIN feed ON feed.number = "
                                "segment.feed WHERE segment.state = ? AND ledger_index < ?",
                                static_cast<int>(state), static_cast<std::int64_t>(size_)));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      gaps_.insert(UnitId::from(rows.blob(0)));
    }
  }
  std::set<UnitId> brought;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT unit FROM cursor WHERE next >= ?", static_cast<std::int64_t>(size_)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    brought.insert(UnitId::from(rows.blob(0)));
  }
  GANDAN_TRY(const auto statements_next, vault.meta_number("statements_next", 0));
  const bool know_units = static_cast<std::uint64_t>(statements_next) >= size_;  // and where they lay
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  for (const auto& [id, unit] : roster->units()) {
    const bool came_later = unit.parents.front().from > roster_size_;
    if (!know_units || (!came_later && brought.count(id) == 0)) gaps_.insert(id);
  }
  return {};
}

bool Logged::whole(const std::function<bool(const UnitId&)>& of_unit) const {
  return std::none_of(gaps_.begin(), gaps_.end(), of_unit);
}

// Stamps grow along a feed, so the last op of its save lies in the first segment that ends at or behind it.
bool Logged::has(const changelog::OpEntry& op) const {
  const auto feed = feeds_.find(op.stamp.feed);
  if (feed == feeds_.end()) return false;
  const changelog::Hlc last = op.save + std::max<std::uint32_t>(op.count, 1) - 1;
  const auto found =
      std::lower_bound(feed->second.begin(), feed->second.end(), last,
                       [](const Segment& segment, changelog::Hlc hlc) { return segment.last < hlc; });
  return found != feed->second.end() && found->below;
}

changelog::RecordState Logged::of(const RecordId& record, const changelog::RecordState& state) const {
  changelog::RecordState out;
  for (const auto& [path, cell] : state.cells())
    for (const auto& op : cell.ops)
      if (has(op))
        out.add({record, path, op.value, op.stamp, op.replaces, op.save, op.count, op.holder}, op.suspect);
  return out;
}

Result<Hash> root_at(Vault& vault, std::uint64_t size) {
  GANDAN_TRY(const auto newest, vault.checkpoint());
  if (newest.size == size) return newest.root;
  GANDAN_TRY(auto row, vault.db().query("SELECT root FROM root_seen WHERE size = ?", size));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Error{Code::not_found, "no checkpoint of " + std::to_string(size) + " entries"};
  return Hash::from(row.blob(0));
}

}  // namespace gandan::vault
