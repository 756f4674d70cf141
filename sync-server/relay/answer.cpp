#include "relay/answer.hpp"

namespace gandan::server {
namespace {

using protocol::FrameType;

constexpr std::size_t kMaxResponse = 16u << 20;
constexpr std::size_t kMinResponse =
    128u << 10;  // room for one segment of the largest, so that every response moves on
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kPage = 256;               // segments with their bodies, at most
constexpr std::size_t kKeyPage = 1024;           // segments without
constexpr std::size_t kMaxOwnBytes = 24 * 1024;  // of own receipts in the Welcome: about 35 feeds
constexpr std::size_t kLeavesPerFrame = 1024;
constexpr std::size_t kMapLinesPerFrame = 1024;
constexpr std::size_t kMapFrameBytes = 40;            // of a frame of them, beyond the lines
constexpr std::size_t kReceiptsPerFrame = 1024;       // fewer where their proof is long
constexpr std::uint64_t kMaxLookedUpReceipts = 4096;  // of segments that came with earlier requests
constexpr std::size_t kFrameOverhead = 4;
constexpr std::size_t kPulledOverhead = 16;  // index, receipt, length
constexpr std::size_t kRunBytes = 60;
constexpr std::size_t kRootBytes = 42;
constexpr std::size_t kWrapBytes = 128;
constexpr std::size_t kKeyBytes = 104;

}  // namespace

Result<std::unique_ptr<Answer>> Answer::make(std::shared_ptr<Realm> realm, const protocol::Hello& hello,
                                             Wanted wanted, Bytes token, Brought brought) {
  std::unique_ptr<Answer> answer(new Answer(std::move(realm), hello, wanted.keys_from));
  answer->budget_ = std::clamp<std::size_t>(hello.max_response, kMinResponse, kMaxResponse);
  const auto keys = std::move(brought.keys);
  GANDAN_CHECK(answer->welcome(std::move(token), std::move(brought)));
  if (wanted.removed_at) {
    GANDAN_CHECK(answer->plan_removal(*wanted.removed_at));
    return answer;
  }
  if (wanted.witness) GANDAN_CHECK(answer->plan_witnessed(*wanted.witness));
  GANDAN_CHECK(answer->plan_statements(answer->snapshot_.size));
  GANDAN_CHECK(answer->plan_wraps());
  GANDAN_CHECK(answer->plan_keys(keys));
  GANDAN_CHECK(answer->plan_segments());
  answer->plan_leaves();
  if (wanted.map) answer->plan_map(*wanted.map);
  return answer;
}

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

bool Answer::fits(std::size_t bytes) {
  if (bytes + kFrameOverhead > budget_) {
    cut_ = true;
    return false;
  }
  budget_ -= bytes + kFrameOverhead;
  return true;
}

Status Answer::welcome(Bytes token, Brought brought) {
  std::vector<FeedId> feeds;  // those that Hello lists, and those that were touched
  std::set<FeedId> seen;
  for (const auto& head : hello_.own) {
    if (seen.insert(head.feed).second) feeds.push_back(head.feed);
    if (realm_->with_roster([&](const roster::Roster& roster) {
          const auto* feed = roster.feed(head.feed);
          return feed != nullptr && feed->device == hello_.device;
        }))
      has_[head.feed] = std::max(head.next, head.held);
  }
  for (const auto& receipts : brought.receipts) {
    if (seen.insert(receipts.feed).second) feeds.push_back(receipts.feed);
    brought_[receipts.feed].emplace_back(receipts.first, receipts.first + receipts.indexes.size());
  }
  snapshot_ = realm_->snapshot(hello_.device, feeds, hello_.wraps_from, keys_from_.value_or(UINT64_MAX));

  protocol::Welcome welcome;
  welcome.server_ms = realm_->environment().clock.wall_ms();
  welcome.token = std::move(token);
  welcome.checkpoint = snapshot_.checkpoint;
  if (hello_.checkpoint_size > 0 && hello_.checkpoint_size < snapshot_.size) {
    GANDAN_TRY(welcome.consistency,
               ledger::consistency_proof(hello_.checkpoint_size, snapshot_.size, *snapshot_.tree));
  }
  std::size_t own_bytes = 0;
  for (const auto& feed : snapshot_.feeds) {
    protocol::OwnReceipt own;
    own.head = {feed.feed, feed.next, feed.hash};
    if (feed.next > 0) {
      own.index = feed.index;
      own.receipt_ms = feed.receipt_ms;
      GANDAN_TRY(own.proof, ledger::inclusion_proof(feed.index, snapshot_.size, *snapshot_.tree));
    }
    own_bytes += 80 + own.proof.path.size() * Hash::size;
    if (own_bytes > kMaxOwnBytes) break;
    welcome.own.push_back(std::move(own));
  }
  welcome.rejected = std::move(brought.rejected);
  const Bytes payload = protocol::encode(welcome);
  if (payload.size() > protocol::kMaxFrameBytes) return Error{Code::internal, "the welcome is too large"};
  protocol::append_frame(first_, FrameType::welcome, payload);
  return plan_receipts(brought.receipts);
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
      std::size_t bytes = static_cast<std::size_t>(key.bytes) + kPulledOverhead;
      if (key.feed != last_feed) bytes += kRunBytes;
      if (key.checkpoint_size != 0 && sizes.count(key.checkpoint_size) == 0) bytes += kRootBytes;
      if (!fits(bytes)) {
        cursors_[unit] = key.index;
        ranges_.push_back({unit, from, key.index});
        return false;
      }
      if (key.checkpoint_size != 0) sizes.insert(key.checkpoint_size);
      last_feed = key.feed;
    }
  }
  ranges_.push_back({unit, from, end});
  return true;
}

