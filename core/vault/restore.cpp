// A vault that was restored from a backup, or copied. Where its file tells (Vault::notice_place) it writes in
// feeds of its own from the beginning. Else what the device's key signed and this vault does not know shows
// it. The other copy keeps the feed; what only this one has goes on in the device's next incarnation. Nothing
// of it is lost, and no place of a feed is used twice where that can be known. Segments that lost their place
// are kept (displaced.cpp).
//
//   a segment of an own feed arrives that is not here    ─> the feed forks there (SegmentApplier::take)
//   the ledger's stands where one was sealed here        ─> step_back: its ops are pending again
//   a unit moved before what was sealed in it was sent   ─> step_back, too (unseal_unsendable)
//   all that the other copy sent is here                 ─> part_ways: the feed is closed, pending ops move
//   a statement of the device arrives that is not here   ─> issue_again: those it overtook are said again
#include <map>
#include <set>

#include "vault/acts.hpp"
#include "vault/key_box.hpp"
#include "vault/mover.hpp"
#include "vault/segments.hpp"

namespace gandan::vault {
namespace {

// What both copies have of a forked feed, as far as the segments say.
Result<Branch> branch_of(Vault& vault, const FeedRow& feed) {
  Branch branch;
  branch.from = feed.id;
  if (*feed.fork == 0) return branch;
  GANDAN_TRY(auto row, vault.db().query("SELECT last_hlc, id_counter FROM segment WHERE feed = ? AND "
                                        "sequence = ?",
                                        feed.number, *feed.fork - 1));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Error{Code::vault_damaged, "a segment before a fork is missing"};
  branch.last_common = static_cast<changelog::Hlc>(row.integer(0));
  branch.first_id = static_cast<std::uint64_t>(row.integer(1));
  return branch;
}

// The pending ops of a forked feed that the other copy does not have: a backup may be older than the sealing
// of what it has. Those that it has, too, are pending no more, and common; in records they stay as long as
// its segment counts.
struct OnlyHere {
  std::vector<MovingOp> rows;
  bool nothing_else_there = true;  // all that the other copy wrote is common
};
Result<OnlyHere> only_here(Vault& vault, SegmentApplier& segments, Projections& projections,
                           const FeedRow& feed, Branch& branch) {
  OnlyHere out;
  struct Theirs {
    changelog::Op op;
    bool counts;
  };
  std::map<changelog::Hlc, Theirs> theirs;
  for (std::uint64_t sequence = *feed.fork; sequence < feed.next; ++sequence) {
    auto opened = segments.read(feed, sequence);
    if (!opened) out.nothing_else_there = false;
    if (!opened) continue;
    const bool counts = opened->state == SegmentState::applied;
    for (auto& op : opened->ops)
      if (op.stamp.feed == feed.id) theirs.emplace(op.stamp.hlc, Theirs{std::move(op), counts});
  }
  std::vector<MovingOp> all;
  {
    GANDAN_TRY(
        auto rows,
        vault.db().query("SELECT position, op FROM pending WHERE feed = ? ORDER BY position", feed.number));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(auto op, changelog::decode_op(rows.blob(1)));
      all.push_back({rows.integer(0), 0, feed.unit, std::move(op), {}});
    }
  }
  for (auto& row : all) {
    const auto same = theirs.find(row.was.stamp.hlc);
    if (same == theirs.end() || !(same->second.op == row.was)) {
      out.rows.push_back(std::move(row));
      continue;
    }
    branch.last_common = std::max(branch.last_common, row.was.stamp.hlc);
    branch.first_id = std::max(branch.first_id, ids_named(feed.id, row.was));
    if (!same->second.counts) GANDAN_CHECK(projections.remove(row.was));
    GANDAN_CHECK(vault.db().run("DELETE FROM pending WHERE position = ?", row.position));
    theirs.erase(same);
  }
  out.nothing_else_there &= theirs.empty();
  return out;
}

std::string place(const FeedId& feed, std::uint64_t sequence) {
  return to_text(feed) + " #" + std::to_string(sequence);
}

}  // namespace

