#include "vault/journal.hpp"

#include <algorithm>

#include "changelog/segment_content.hpp"
#include "records/workflow.hpp"
#include "vault/acts.hpp"
#include "vault/key_box.hpp"

namespace gandan::vault {
namespace {

constexpr std::int64_t kIdleBeforeSealMs = 10 * 60'000;
constexpr std::uint64_t kPendingBeforeSeal = 256;

// The device's one clock: kept in the vault, so that no stamp is ever given twice.
Result<changelog::Hlc> reserve_stamps(Vault& vault, std::uint32_t count) {
  GANDAN_TRY(const auto last, vault.meta_number("hlc", 0));
  changelog::HlcClock clock(static_cast<changelog::Hlc>(last));
  const auto first = clock.reserve(vault.clock().wall_ms(), count);
  GANDAN_CHECK(vault.set_meta_number("hlc", static_cast<std::int64_t>(clock.last())));
  return first;
}

struct PendingOps {
  std::vector<changelog::Op> ops;
  std::int64_t last_position = 0;
};
Result<PendingOps> pending_of(Vault& vault, std::int64_t feed) {
  PendingOps out;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT position, op FROM pending WHERE feed = ? ORDER BY position", feed));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.last_position = rows.integer(0);
    GANDAN_TRY(auto op, changelog::decode_op(rows.blob(1)));
    out.ops.push_back(std::move(op));
  }
}

// The right beyond writing that an op wants of its author.
std::optional<roster::Right> right_wanted(const changelog::Op& op) {
  const auto* mark = op.path == records::kReviewMark ? std::get_if<changelog::Mark>(&op.value) : nullptr;
  if (mark == nullptr) return std::nullopt;
  return mark->reason.empty() ? roster::Right::accept : roster::Right::ask;
}

// What a segment's header says of what its author had seen, never less than the feed said before: the roster
// as the ledger has it, which no other administrator's statement can overtake. Only who is authorised (to
// write, and to whatever else `ops` do) by a statement that the ledger has not yet names the roster as it is
// after that one; and so does who seals under an epoch that the ledger has not yet.
Status fill_causality(Vault& vault, const FeedRow& feed, std::uint64_t last_named,
                      std::span<const changelog::Op> ops, protocol::SegmentHeader& header) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto& epochs = roster->unit(feed.unit)->epochs;
  const auto epoch = std::find_if(epochs.begin(), epochs.end(), [&](const roster::EpochInfo& known) {
    return known.number == header.epoch;
  });
  if (epoch == epochs.end()) return Error{Code::no_key, "an epoch that the roster does not know"};
  const auto least = std::max({last_named, vault.confirmed_roster_size(), epoch->origin.from});
  const auto may_write = [&](std::uint64_t at) {
    return roster->may(feed.device, roster::Right::write, feed.unit, at);
  };
  const auto may_all = [&](std::uint64_t at) {
    return may_write(at) && std::all_of(ops.begin(), ops.end(), [&](const changelog::Op& op) {
             const auto right = right_wanted(op);
             return !right || roster->may(feed.device, *right, feed.unit, at);
           });
  };
  auto size = least;
  while (size < roster->size() && !may_all(size)) ++size;
  if (!may_all(size)) {  // that right has ended since; what only wants writing is not lost with it
    size = least;
    while (size < roster->size() && !may_write(size)) ++size;
    if (!may_write(size)) size = least;  // it was removed: nothing that is provisional changes that
  }
  header.roster_size = std::min(size, roster->size());
  header.roster_head = *roster->head(header.roster_size);
  GANDAN_TRY(const auto seen, vault.checkpoint());
  header.checkpoint_size = seen.size;
  header.checkpoint_root = seen.root;
  return {};
}

Result<std::uint64_t> last_named_roster(Vault& vault, const FeedRow& feed) {
  if (feed.next == 0) return std::uint64_t{0};
  GANDAN_TRY(auto row, vault.db().query("SELECT bytes FROM segment WHERE feed = ? AND sequence = ?",
                                        feed.number, feed.next - 1));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Error{Code::vault_damaged, "the last segment of an own feed is missing"};
  GANDAN_TRY(const auto segment, protocol::decode_kept_in_run(row.blob(0)));
  return segment.header.roster_size;
}

// Whether the secret that its statement names is here: what lay under any other nobody else could open.
bool opens(Vault& vault, const roster::UnitInfo& unit, const roster::EpochInfo& epoch) {
  const auto* secret = vault.keyring().secret(unit.id, epoch.number);
  return secret != nullptr && changelog::epoch_commitment(vault.keyring().realm(), unit.id, epoch.number,
                                                          *secret) == epoch.commitment;
}

// The last epoch whose secret is here. One that an administrator started when he had been removed by then
// never was.
std::optional<std::uint32_t> last_secret_of(Vault& vault, const roster::UnitInfo& unit) {
  const auto found = std::find_if(unit.epochs.rbegin(), unit.epochs.rend(),
                                  [&](const auto& epoch) { return opens(vault, unit, epoch); });
  return found == unit.epochs.rend() ? std::nullopt : std::optional(found->number);
}

