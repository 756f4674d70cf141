#include "vault/segments.hpp"

namespace gandan::vault {

bool is_suspect(const changelog::Op& op, const std::optional<Receipt>& receipt) {
  return receipt && changelog::hlc_ms(op.stamp.hlc) > receipt->ms + kClockDriftMs;
}

const roster::FeedInfo* founder(const roster::Roster& roster, const RecordId& record) {
  return roster.founder(record);
}

bool SaveReader::continues(const changelog::Op& first) const {
  if (parts_.empty()) return first.stamp.hlc == first.save;
  const auto& last = parts_.back().op;
  return last.save == first.save && last.stamp.hlc + 1 == first.stamp.hlc &&
         last.stamp.feed == first.stamp.feed;
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
  GANDAN_CHECK(load_open_save(feed, feed.row.next));
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

Result<std::optional<SegmentApplier::Stored>> SegmentApplier::stored(const FeedRow& feed,
                                                                     std::uint64_t sequence) {
  GANDAN_TRY(auto row, vault_.db().query(
                           "SELECT bytes, previous, root, state, ledger_index, receipt_ms, hash, roster_head "
                           "FROM segment WHERE feed = ? AND sequence = ?",
                           feed.number, static_cast<std::int64_t>(sequence)));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<Stored>();
  Stored out;
  GANDAN_TRY(out.segment, protocol::decode_kept_in_run(row.blob(0)));
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
  if (known->segment.bare) return Error{Code::archived, to_text(feed.id) + " #" + std::to_string(sequence)};
  const auto* key = vault_.keyring().feed_key(feed.unit, known->segment.header.epoch, feed.id);
  if (key == nullptr) return Code::no_key;
  GANDAN_TRY(auto ops, codec_.open((*vault_.roster())->realm(), known->segment, *key));
  return Opened{std::move(known->segment), std::move(ops), known->receipt, known->hash, known->state};
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

// An author whom another administrator overtook seals again, at the same places: what he had named never came
// to be. So two segments at one place are a fork where both name a roster that the ledger has, or the same
// one.
bool SegmentApplier::names_ledger(const protocol::SegmentHeader& header) const {
  const auto roster = vault_.roster();
  return roster.ok() && header.roster_size <= vault_.confirmed_roster_size() &&
         (*roster)->head(header.roster_size) == header.roster_head;
}
bool SegmentApplier::never_counts(const protocol::SegmentHeader& header) const {
  return header.roster_size <= vault_.confirmed_roster_size() && !names_ledger(header);
}
bool SegmentApplier::are_fork(const protocol::SegmentHeader& one,
                              const protocol::SegmentHeader& other) const {
  return one.roster_head == other.roster_head || (names_ledger(one) && names_ledger(other));
}

Status SegmentApplier::take(const FeedId& id, std::uint64_t sequence, const Hash& previous, ByteView in_run,
                            std::optional<Receipt> receipt, IngestReport& report, Hash& hash) {
  GANDAN_TRY(auto* feed, load(id));
  GANDAN_TRY(const auto* roster, vault_.roster());
  const std::string subject = to_text(id) + " #" + std::to_string(sequence);
  GANDAN_TRY(auto segment, protocol::decode_kept_in_run(in_run));
  if (segment.bare && !receipt) return Error{Code::malformed, "by hand, without its content: " + subject};
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
    return protocol::verify_segment(roster->realm(), segment, *feed->author) ? Match::by_author : Match::none;
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
  const bool mine = feed->row.device == vault_.identity().id;
  if (found == Match::stored) {
    ++report.known;
    // The receipts of what this device sealed come with a proof, not beside a segment.
    const bool told_apart = mine && !known->receipt;
    if (known->segment.bare && !segment.bare) GANDAN_CHECK(fill(*feed, sequence, in_run, report));
    return receipt && !told_apart ? this->receipt(id, sequence, *receipt, report) : Status();
  }

  // By hand, what lost its place is known as such, and so is what rests on it.
  GANDAN_TRY(const bool lost, was_displaced(hash));
  GANDAN_TRY(const bool rests_on_lost, was_displaced(segment.previous));
  if (!receipt && (lost || rests_on_lost)) {
    ++report.known;
    return lost ? Status() : keep_displaced(*feed, segment, hash, std::nullopt);
  }
  if (known) {
    bool displaced = false;
    const bool fork = are_fork(known->segment.header, segment.header);
    const bool sealed_here = mine && (!feed->row.fork || sequence < *feed->row.fork);
    if (!mine && !known->receipt && never_counts(known->segment.header)) {
      GANDAN_TRY(displaced, displace(*feed, sequence, false));  // its author sealed it again
    } else if (receipt && !known->receipt && sealed_here) {
      GANDAN_TRY(displaced, step_back(*feed, sequence, Because::another_copy));
    } else if (receipt && !known->receipt) {
      GANDAN_TRY(displaced, displace(*feed, sequence, fork));
      if (displaced && fork)
        GANDAN_CHECK(vault_.add_finding(Code::fork, &id, sequence, subject,
                                        protocol::encode_stub(protocol::stub_of(known->segment))));
    }
    if (!displaced) {
      if (!known->receipt && !fork)
        return Error{Code::bad_statement, "it names a roster that the ledger has not yet: " + subject};
      if (!receipt) GANDAN_CHECK(keep_displaced(*feed, segment, hash, std::nullopt));
      // The device's own past accuses nobody: commit says again what it can (displaced.cpp).
      if (!receipt && mine)
        return vault_.add_finding(Code::restored, &id, sequence,
                                  subject + ": another copy of this vault sealed another one here", in_run);
      const Error error{Code::fork, subject};
      GANDAN_CHECK(vault_.add_finding(Code::fork, &id, sequence, error.detail, in_run));
      return error;
    }
  }
  if (lost) GANDAN_CHECK(vault_.db().run("DELETE FROM displaced WHERE hash = ?", hash));
  if (mine && !feed->row.fork && (sequence > feed->row.next || segment.previous == feed->row.head)) {
    feed->row.fork = feed->row.next;
    if (feed->row.own || feed->row.next > 0) parted_.push_back(id);  // else it was never written here
  }
  if (sequence > feed->row.next) {
    fetched_ += mine ? 1 : 0;
    GANDAN_CHECK(store(*feed, segment, hash, in_run, receipt, SegmentState::waiting));
    ++report.held;
    return {};
  }
  if (sequence < feed->row.next || segment.previous != feed->row.head) {
    if (sequence == feed->row.next && sequence > 0) {
      GANDAN_TRY(const auto before, stored(feed->row, sequence - 1));
      if (before && !before->receipt && !are_fork(before->segment.header, segment.header))
        return Error{Code::bad_statement, "it follows what was sealed again: " + subject};
    }
    const Error error{Code::broken_chain, subject};
    GANDAN_CHECK(vault_.add_finding(Code::broken_chain, &id, sequence, error.detail, in_run));
    return error;
  }
  fetched_ += mine ? 1 : 0;
  GANDAN_CHECK(store(*feed, segment, hash, in_run, receipt, SegmentState::applied));
  GANDAN_CHECK(append(*feed, segment, hash, receipt, report));
  if (lost) GANDAN_CHECK(revive_displaced(*feed));
  return append_waiting(*feed, report);
}

// What an archive had came back: it is what the bare one is, to the last byte, for it has the same hash.
Status SegmentApplier::fill(Feed& feed, std::uint64_t sequence, ByteView in_run, IngestReport& report) {
  GANDAN_CHECK(vault_.db().run("UPDATE segment SET bytes = ? WHERE feed = ? AND sequence = ?", in_run,
                               feed.row.number, static_cast<std::int64_t>(sequence)));
  GANDAN_TRY(const auto known, stored(feed.row, sequence));
  if (!known || known->state == SegmentState::waiting) return {};
  GANDAN_CHECK(apply_again(feed, *known, report));
  return load_open_save(feed, feed.row.next);
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
      GANDAN_CHECK(vault_.add_finding(Code::broken_chain, &feed.row.id, feed.row.next, "a waiting segment",
                                      protocol::encode_in_run(next->segment)));
      return vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence = ?", feed.row.number,
                             static_cast<std::int64_t>(feed.row.next));
    }
    GANDAN_CHECK(set_state(feed.row, next->segment.header.sequence, SegmentState::applied));
    GANDAN_CHECK(append(feed, next->segment, next->hash, next->receipt, report));
  }
}

