#include "vault/segments.hpp"

namespace gandan::vault {

bool is_suspect(const changelog::Op& op, const std::optional<Receipt>& receipt) {
  return receipt && changelog::hlc_ms(op.stamp.hlc) > receipt->ms + kClockDriftMs;
}

namespace {

std::optional<std::int64_t> index_of(const std::optional<Receipt>& receipt) {
  if (!receipt) return std::nullopt;
  return static_cast<std::int64_t>(receipt->index);
}
std::optional<std::int64_t> ms_of(const std::optional<Receipt>& receipt) {
  if (!receipt) return std::nullopt;
  return receipt->ms;
}

}  // namespace

Result<SegmentApplier::Feed*> SegmentApplier::load(const FeedId& id) {
  if (const auto found = feeds_.find(id); found != feeds_.end()) return &found->second;
  GANDAN_TRY(const auto* roster, vault_.roster());
  const auto* info = roster->feed(id);
  if (info == nullptr) return Error{Code::unknown_feed, to_text(id)};
  GANDAN_TRY(auto author, crypto::Verifier::create(roster->device(info->device)->sign_key));
  GANDAN_TRY(auto row, vault_.add_feed(*info, false));
  auto& feed = feeds_.emplace(id, Feed{std::move(row), std::move(author), {}}).first->second;
  GANDAN_TRY(feed.open_save, open_save_at(feed.row, feed.row.next));
  return &feed;
}

Result<FeedRow*> SegmentApplier::feed(const FeedId& id) {
  auto found = load(id);
  if (!found) {
    if (found.error().code == Code::unknown_feed) return static_cast<FeedRow*>(nullptr);
    return found.error();
  }
  return &(*found)->row;
}

Result<std::optional<Hash>> SegmentApplier::verified_root(std::uint64_t size) {
  GANDAN_TRY(auto row, vault_.db().query("SELECT root FROM root_seen WHERE size = ?", size));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<Hash>();
  return std::optional<Hash>(Hash::from(row.blob(0)));
}

Result<bool> SegmentApplier::counts(const Feed& feed, const protocol::SegmentHeader& header,
                                    std::optional<std::uint64_t> ledger_index) const {
  GANDAN_TRY(const auto* roster, vault_.roster());
  return roster->head(header.roster_size) == header.roster_head &&
         roster->counts(feed.row.device, feed.row.unit, header.roster_size, ledger_index);
}

Result<std::optional<SegmentApplier::Stored>> SegmentApplier::stored(const FeedRow& feed,
                                                                     std::uint64_t sequence) {
  GANDAN_TRY(auto row, vault_.db().query(
                           "SELECT bytes, previous, root, state, ledger_index, receipt_ms, hash, roster_head "
                           "FROM segment WHERE feed = ? AND sequence = ?",
                           feed.number, static_cast<std::int64_t>(sequence)));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<Stored>();
  Stored out;
  GANDAN_TRY(out.segment, protocol::decode_in_run(row.blob(0)));
  out.segment.header.feed = feed.id;
  out.segment.header.sequence = sequence;
  out.segment.header.roster_head = Hash::from(row.blob(7));
  out.segment.header.checkpoint_root = Hash::from(row.blob(2));
  out.segment.previous = Hash::from(row.blob(1));
  out.state = static_cast<SegmentState>(row.integer(3));
  if (!row.is_null(4)) out.receipt = Receipt{static_cast<std::uint64_t>(row.integer(4)), row.integer(5)};
  out.hash = Hash::from(row.blob(6));
  return std::optional<Stored>(std::move(out));
}

Result<SegmentApplier::Opened> SegmentApplier::read(const FeedRow& feed, std::uint64_t sequence) {
  GANDAN_TRY(auto known, stored(feed, sequence));
  if (!known) return Code::not_found;
  const auto* key = vault_.keyring().feed_key(feed.unit, known->segment.header.epoch, feed.id);
  if (key == nullptr) return Code::no_key;
  GANDAN_TRY(auto ops, codec_.open((*vault_.roster())->realm(), known->segment, *key));
  return Opened{std::move(known->segment), std::move(ops), known->receipt, known->hash};
}

Status SegmentApplier::store(Feed& feed, const protocol::Segment& segment, const Hash& hash, ByteView in_run,
                             std::optional<Receipt> receipt, SegmentState state) {
  return vault_.db().run(
      "INSERT INTO segment (feed, sequence, hash, previous, roster_head, root, bytes, ledger_index, "
      "receipt_ms, "
      "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      feed.row.number, static_cast<std::int64_t>(segment.header.sequence), hash, segment.previous,
      segment.header.roster_head, segment.header.checkpoint_root, in_run, index_of(receipt), ms_of(receipt),
      static_cast<std::int64_t>(state));
}

Status SegmentApplier::set_state(const FeedRow& feed, std::uint64_t sequence, SegmentState state) {
  return vault_.db().run("UPDATE segment SET state = ? WHERE feed = ? AND sequence = ?",
                         static_cast<std::int64_t>(state), feed.number, static_cast<std::int64_t>(sequence));
}

Status SegmentApplier::take(const FeedId& id, std::uint64_t sequence, const Hash& previous, ByteView in_run,
                            std::optional<Receipt> receipt, IngestReport& report, Hash& hash) {
  GANDAN_TRY(auto* feed, load(id));
  GANDAN_TRY(const auto* roster, vault_.roster());
  const std::string subject = to_text(id) + " #" + std::to_string(sequence);
  GANDAN_TRY(auto segment, protocol::decode_in_run(in_run));
  segment.header.feed = id;
  segment.header.sequence = sequence;
  segment.previous = previous;
  const auto head = roster->head(segment.header.roster_size);
  if (!head) return Error{Code::bad_statement, "it names a roster that is not known here"};
  segment.header.roster_head = *head;

  // Only what lies before `next`, or beyond it and waiting, can be here already.
  std::optional<Stored> known;
  if (sequence != feed->row.next) {
    GANDAN_TRY(known, stored(feed->row, sequence));
  }
  // The root that it signs it does not carry: what was claimed with it comes first, then what a checkpoint
  // said.
  enum class Match { none, stored, by_author };
  const auto match = [&](const Hash& root) {
    segment.header.checkpoint_root = root;
    hash = protocol::segment_hash(roster->realm(), segment);
    if (known && known->hash == hash) return Match::stored;
    return protocol::verify_segment(roster->realm(), segment, feed->author) ? Match::by_author : Match::none;
  };
  const std::uint64_t size = segment.header.checkpoint_size;
  const auto claim = claims_.find(size);
  auto found = Match::none;
  if (size == 0) {
    found = match(Hash{});
  } else {
    if (claim != claims_.end()) found = match(claim->second);
    if (found == Match::none) {
      GANDAN_TRY(const auto verified, verified_root(size));
      if (!verified && claim == claims_.end())
        return Error{Code::bad_checkpoint, "it names a checkpoint that is not known here"};
      if (verified) found = match(*verified);
    }
  }
  if (found == Match::none) return Error{Code::bad_signature, subject};
  if (found == Match::stored) {
    ++report.known;
    return receipt ? this->receipt(id, sequence, *receipt, report) : Status();
  }

  if (known) {
    bool displaced = false;
    if (receipt && !known->receipt && !feed->row.own) {
      // An author whom another administrator overtook sealed again: that is no fork.
      const bool fork = roster->head(known->segment.header.roster_size) == known->segment.header.roster_head;
      GANDAN_TRY(displaced, displace(*feed, sequence));
      if (displaced && fork)
        GANDAN_CHECK(vault_.add_finding(Code::fork, &id, sequence, subject,
                                        protocol::encode_stub(protocol::stub_of(known->segment))));
    }
    if (!displaced) {
      const Error error{Code::fork, subject};
      GANDAN_CHECK(vault_.add_finding(Code::fork, &id, sequence, error.detail, in_run));
      return error;
    }
  }
  if (sequence > feed->row.next) {
    GANDAN_CHECK(store(*feed, segment, hash, in_run, receipt, SegmentState::waiting));
    ++report.held;
    return {};
  }
  if (sequence < feed->row.next || segment.previous != feed->row.head) {
    const Error error{Code::broken_chain, subject};
    GANDAN_CHECK(vault_.add_finding(Code::broken_chain, &id, sequence, error.detail, in_run));
    return error;
  }
  GANDAN_CHECK(store(*feed, segment, hash, in_run, receipt, SegmentState::applied));
  GANDAN_CHECK(append(*feed, segment, hash, receipt, report));
  return append_waiting(*feed, report);
}

Result<bool> SegmentApplier::displace(Feed& feed, std::uint64_t from) {
  GANDAN_TRY(const auto received,
             vault_.db().integer("SELECT count(*) FROM segment WHERE feed = ? AND sequence >= ? AND "
                                 "ledger_index IS NOT NULL",
                                 feed.row.number, from));
  if (received.value_or(0) != 0) return false;
  for (std::uint64_t sequence = from; sequence < feed.row.next; ++sequence) {
    GANDAN_TRY(const auto known, stored(feed.row, sequence));
    if (!known) continue;
    if (known->state == SegmentState::applied) GANDAN_CHECK(take_back(feed.row, known->segment));
    if (sequence == from) feed.row.head = known->segment.previous;
  }
  GANDAN_CHECK(
      vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence >= ?", feed.row.number, from));
  if (from < feed.row.next) {
    feed.row.next = from;
    GANDAN_TRY(feed.open_save, open_save_at(feed.row, from));
  }
  return true;
}

// The segment is stored and next in its feed.
Status SegmentApplier::append(Feed& feed, const protocol::Segment& segment, const Hash& hash,
                              std::optional<Receipt> receipt, IngestReport& report) {
  feed.row.head = hash;
  feed.row.next = segment.header.sequence + 1;
  GANDAN_TRY(const auto state, apply(feed, segment, receipt, report));
  if (state != SegmentState::applied) GANDAN_CHECK(set_state(feed.row, segment.header.sequence, state));
  return {};
}

Status SegmentApplier::append_waiting(Feed& feed, IngestReport& report) {
  for (;;) {
    GANDAN_TRY(const auto next, stored(feed.row, feed.row.next));
    if (!next) return {};
    if (next->segment.previous != feed.row.head) {
      GANDAN_CHECK(
          vault_.add_finding(Code::broken_chain, &feed.row.id, feed.row.next, "a waiting segment", {}));
      return vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence = ?", feed.row.number,
                             static_cast<std::int64_t>(feed.row.next));
    }
    GANDAN_CHECK(set_state(feed.row, next->segment.header.sequence, SegmentState::applied));
    GANDAN_CHECK(append(feed, next->segment, next->hash, next->receipt, report));
  }
}

Result<SegmentState> SegmentApplier::apply(Feed& feed, const protocol::Segment& segment,
                                           std::optional<Receipt> receipt, IngestReport& report) {
  const auto held = [&](SegmentState state) {
    ++report.held;
    return state;
  };
  GANDAN_TRY(const auto* roster, vault_.roster());
  const auto& header = segment.header;
  std::optional<std::uint64_t> index;
  if (receipt) index = receipt->index;
  GANDAN_TRY(const bool authorised, counts(feed, header, index));
  if (!authorised) return held(SegmentState::quarantined);
  const auto* key = vault_.keyring().feed_key(feed.row.unit, header.epoch, header.feed);
  if (key == nullptr) return held(SegmentState::no_key);

  auto opened = codec_.open(roster->realm(), segment, *key);
  bool sound = opened.ok();
  if (sound) {
    for (const auto& op : *opened) {
      const auto* origin = roster->feed(op.stamp.feed);
      sound &= origin != nullptr && origin->device == feed.row.device && origin->unit == feed.row.unit;
    }
    // A save that began earlier must go on exactly where it stopped.
    const auto& first = opened->front();
    const bool goes_on = first.stamp.hlc != first.save;
    if (goes_on != !feed.open_save.empty()) sound = false;
    if (goes_on && sound) {
      const auto& last = feed.open_save.back();
      sound = last.save == first.save && last.stamp.hlc + 1 == first.stamp.hlc &&
              last.stamp.feed == first.stamp.feed;
    }
  }
  if (!sound) {
    if (!opened && opened.error().code == Code::parked) return held(SegmentState::parked);
    const Code code = opened ? Code::malformed : opened.error().code;
    GANDAN_CHECK(vault_.add_finding(code, &feed.row.id, header.sequence, "authentic, and not usable", {}));
    feed.open_save.clear();
    return held(SegmentState::unopenable);
  }

  const auto last = opened->back();
  GANDAN_CHECK(vault_.db().run(
      "UPDATE segment SET last_hlc = ?, open_save = ? WHERE feed = ? AND sequence = ?",
      static_cast<std::int64_t>(last.stamp.hlc), static_cast<std::int64_t>(ends_inside_save(last)),
      feed.row.number, static_cast<std::int64_t>(header.sequence)));
  std::size_t applied = 0;
  for (auto& op : *opened) {
    const bool suspect = is_suspect(op, receipt);
    if (!suspect) highest_ = std::max(highest_, op.stamp.hlc);
    feed.open_save.push_back(std::move(op));
    if (ends_inside_save(feed.open_save.back())) continue;
    for (const auto& whole : feed.open_save)
      GANDAN_CHECK(projections_.add(whole, feed.row.unit, is_suspect(whole, receipt)));
    applied += feed.open_save.size();
    feed.open_save.clear();
  }
  ++report.segments;
  report.ops += applied;
  return SegmentState::applied;
}

// They are found in the segments again: also after a restart of the program, and in the middle of a feed.
Result<std::vector<changelog::Op>> SegmentApplier::open_save_at(const FeedRow& feed, std::uint64_t sequence) {
  std::uint64_t first = sequence;
  while (first > 0) {
    GANDAN_TRY(auto row, vault_.db().query("SELECT open_save FROM segment WHERE feed = ? AND sequence = ?",
                                           feed.number, first - 1));
    GANDAN_TRY(const bool present, row.step());
    if (!present || row.integer(0) == 0) break;
    --first;
  }
  std::vector<changelog::Op> out;
  for (; first < sequence; ++first) {
    auto opened = read(feed, first);
    if (!opened && opened.error().code == Code::no_key) return std::vector<changelog::Op>();
    if (!opened) return Error{Code::vault_damaged, "a segment no longer opens"};
    for (auto& op : opened->ops) {
      out.push_back(std::move(op));
      if (!ends_inside_save(out.back())) out.clear();
    }
  }
  return out;
}

Status SegmentApplier::apply_again(Feed& feed, const Stored& known, IngestReport& report) {
  const std::uint64_t sequence = known.segment.header.sequence;
  GANDAN_TRY(auto open_save, open_save_at(feed.row, sequence));
  const bool last = sequence + 1 == feed.row.next;
  auto tail = std::exchange(feed.open_save, std::move(open_save));
  GANDAN_TRY(const auto state, apply(feed, known.segment, known.receipt, report));
  if (!last) feed.open_save = std::move(tail);
  return state == known.state ? Status() : set_state(feed.row, sequence, state);
}

Status SegmentApplier::receipt(const FeedId& id, std::uint64_t sequence, Receipt receipt,
                               IngestReport& report) {
  GANDAN_TRY(auto* feed, load(id));
  GANDAN_TRY(const auto known, stored(feed->row, sequence));
  if (!known) return {};
  if (known->receipt) {
    if (known->receipt->index == receipt.index && known->receipt->ms == receipt.ms) return {};
    const std::string subject = to_text(id) + " #" + std::to_string(sequence);
    GANDAN_CHECK(vault_.add_finding(Code::receipt_changed, &id, sequence, subject, {}));
    return Error{Code::receipt_changed, subject};
  }
  GANDAN_CHECK(
      vault_.db().run("UPDATE segment SET ledger_index = ?, receipt_ms = ? WHERE feed = ? AND sequence = ?",
                      static_cast<std::int64_t>(receipt.index), receipt.ms, feed->row.number,
                      static_cast<std::int64_t>(sequence)));
  if (known->state != SegmentState::applied) return {};
  GANDAN_TRY(const auto* roster, vault_.roster());
  GANDAN_TRY(const bool authorised, counts(*feed, known->segment.header, receipt.index));
  if (!authorised) return quarantine(feed->row, known->segment, report);
  // Its ops are in the records; a stamp beyond the receipt is marked there.
  GANDAN_TRY(auto row, vault_.db().query("SELECT last_hlc FROM segment WHERE feed = ? AND sequence = ?",
                                         feed->row.number, static_cast<std::int64_t>(sequence)));
  GANDAN_TRY(const bool present, row.step());
  if (!present ||
      changelog::hlc_ms(static_cast<changelog::Hlc>(row.integer(0))) <= receipt.ms + kClockDriftMs)
    return {};
  const auto* key = vault_.keyring().feed_key(feed->row.unit, known->segment.header.epoch, id);
  if (key == nullptr) return {};
  GANDAN_TRY(const auto ops, codec_.open(roster->realm(), known->segment, *key));
  for (const auto& op : ops) GANDAN_CHECK(projections_.add(op, feed->row.unit, is_suspect(op, receipt)));
  return {};
}

Status SegmentApplier::quarantine(const FeedRow& feed, const protocol::Segment& segment,
                                  IngestReport& report) {
  GANDAN_CHECK(take_back(feed, segment));
  ++report.held;
  return set_state(feed, segment.header.sequence, SegmentState::quarantined);
}

Status SegmentApplier::take_back(const FeedRow& feed, const protocol::Segment& segment) {
  const auto* key = vault_.keyring().feed_key(feed.unit, segment.header.epoch, feed.id);
  if (key == nullptr) return {};
  GANDAN_TRY(const auto ops, codec_.open((*vault_.roster())->realm(), segment, *key));
  for (const auto& op : ops) GANDAN_CHECK(projections_.remove(op));
  return {};
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
      for (std::uint64_t sequence = 0; row && sequence < row->next; ++sequence) {
        GANDAN_TRY(const auto known, stored(*row, sequence));
        if (known && known->state == SegmentState::applied)
          GANDAN_CHECK(quarantine(*row, known->segment, report));
      }
      continue;
    }
    GANDAN_TRY(auto* feed, loaded);
    for (std::uint64_t sequence = 0; sequence < feed->row.next; ++sequence) {
      GANDAN_TRY(const auto known, stored(feed->row, sequence));
      if (!known) continue;
      std::optional<std::uint64_t> index;
      if (known->receipt) index = known->receipt->index;
      GANDAN_TRY(const bool authorised, counts(*feed, known->segment.header, index));
      if (authorised && known->state == SegmentState::quarantined) {
        GANDAN_CHECK(apply_again(*feed, *known, report));
      } else if (!authorised && known->state == SegmentState::applied) {
        GANDAN_CHECK(quarantine(feed->row, known->segment, report));
      }
    }
  }
  return {};
}

