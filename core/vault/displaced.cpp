// Segments that lost their place to another one of the same author: a true fork, from a vault and its copy.
// Whoever holds one keeps it whole, as evidence, and passes it on in bundles. Its author, to whom it comes
// back, says again what it says, in a feed of its own: perhaps the phone that wrote it is no more.
//
//   displace, take           ─> keep_displaced
//   its place is decided     ─> take_up_displaced: whole saves that are nowhere else move to a new
//   incarnation the ledger has it, too   ─> its followers are in place again (revive_displaced)
#include <set>

#include "vault/acts.hpp"
#include "vault/mover.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {

Result<bool> SegmentApplier::displace(Feed& feed, std::uint64_t from, bool keep) {
  GANDAN_TRY(const auto received,
             vault_.db().integer("SELECT count(*) FROM segment WHERE feed = ? AND sequence >= ? AND "
                                 "ledger_index IS NOT NULL",
                                 feed.row.number, from));
  if (received.value_or(0) != 0) return false;
  IngestReport ignored;
  for (std::uint64_t sequence = from; sequence < feed.row.next; ++sequence) {
    GANDAN_TRY(const auto known, stored(feed.row, sequence));
    if (!known) continue;
    if (known->state == SegmentState::applied) GANDAN_CHECK(quarantine(feed, known->segment, ignored));
    if (sequence == from) feed.row.head = known->segment.previous;
    if (keep) GANDAN_CHECK(keep_displaced(feed, known->segment, known->hash, std::nullopt));
  }
  GANDAN_CHECK(
      vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence >= ?", feed.row.number, from));
  if (from < feed.row.next) {
    feed.row.next = from;
    GANDAN_CHECK(load_open_save(feed, from));
  }
  return true;
}

Status SegmentApplier::keep_displaced(const Feed& feed, const protocol::Segment& segment, const Hash& hash,
                                      std::optional<std::int64_t> moved_to) {
  const Bytes bytes = protocol::encode_in_run(segment);
  any_displaced_ = true;
  return vault_.db().run(
      "INSERT OR IGNORE INTO displaced (hash, feed, sequence, previous, roster_head, root, bytes, moved_to) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      hash, feed.row.number, segment.header.sequence, segment.previous, segment.header.roster_head,
      segment.header.checkpoint_root, ByteView(bytes), moved_to);
}

Result<bool> SegmentApplier::was_displaced(const Hash& hash) {
  if (!any_displaced_) {  // nearly always none: once for all segments that come together
    GANDAN_TRY(const auto any, vault_.db().integer("SELECT EXISTS (SELECT 1 FROM displaced)"));
    any_displaced_ = any.value_or(0) != 0;
  }
  if (!*any_displaced_) return false;
  GANDAN_TRY(const auto count, vault_.db().integer("SELECT count(*) FROM displaced WHERE hash = ?", hash));
  return count.value_or(0) != 0;
}

Result<std::vector<SegmentApplier::Displaced>> SegmentApplier::displaced_of(const FeedRow& feed) {
  std::vector<Displaced> out;
  GANDAN_TRY(auto rows,
             vault_.db().query("SELECT sequence, hash, previous, roster_head, root, bytes, moved_to "
                               "FROM displaced WHERE feed = ? ORDER BY sequence, hash",
                               feed.number));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    Displaced one;
    GANDAN_TRY(one.segment, protocol::decode_in_run(rows.blob(5)));
    auto& header = one.segment.header;
    header.feed = feed.id;
    header.sequence = static_cast<std::uint64_t>(rows.integer(0));
    header.roster_head = Hash::from(rows.blob(3));
    header.checkpoint_root = Hash::from(rows.blob(4));
    one.hash = Hash::from(rows.blob(1));
    one.segment.previous = Hash::from(rows.blob(2));
    if (!rows.is_null(6)) one.moved_to = rows.integer(6);
    out.push_back(std::move(one));
  }
}

Status SegmentApplier::revive_displaced(Feed& feed) {
  GANDAN_TRY(const auto all, displaced_of(feed.row));
  Hash head = feed.row.head;
  for (const auto& one : all) {
    GANDAN_TRY(const auto there, stored(feed.row, one.segment.header.sequence));
    if (one.moved_to || one.segment.previous != head || there) continue;
    GANDAN_CHECK(store(feed, one.segment, one.hash, protocol::encode_in_run(one.segment), std::nullopt,
                       SegmentState::waiting));
    GANDAN_CHECK(vault_.db().run("DELETE FROM displaced WHERE hash = ?", one.hash));
    head = one.hash;
  }
  return {};
}

