// Whether a segment counts, and what follows when that changes: its ops come and go.
#include "vault/segments.hpp"

namespace gandan::vault {

Result<bool> SegmentApplier::counts(const Feed& feed, const protocol::Segment& segment,
                                    std::optional<std::uint64_t> ledger_index) const {
  GANDAN_TRY(const auto* roster, vault_.roster());
  const auto& header = segment.header;
  // A device that was removed altogether goes on showing its holder what he wrote on it; for others it counts
  // where an administrator accepts it.
  const DeviceId& own = vault_.identity().id;
  return roster->head(header.roster_size) == header.roster_head &&
         ((feed.row.device == own && roster->removal(own)) ||
          roster->counts(feed.row.device, feed.row.unit, header.roster_size, ledger_index) ||
          roster->accepted(header.feed, header.sequence, protocol::segment_hash(roster->realm(), segment)));
}

Status SegmentApplier::apply_again(Feed& feed, const Stored& known, IngestReport& report) {
  const auto held_before = report.held;
  std::uint64_t sequence = known.segment.header.sequence;
  GANDAN_TRY(const auto state, apply(feed, known.segment, known.receipt, report));
  if (state != known.state) GANDAN_CHECK(set_state(feed.row, sequence, state));
  while (state == SegmentState::applied && feed.open.open() && ++sequence < feed.row.next) {
    GANDAN_TRY(const auto next, stored(feed.row, sequence));
    if (!next || next->state != SegmentState::applied) break;
    GANDAN_TRY(const auto again, apply(feed, next->segment, next->receipt, report));
    if (again != next->state) GANDAN_CHECK(set_state(feed.row, sequence, again));
  }
  report.held = held_before;
  return {};
}

Status SegmentApplier::quarantine(Feed& feed, const protocol::Segment& segment, IngestReport& report) {
  ++report.held;
  GANDAN_CHECK(set_state(feed.row, segment.header.sequence, SegmentState::quarantined));
  return take_back(feed, segment);
}

Status SegmentApplier::take_back(Feed& feed, const protocol::Segment& segment) {
  const auto& header = segment.header;
  const auto* key = vault_.keyring().feed_key(feed.row.unit, header.epoch, feed.row.id);
  if (key == nullptr) return {};
  GANDAN_TRY(const auto ops, codec_.open((*vault_.roster())->realm(), segment, *key));
  for (const auto& op : ops) GANDAN_CHECK(projections_.remove(op));
  GANDAN_CHECK(load_open_save(feed, header.sequence));
  for (const auto& part : feed.open.parts()) GANDAN_CHECK(projections_.remove(part.op));
  bool cut = ends_inside_save(ops.back());
  for (std::uint64_t sequence = header.sequence + 1; cut && sequence < feed.row.next; ++sequence) {
    const auto next = read(feed.row, sequence);
    if (!next) break;
    for (const auto& op : next->ops) {
      cut = cut && op.save == ops.back().save;
      if (cut) GANDAN_CHECK(projections_.remove(op));
    }
    cut = cut && ends_inside_save(next->ops.back());
  }
  return load_open_save(feed, feed.row.next);
}

Status SegmentApplier::judge_again(const std::optional<DeviceId>& device, IngestReport& report) {
  std::vector<FeedId> feeds;
  {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT id FROM feed WHERE device = ?1 OR ?1 IS NULL", device));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      feeds.push_back(FeedId::from(rows.blob(0)));
    }
  }
  for (const auto& id : feeds) {
    const auto loaded = load(id);
    // Its opening was provisional, and what it rested on lost: its segments are kept, and count no more.
    if (!loaded && loaded.error().code == Code::unknown_feed) {
      GANDAN_TRY(const auto row, vault_.feed(id));
      if (!row) continue;
      Feed closed{*row, std::nullopt, {}};
      for (std::uint64_t sequence = 0; sequence < row->next; ++sequence) {
        GANDAN_TRY(const auto known, stored(*row, sequence));
        if (known && known->state == SegmentState::applied)
          GANDAN_CHECK(quarantine(closed, known->segment, report));
      }
      continue;
    }
    GANDAN_TRY(auto* feed, loaded);
    for (std::uint64_t sequence = 0; sequence < feed->row.next; ++sequence) {
      GANDAN_TRY(const auto known, stored(feed->row, sequence));
      if (!known) continue;
      std::optional<std::uint64_t> index;
      if (known->receipt) index = known->receipt->index;
      GANDAN_TRY(const bool authorised, counts(*feed, known->segment, index));
      if (authorised && known->state == SegmentState::quarantined) {
        GANDAN_CHECK(apply_again(*feed, *known, report));
      } else if (!authorised && known->state == SegmentState::applied) {
        GANDAN_CHECK(quarantine(*feed, known->segment, report));
      }
    }
  }
  return {};
}

