#include "vault/ingest.hpp"

#include <set>

#include "changelog/blob.hpp"
#include "ledger/entry.hpp"
#include "vault/attachments.hpp"
#include "vault/key_box.hpp"
#include "vault/schemas.hpp"
#include "vault/segments.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {
constexpr std::size_t kMaxRefusedKept = 100;
}

struct Ingest::Impl {
  Impl(Vault& v, Work w) : vault(v), work(std::move(w)), segments(v), roster_order(v.roster_order()) {}

  Vault& vault;
  Work work;
  SegmentApplier segments;
  IngestReport report;
  std::uint64_t roster_order;  // at the beginning
  bool new_wraps = false;
  bool carried_wraps = false;
  bool learned_secret = false;
  bool learned_feed = false;
  std::uint64_t own_statements = 0;  // of this device, which this vault did not know
  bool reordered = false;            // statements that were in force: some of this device's may hold no more
  bool parted = false;               // some of them came since what they overtook was said again
  std::set<DeviceId> unsettled;  // removed, or a segment of theirs was accepted: their feeds are judged again
  bool moved = false;            // a unit: all are
  std::optional<Code> refusal;   // of the last thing that came
  bool behind_newer = false;     // the ledger's next statement is of a kind that this program does not know

  // Once for all wraps that came: each costs a key agreement.
  Status open_wraps() {
    if (!std::exchange(new_wraps, false)) return {};
    GANDAN_TRY(const bool learned, vault.open_wraps());
    learned_secret |= learned;
    return {};
  }

  // Whether this device issued it, and another copy of this vault wrote it.
  Result<bool> written_elsewhere(const roster::Statement& statement) {
    if (!vault.in_realm() || statement.issuer != vault.identity().id) return false;
    const Hash hash = roster::statement_hash((*vault.roster())->realm(), statement);
    GANDAN_TRY(const auto here, vault.db().integer("SELECT count(*) FROM statement WHERE hash = ?", hash));
    return here.value_or(0) == 0;
  }

  // This device signed it, in another copy of this vault, and it does not follow what the device has said
  // since. It is not said again by itself: whoever carries it may have left out what took it back. Its issuer
  // is told once, and decides.
  Status tell_of_unfit(const roster::Statement& statement, ByteView bytes) {
    if (!vault.in_realm() ||
        !roster::verify_statement((*vault.roster())->realm(), statement, vault.identity().sign.public_key()))
      return {};
    GANDAN_TRY(const bool told, was_told(Code::restored, bytes));
    if (told) return {};
    ++own_statements;
    return vault.add_finding(
        Code::restored, nullptr, 0,
        "a statement of another copy of this vault, which holds no more: " + kind_of(statement), bytes);
  }
  Result<bool> was_told(Code code, ByteView evidence) {
    GANDAN_TRY(const auto told,
               vault.db().integer("SELECT count(*) FROM finding WHERE code = ? AND evidence = ?",
                                  info(code).text, evidence));
    return told.value_or(0) != 0;
  }

  // What this device said offline and what does not hold behind what the ledger had first: it stays stored,
  // and its issuer, who saw it succeed, is told once.
  Status tell_of_overtaken() {
    std::vector<Bytes> overtaken;
    GANDAN_TRY(const auto* roster, vault.roster());
    {
      GANDAN_TRY(auto rows, vault.db().query("SELECT hash, bytes FROM statement WHERE ledger_index IS NULL "
                                             "ORDER BY position"));
      for (;;) {
        GANDAN_TRY(const bool more, rows.step());
        if (!more) break;
        if (!roster->knows(Hash::from(rows.blob(0)))) overtaken.push_back(to_bytes(rows.blob(1)));
      }
    }
    for (const auto& bytes : overtaken) {
      GANDAN_TRY(const auto statement, roster::decode_statement(bytes));
      // Rotations are made again by themselves (mend_keys), and a feed's ops stay pending.
      if (statement.issuer != vault.identity().id ||
          std::holds_alternative<roster::EpochBody>(statement.body) ||
          std::holds_alternative<roster::FeedBody>(statement.body))
        continue;
      GANDAN_TRY(const bool told, was_told(Code::overtaken, bytes));
      if (told) continue;
      Error error{Code::overtaken, kind_of(statement)};
      GANDAN_CHECK(vault.add_finding(error.code, nullptr, 0, error.detail, bytes));
      GANDAN_CHECK(refuse(std::move(error)));
    }
    return {};
  }
  static std::string kind_of(const roster::Statement& statement) {
    if (const auto* grant = std::get_if<roster::GrantBody>(&statement.body))
      return "a grant to device " + to_text(roster::device_id(grant->sign_key, grant->box_key));
    if (std::holds_alternative<roster::RevokeBody>(statement.body)) return "a removal";
    if (std::holds_alternative<roster::ProposeBody>(statement.body)) return "a proposal";
    if (std::holds_alternative<roster::ApproveBody>(statement.body)) return "an approval";
    if (std::holds_alternative<roster::HoldBody>(statement.body)) return "a hold";
    if (std::holds_alternative<roster::LiftBody>(statement.body)) return "the end of a hold";
    if (std::holds_alternative<roster::UnitBody>(statement.body)) return "a new unit";
    if (std::holds_alternative<roster::FeedBody>(statement.body)) return "the opening of a feed";
    return "another act";
  }