Result<std::size_t> seal_feed(Vault& vault, FeedRow feed, changelog::SegmentCodec& codec) {
  GANDAN_TRY(const auto pending, pending_of(vault, feed.number));
  if (pending.ops.empty()) return std::size_t{0};
  GANDAN_TRY(const auto* roster, vault.roster());
  // A unit that a statement made which holds no more: what was saved waits.
  if (roster->unit(feed.unit) == nullptr || roster->feed(feed.id) == nullptr) return std::size_t{0};
  // A device that was removed itself never gets a later secret: what was saved on it goes out under the last
  // one that it has, by hand, for an administrator to look at.
  const auto last_secret = last_secret_of(vault, *roster->unit(feed.unit));
  const bool gone = last_secret && roster->removal(feed.device);
  // Who knows of a removal seals nothing that the removed device could open: what was saved waits, safe, for
  // an epoch that knows of it, and for its secret.
  if (!gone && roster->rotation_due(feed.unit)) return std::size_t{0};
  const auto& last = roster->unit(feed.unit)->epochs.back();
  if (!gone && !opens(vault, *roster->unit(feed.unit), last)) return std::size_t{0};
  const std::uint32_t epoch = gone ? *last_secret : last.number;
  const auto* key = vault.keyring().feed_key(feed.unit, epoch, feed.id);
  if (key == nullptr) return std::size_t{0};

  GANDAN_TRY(const auto last_named, last_named_roster(vault, feed));
  std::size_t made = 0;
  std::span<const changelog::Op> left(pending.ops);
  for (const std::size_t length : changelog::cut_segments(left)) {
    const auto ops = left.first(length);
    left = left.subspan(length);
    protocol::SegmentHeader header;
    header.feed = feed.id;
    header.sequence = feed.next;
    header.epoch = epoch;
    GANDAN_CHECK(fill_causality(vault, feed, last_named, ops, header));
    GANDAN_TRY(const auto segment,
               codec.seal(roster->realm(), header, feed.head, ops, *key, vault.identity().sign));
    const Hash hash = protocol::segment_hash(roster->realm(), segment);
    const Bytes bytes = protocol::encode_in_run(segment);
    GANDAN_CHECK(vault.db().run(
        "INSERT INTO segment (feed, sequence, hash, previous, roster_head, root, bytes, last_hlc, open_save, "
        "id_counter, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        feed.number, static_cast<std::int64_t>(feed.next), hash, feed.head, header.roster_head,
        header.checkpoint_root, ByteView(bytes), static_cast<std::int64_t>(ops.back().stamp.hlc),
        static_cast<std::int64_t>(ends_inside_save(ops.back())), static_cast<std::int64_t>(feed.id_counter)));
    feed.head = hash;
    ++feed.next;
    ++made;
  }
  GANDAN_CHECK(vault.db().run("DELETE FROM pending WHERE feed = ? AND position <= ?", feed.number,
                              pending.last_position));
  GANDAN_CHECK(vault.update_feed(feed));
  return made;
}

}  // namespace

Status save(Vault& vault, const UnitId& unit, const RecordId& record, const std::vector<Change>& changes,
            const HolderId& holder, const IdMaker& ids, const changelog::NamedKey* new_key) {
  if (changes.empty()) return {};
  GANDAN_TRY(auto feed, open_feed(vault, unit));
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  GANDAN_TRY(auto state, load_state(vault, record));
  GANDAN_TRY(const auto first, reserve_stamps(vault, static_cast<std::uint32_t>(changes.size())));
  Projections projections(vault);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    changelog::Op op;
    op.record = record;
    op.path = changes[i].first;
    op.value = changes[i].second;
    op.stamp = {first + i, feed.id};
    op.replaces = state.to_replace(op.path);
    op.save = first;
    op.count = static_cast<std::uint32_t>(changes.size());
    op.holder = holder;
    GANDAN_CHECK(changelog::check_op(op));
    state.add(op, false);
    GANDAN_CHECK(projections.add(op, unit, false));
    const Bytes bytes = changelog::encode_op(op);
    GANDAN_CHECK(vault.db().run("INSERT INTO pending (feed, saved_ms, op) VALUES (?, ?, ?)", feed.number,
                                vault.clock().wall_ms(), ByteView(bytes)));
  }
  if (new_key != nullptr) GANDAN_CHECK(keep_new_key(vault, unit, record, *new_key));
  feed.id_counter = std::max(feed.id_counter, ids.counter());
  GANDAN_CHECK(vault.update_feed(feed));
  GANDAN_CHECK(projections.flush());
  GANDAN_CHECK(transaction.commit());
  // Sealing is not part of the acknowledgement: what is pending is safe.
  (void)seal_if_due(vault).ok();
  return {};
}

Result<std::size_t> seal(Vault& vault) {
  std::vector<std::int64_t> feeds;
  {
    // What another copy of this vault went on with is not written any more: its pending ops move
    // (restore.cpp).
    GANDAN_TRY(auto rows, vault.db().query("SELECT DISTINCT feed FROM pending JOIN feed ON "
                                           "feed.number = pending.feed WHERE fork IS NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      feeds.push_back(rows.integer(0));
    }
  }
  if (feeds.empty()) return std::size_t{0};
  GANDAN_TRY([[maybe_unused]] const auto keys, mend_keys(vault));
  changelog::SegmentCodec codec;
  std::size_t made = 0;
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  for (const auto number : feeds) {
    GANDAN_TRY(const auto feed, vault.feed_by_number(number));
    if (!feed) return Error{Code::vault_damaged, "pending ops of an unknown feed"};
    GANDAN_TRY(const auto count, seal_feed(vault, *feed, codec));
    made += count;
  }
  GANDAN_CHECK(transaction.commit());
  return made;
}

Result<std::size_t> seal_if_due(Vault& vault) {
  GANDAN_TRY(auto row, vault.db().query("SELECT count(*), coalesce(min(saved_ms), 0) FROM pending"));
  GANDAN_TRY(const bool present, row.step());
  const auto count = present ? static_cast<std::uint64_t>(row.integer(0)) : 0;
  const bool idle = count != 0 && vault.clock().wall_ms() - row.integer(1) >= kIdleBeforeSealMs;
  if (count < kPendingBeforeSeal && !idle) return std::size_t{0};
  return seal(vault);
}

}  // namespace gandan::vault