Status SegmentApplier::unseal_unsendable() {
  std::vector<FeedId> own;
  {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT id FROM feed WHERE device = ?", vault_.identity().id));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      own.push_back(FeedId::from(rows.blob(0)));
    }
  }
  GANDAN_TRY(const auto* roster, vault_.roster());
  for (const auto& id : own) {
    const auto loaded = load(id);
    if (!loaded && loaded.error().code == Code::unknown_feed) continue;
    GANDAN_TRY(auto* feed, loaded);
    // What another copy of this vault sealed is its to seal again.
    const std::uint64_t end = std::min(feed->row.next, feed->row.fork.value_or(feed->row.next));
    std::uint64_t first = end;  // whose roster never was, and all behind it: a feed's rosters only grow
    std::uint64_t uncounted = end;
    std::vector<changelog::Op> ops;
    for (std::uint64_t sequence = end; sequence-- > 0;) {
      GANDAN_TRY(const auto known, stored(feed->row, sequence));
      if (!known || known->receipt) break;
      const auto& header = known->segment.header;
      const bool never_was = roster->head(header.roster_size) != header.roster_head;
      if (never_was) first = sequence;
      GANDAN_TRY(const bool does, counts(*feed, known->segment, std::nullopt));
      if (!never_was && !does) uncounted = sequence;
    }
    if (uncounted < end || (feed->row.fork && first < end)) {
      GANDAN_TRY([[maybe_unused]] const bool done,
                 step_back(*feed, std::min(first, uncounted),
                           uncounted < end ? Because::not_counted : Because::another_copy));
      continue;
    }
    for (std::uint64_t sequence = first; sequence < end; ++sequence) {
      GANDAN_TRY(auto opened, read(feed->row, sequence));
      if (sequence == first) feed->row.head = opened.segment.previous;
      for (auto& op : opened.ops) ops.push_back(std::move(op));
    }
    if (ops.empty()) continue;
    GANDAN_CHECK(
        vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence >= ?", feed->row.number, first));
    feed->row.next = first;
    GANDAN_CHECK(load_open_save(*feed, first));
    GANDAN_CHECK(put_back(feed->row, ops));
  }
  return {};
}

Status SegmentApplier::put_back(const FeedRow& feed, const std::vector<changelog::Op>& ops) {
  GANDAN_TRY(const auto lowest, vault_.db().integer("SELECT min(position) FROM pending"));
  std::int64_t position = lowest.value_or(1) - static_cast<std::int64_t>(ops.size());
  for (const auto& op : ops) {
    const Bytes bytes = changelog::encode_op(op);
    GANDAN_CHECK(vault_.db().run("INSERT INTO pending (position, feed, saved_ms, op) VALUES (?, ?, ?, ?)",
                                 position++, feed.number, vault_.clock().wall_ms(), ByteView(bytes)));
  }
  return {};
}

Status SegmentApplier::retry(IngestReport& report) {
  struct Held {
    std::int64_t feed;
    std::uint64_t sequence;
  };
  std::vector<Held> held;
  {
    GANDAN_TRY(auto rows,
               vault_.db().query(
                   "SELECT feed, sequence FROM segment WHERE state IN (2, 3, 5, 6) ORDER BY feed, sequence"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      held.push_back({rows.integer(0), static_cast<std::uint64_t>(rows.integer(1))});
    }
  }
  for (const auto& [number, sequence] : held) {
    GANDAN_TRY(const auto row, vault_.feed_by_number(number));
    if (!row) continue;
    const auto loaded = load(row->id);
    if (!loaded && loaded.error().code == Code::unknown_feed) continue;
    GANDAN_TRY(auto* feed, loaded);
    GANDAN_TRY(const auto known, stored(feed->row, sequence));
    if (!known) continue;
    GANDAN_CHECK(apply_again(*feed, *known, report));
  }
  return {};
}

}  // namespace gandan::vault
