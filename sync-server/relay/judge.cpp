// What a realm accepts. Each rule is checked here, in the ledger's order, by the one thread that writes: what
// a connection looked up before is a hint, except the signature.
#include <algorithm>

#include "crypto/hash.hpp"
#include "protocol/witness.hpp"
#include "relay/realm.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kRowOverhead = 256;  // what a body costs beyond its bytes; counts against the quota

}  // namespace

Result<Place> Realm::judge(Submission& submission, Batch& batch) {
  if (auto* segment = std::get_if<SegmentJob>(&submission.job))
    return judge(*segment, submission.check, batch);
  return std::visit(
      [&](auto& job) -> Result<Place> {
        if constexpr (std::is_same_v<std::decay_t<decltype(job)>, SegmentJob>)
          return Code::internal;  // handled above
        else
          return judge(job, batch);
      },
      submission.job);
}

Place Realm::append(ledger::EntryType type, const Hash& hash, Batch& batch) {
  last_receipt_ms_ = std::max(last_receipt_ms_, environment_.clock.wall_ms());
  const Place place{tree_->size(), last_receipt_ms_};
  const auto bytes = ledger::entry_bytes({type, hash, place.receipt_ms});
  tree_->append(ledger::leaf_hash(bytes));
  batch.entries.push_back({place.index, bytes});
  return place;
}

Status Realm::take_room(std::size_t bytes, Batch& batch) {
  const std::uint64_t quota = quota_;
  const std::uint64_t after = batch.progress.used_bytes + bytes + kRowOverhead;
  if (quota != 0 && after > quota) return Code::quota_exceeded;
  batch.progress.used_bytes = after;
  return {};
}

Result<Place> Realm::judge(SegmentJob& job, Submission::Check check, Batch& batch) {
  if (check != Submission::Check::good) return Code::bad_signature;
  auto& row = job.row;
  const auto* feed = roster_->feed(row.feed);
  if (feed == nullptr) return Code::unknown_feed;

  const auto found = heads_.find(row.feed);
  const FeedRow head = found == heads_.end() ? FeedRow{} : found->second;
  if (row.sequence < head.next) return known_segment(job, batch);
  if (row.sequence > head.next) return Error{Code::broken_chain, "a gap"};
  if (row.previous != head.hash) return Error{Code::broken_chain, "another predecessor"};
  if (job.roster_size < head.roster_size || row.checkpoint_size < head.checkpoint_size)
    return Error{Code::broken_chain, "what the author had seen shrank"};

  const auto roster_head = roster_->head(job.roster_size);
  if (!roster_head || *roster_head != job.roster_head)
    return Error{Code::broken_chain, "unknown roster head"};
  const auto might = [&](std::uint64_t size) {
    return roster_->may(feed->device, roster::Right::write, feed->unit, size);
  };
  if ((!might(roster_->size()) || !might(job.roster_size)) &&
      !roster_->accepted(row.feed, row.sequence, row.hash))
    return Code::not_authorized;
  GANDAN_CHECK(take_room(row.bytes.size(), batch));

  const Place place = append(ledger::EntryType::segment, row.hash, batch);
  row.index = place.index;
  row.receipt_ms = place.receipt_ms;
  heads_[row.feed] = {row.feed,    feed->device,     feed->unit,      row.sequence + 1,   row.hash,
                      place.index, place.receipt_ms, job.roster_size, row.checkpoint_size};
  batch.segments.push_back(std::move(row));
  return place;
}

// A replay is a success; another segment at a place that is taken is evidence against its author.
Result<Place> Realm::known_segment(const SegmentJob& job, const Batch& batch) const {
  SegmentPlace place;
  bool in_batch = false;
  for (const auto& row : batch.segments) {
    if (row.feed != job.row.feed || row.sequence != job.row.sequence) continue;
    place = {row.index, row.receipt_ms, row.hash, row.sequence};
    in_batch = true;
  }
  if (!in_batch) {
    GANDAN_TRY(const auto stored,
               environment_.store.find_segment(row_.number, job.row.feed, job.row.sequence));
    if (!stored) return Error{Code::store_damaged, "a segment below its feed's head is missing"};
    place = *stored;
  }
  if (place.hash != job.row.hash) return Code::fork;
  return Place{place.index, place.receipt_ms};
}