Result<bool> SegmentApplier::step_back(Feed& feed, std::uint64_t from, Because because) {
  GANDAN_TRY(const auto received,
             vault_.db().integer("SELECT count(*) FROM segment WHERE feed = ? AND sequence >= ? AND "
                                 "ledger_index IS NOT NULL",
                                 feed.row.number, from));
  if (received.value_or(0) != 0) return false;
  // What the other copy put behind it rests on what goes.
  if (feed.row.fork && *feed.row.fork > from && *feed.row.fork < feed.row.next)
    GANDAN_CHECK(displace(feed, *feed.row.fork, true));
  std::vector<changelog::Op> ops;
  for (std::uint64_t sequence = from; sequence < feed.row.next; ++sequence) {
    GANDAN_TRY(const auto known, stored(feed.row, sequence));
    if (!known) continue;
    if (sequence == from) feed.row.head = known->segment.previous;
    const bool counts = known->state == SegmentState::applied;
    if (counts) {
      GANDAN_TRY(auto opened, read(feed.row, sequence));
      for (auto& op : opened.ops) ops.push_back(std::move(op));
    }
    // What counted nowhere is no pending op: its bytes are all there is of it.
    if (because == Because::another_copy)
      GANDAN_CHECK(vault_.add_finding(Code::restored, &feed.row.id, sequence,
                                      place(feed.row.id, sequence) + ": sealed here, and its place was taken",
                                      counts ? protocol::encode_stub(protocol::stub_of(known->segment))
                                             : protocol::encode_in_run(known->segment)));
    // Its ops are said again from here: should it come back by hand, it is known.
    GANDAN_CHECK(keep_displaced(feed, known->segment, known->hash, feed.row.number));
  }
  GANDAN_CHECK(
      vault_.db().run("DELETE FROM segment WHERE feed = ? AND sequence >= ?", feed.row.number, from));
  feed.row.next = from;
  if (!feed.row.fork && because == Because::another_copy) parted_.push_back(feed.row.id);
  feed.row.fork = from;
  GANDAN_CHECK(load_open_save(feed, from));
  GANDAN_CHECK(put_back(feed.row, ops));
  return true;
}

Status SegmentApplier::went_on_elsewhere(const FeedId& id) {
  GANDAN_TRY(auto* feed, load(id));
  const auto end = std::min(feed->row.next, feed->row.fork.value_or(feed->row.next));
  GANDAN_TRY(const auto received,
             vault_.db().integer("SELECT max(sequence) + 1 FROM segment WHERE feed = ? AND ledger_index IS "
                                 "NOT NULL",
                                 feed->row.number));
  const auto first = std::max(feed->row.sent_next, static_cast<std::uint64_t>(received.value_or(0)));
  if (first >= end) return {};
  GANDAN_TRY([[maybe_unused]] const bool done, step_back(*feed, first, Because::another_copy));
  return {};
}

Result<bool> SegmentApplier::is_whole(const FeedRow& feed) {
  GANDAN_TRY(
      const auto missing,
      vault_.db().integer("SELECT count(*) FROM segment WHERE feed = ? AND state IN (?, ?, ?)", feed.number,
                          static_cast<int>(SegmentState::waiting), static_cast<int>(SegmentState::no_key),
                          static_cast<int>(SegmentState::archived)));
  return missing.value_or(0) == 0;
}