Result<Bytes> Answer::next() {
  Bytes out;
  while (out.size() < kPieceBytes && phase_ != Phase::over) {
    bool more = false;
    switch (phase_) {
      case Phase::welcome:
        out = std::move(first_);
        break;
      case Phase::receipts: {
        GANDAN_TRY(more, more_receipts(out));
        break;
      }
      case Phase::statements: {
        GANDAN_TRY(more, more_statements(out));
        break;
      }
      case Phase::wraps: {
        GANDAN_TRY(more, more_wraps(out));
        break;
      }
      case Phase::keys: {
        GANDAN_TRY(more, more_keys(out));
        break;
      }
      case Phase::roots: {
        GANDAN_TRY(more, more_roots(out));
        break;
      }
      case Phase::segments: {
        GANDAN_TRY(more, more_segments(out));
        break;
      }
      case Phase::leaves: {
        GANDAN_TRY(more, more_leaves(out));
        break;
      }
      case Phase::witnessed:
        append(out, witnessed_);
        break;
      case Phase::map:
        more = more_map(out);
        break;
      case Phase::done:
        done(out);
        break;
      case Phase::over:
        break;
    }
    if (!more) phase_ = static_cast<Phase>(static_cast<int>(phase_) + 1);
  }
  return out;
}

Result<bool> Answer::more_receipts(Bytes& out) {
  if (receipts_at_ == receipts_.size()) return false;
  for (std::size_t count = std::min(kReceiptsPerFrame, receipts_.size() - receipts_at_);; count /= 2) {
    const auto part = std::span(receipts_).subspan(receipts_at_, count);
    protocol::Receipts receipts;
    std::vector<std::uint64_t> indexes;
    for (const auto& one : part) {
      auto& runs = receipts.runs;
      if (runs.empty() || runs.back().feed != one.feed ||
          runs.back().first + runs.back().indexes.size() != one.sequence)
        runs.push_back({one.feed, one.sequence, {}, {}});
      runs.back().indexes.push_back(one.index);
      runs.back().receipt_ms.push_back(one.receipt_ms);
      indexes.push_back(one.index);
    }
    GANDAN_TRY(receipts.path, ledger::batch_inclusion_proof(indexes, snapshot_.size, *snapshot_.tree));
    const Bytes payload = protocol::encode(receipts);
    if (payload.size() > kPieceBytes && count > 1) continue;
    protocol::append_frame(out, FrameType::receipts, payload);
    receipts_at_ += count;
    return true;
  }
}

Result<bool> Answer::more_statements(Bytes& out) {
  const std::uint64_t end = std::min(statements_until_, snapshot_.statements_end);
  if (statements_at_ >= end) return false;
  GANDAN_TRY(const auto rows,
             realm_->environment().store.statements(realm_->number(), statements_at_, kPage));
  if (rows.empty()) return false;
  for (const auto& row : rows) {
    if (row.index >= end) return false;
    protocol::append_frame(out, FrameType::statement,
                           protocol::encode(protocol::LoggedStatement{row.index, row.receipt_ms, row.bytes}));
    statements_at_ = row.index + 1;
  }
  return true;
}

Result<bool> Answer::more_wraps(Bytes& out) {
  for (; wraps_at_ < wraps_.size(); ++wraps_at_) {
    if (out.size() >= kPieceBytes) return true;
    GANDAN_TRY(const auto row, realm_->environment().store.wrap(realm_->number(), wraps_[wraps_at_]));
    protocol::append_frame(out, FrameType::wrap, row.bytes);
  }
  return false;
}

