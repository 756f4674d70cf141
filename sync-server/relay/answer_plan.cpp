// What an Answer has room for: the first pass, without bodies.
#include "relay/answer.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kKeyPage = 1024;                // segments without their bodies
constexpr std::size_t kMapFrameBytes = 40;            // of a frame of them, beyond the lines
constexpr std::uint64_t kMaxLookedUpReceipts = 4096;  // of segments that came with earlier requests
constexpr std::size_t kFrameOverhead = 4;
constexpr std::size_t kPulledOverhead = 16;  // index, receipt, length
constexpr std::size_t kRunBytes = 60;
constexpr std::uint64_t kBareBytes = 150;
constexpr std::size_t kRootBytes = 42;
constexpr std::size_t kWrapBytes = 128;
constexpr std::size_t kKeyBytes = 104;

}  // namespace

// As many as are left in the budget.
void Answer::plan_leaves() {
  if (!hello_.leaves_from || *hello_.leaves_from >= snapshot_.size) return;
  leaves_at_ = *hello_.leaves_from;
  const std::uint64_t room = cut_ ? 0 : budget_ / ledger::kEntryBytes;
  leaves_until_ = std::min(snapshot_.size, leaves_at_ + room);
  budget_ -= std::min(budget_, static_cast<std::size_t>(leaves_until_ - leaves_at_) * ledger::kEntryBytes);
  if (leaves_until_ < snapshot_.size) cut_ = true;
}

// The newest map as far as the budget goes; from where the device left off, if it is still that one. What
// cannot be had at this moment is asked for with a later sync.
void Answer::plan_map(const protocol::MapWanted& wanted) {
  if (snapshot_.map == 0 || wanted.index > snapshot_.map || !realm_->sees_maps(hello_.device)) return;
  if (cut_) return;
  auto lines = realm_->map_lines(snapshot_.map);
  if (!lines.ok()) return;
  map_ = std::move(*lines);
  const std::size_t count = map_->size() / ledger::kFeedLineBytes;
  const std::uint64_t first = wanted.index == snapshot_.map ? wanted.first : 0;
  map_at_ = static_cast<std::size_t>(std::min<std::uint64_t>(first, count));
  const std::size_t room =
      budget_ / (ledger::kFeedLineBytes * kMapLinesPerFrame + kMapFrameBytes) * kMapLinesPerFrame;
  map_until_ = std::min(count, map_at_ + room);
  cut_ = map_until_ < count;
}

// Not cut: it is as small as the question was.
Status Answer::plan_chunks(const std::vector<Hash>& asked) {
  protocol::ChunkNames missing;
  for (const auto& name : asked) {
    GANDAN_TRY(const bool there, realm_->gives_chunk(hello_.device, name));
    if (!there) missing.names.push_back(name);
  }
  lookups_ += asked.size();
  protocol::append_frame(chunks_, FrameType::chunks_missing, protocol::encode(missing));
  return {};
}

bool Answer::fits(std::size_t bytes) {
  if (bytes + kFrameOverhead > budget_) {
    cut_ = true;
    return false;
  }
  budget_ -= bytes + kFrameOverhead;
  return true;
}

// Of what the request brought, and of what an answer that was cut never told: the device's own segments
// between the head that it states and the server's, as far as it holds them.
Status Answer::plan_receipts(const std::vector<protocol::ReceiptRun>& brought) {
  const auto add = [&](const FeedId& feed, std::uint64_t sequence, std::uint64_t index,
                       std::int64_t receipt_ms) {
    // A replay of what is committed and not given out yet: no checkpoint covers it.
    if (index < snapshot_.size) receipts_.push_back({index, receipt_ms, feed, sequence});
  };
  for (const auto& run : brought)
    for (std::size_t i = 0; i < run.indexes.size(); ++i)
      add(run.feed, run.first + i, run.indexes[i], run.receipt_ms[i]);
  for (const auto& stated : hello_.own) {
    const auto has = has_.find(stated.feed);
    if (has == has_.end()) continue;
    const auto at = std::find_if(snapshot_.feeds.begin(), snapshot_.feeds.end(),
                                 [&](const FeedRow& row) { return row.feed == stated.feed; });
    if (at == snapshot_.feeds.end()) continue;
    const std::uint64_t end = std::min(at->next, has->second);
    for (std::uint64_t sequence = stated.next; sequence < end; ++sequence) {
      if (is_brought(stated.feed, sequence)) continue;
      if (++lookups_ > kMaxLookedUpReceipts) break;
      GANDAN_TRY(const auto place,
                 realm_->environment().store.find_segment(realm_->number(), stated.feed, sequence));
      if (place) add(stated.feed, sequence, place->index, place->receipt_ms);
    }
  }
  std::sort(receipts_.begin(), receipts_.end(),
            [](const Receipt& a, const Receipt& b) { return a.index < b.index; });
  const auto same = [](const Receipt& a, const Receipt& b) { return a.index == b.index; };
  receipts_.erase(std::unique(receipts_.begin(), receipts_.end(), same), receipts_.end());
  return {};
}