  // Statements that were in force changed their order, and with it what counts, and which epochs there are.
  // At once: what comes next may be sealed under another administrator's epoch of the same number. What
  // another copy of this vault overtook is said again first, or the secrets of its units would be thrown
  // away.
  Status settle() {
    std::vector<LostEpoch> lost;
    if (std::exchange(parted, false)) {
      GANDAN_TRY(lost, segments.issue_again());
    }
    if (vault.roster_order() != roster_order) {
      roster_order = vault.roster_order();
      GANDAN_CHECK(segments.unseal_unsendable());
      GANDAN_CHECK(segments.judge_again(std::nullopt, report));
      GANDAN_TRY(const bool forgot, vault.forget_overtaken_secrets());
      new_wraps |= forgot;
      reordered = true;
    }
    new_wraps |= !lost.empty();
    GANDAN_CHECK(open_wraps());
    return segments.rotate_again(lost);
  }

  Status refuse(Error error) {
    refusal = error.code;
    ++report.refused_count;
    if (report.refused.size() < kMaxRefusedKept) report.refused.push_back(std::move(error));
    return {};
  }
  // What its sender may be blamed for is reported; what the disk did wrong goes up.
  Status outcome(const Status& status) {
    if (status) return {};
    const Code code = status.error().code;
    if (code == Code::disk_full || code == Code::disk_failed || code == Code::vault_damaged ||
        code == Code::vault_locked || code == Code::out_of_memory || code == Code::internal)
      return status;
    return refuse(status.error());
  }
};