// Those that lost their place one behind another, from the first that is not said again yet; absent while
// another segment may still make room.
Result<std::vector<SegmentApplier::Displaced>> SegmentApplier::losing_branch(
    const FeedRow& feed, const std::vector<Displaced>& all) {
  std::vector<Displaced> out;
  for (const auto& one : all) {
    if (one.moved_to) continue;
    if (!out.empty()) {
      if (one.segment.previous == out.back().hash) out.push_back(one);
      continue;
    }
    GANDAN_TRY(const auto stands, stored(feed, one.segment.header.sequence));
    const bool behind_one = std::any_of(all.begin(), all.end(), [&](const Displaced& before) {
      return before.moved_to && before.hash == one.segment.previous;
    });
    if (behind_one || (stands && stands->receipt)) out.push_back(one);
  }
  return out;
}

// What both branches have: the ops before the place where they part.
Result<Branch> SegmentApplier::before_branch(const FeedRow& feed, std::uint64_t first) {
  Branch branch;
  branch.from = feed.id;
  for (std::uint64_t sequence = 0; sequence < first; ++sequence) {
    const auto opened = read(feed, sequence);
    if (!opened) continue;
    for (const auto& op : opened->ops) {
      if (op.stamp.feed == feed.id) branch.last_common = std::max(branch.last_common, op.stamp.hlc);
      branch.first_id = std::max(branch.first_id, ids_named(feed.id, op));
    }
  }
  return branch;
}

namespace {

bool holds_all(const std::map<changelog::Hlc, changelog::Op>& there, const std::vector<changelog::Op>& ops,
               const Branches& branches) {
  return std::all_of(ops.begin(), ops.end(), [&](const changelog::Op& op) {
    const auto same = there.find(op.stamp.hlc);
    return same != there.end() && says_the_same(same->second, branches.moved(op));
  });
}

}  // namespace

// The ops of one feed that are here, by their time.
Result<std::map<changelog::Hlc, changelog::Op>> SegmentApplier::ops_of(const FeedRow& feed,
                                                                       std::uint64_t first) {
  std::map<changelog::Hlc, changelog::Op> out;
  for (std::uint64_t sequence = first; sequence < feed.next; ++sequence) {
    auto opened = read(feed, sequence);
    if (!opened) continue;
    for (auto& op : opened->ops)
      if (op.stamp.feed == feed.id) out.emplace(op.stamp.hlc, std::move(op));
  }
  GANDAN_TRY(auto rows, vault_.db().query("SELECT op FROM pending WHERE feed = ?", feed.number));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(auto op, changelog::decode_op(rows.blob(0)));
    out.emplace(op.stamp.hlc, std::move(op));
  }
}

// The own feed in which all of it was said already: the copy that had sealed it lives, and was first.
Result<std::optional<std::int64_t>> SegmentApplier::said_already(const FeedRow& feed, Branch branch,
                                                                 const std::vector<changelog::Op>& ops) {
  std::vector<std::int64_t> numbers;
  {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT number FROM feed WHERE device = ? AND unit = ? AND number <> ?",
                                 feed.device, feed.unit, feed.number));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      numbers.push_back(rows.integer(0));
    }
  }
  for (const auto number : numbers) {
    GANDAN_TRY(const auto other, vault_.feed_by_number(number));
    GANDAN_TRY(const auto there, ops_of(*other, 0));
    branch.to = other->id;
    Branches branches;
    branches.add(branch);
    if (holds_all(there, ops, branches)) return std::optional<std::int64_t>(number);
  }
  return std::optional<std::int64_t>();
}

Status SegmentApplier::take_up_displaced(IngestReport& report) {
  std::vector<FeedId> feeds;
  {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT DISTINCT feed.id FROM displaced JOIN feed ON feed.number = "
                                 "displaced.feed WHERE device = ? AND moved_to IS NULL",
                                 vault_.identity().id));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      feeds.push_back(FeedId::from(rows.blob(0)));
    }
  }
  for (const auto& id : feeds) {
    const auto loaded = load(id);
    if (!loaded && loaded.error().code == Code::unknown_feed) continue;
    GANDAN_TRY(auto* feed, loaded);
    for (;;) {
      GANDAN_TRY(const bool taken, take_up_one(*feed, report));
      if (!taken) break;
    }
  }
  return {};
}

Status SegmentApplier::refused(const FeedId& id, std::uint64_t sequence) {
  GANDAN_TRY(const auto row, vault_.feed(id));
  if (!row || row->device == vault_.identity().id) return {};  // an own head tells more
  refused_.emplace_back(*row, sequence);
  return vault_.db().run(
      "UPDATE segment SET refused = 1 WHERE feed = ? AND sequence >= ? AND ledger_index IS NULL", row->number,
      sequence);
}

// When the roster is here that the answer brought: an author whom an administrator overtook sealed again at
// the same place, and that accuses nobody.
Status SegmentApplier::note_refused() {
  for (const auto& [row, sequence] : std::exchange(refused_, {})) {
    GANDAN_TRY(const auto known, stored(row, sequence));
    if (!known || known->receipt || !names_ledger(known->segment.header)) continue;
    GANDAN_CHECK(
        vault_.add_finding(Code::fork, &row.id, sequence,
                           to_text(row.id) + " #" + std::to_string(sequence) +
                               ": the server has another one here, and does not show it to this device",
                           protocol::encode_stub(protocol::stub_of(known->segment))));
  }
  return {};
}

