#include "audit/audit.hpp"

#include "audit/feed_maps.hpp"
#include "audit/leaf_tree.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "protocol/segment.hpp"

namespace gandan::audit {
namespace {

constexpr std::uint64_t kProgressSegments = 200;

std::string at_ledger(std::uint64_t index) { return "ledger #" + std::to_string(index); }
std::string at_feed(const FeedId& feed, std::uint64_t sequence) {
  return "feed " + to_text(feed) + " #" + std::to_string(sequence);
}

// One run of verify, in this order:
//
//   statements ─> roster ─> checkpoint, entries ─> tree ─> statements and segments against both ─> entries
//   left over
class Verification {
 public:
  Verification(vault::Vault& vault, const VerifyProgress& progress) : vault_(vault), progress_(progress) {}

  Result<VerifyReport> run() {
    GANDAN_CHECK(rebuild_roster());
    if (!roster_) return std::move(report_);
    GANDAN_CHECK(open_checkpoint());
    GANDAN_CHECK(read_ledger());
    GANDAN_CHECK(check_statements());
    GANDAN_CHECK(check_feeds());
    GANDAN_CHECK(check_left_over());
    GANDAN_CHECK(check_feed_maps());
    GANDAN_CHECK(add_recorded());
    return std::move(report_);
  }

 private:
  struct LoggedStatement {
    Hash hash;
    std::uint64_t index = 0;
    std::int64_t receipt_ms = 0;
  };
  // A feed while its segments go by.
  struct FeedCheck {
    vault::FeedRow row;
    crypto::Verifier author;
    std::uint64_t next = 0;
    Hash head;
    std::uint64_t dense_next = 0;  // behind the last segment that does not wait
    Hash dense_head;
    std::uint64_t roster_size = 0;
    std::uint64_t checkpoint_size = 0;
    Hash checkpoint_root;
    std::optional<std::uint64_t> ledger_index;
  };

  void find(Code code, std::string subject, std::string detail) {
    ++report_.finding_count;
    if (report_.findings.size() < kMaxFindings)
      report_.findings.push_back({code, std::move(subject), std::move(detail)});
  }

  Status rebuild_roster();
  Status take_statement(ByteView bytes, std::optional<std::uint64_t> index, std::int64_t receipt_ms);
  Status open_checkpoint();
  Status read_ledger();
  Status check_statements();
  Status check_feeds();
  Status check_feed(FeedCheck& feed);
  Status check_segment(FeedCheck& feed, const storage::Statement& row);
  void check_chain(FeedCheck& feed, const protocol::Segment& segment, bool waiting, bool received);
  Status check_named_checkpoint(FeedCheck& feed, const protocol::SegmentHeader& header,
                                std::optional<std::uint64_t> index);
  void check_entry(ledger::EntryType type, const Hash& hash, std::uint64_t index, std::int64_t receipt_ms,
                   std::optional<ByteView> entry, const std::string& subject);
  Status check_left_over();
  Status check_feed_maps();
  Status add_recorded();

