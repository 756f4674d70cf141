#include "relay/answer.hpp"

namespace gandan::server {
namespace {

using protocol::FrameType;

constexpr std::size_t kMaxResponse = 16u << 20;
constexpr std::size_t kMinResponse =
    128u << 10;  // room for one segment of the largest, so that every response moves on
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kMaxOwnBytes = 24 * 1024;  // of own receipts in the Welcome: about 35 feeds
constexpr std::size_t kLeavesPerFrame = 1024;
constexpr std::size_t kReceiptsPerFrame = 1024;  // fewer where their proof is long

}  // namespace

Result<std::unique_ptr<Answer>> Answer::make(std::shared_ptr<Realm> realm, const protocol::Hello& hello,
                                             Wanted wanted, Bytes token, Brought brought) {
  std::unique_ptr<Answer> answer(
      new Answer(std::move(realm), hello, wanted.keys_from, wanted.bare_before_ms));
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
  GANDAN_CHECK(answer->plan_bare());
  GANDAN_CHECK(answer->plan_segments());
  answer->plan_leaves();
  if (wanted.map) answer->plan_map(*wanted.map);
  if (wanted.chunks) GANDAN_CHECK(answer->plan_chunks(*wanted.chunks));
  return answer;
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
  rejects_ = !brought.rejected.empty();
  welcome.rejected = std::move(brought.rejected);
  const Bytes payload = protocol::encode(welcome);
  if (payload.size() > protocol::kMaxFrameBytes) return Error{Code::internal, "the welcome is too large"};
  protocol::append_frame(first_, FrameType::welcome, payload);
  return plan_receipts(brought.receipts);
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
      case Phase::chunks:
        append(out, chunks_);
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
    protocol::Pulled pulled{row.index, row.receipt_ms, row.bytes};
    if (goes_bare(row.feed, row.index)) {
      GANDAN_TRY(const auto segment, protocol::decode_kept_in_run(row.bytes));
      pulled.segment = protocol::encode_bare_in_run(protocol::stub_of(segment));
    }
    protocol::append_frame(out, FrameType::pulled, protocol::encode(pulled));
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