// First of all that is bounded, so that it is never cut: it is small, and who asks takes silence for guilt.
Status Answer::plan_witnessed(const protocol::Witness& witness) {
  const auto to_here = [&](std::uint64_t size) -> Result<ledger::ConsistencyProof> {
    if (size >= snapshot_.size) return ledger::ConsistencyProof{};
    return ledger::consistency_proof(size, snapshot_.size, *snapshot_.tree);
  };
  protocol::Witnessed witnessed;
  for (std::size_t i = 0; i < snapshot_.cosignatures.size();) {  // the largest first
    const auto& first = snapshot_.cosignatures[i];
    protocol::CosignedCheckpoint one{first.note, {}};
    for (++i; i < snapshot_.cosignatures.size() && snapshot_.cosignatures[i].size == first.size; ++i)
      if (one.note.size() < protocol::kMaxCheckpointNote / 2) {
        GANDAN_TRY(one.note, ledger::with_signatures_of(one.note, snapshot_.cosignatures[i].note));
      }
    GANDAN_TRY(one.consistency, to_here(first.size));
    witnessed.cosigned.push_back(std::move(one));
    if (witnessed.cosigned.size() == protocol::kMaxCosigned) break;
  }
  for (const auto size : witness.sizes) {
    GANDAN_TRY(witnessed.proofs.emplace_back(), to_here(size));
  }
  const Bytes payload = protocol::encode(witnessed);
  if (payload.size() > protocol::kMaxFrameBytes) return Error{Code::internal, "too much that is witnessed"};
  protocol::append_frame(witnessed_, FrameType::witnessed, payload);
  budget_ -= std::min(budget_, witnessed_.size());
  return {};
}

// What it would have got on the day of its removal, and the removal itself: so that it can check what was
// done to it, and learns nothing of what came after.
Status Answer::plan_removal(std::uint64_t removed_at) {
  GANDAN_CHECK(plan_statements(std::min(snapshot_.size, removed_at + 1)));
  wraps_next_ = hello_.wraps_from;
  return {};
}

Status Answer::plan_statements(std::uint64_t end) {
  statements_at_ = hello_.statements_from;
  statements_until_ = std::max(end, statements_at_);
  if (statements_at_ >= snapshot_.statements_end) return {};
  Store& store = realm_->environment().store;
  for (std::uint64_t at = statements_at_; at < snapshot_.statements_end;) {
    GANDAN_TRY(const auto rows, store.statements(realm_->number(), at, kPage));
    if (rows.empty()) break;
    for (const auto& row : rows) {
      if (row.index >= end) return {};
      if (!fits(row.bytes.size() + kPulledOverhead)) {
        statements_until_ = row.index;
        return {};
      }
      at = row.index + 1;
    }
  }
  return {};
}

Status Answer::plan_wraps() {
  // A cursor beyond the last wrap is told so, and the device asks for all of them.
  wraps_next_ = cut_ ? std::min(snapshot_.wraps, hello_.wraps_from) : snapshot_.wraps;
  if (cut_) return {};
  Store& store = realm_->environment().store;
  for (const auto& recipient : snapshot_.wrapped_for) {
    GANDAN_TRY(const auto numbers,
               store.wraps_for(realm_->number(), recipient, hello_.wraps_from, snapshot_.wraps));
    wraps_.insert(wraps_.end(), numbers.begin(), numbers.end());
  }
  std::sort(wraps_.begin(), wraps_.end());
  for (std::size_t i = 0; i < wraps_.size(); ++i) {
    if (fits(kWrapBytes)) continue;
    wraps_next_ = wraps_[i];
    wraps_.resize(i);
    break;
  }
  return {};
}

// Those that the request brought, first: that they come back tells the device that they are here. Then those
// from the cursor on.
Status Answer::plan_keys(const std::set<std::uint64_t>& brought) {
  for (const auto number : brought) {
    if (cut_ || !fits(kKeyBytes)) break;
    keys_.push_back(number);
  }
  if (!keys_from_) return {};
  keys_next_ = cut_ ? *keys_from_ : snapshot_.keys;
  if (cut_) return {};
  std::vector<std::uint64_t> wanted;
  for (const auto& unit : snapshot_.keyed) {
    GANDAN_TRY(const auto numbers,
               realm_->environment().store.keys_in(realm_->number(), unit, *keys_from_, snapshot_.keys));
    wanted.insert(wanted.end(), numbers.begin(), numbers.end());
  }
  std::sort(wanted.begin(), wanted.end());
  for (const auto number : wanted) {
    if (brought.count(number) != 0) continue;
    if (!fits(kKeyBytes)) {
      keys_next_ = number;
      break;
    }
    keys_.push_back(number);
  }
  return {};
}