// One that was deleted since it was planned is left out.
Result<bool> Answer::more_keys(Bytes& out) {
  for (; keys_at_ < keys_.size(); ++keys_at_) {
    if (out.size() >= kPieceBytes) return true;
    const auto bytes = realm_->environment().store.key(realm_->number(), keys_[keys_at_]);
    if (!bytes.ok() && bytes.error().code != Code::not_found) return bytes.error();
    if (bytes.ok()) protocol::append_frame(out, FrameType::key, *bytes);
  }
  if (keys_next_)
    protocol::append_frame(out, FrameType::keys_next, protocol::encode(protocol::KeyCursor{*keys_next_}));
  return false;
}

Result<bool> Answer::more_roots(Bytes& out) {
  for (; roots_at_ < roots_.size(); ++roots_at_) {
    if (out.size() >= kPieceBytes) return true;
    GANDAN_TRY(const Hash root, snapshot_.tree->root_at(roots_[roots_at_]));
    protocol::append_frame(out, FrameType::root,
                           protocol::encode(protocol::RootClaim{roots_[roots_at_], root}));
  }
  return false;
}

// One page of one unit, feed by feed: within a page the order of feeds is free, and runs get longer by it.
Result<bool> Answer::more_segments(Bytes& out) {
  if (range_at_ == ranges_.size()) return false;
  auto& range = ranges_[range_at_];
  Store& store = realm_->environment().store;
  GANDAN_TRY(const auto keys,
             store.segment_keys(realm_->number(), range.unit, range.from, range.until, kPage));
  // No more bodies at a time than make a piece: a page of the largest would be 16 MiB.
  std::size_t count = 0, bytes = 0;
  while (count < keys.size() && (count == 0 || bytes + keys[count].bytes <= kPieceBytes))
    bytes += keys[count++].bytes;
  if (count == 0) {
    ++range_at_;
    return true;
  }
  const std::uint64_t end = keys[count - 1].index + 1;
  GANDAN_TRY(auto rows, store.segments(realm_->number(), range.unit, range.from, end, count));
  if (rows.size() != count) return Error{Code::store_damaged, "an index and its segments differ"};
  range.from = end;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const SegmentRow& a, const SegmentRow& b) { return a.feed < b.feed; });
  const SegmentRow* last = nullptr;
  for (const auto& row : rows) {
    if (known_to_device(row.feed, row.sequence)) continue;
    if (last == nullptr || last->feed != row.feed || last->sequence + 1 != row.sequence) {
      protocol::Run run{row.feed, row.sequence, row.previous};
      if (const auto left = left_off_.find(row.feed); left != left_off_.end() && left->second == row.previous)
        run.previous.reset();
      protocol::append_frame(out, FrameType::run, protocol::encode(run));
    }
    protocol::append_frame(out, FrameType::pulled,
                           protocol::encode(protocol::Pulled{row.index, row.receipt_ms, row.bytes}));
    left_off_[row.feed] = row.hash;
    last = &row;
  }
  return true;
}

Result<bool> Answer::more_leaves(Bytes& out) {
  if (leaves_at_ >= leaves_until_) return false;
  const std::size_t count =
      static_cast<std::size_t>(std::min<std::uint64_t>(kLeavesPerFrame, leaves_until_ - leaves_at_));
  GANDAN_TRY(const auto rows, realm_->environment().store.entries(realm_->number(), leaves_at_, count));
  if (rows.empty()) return Error{Code::store_damaged, "entries are missing"};
  protocol::Leaves leaves{leaves_at_, {}};
  for (const auto& row : rows) append(leaves.entries, row.bytes);
  protocol::append_frame(out, FrameType::leaves, protocol::encode(leaves));
  leaves_at_ += rows.size();
  return true;
}

bool Answer::more_map(Bytes& out) {
  if (map_at_ >= map_until_) return false;
  const std::size_t count = std::min(kMapLinesPerFrame, map_until_ - map_at_);
  const ByteView all(*map_);
  protocol::MapLines part{snapshot_.map, all.size() / ledger::kFeedLineBytes, map_at_, {}};
  part.lines = to_bytes(all.subspan(map_at_ * ledger::kFeedLineBytes, count * ledger::kFeedLineBytes));
  protocol::append_frame(out, FrameType::map_lines, protocol::encode(part));
  map_at_ += count;
  return true;
}

void Answer::done(Bytes& out) {
  protocol::Done done;
  done.cursors = cursors_;
  done.statements_next = statements_until_;
  done.wraps_next = wraps_next_;
  done.more = cut_;
  protocol::append_frame(out, FrameType::done, protocol::encode(done));
}

}  // namespace gandan::server