Result<Place> Realm::judge(StatementJob& job, Batch& batch) {
  GANDAN_TRY(const auto statement, roster::decode_statement(job.bytes));
  const Hash hash = roster::statement_hash(row_.id, statement);
  if (roster_->knows(hash)) return Place{};
  // Its effect hangs on the opening of the record's feed, which everybody has to have before it.
  if (const auto* hold = std::get_if<roster::HoldBody>(&statement.body);
      hold != nullptr && roster_->founder(hold->record) == nullptr)
    return Code::unknown_feed;
  GANDAN_CHECK(take_room(job.bytes.size(), batch));
  {
    const std::unique_lock lock(roster_mutex_);
    if (auto applied = roster_->apply(statement, tree_->size()); !applied.ok()) {
      batch.progress.used_bytes -= job.bytes.size() + kRowOverhead;
      return applied.error();
    }
  }
  if (const auto* effect = roster_->effect_of(statement))
    if (const auto* erase = std::get_if<roster::EraseAct>(effect)) batch.erased.push_back(erase->record);
  const Place place = append(ledger::EntryType::statement, hash, batch);
  batch.statements.push_back({place.index, place.receipt_ms, std::move(job.bytes)});
  return place;
}

Result<Place> Realm::judge(IntroductionJob& job, Batch& batch) {
  // Nothing is done for a stranger whose first news somebody known did not sign.
  std::vector<roster::Statement> news;
  for (const auto& bytes : job.statements) {
    GANDAN_TRY(auto statement, roster::decode_statement(bytes));
    if (roster_->knows(roster::statement_hash(row_.id, statement))) continue;
    if (news.empty() && !roster_->authentic(statement).ok()) return Code::not_enrolled;
    news.push_back(std::move(statement));
  }
  if (news.empty()) return Code::not_enrolled;
  // On a copy first: a stranger's statements must make the stranger known, or nothing of them is kept. The
  // copy is dear; that only the sequencer makes one at a time is the bound.
  roster::Roster copy = *roster_;
  for (const auto& statement : news)
    if (!copy.apply(statement, std::nullopt).ok()) return Code::not_enrolled;
  const auto* device = copy.device(job.hello.device);
  if (device == nullptr) return Code::not_enrolled;
  const bool active = std::any_of(device->grants.begin(), device->grants.end(),
                                  [](const roster::GrantInfo& grant) { return !grant.until; });
  if (!active) return Code::not_authorized;
  if (!crypto::verify(device->sign_key, protocol::hello_message(row_.id, ledger_key(), job.hello),
                      job.hello.signature))
    return Code::not_enrolled;
  Place last;
  for (auto& bytes : job.statements) {
    StatementJob statement{std::move(bytes)};
    GANDAN_TRY(last, judge(statement, batch));
  }
  return last;
}

namespace {

// Who wrapped which secret for whom.
Hash copy_of(const DeviceId& issuer, const RealmId& realm, const protocol::Wrap& wrap) {
  Bytes all = to_bytes(issuer.view());
  append(all, protocol::wrap_info(realm, wrap));
  return crypto::sha256(all);
}

}  // namespace

// There are as many as there are epochs and members, which signed statements name: an administrator's own
// room does not run out with the years, and nobody takes another one's.
Result<Place> Realm::judge(WrapJob& job, Batch& batch) {
  GANDAN_TRY(const auto wrap, protocol::decode_wrap(job.bytes));
  if (roster_->unit(wrap.unit) == nullptr) return Code::unknown_unit;
  if (!protocol::may_send(*roster_, job.issuer, wrap)) return Code::not_authorized;
  // For nobody who reads the unit by now, or not yet: the statement it goes with may come again, and it too.
  if (!protocol::fits(*roster_, wrap))
    return wrap.kind == protocol::WrapKind::device ? Code::unknown_device : Code::unknown_unit;
  const Hash hash = crypto::sha256(job.bytes);
  for (const auto& row : batch.wraps)
    if (row.hash == hash) return Place{};
  GANDAN_TRY(const bool known, environment_.store.has_wrap(row_.number, hash));
  if (known) return Place{};
  auto& copies = wrap_copies_[copy_of(job.issuer, row_.id, wrap)];
  if (copies >= kMaxWrapCopies) return Error{Code::too_large, "wraps of one secret for one recipient"};
  GANDAN_CHECK(take_room(job.bytes.size(), batch));
  ++copies;
  batch.wraps.push_back({batch.progress.wraps++, wrap.recipient, job.issuer, hash, std::move(job.bytes)});
  return Place{};
}