Status SegmentApplier::part_ways(bool more, IngestReport& report) {
  for (const auto& [id, feed] : feeds_) GANDAN_CHECK(vault_.update_feed(feed.row));
  std::vector<FeedId> forked;
  {
    GANDAN_TRY(auto rows,
               vault_.db().query("SELECT id FROM feed WHERE device = ? AND fork IS NOT NULL AND (own = 1 OR "
                                 "EXISTS (SELECT 1 FROM pending WHERE feed = number)) ORDER BY number",
                                 vault_.identity().id));
    for (;;) {
      GANDAN_TRY(const bool next, rows.step());
      if (!next) break;
      forked.push_back(FeedId::from(rows.blob(0)));
    }
  }
  if (forked.empty() && parted_.empty()) return {};
  if (!parted_.empty() || fetched_ != 0) {
    if (!report.restored) report.restored.emplace();
    report.restored->fetched += std::exchange(fetched_, 0);
  }
  for (const auto& id : std::exchange(parted_, {})) {
    GANDAN_TRY(const auto* feed, load(id));
    GANDAN_CHECK(vault_.add_finding(
        Code::restored, &id, *feed->row.fork,
        place(id, *feed->row.fork) + ": another copy of this vault went on from here", {}));
  }
  if (more) return {};

  Branches branches;
  std::vector<MovingOp> moving;
  bool by_a_copy = false;  // else it stepped back by itself (unseal_unsendable)
  for (const auto& id : forked) {
    const auto loaded = load(id);
    if (!loaded && loaded.error().code == Code::unknown_feed) continue;
    GANDAN_TRY(auto* feed, loaded);
    const UnitId unit = feed->row.unit;
    GANDAN_TRY(const bool whole, is_whole(feed->row));
    GANDAN_TRY(const auto* roster, vault_.roster());
    if (!whole || !roster->may(vault_.identity().id, roster::Right::write, unit) ||
        !vault_.keyring().latest(unit))
      continue;
    GANDAN_TRY(auto branch, branch_of(vault_, feed->row));
    GANDAN_TRY(auto here, only_here(vault_, *this, projections_, feed->row, branch));
    auto& rows = here.rows;
    const bool went_on = feed->row.next > *feed->row.fork;
    by_a_copy |= went_on;
    // The other copy sealed what both had, no more: this one goes on behind it.
    if (went_on && here.nothing_else_there && !rows.empty()) {
      GANDAN_CHECK(vault_.db().run("UPDATE segment SET id_counter = ? WHERE feed = ? AND sequence >= ?",
                                   branch.first_id, feed->row.number, *feed->row.fork));
      feed->row.fork.reset();
      GANDAN_CHECK(vault_.update_feed(feed->row));
      continue;
    }
    feed->row.own = false;
    std::vector<changelog::Op> ops;
    for (const auto& row : rows) ops.push_back(row.was);
    std::optional<std::int64_t> already;
    if (!ops.empty()) {
      GANDAN_TRY(already, said_already(feed->row, branch, ops));
    }
    if (rows.empty()) {
      GANDAN_CHECK(vault_.update_feed(feed->row));
    } else if (already) {  // by the other copy, to which it had come by hand
      GANDAN_TRY(const auto other, vault_.feed_by_number(*already));
      branch.to = other->id;
      branches.add(branch);
      for (const auto& row : rows) {
        GANDAN_CHECK(projections_.remove(row.was));
        GANDAN_CHECK(vault_.db().run("DELETE FROM pending WHERE position = ?", row.position));
        if (branches.renamed(row.was.record) != row.was.record)
          GANDAN_CHECK(drop_unsent_key_of(vault_, row.was.record, row.was.value));
      }
      GANDAN_CHECK(vault_.update_feed(feed->row));
    } else {
      const std::uint32_t incarnation = roster->next_incarnation(vault_.identity().id, unit);
      GANDAN_TRY([[maybe_unused]] const auto opened,
                 issue_within(vault_, roster::FeedBody{unit, incarnation}));
      branch.to = roster::feed_id(roster->realm(), vault_.identity().id, incarnation, unit);
      GANDAN_TRY(auto next, vault_.add_feed(*(*vault_.roster())->feed(branch.to), true));
      next.own = true;
      next.id_counter = feed->row.id_counter;
      GANDAN_CHECK(vault_.update_feed(next));
      GANDAN_CHECK(vault_.update_feed(feed->row));
      branches.add(branch);
      for (auto& row : rows) {
        row.feed = next.number;
        moving.push_back(std::move(row));
      }
    }
  }
  if (branches.empty()) return {};
  GANDAN_CHECK(Mover(vault_, projections_).move(moving, branches, Mover::From::records));
  std::set<RecordId> renamed;
  for (const auto& row : moving)
    if (row.was.record != row.op.record) renamed.insert(row.op.record);
  if (by_a_copy && !report.restored) report.restored.emplace();
  if (report.restored) report.restored->kept += moving.size();
  if (report.restored) report.restored->renamed += renamed.size();
  for (const auto& row : moving) {
    const Bytes bytes = changelog::encode_op(row.op);
    GANDAN_CHECK(vault_.db().run("UPDATE pending SET feed = ?, op = ? WHERE position = ?", row.feed,
                                 ByteView(bytes), row.position));
  }
  // The holder that is chosen here may be one of the records that were made since.
  GANDAN_TRY(const auto holder, vault_.meta("holder"));
  if (holder && holder->size() == HolderId::size)
    GANDAN_CHECK(vault_.set_meta("holder", branches.renamed(HolderId::from(*holder)).view()));
  return {};
}