// False: nothing is left that can be taken up now.
Result<bool> SegmentApplier::take_up_one(Feed& feed, IngestReport& report) {
  GANDAN_TRY(const auto* roster, vault_.roster());
  const UnitId unit = feed.row.unit;
  GANDAN_TRY(const bool whole, is_whole(feed.row));
  if (!whole || !roster->may(vault_.identity().id, roster::Right::write, unit)) return false;
  GANDAN_TRY(const auto all, displaced_of(feed.row));
  GANDAN_TRY(const auto losing, losing_branch(feed.row, all));
  if (losing.empty()) return false;

  // Where it parts, and where what lies before it went.
  std::uint64_t parts = losing.front().segment.header.sequence;
  std::optional<std::int64_t> moved_to;
  Hash previous = losing.front().segment.previous;
  for (auto before = all.rbegin(); before != all.rend(); ++before) {
    if (before->hash != previous) continue;
    if (!moved_to) moved_to = before->moved_to;
    parts = before->segment.header.sequence;
    previous = before->segment.previous;
  }
  GANDAN_TRY(auto branch, before_branch(feed.row, parts));
  GANDAN_TRY(const auto standing, ops_of(feed.row, parts));
  std::vector<changelog::Op> ops;
  bool inside_save = false;
  std::optional<changelog::Hlc> save;  // whose beginning is among the ops
  for (const auto& one : losing) {
    const auto* key = vault_.keyring().feed_key(unit, one.segment.header.epoch, feed.row.id);
    if (key == nullptr) return false;
    const auto opened = codec_.open(roster->realm(), one.segment, *key);
    if (!opened) continue;  // nonsense stays evidence
    for (const auto& op : *opened) {
      if (op.stamp.hlc == op.save) save = op.save;
      if (op.save != save) continue;
      inside_save = ends_inside_save(op);
      const auto same = standing.find(op.stamp.hlc);
      if (same == standing.end() || !(same->second == op)) {
        ops.push_back(op);
        continue;
      }
      branch.last_common = std::max(branch.last_common, op.stamp.hlc);
      branch.first_id = std::max(branch.first_id, ids_named(feed.row.id, op));
    }
  }
  if (inside_save) return false;  // its end may come yet

  std::int64_t number = feed.row.number;
  if (!ops.empty()) {
    GANDAN_TRY(const auto already, said_already(feed.row, branch, ops));
    if (already) {
      number = *already;
    } else {
      if (moved_to == feed.row.number) moved_to.reset();
      GANDAN_TRY(number, say_again(feed, branch, moved_to, ops, report));
    }
  }
  for (const auto& one : losing)
    GANDAN_CHECK(vault_.db().run("UPDATE displaced SET moved_to = ? WHERE hash = ?", number, one.hash));
  return true;
}

Result<std::int64_t> SegmentApplier::say_again(const Feed& feed, Branch branch,
                                               std::optional<std::int64_t> moved_to,
                                               const std::vector<changelog::Op>& ops, IngestReport& report) {
  const UnitId unit = feed.row.unit;
  std::optional<FeedRow> to;
  if (moved_to) {
    GANDAN_TRY(to, vault_.feed_by_number(*moved_to));
  } else {
    const std::uint32_t incarnation = (*vault_.roster())->next_incarnation(vault_.identity().id, unit);
    GANDAN_TRY([[maybe_unused]] const auto opened, issue_within(vault_, roster::FeedBody{unit, incarnation}));
    const auto id = roster::feed_id((*vault_.roster())->realm(), vault_.identity().id, incarnation, unit);
    GANDAN_TRY(to, vault_.add_feed(*(*vault_.roster())->feed(id), false));
  }
  branch.to = to->id;
  Branches branches;
  branches.add(branch);
  std::vector<MovingOp> moving;
  for (const auto& op : ops) moving.push_back({0, to->number, unit, op, {}});
  GANDAN_CHECK(Mover(vault_, projections_).move(moving, branches, Mover::From::nowhere));
  for (const auto& row : moving) {
    const Bytes bytes = changelog::encode_op(row.op);
    GANDAN_CHECK(vault_.db().run("INSERT INTO pending (feed, saved_ms, op) VALUES (?, ?, ?)", to->number,
                                 vault_.clock().wall_ms(), ByteView(bytes)));
    highest_ = std::max(highest_, row.op.stamp.hlc);
  }
  if (!report.restored) report.restored.emplace();
  report.restored->kept += moving.size();
  const std::string detail = to_text(feed.row.id) +
                             ": what another copy of this vault had sealed, and what lost "
                             "its place, is said again";
  GANDAN_CHECK(vault_.add_finding(Code::restored, &feed.row.id, 0, detail, {}));
  return to->number;
}

}  // namespace gandan::vault