bool Answer::brings_nothing() const {
  const bool news =
      !receipts_.empty() || !wraps_.empty() || !keys_.empty() || segments_ != 0 || rejects_ || cut_;
  return !news && hello_.statements_from >= snapshot_.statements_end && leaves_at_ >= leaves_until_ &&
         map_at_ >= map_until_ && hello_.wraps_from <= snapshot_.wraps;
}

bool Answer::known_to_device(const FeedId& feed, std::uint64_t sequence) const {
  if (const auto own = has_.find(feed); own != has_.end() && sequence < own->second) return true;
  return is_brought(feed, sequence);
}

bool Answer::is_brought(const FeedId& feed, std::uint64_t sequence) const {
  if (const auto brought = brought_.find(feed); brought != brought_.end())
    for (const auto& [first, end] : brought->second)
      if (sequence >= first && sequence < end) return true;
  return false;
}

// Receipts never go back along the ledger: the place is found by halves.
Status Answer::plan_bare() {
  if (bare_before_ms_ == 0) return {};
  std::uint64_t from = 0, until = snapshot_.size;
  while (from < until) {
    const std::uint64_t middle = from + (until - from) / 2;
    GANDAN_TRY(const auto rows, realm_->environment().store.entries(realm_->number(), middle, 1));
    if (rows.empty()) return Error{Code::store_damaged, "entries are missing"};
    GANDAN_TRY(const auto entry, ledger::parse_entry(rows.front().bytes));
    if (entry.receipt_ms < bare_before_ms_)
      from = middle + 1;
    else
      until = middle;
  }
  bare_below_ = from;
  realm_->with_roster([&](const roster::Roster& roster) {
    for (const auto& [id, feed] : roster.feeds())
      if (feed.device == hello_.device) own_.insert(id);
  });
  return {};
}

bool Answer::goes_bare(const FeedId& feed, std::uint64_t index) const {
  return index < bare_below_ && own_.count(feed) == 0;
}

Status Answer::plan_segments() {
  std::set<std::uint64_t> sizes;
  for (std::size_t i = 0; i < snapshot_.units.size(); ++i) {
    const UnitId& unit = snapshot_.units[i];
    const auto stated = hello_.cursors.find(unit);
    const std::uint64_t from = stated == hello_.cursors.end() ? 0 : stated->second;
    if (cut_) {
      cursors_[unit] = from;
      continue;
    }
    cursors_[unit] = std::max(from, snapshot_.size);
    if (from >= snapshot_.ends[i]) continue;
    GANDAN_TRY([[maybe_unused]] const bool whole, plan_unit(unit, from, snapshot_.ends[i], sizes));
  }
  roots_.assign(sizes.begin(), sizes.end());
  return {};
}

// Returns whether the whole unit fits; if not, its cursor stays where it was cut.
Result<bool> Answer::plan_unit(const UnitId& unit, std::uint64_t from, std::uint64_t end,
                               std::set<std::uint64_t>& sizes) {
  Store& store = realm_->environment().store;
  end = std::min(end, snapshot_.size);
  FeedId last_feed;
  for (std::uint64_t at = from; at < end;) {
    GANDAN_TRY(const auto keys, store.segment_keys(realm_->number(), unit, at, end, kKeyPage));
    if (keys.empty()) break;
    for (const auto& key : keys) {
      at = key.index + 1;
      if (known_to_device(key.feed, key.sequence)) continue;
      const std::uint64_t body = goes_bare(key.feed, key.index) ? std::min(key.bytes, kBareBytes) : key.bytes;
      std::size_t bytes = static_cast<std::size_t>(body) + kPulledOverhead;
      if (key.feed != last_feed) bytes += kRunBytes;
      if (key.checkpoint_size != 0 && sizes.count(key.checkpoint_size) == 0) bytes += kRootBytes;
      if (!fits(bytes)) {
        cursors_[unit] = key.index;
        ranges_.push_back({unit, from, key.index});
        return false;
      }
      if (key.checkpoint_size != 0) sizes.insert(key.checkpoint_size);
      last_feed = key.feed;
      ++segments_;
    }
  }
  ranges_.push_back({unit, from, end});
  return true;
}

}  // namespace gandan::server