// Who may write in the record's unit may bring a key of it, and who might once: what it wrote there may have
// been accepted. The first entry that a device brings of a name stands; another device's is another entry, so
// that nobody takes the place of a name whose key it has not.
Result<Place> Realm::judge(KeyJob& job, Batch& batch) {
  GANDAN_TRY(const auto entry, protocol::decode_record_key(job.bytes));
  const auto* unit = roster_->unit(entry.unit);
  if (unit == nullptr) return Code::unknown_unit;
  const auto* maker = roster_->founder(entry.record);
  if (maker == nullptr) return Code::unknown_feed;
  if (maker->unit != entry.unit) return Error{Code::malformed, "another unit's record"};
  if (roster_->wrote_by(job.device, entry.unit) == nullptr) return Code::not_authorized;
  if (entry.epoch > unit->epochs.back().number) return Error{Code::malformed, "an epoch that never was"};
  if (roster_->erased(entry.record) != nullptr) return Code::record_erased;
  std::size_t others = 0;
  for (const auto& row : batch.keys) {
    if (row.record != entry.record || row.device != job.device) continue;
    if (row.key == entry.key) return Place{row.number, 0};
    ++others;
  }
  GANDAN_TRY(const auto stored, environment_.store.keys_of(row_.number, entry.record, job.device));
  for (const auto& [key, number] : stored)
    if (key == entry.key) return Place{number, 0};
  if (stored.size() + others >= protocol::kMaxKeysPerRecord)
    return Error{Code::too_large, "a device's keys of one record"};
  GANDAN_CHECK(take_room(job.bytes.size(), batch));
  const Place place{batch.progress.keys++, 0};
  batch.keys.push_back({place.index, entry.unit, entry.record, entry.key, job.device, std::move(job.bytes)});
  return place;
}

Result<Place> Realm::judge(ChunkJob& job, Batch& batch) {
  if (!roster_->may(job.device, roster::Right::write, job.row.unit)) return Code::not_authorized;
  for (const auto& row : batch.chunks)
    if (row.hash == job.row.hash && row.unit == job.row.unit) return Place{};
  GANDAN_TRY(const auto units, environment_.store.chunk_units(row_.number, job.row.hash));
  if (std::find(units.begin(), units.end(), job.row.unit) != units.end()) return Place{};
  GANDAN_CHECK(take_room(job.row.bytes.size(), batch));
  batch.chunks.push_back(std::move(job.row));
  return Place{};
}

// The last of each witness stays; an older one, which a restored witness may bring, is a success that changes
// nothing.
Result<Place> Realm::judge(CosignatureJob& job, Batch& batch) {
  if (!protocol::may_witness(*roster_, job.witness)) return Code::not_authorized;
  const auto log = environment_.signer.note_key(row_.id);
  GANDAN_TRY(const auto checkpoint, ledger::open_checkpoint(job.note, log));
  if (checkpoint.size == 0 || checkpoint.size > progress_.size) return Code::bad_checkpoint;
  GANDAN_TRY(const Hash root, tree_->root_at(checkpoint.size));
  if (checkpoint.root != root) return Code::bad_checkpoint;
  const ledger::NoteKey keys[] = {log,
                                  protocol::witness_key(job.witness, roster_->device(job.witness)->sign_key)};
  GANDAN_TRY(const auto signatures, ledger::cosignatures(job.note, std::span(keys).subspan(1)));
  if (signatures.empty()) return Code::bad_signature;
  if (signatures[0].time_s > (environment_.clock.wall_ms() + protocol::kMaxClockSkewMs) / 1000)
    return Code::clock_off;
  auto& last = cosigned_[job.witness];
  if (checkpoint.size <= last) return Place{};
  GANDAN_TRY(auto note, ledger::signed_only_by(job.note, keys));
  last = checkpoint.size;
  batch.cosignatures.push_back({job.witness, checkpoint.size, std::move(note)});
  return Place{};
}

}  // namespace gandan::server