Result<SegmentState> SegmentApplier::apply(Feed& feed, const protocol::Segment& segment,
                                           std::optional<Receipt> receipt, IngestReport& report) {
  const auto& header = segment.header;
  if (feed.open_at != header.sequence) GANDAN_CHECK(load_open_save(feed, header.sequence));
  const bool before_counts = std::exchange(feed.before_counts, false);
  feed.open_at = header.sequence + 1;
  const auto held = [&](SegmentState state) {
    feed.open.clear();
    ++report.held;
    return state;
  };
  GANDAN_TRY(const auto* roster, vault_.roster());
  std::optional<std::uint64_t> index;
  if (receipt) index = receipt->index;
  GANDAN_TRY(const bool authorised, counts(feed, segment, index));
  if (!authorised) return held(SegmentState::quarantined);
  if (segment.bare) return held(SegmentState::archived);
  const auto* key = vault_.keyring().feed_key(feed.row.unit, header.epoch, header.feed);
  if (key == nullptr) return held(SegmentState::no_key);

  auto opened = codec_.open(roster->realm(), segment, *key);
  bool sound = opened.ok();
  if (sound) {
    for (const auto& op : *opened) {
      if (op.stamp.feed != feed.row.id) {
        const auto* origin = roster->feed(op.stamp.feed);
        sound &= origin != nullptr && origin->device == feed.row.device && origin->unit == feed.row.unit;
      }
      if (!changelog::is_founder(feed.row.id, op.record) && founder(*roster, op.record) == nullptr)
        return held(SegmentState::unknown_record);
    }
    // A save that began earlier must go on exactly where it stopped, unless its beginning does not count.
    if (!feed.open.continues(opened->front())) sound &= !before_counts && !feed.open.open();
  }
  if (!sound) {
    if (!opened && opened.error().code == Code::parked) return held(SegmentState::parked);
    const Code code = opened ? Code::malformed : opened.error().code;
    GANDAN_CHECK(vault_.add_finding(code, &feed.row.id, header.sequence, "authentic, and not usable", {}));
    return held(SegmentState::unopenable);
  }

  const auto& last = opened->back();
  GANDAN_CHECK(vault_.db().run(
      "UPDATE segment SET last_hlc = ?, open_save = ? WHERE feed = ? AND sequence = ?",
      static_cast<std::int64_t>(last.stamp.hlc), static_cast<std::int64_t>(ends_inside_save(last)),
      feed.row.number, static_cast<std::int64_t>(header.sequence)));
  for (const auto& op : *opened)
    if (!is_suspect(op, receipt)) highest_ = std::max(highest_, op.stamp.hlc);
  const auto add = [&](const std::vector<SaveReader::Part>& save) -> Status {
    for (const auto& part : save) GANDAN_CHECK(projections_.add(part.op, feed.row.unit, part.suspect));
    report.ops += save.size();
    return {};
  };
  GANDAN_CHECK(feed.open.take(std::move(*opened), receipt, add));
  feed.before_counts = true;
  ++report.segments;
  return SegmentState::applied;
}