namespace {

// What it says of one of the device's own statements, said of what took that one's place.
void follow(roster::Body& body, const std::map<Hash, Hash>& said_again) {
  Hash* named = nullptr;
  if (auto* approve = std::get_if<roster::ApproveBody>(&body)) named = &approve->proposal;
  if (auto* withdraw = std::get_if<roster::WithdrawBody>(&body)) named = &withdraw->proposal;
  if (auto* lift = std::get_if<roster::LiftBody>(&body)) named = &lift->hold;
  if (named == nullptr) return;
  if (const auto found = said_again.find(*named); found != said_again.end()) *named = found->second;
}

}  // namespace

Result<std::vector<LostEpoch>> SegmentApplier::issue_again() {
  std::vector<LostEpoch> lost;
  std::map<Hash, Hash> said_again;
  struct Overtaken {
    Hash hash;
    Bytes bytes;
  };
  std::vector<Overtaken> overtaken;
  GANDAN_TRY(const auto* roster, vault_.roster());
  {
    GANDAN_TRY(
        auto rows,
        vault_.db().query("SELECT hash, bytes FROM statement WHERE ledger_index IS NULL ORDER BY position"));
    for (;;) {
      GANDAN_TRY(const bool next, rows.step());
      if (!next) break;
      const auto hash = Hash::from(rows.blob(0));
      if (!roster->knows(hash)) overtaken.push_back({hash, to_bytes(rows.blob(1))});
    }
  }
  for (const auto& one : overtaken) {
    GANDAN_TRY(auto statement, roster::decode_statement(one.bytes));
    if (statement.issuer != vault_.identity().id) continue;
    const auto opened = roster::opened_feed(roster->realm(), statement);
    const bool open_already = opened && roster->feed(*opened) != nullptr;
    const auto* epoch = std::get_if<roster::EpochBody>(&statement.body);
    if (epoch != nullptr) {
      lost.push_back({epoch->unit, epoch->epoch.number});
    } else if (!open_already) {
      follow(statement.body, said_again);
      const auto issued = issue_within(vault_, statement.body);
      // What no longer holds stays stored, and says nothing.
      if (!issued && info(issued.error().code).exit_code != 4) continue;
      GANDAN_CHECK(issued);
      said_again[one.hash] = roster::statement_hash((*vault_.roster())->realm(), *issued);
      GANDAN_CHECK(wraps_said_again(statement, *issued, lost));
    }
    GANDAN_CHECK(vault_.add_finding(Code::restored, nullptr, 0,
                                    open_already ? "a statement that another copy of this vault issued too"
                                                 : "a statement was issued again behind another copy's",
                                    one.bytes));
    GANDAN_CHECK(vault_.db().run("DELETE FROM statement WHERE hash = ?", one.hash));
  }
  return lost;
}

// The wraps that went with the statement were made for epochs that another copy may have ended since.
Status SegmentApplier::wraps_said_again(const roster::Statement& statement, const roster::Statement& issued,
                                        std::vector<LostEpoch>& lost) {
  const auto granted_again = [this](const UnitId& unit, const DeviceId& device) {
    return vault_.set_meta(kGrantedAgain + to_text(unit) + "/" + to_text(device), as_bytes("1"));
  };
  if (const auto* grant = std::get_if<roster::GrantBody>(&statement.body))
    return granted_again(grant->unit, roster::device_id(grant->sign_key, grant->box_key));
  if (const auto* act = (*vault_.roster())->effect_of(issued))
    if (const auto* admin = std::get_if<roster::AdminAct>(act))
      return granted_again(admin->unit, roster::device_id(admin->sign_key, admin->box_key));
  const auto* made = std::get_if<roster::UnitBody>(&statement.body);
  if (made == nullptr) return {};
  GANDAN_TRY(const auto* roster, vault_.roster());
  if (roster->unit(made->parent)->epochs.back().origin.from > statement.roster_size)
    lost.push_back({made->unit, made->epoch.number + 1});
  return {};
}

Status SegmentApplier::rotate_again(const std::vector<LostEpoch>& lost) {
  for (const auto& one : lost) {
    GANDAN_TRY(const auto* roster, vault_.roster());
    const auto* unit = roster->unit(one.unit);
    // The other copy started it, too; or it will be due.
    if (unit == nullptr || unit->epochs.back().number + 1 != one.number) continue;
    const auto started = rotate_within(vault_, one.unit);
    // Without its secret, or the right: it waits until it is due (mend_keys).
    if (!started && info(started.error().code).exit_code == 4) return started;
  }
  return {};
}

}  // namespace gandan::vault