Ingest::Ingest(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ingest::~Ingest() = default;

Result<std::unique_ptr<Ingest>> Ingest::begin(Vault& vault) {
  GANDAN_TRY(auto work, Work::begin(vault));
  return std::unique_ptr<Ingest>(new Ingest(std::make_unique<Impl>(vault, std::move(work))));
}

std::optional<Code> Ingest::refusal() const { return impl_->refusal; }

Status Ingest::statement(ByteView bytes, std::optional<Receipt> receipt) {
  impl_->refusal.reset();
  // What the ledger has behind a statement that only a later program reads is left for that program: taken
  // now, nothing could come before it any more.
  if (receipt && impl_->behind_newer) {
    impl_->refusal = Code::newer_format;
    return {};
  }
  const auto statement = roster::decode_statement(bytes);
  if (!statement) {
    impl_->behind_newer |= receipt && statement.error().code == Code::newer_format;
    return impl_->refuse(statement.error());
  }
  const auto known = [this](auto of) -> std::uint64_t {
    return impl_->vault.in_realm() ? of(**impl_->vault.roster()) : 0;
  };
  const auto size = [](const roster::Roster& roster) { return roster.size(); };
  const auto feeds = [](const roster::Roster& roster) { return roster.feeds().size(); };
  const std::uint64_t size_before = known(size), feeds_before = known(feeds);
  std::optional<std::uint64_t> index;
  std::optional<std::int64_t> ms;
  if (receipt) {
    index = receipt->index;
    ms = receipt->ms;
  }
  GANDAN_TRY(const bool written_elsewhere, impl_->written_elsewhere(*statement));
  const auto added = impl_->vault.add_statement(*statement, index, ms);
  if (!added && added.error().code == Code::receipt_changed)
    GANDAN_CHECK(impl_->vault.add_finding(Code::receipt_changed, nullptr, 0, added.error().detail, bytes));
  GANDAN_CHECK(impl_->outcome(added));
  if (!added && written_elsewhere) GANDAN_CHECK(impl_->tell_of_unfit(*statement, bytes));
  if (added && written_elsewhere) {
    ++impl_->own_statements;
    impl_->parted = true;
  }
  if (known(size) > size_before) {
    ++impl_->report.statements;
    impl_->new_wraps = true;  // an epoch that is known now may have its secret here
  }
  impl_->learned_feed |= known(feeds) > feeds_before;
  const auto* revoke = std::get_if<roster::RevokeBody>(&statement->body);
  const auto* grant = std::get_if<roster::GrantBody>(&statement->body);
  const auto* accept = std::get_if<roster::AcceptBody>(&statement->body);
  const roster::AdminAct* admin = nullptr;
  if (impl_->vault.in_realm() && added) {
    if (const auto* act = (*impl_->vault.roster())->effect_of(*statement)) {
      revoke = std::get_if<roster::RevokeBody>(act);
      accept = std::get_if<roster::AcceptBody>(act);
      admin = std::get_if<roster::AdminAct>(act);
    }
  }
  if (revoke != nullptr) impl_->unsettled.insert(revoke->device);
  // What this device shows of its own while it is removed goes by the common rule again.
  const bool is_new = known(size) > size_before;
  const SignPublicKey& own_key = impl_->vault.identity().sign.public_key();
  if (is_new &&
      ((grant != nullptr && grant->sign_key == own_key) || (admin != nullptr && admin->sign_key == own_key)))
    impl_->unsettled.insert(impl_->vault.identity().id);
  if (accept != nullptr && added) {
    if (const auto* feed = (*impl_->vault.roster())->feed(accept->feed))
      impl_->unsettled.insert(feed->device);
  }
  impl_->moved |= std::holds_alternative<roster::MoveBody>(statement->body);
  return {};
}

Status Ingest::wrap(ByteView bytes, WrapState state) {
  const auto wrap = protocol::decode_wrap(bytes);
  if (!wrap) return impl_->refuse(wrap.error());
  impl_->new_wraps = true;
  impl_->carried_wraps |= state == WrapState::carried;
  return impl_->outcome(impl_->vault.add_wrap(*wrap, state));
}

Status Ingest::key(ByteView bytes) {
  const auto entry = protocol::decode_record_key(bytes);
  if (!entry) return impl_->refuse(entry.error());
  return impl_->outcome(keep_entry(impl_->vault, *entry));
}

Status Ingest::root(std::uint64_t size, const Hash& root) {
  impl_->segments.claim(size, root);
  return {};
}

Result<Hash> Ingest::segment(const FeedId& feed, std::uint64_t sequence, const Hash& previous,
                             ByteView in_run, std::optional<Receipt> receipt) {
  impl_->refusal.reset();
  GANDAN_CHECK(impl_->settle());
  Hash hash;
  GANDAN_CHECK(
      impl_->outcome(impl_->segments.take(feed, sequence, previous, in_run, receipt, impl_->report, hash)));
  return hash;
}

Status Ingest::receipt(const FeedId& feed, std::uint64_t sequence, Receipt receipt) {
  return impl_->outcome(impl_->segments.receipt(feed, sequence, receipt, impl_->report));
}

Status Ingest::sent(const FeedId& feed, std::uint64_t next, const Hash& head) {
  GANDAN_TRY(auto* row, impl_->segments.feed(feed));
  if (row == nullptr) return {};
  row->sent_next = next;
  row->sent_head = head;
  return impl_->vault.update_feed(*row);
}

Status Ingest::went_on_elsewhere(const FeedId& feed) { return impl_->segments.went_on_elsewhere(feed); }

Status Ingest::refused_as_fork(const FeedId& feed, std::uint64_t sequence) {
  return impl_->segments.refused(feed, sequence);
}

Status Ingest::leaves(std::uint64_t first, ByteView entries) {
  if (entries.size() % ledger::kEntryBytes != 0)
    return impl_->refuse(Error{Code::malformed, "ledger entries"});
  for (; !entries.empty(); entries = entries.subspan(ledger::kEntryBytes), ++first)
    GANDAN_CHECK(impl_->vault.db().run("INSERT OR IGNORE INTO leaf (idx, entry) VALUES (?, ?)",
                                       static_cast<std::int64_t>(first), entries.first(ledger::kEntryBytes)));
  return {};
}

Status Ingest::chunk(const UnitId& unit, ByteView data, bool on_server) {
  // A schema's chunks are its issuer's to send.
  const auto roster = impl_->vault.roster();
  const bool schema = roster.ok() && (*roster)->is_schema_chunk(changelog::blob_chunk_name(data));
  return impl_->outcome(keep_chunk(impl_->vault, unit, data, on_server || schema));
}

Result<IngestReport> Ingest::commit(bool more) {
  GANDAN_CHECK(impl_->settle());
  if (impl_->moved) {
    GANDAN_CHECK(impl_->segments.unseal_unsendable());
    GANDAN_CHECK(impl_->segments.judge_again(std::nullopt, impl_->report));
    impl_->unsettled.clear();
  }
  for (const auto& device : impl_->unsettled)
    GANDAN_CHECK(impl_->segments.judge_again(device, impl_->report));
  if (impl_->learned_secret || impl_->learned_feed || impl_->report.statements != 0)
    GANDAN_CHECK(impl_->segments.retry(impl_->report));
  GANDAN_CHECK(impl_->segments.part_ways(more, impl_->report));
  if (!more) GANDAN_CHECK(impl_->segments.take_up_displaced(impl_->report));
  GANDAN_CHECK(impl_->segments.note_refused());
  if (impl_->reordered) GANDAN_CHECK(impl_->tell_of_overtaken());
  if (impl_->own_statements != 0) {
    if (!impl_->report.restored) impl_->report.restored.emplace();
    impl_->report.restored->statements = impl_->own_statements;
  }
  GANDAN_CHECK(impl_->segments.finish());
  if (impl_->carried_wraps) GANDAN_CHECK(say_carried_wraps(impl_->vault));
  GANDAN_CHECK(want_schema_chunks(impl_->vault));
  GANDAN_CHECK(open_entries(impl_->vault));
  GANDAN_TRY(const bool erased, erase_keys(impl_->vault));
  GANDAN_CHECK(impl_->work.commit());
  if (erased) GANDAN_CHECK(forget_log(impl_->vault));
  return impl_->report;
}

}  // namespace gandan::vault