// What stands open is found in the segments again: those directly before `at` that count and end inside a
// save.
Status SegmentApplier::load_open_save(Feed& feed, std::uint64_t at) {
  feed.open.clear();
  feed.open_at = at;
  feed.before_counts = true;
  std::uint64_t first = at;
  while (first > 0) {
    GANDAN_TRY(auto row,
               vault_.db().query("SELECT state, open_save FROM segment WHERE feed = ? AND sequence = ?",
                                 feed.row.number, static_cast<std::int64_t>(first - 1)));
    GANDAN_TRY(const bool present, row.step());
    const bool counts = present && static_cast<SegmentState>(row.integer(0)) == SegmentState::applied;
    if (first == at) feed.before_counts = counts;
    if (!counts || row.integer(1) == 0) break;
    --first;
  }
  for (std::uint64_t sequence = first; sequence < at; ++sequence) {
    auto opened = read(feed.row, sequence);
    if (!opened) return Error{Code::vault_damaged, "a segment no longer opens"};
    GANDAN_CHECK(
        feed.open.take(std::move(opened->ops), opened->receipt, [](const auto&) { return Status(); }));
  }
  return {};
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
  if (known->state == SegmentState::quarantined) {  // perhaps for want of this receipt alone
    GANDAN_TRY(const auto again, stored(feed->row, sequence));
    return apply_again(*feed, *again, report);
  }
  if (known->state != SegmentState::applied) return {};
  GANDAN_TRY(const auto* roster, vault_.roster());
  GANDAN_TRY(const bool authorised, counts(*feed, known->segment, receipt.index));
  if (!authorised) return quarantine(*feed, known->segment, report);
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
  for (const auto& op : ops) GANDAN_CHECK(projections_.judge(op, is_suspect(op, receipt)));
  return load_open_save(*feed, feed->row.next);
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