  vault::Vault& vault_;
  const VerifyProgress& progress_;
  VerifyReport report_;
  std::optional<roster::Roster> roster_;
  std::vector<LoggedStatement> logged_;
  std::map<FeedId, std::uint64_t> opened_at_;     // ledger index of a feed's opening, where it has one
  std::optional<ledger::Checkpoint> checkpoint_;  // signed by the ledger's key
  bool keeps_entries_ = false;
  std::optional<LeafTree> tree_;  // its root is the checkpoint's
  std::vector<bool> seen_;  // ledger entries whose segment or statement is here; empty: entries are missing
  std::set<Hash> without_index_;  // segments here whose place in the ledger is not known here
};

// Every signature and every act's authority, in the ledger's order.
Status Verification::rebuild_roster() {
  GANDAN_TRY(const auto* known, vault_.roster());
  report_.fingerprint = known->fingerprint();
  GANDAN_TRY(auto rows, vault_.db().query("SELECT bytes, ledger_index, receipt_ms FROM statement "
                                          "ORDER BY ledger_index IS NULL, ledger_index, position"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    std::optional<std::uint64_t> index;
    if (!rows.is_null(1)) index = static_cast<std::uint64_t>(rows.integer(1));
    GANDAN_CHECK(take_statement(rows.blob(0), index, rows.integer(2)));
    if (!roster_) return {};  // without a root statement nothing else says anything
  }
}

Status Verification::take_statement(ByteView bytes, std::optional<std::uint64_t> index,
                                    std::int64_t receipt_ms) {
  const std::string subject =
      index ? "statement at " + at_ledger(*index) : std::string("a statement that is not in the ledger");
  ++report_.statements;
  const auto statement = roster::decode_statement(bytes);
  if (!statement) {
    find(statement.error().code, subject, statement.error().detail);
    return {};
  }
  if (!roster_) {
    auto started = roster::Roster::start(*statement);
    if (started && started->fingerprint() == report_.fingerprint) {
      roster_ = std::move(*started);
    } else {
      find(started ? Code::wrong_realm : started.error().code, "root statement",
           started ? "another realm's" : started.error().detail);
      return {};
    }
  } else if (const auto applied = roster_->apply(*statement, index); !applied) {
    // One that came by hand may have lost against another administrator's: it is provisional, not wrong.
    if (index || applied.error().code == Code::bad_signature)
      find(applied.error().code, subject, applied.error().detail);
  }
  if (!index) return {};
  logged_.push_back({roster::statement_hash(roster_->realm(), *statement), *index, receipt_ms});
  if (const auto feed = roster::opened_feed(roster_->realm(), *statement)) opened_at_[*feed] = *index;
  return {};
}

Status Verification::open_checkpoint() {
  GANDAN_TRY(const auto seen, vault_.checkpoint());
  if (seen.size == 0 && seen.note.empty()) {
    checkpoint_ = ledger::Checkpoint{{}, 0, ledger::empty_root()};
    return {};
  }
  const ledger::NoteKey key{roster::ledger_origin(roster_->realm()), ledger::KeyType::ed25519,
                            roster_->root().ledger_key};
  auto opened = ledger::open_checkpoint(seen.note, key);
  if (!opened) {
    find(opened.error().code, "checkpoint", opened.error().detail);
    return {};
  }
  if (opened->size != seen.size || opened->root != seen.root)
    find(Code::bad_checkpoint, "checkpoint", "its size or root is not what was noted when it came");
  report_.ledger_size = opened->size;
  checkpoint_ = std::move(*opened);
  return {};
}

Status Verification::read_ledger() {
  if (!checkpoint_) return {};
  const std::uint64_t size = checkpoint_->size;
  GANDAN_TRY(const auto kept,
             vault_.db().integer("SELECT count(*) FROM leaf WHERE idx >= 0 AND idx < ?", size));
  report_.ledger_entries = static_cast<std::uint64_t>(kept.value_or(0));
  keeps_entries_ = report_.ledger_entries != 0;
  if (!keeps_entries_) return {};
  if (report_.ledger_entries != size) {
    find(Code::ledger_incomplete, "ledger",
         std::to_string(report_.ledger_entries) + " of " + std::to_string(size) + " entries are here");
    return {};
  }
  std::int64_t last_ms = 0;
  GANDAN_TRY(auto tree, LeafTree::load(vault_.db(), size, [&](std::uint64_t index, ByteView bytes) {
               const auto entry = ledger::parse_entry(bytes);
               if (!entry) {
                 if (entry.error().code != Code::newer_format)
                   find(entry.error().code, at_ledger(index), entry.error().detail);
                 return;
               }
               if (entry->receipt_ms < last_ms)
                 find(Code::receipt_back, at_ledger(index),
                      std::to_string(entry->receipt_ms) + " ms after " + std::to_string(last_ms) + " ms");
               last_ms = entry->receipt_ms;
             }));
  seen_.resize(static_cast<std::size_t>(size));
  if (tree.root() != checkpoint_->root) {
    find(Code::ledger_rewritten, "ledger",
         "its " + std::to_string(size) +
             " entries do not give the signed root: one was changed, moved or exchanged");
    return {};
  }
  report_.whole_ledger = true;
  tree_.emplace(std::move(tree));
  return {};
}

// What is said to stand in the ledger, against the entry itself.
void Verification::check_entry(ledger::EntryType type, const Hash& hash, std::uint64_t index,
                               std::int64_t receipt_ms, std::optional<ByteView> bytes,
                               const std::string& subject) {
  if (!checkpoint_) return;  // reported once
  if (index >= checkpoint_->size) {
    find(Code::not_in_ledger, subject, at_ledger(index) + " lies beyond the last checkpoint");
    return;
  }
  if (!bytes) return;  // entries are not kept here, or their absence is reported already
  const auto entry = ledger::parse_entry(*bytes);
  if (!entry || entry->type != type || entry->hash != hash) {
    find(Code::not_in_ledger, subject, at_ledger(index) + " names something else");
    return;
  }
  if (!seen_.empty()) seen_[static_cast<std::size_t>(index)] = true;
  if (receipt_ms != entry->receipt_ms)
    find(Code::receipt_changed, subject,
         std::to_string(receipt_ms) + " ms here, " + std::to_string(entry->receipt_ms) + " ms at " +
             at_ledger(index));
}

Status Verification::check_statements() {
  for (const auto& [hash, index, receipt_ms] : logged_) {
    GANDAN_TRY(auto row, vault_.db().query("SELECT entry FROM leaf WHERE idx = ?", index));
    GANDAN_TRY(const bool present, row.step());
    std::optional<ByteView> entry;
    if (present) entry = row.blob(0);
    check_entry(ledger::EntryType::statement, hash, index, receipt_ms, entry,
                "statement at " + at_ledger(index));
  }
  return {};
}

Status Verification::check_feeds() {
  std::vector<std::int64_t> numbers;
  {
    GANDAN_TRY(auto rows, vault_.db().query("SELECT number FROM feed ORDER BY number"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      numbers.push_back(rows.integer(0));
    }
  }
  for (const auto number : numbers) {
    GANDAN_TRY(auto row, vault_.feed_by_number(number));
    if (!row) continue;
    ++report_.feeds;
    const auto* info = roster_->feed(row->id);
    const auto* device = info == nullptr ? nullptr : roster_->device(info->device);
    if (device == nullptr || info->device != row->device || info->unit != row->unit) {
      find(Code::unknown_feed, "feed " + to_text(row->id), "no statement opens it for this device and unit");
      continue;
    }
    auto author = crypto::Verifier::create(device->sign_key);
    if (!author) {
      find(author.error().code, "feed " + to_text(row->id), "its device's key");
      continue;
    }
    FeedCheck feed{std::move(*row), std::move(*author), 0, {}, 0, {}, 0, 0, {}, std::nullopt};
    GANDAN_CHECK(check_feed(feed));
  }
  GANDAN_TRY(const auto strays,
             vault_.db().integer("SELECT count(*) FROM segment WHERE feed NOT IN (SELECT number FROM feed)"));
  if (strays.value_or(0) != 0)
    find(Code::unknown_feed, "vault", std::to_string(*strays) + " segments of no feed");
  return {};
}

Status Verification::check_feed(FeedCheck& feed) {
  GANDAN_TRY(
      auto rows,
      vault_.db().query(
          "SELECT sequence, hash, previous, root, bytes, ledger_index, receipt_ms, state, entry, roster_head "
          "FROM segment LEFT JOIN leaf ON idx = ledger_index WHERE feed = ? ORDER BY sequence",
          feed.row.number));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    ++report_.segments;
    if (progress_ && report_.segments % kProgressSegments == 0 && !progress_(report_.segments))
      return Code::cancelled;
    GANDAN_CHECK(check_segment(feed, rows));
  }
  if (feed.row.next != feed.dense_next || feed.row.head != feed.dense_head)
    find(Code::broken_chain, "feed " + to_text(feed.row.id),
         "it was known up to #" + std::to_string(feed.row.next) + " and is here up to #" +
             std::to_string(feed.dense_next));
  return {};
}

Status Verification::check_segment(FeedCheck& feed, const storage::Statement& row) {
  const auto sequence = static_cast<std::uint64_t>(row.integer(0));
  const std::string subject = at_feed(feed.row.id, sequence);
  const auto state = static_cast<vault::SegmentState>(row.integer(7));
  std::optional<std::uint64_t> index;
  if (!row.is_null(5)) index = static_cast<std::uint64_t>(row.integer(5));

  auto decoded = protocol::decode_kept_in_run(row.blob(4));
  const auto previous = row.id<Hash>(2);
  const auto root = row.id<Hash>(3);
  if (!decoded || !previous || !root) {
    find(decoded ? Code::malformed : decoded.error().code, subject,
         decoded ? "hash" : decoded.error().detail);
    return {};
  }
  auto& segment = *decoded;
  auto& header = segment.header;
  header.feed = feed.row.id;
  header.sequence = sequence;
  header.checkpoint_root = *root;
  segment.previous = *previous;
  // What came by hand may sign a roster that another administrator's statement overtook: kept apart until its
  // author seals it again.
  const auto head = row.id<Hash>(9);
  const bool overtaken = !head || roster_->head(header.roster_size) != *head;
  if (overtaken && (index || state == vault::SegmentState::applied || !head)) {
    find(Code::bad_statement, subject, "it names a roster that is not known here");
    return {};
  }
  header.roster_head = *head;

  if (segment.bare) ++report_.archived;
  const auto stub = protocol::stub_of(segment);
  if (!protocol::verify_segment(roster_->realm(), stub, feed.author)) find(Code::bad_signature, subject, "");
  const Hash hash = protocol::segment_hash(roster_->realm(), stub);
  if (row.id<Hash>(1) != hash) find(Code::broken_chain, subject, "the hash that was noted is not its hash");

  const bool waiting = state == vault::SegmentState::waiting;
  check_chain(feed, segment, waiting, index.has_value());
  feed.next = sequence + 1;
  feed.head = hash;
  if (!waiting) {
    feed.dense_next = feed.next;
    feed.dense_head = hash;
  }

  if (!waiting) {
    const bool counts =
        !overtaken && (roster_->counts(feed.row.device, feed.row.unit, header.roster_size, index) ||
                       roster_->accepted(feed.row.id, sequence, hash));
    const bool quarantined = state == vault::SegmentState::quarantined;
    if (quarantined && !counts) ++report_.quarantined;
    if (quarantined == counts)
      find(Code::not_authorized, subject,
           counts ? "it is kept apart, and its author was authorised"
                  : "it is used, and its author was not authorised");
  }
  GANDAN_CHECK(check_named_checkpoint(feed, header, index));

  if (!index) {
    if (keeps_entries_) without_index_.insert(hash);
    return {};
  }
  if (feed.ledger_index && *index <= *feed.ledger_index)
    find(Code::broken_chain, subject, "it was received before the one ahead of it");
  feed.ledger_index = index;
  if (const auto opened = opened_at_.find(feed.row.id); opened != opened_at_.end() && *index < opened->second)
    find(Code::unknown_feed, subject, "it was received before its feed was opened");
  std::optional<ByteView> entry;
  if (!row.is_null(8)) entry = row.blob(8);
  check_entry(ledger::EntryType::segment, hash, *index, row.integer(6), entry, subject);
  return {};
}

// Dense from 0, each naming the one before; what the author had seen only ever grows.
void Verification::check_chain(FeedCheck& feed, const protocol::Segment& segment, bool waiting,
                               bool received) {
  const auto& header = segment.header;
  const std::string subject = at_feed(feed.row.id, header.sequence);
  if (header.sequence != feed.next) {
    // What came by hand may wait for what lies before it; what the ledger has was never without it.
    if (!waiting || received)
      find(Code::broken_chain, subject,
           "#" + std::to_string(feed.next) + " … #" + std::to_string(header.sequence - 1) +
               " before it are missing");
  } else if (segment.previous != feed.head) {
    find(Code::broken_chain, subject, "it does not continue the one before it");
  }
  if (header.roster_size < feed.roster_size || header.checkpoint_size < feed.checkpoint_size)
    find(Code::broken_chain, subject, "its author had seen less than before");
  feed.roster_size = std::max(feed.roster_size, header.roster_size);
}

Status Verification::check_named_checkpoint(FeedCheck& feed, const protocol::SegmentHeader& header,
                                            std::optional<std::uint64_t> index) {
  const bool again =
      header.checkpoint_size == feed.checkpoint_size && header.checkpoint_root == feed.checkpoint_root;
  feed.checkpoint_size = header.checkpoint_size;
  feed.checkpoint_root = header.checkpoint_root;
  const std::string subject = at_feed(header.feed, header.sequence);
  if (index && header.checkpoint_size > *index)
    find(Code::bad_checkpoint, subject, "it names a ledger that already had itself in it");
  // A ledger larger than ours: it came by hand from somebody who synced later. The next sync brings what it
  // needs.
  if (again || header.checkpoint_size == 0 || !tree_ || header.checkpoint_size > tree_->size()) return {};
  GANDAN_TRY(const Hash root, ledger::root_at(header.checkpoint_size, *tree_));
  if (root != header.checkpoint_root)
    find(Code::ledger_rewritten, subject,
         "its author was shown another ledger of " + std::to_string(header.checkpoint_size) + " entries");
  return {};
}

// Entries that nothing here accounts for. A device that reads the whole tree is handed every segment, and
// every device every statement.
Status Verification::check_left_over() {
  if (seen_.empty()) return {};
  const bool reads_all = roster_->may(vault_.identity().id, roster::Right::read, roster_->root().top);
  GANDAN_TRY(auto rows,
             vault_.db().query("SELECT idx, entry FROM leaf WHERE idx >= 0 AND idx < ? ORDER BY idx",
                               checkpoint_->size));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    const auto index = static_cast<std::uint64_t>(rows.integer(0));
    if (index >= seen_.size() || seen_[static_cast<std::size_t>(index)]) continue;
    const auto entry = ledger::parse_entry(rows.blob(1));
    if (!entry) {
      ++report_.unseen_entries;  // of a later program, or reported already
      continue;
    }
    if (entry->type == ledger::EntryType::feed_map) continue;  // stands for itself
    if (entry->type == ledger::EntryType::segment && without_index_.count(entry->hash) != 0) continue;
    ++report_.unseen_entries;
    if (entry->type == ledger::EntryType::statement)
      find(Code::withheld, at_ledger(index),
           "a statement, received at " + std::to_string(entry->receipt_ms) + " ms");
    else if (reads_all)
      find(Code::withheld, at_ledger(index),
           "a segment, received at " + std::to_string(entry->receipt_ms) + " ms");
  }
}

// What the server says that every feed had, against what they have.
Status Verification::check_feed_maps() {
  if (!tree_) return {};
  GANDAN_TRY(auto maps, check_maps(vault_, *roster_, tree_->size()));
  report_.maps = maps.checked;
  for (auto& finding : maps.findings)
    find(finding.code, std::move(finding.subject), std::move(finding.detail));
  return {};
}

// What was noticed when it arrived.
Status Verification::add_recorded() {
  GANDAN_TRY(auto rows, vault_.db().query("SELECT code, feed, sequence, detail FROM finding ORDER BY id"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return {};
    // This vault's own past, told by its status: nobody is accused of it.
    if (rows.text(0) == info(Code::restored).text) continue;
    const auto feed = rows.id<FeedId>(1);
    find(code_from_text(rows.text(0)).value_or(Code::internal),
         feed ? at_feed(*feed, static_cast<std::uint64_t>(rows.integer(2))) : std::string("ledger"),
         "noticed on arrival: " + std::string(rows.text(3)));
  }
}

}  // namespace

Result<VerifyReport> verify(vault::Vault& vault, const VerifyProgress& progress) {
  return Verification(vault, progress).run();
}

}  // namespace gandan::audit