Status SegmentApplier::unseal_overtaken() {
  std::vector<FeedId> own;
  {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT id FROM feed WHERE own = 1"));
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
    std::uint64_t first = feed->row.next;
    std::vector<changelog::Op> ops;
    for (std::uint64_t sequence = feed->row.next; sequence-- > 0;) {
      GANDAN_TRY(const auto known, stored(feed->row, sequence));
      if (!known || known->receipt) break;
      const auto& header = known->segment.header;
      if (roster->head(header.roster_size) != header.roster_head) first = sequence;
    }
    for (std::uint64_t sequence = first; sequence < feed->row.next; ++sequence) {
      GANDAN_TRY(auto opened, read(feed->row, sequence));
      if (sequence == first) feed->row.head = opened.segment.previous;
      for (auto& op : opened.ops) ops.push_back(std::move(op));
    }
    if (ops.empty()) continue;
    GANDAN_CHECK(
        vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence >= ?", feed->row.number, first));
    feed->row.next = first;
    GANDAN_TRY(feed->open_save, open_save_at(feed->row, first));
    // Ahead of what is pending already.
    GANDAN_TRY(const auto lowest, vault_.db().integer("SELECT min(position) FROM pending"));
    std::int64_t position = lowest.value_or(1) - static_cast<std::int64_t>(ops.size());
    for (const auto& op : ops) {
      const Bytes bytes = changelog::encode_op(op);
      GANDAN_CHECK(vault_.db().run("INSERT INTO pending (position, feed, saved_ms, op) VALUES (?, ?, ?, ?)",
                                   position++, feed->row.number, vault_.clock().wall_ms(), ByteView(bytes)));
    }
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
                   "SELECT feed, sequence FROM segment WHERE state IN (2, 3, 5) ORDER BY feed, sequence"));
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
    const auto held_before = report.held;
    GANDAN_CHECK(apply_again(*feed, *known, report));
    report.held = held_before;
  }
  return {};
}

Status SegmentApplier::finish() {
  for (const auto& [id, feed] : feeds_) GANDAN_CHECK(vault_.update_feed(feed.row));
  GANDAN_TRY(const auto last, vault_.meta_number("hlc", 0));
  changelog::HlcClock clock(static_cast<changelog::Hlc>(last));
  clock.observe(highest_, vault_.clock().wall_ms());
  if (clock.last() != static_cast<changelog::Hlc>(last))
    GANDAN_CHECK(vault_.set_meta_number("hlc", static_cast<std::int64_t>(clock.last())));
  return projections_.flush();
}

}  // namespace gandan::vault
