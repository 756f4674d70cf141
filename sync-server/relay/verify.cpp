#include "relay/verify.hpp"

#include <algorithm>
#include <map>

#include "crypto/hash.hpp"
#include "ledger/feed_map.hpp"
#include "protocol/series.hpp"
#include "roster/roster.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kVerifyPage = 1024;
constexpr std::size_t kBodyPage = 64;

class RealmCheck {
 public:
  RealmCheck(Store& store, const Signer& signer, const RealmRow& row, VerifyReport& report)
      : store_(store), signer_(signer), row_(row), report_(report) {}

  Status run() {
    const auto card = roster::decode_card(row_.card);
    if (!card.ok()) {
      found(Code::bad_statement, "the realm's card does not hold");
      return {};
    }
    auto roster = roster::Roster::start(card->root);
    if (!roster.ok() || roster->realm() != row_.id) {
      found(Code::bad_statement, "the root statement does not hold");
      return {};
    }
    roster_ = std::make_unique<roster::Roster>(std::move(*roster));
    GANDAN_CHECK(entries());
    GANDAN_CHECK(statements());
    GANDAN_CHECK(segments());
    maps();
    GANDAN_CHECK(tiles());
    for (std::uint64_t i = 0; i < seen_.size(); ++i)
      if (!seen_[static_cast<std::size_t>(i)])
        found(Code::not_in_ledger, place(i) + ": what it names is missing");
    return checkpoint();
  }

 private:
  // Says it and goes on: one fault must not hide the others.
  void found(Code code, std::string what) {
    if (report_.findings.size() < kMaxFindings)
      report_.findings.push_back({to_hex(row_.id.view().first(4)), code, std::move(what)});
  }
  static std::string place(std::uint64_t index) { return "ledger entry " + std::to_string(index); }

  Status entries() {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto rows, store_.entries(row_.number, next, kVerifyPage));
      for (const auto& row : rows) {
        if (row.index != next) found(Code::not_in_ledger, place(next) + ": missing");
        for (; next < row.index; ++next) entries_.push_back({});
        ++next;
        const auto entry = ledger::parse_entry(row.bytes);
        entries_.push_back(entry.ok() ? *entry : ledger::Entry{});
        if (!entry.ok())
          found(entry.error().code, place(row.index) + ": malformed");
        else if (row.index > 0 && entry->receipt_ms < entries_[entries_.size() - 2].receipt_ms)
          found(Code::receipt_changed, place(row.index) + ": received before the entry before it");
        tree_.append(ledger::leaf_hash(row.bytes));
        ++report_.entries;
      }
      if (rows.size() < kVerifyPage) break;
    }
    seen_.assign(entries_.size(), false);
    feed_at_.assign(entries_.size(), nullptr);
    return {};
  }

  // Whether the ledger says the same of a body as the store.
  void compare(const std::string& name, ledger::EntryType type, std::uint64_t index, const Hash& hash,
               std::int64_t receipt_ms) {
    if (index >= entries_.size()) {
      found(Code::not_in_ledger, name + ": beyond the ledger's end");
      return;
    }
    const auto at = static_cast<std::size_t>(index);
    const auto& entry = entries_[at];
    if (seen_[at]) found(Code::store_damaged, name + ": a second body for " + place(index));
    seen_[at] = true;
    if (entry.type != type || entry.hash != hash)
      found(Code::not_in_ledger, name + ": " + place(index) + " names something else");
    if (entry.receipt_ms != receipt_ms)
      found(Code::receipt_changed, name + ": its receipt time differs from " + place(index));
  }

  void touches(std::uint64_t index, const roster::FeedInfo* feed) {
    if (index < feed_at_.size()) feed_at_[static_cast<std::size_t>(index)] = feed;
  }

  Status statements() {
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto rows, store_.statements(row_.number, next, kVerifyPage));
      for (const auto& row : rows) {
        next = row.index + 1;
        ++report_.statements;
        const std::string name = "statement at " + std::to_string(row.index);
        const auto statement = roster::decode_statement(row.bytes);
        if (!statement.ok()) {
          found(statement.error().code, name + ": malformed");
          continue;
        }
        compare(name, ledger::EntryType::statement, row.index, roster::statement_hash(row_.id, *statement),
                row.receipt_ms);
        if (const auto applied = roster_->apply(*statement, row.index); !applied.ok())
          found(applied.error().code, name + ": not valid where it stands");
        roster_sizes_[row.index] = roster_->size();
        if (const auto feed = roster::opened_feed(row_.id, *statement))
          touches(row.index, roster_->feed(*feed));
      }
      if (rows.size() < kVerifyPage) return {};
    }
  }

  Status segments() {
    GANDAN_TRY(const auto heads, store_.feeds(row_.number));
    std::map<FeedId, FeedRow> stored;
    for (const auto& head : heads) stored[head.feed] = head;
    for (const auto& [id, info] : roster_->feeds()) {
      FeedRow last;
      GANDAN_CHECK(feed(info, last));
      const auto head = stored.find(id);
      const std::uint64_t next = head == stored.end() ? 0 : head->second.next;
      const Hash hash = head == stored.end() ? Hash{} : head->second.hash;
      if (next != last.next || hash != last.hash)
        found(Code::broken_chain, "feed " + to_text(id) + ": its head says " + std::to_string(next) +
                                      " segments, there are " + std::to_string(last.next));
      stored.erase(id);
    }
    for (const auto& [id, head] : stored)
      found(Code::unknown_feed, "feed " + to_text(id) + ": was never opened");
    return {};
  }

  Status feed(const roster::FeedInfo& info, FeedRow& last) {
    const auto author = crypto::Verifier::create(roster_->device(info.device)->sign_key);
    for (std::uint64_t next = 0;;) {
      GANDAN_TRY(const auto rows, store_.feed_segments(row_.number, info.id, next, kBodyPage));
      for (const auto& row : rows) {
        ++report_.segments;
        next = row.sequence + 1;
        segment(row, info, author, last);
      }
      if (rows.size() < kBodyPage) return {};
    }
  }

  void segment(const SegmentRow& row, const roster::FeedInfo& info, const Result<crypto::Verifier>& author,
               FeedRow& last) {
    const std::string name = "segment " + std::to_string(row.sequence) + " of feed " + to_text(info.id);
    if (row.sequence != last.next) found(Code::broken_chain, name + ": the one before it is missing");
    if (row.previous != last.hash) found(Code::broken_chain, name + ": does not continue the one before it");
    last.next = row.sequence + 1;
    last.hash = row.hash;
    if (row.unit != info.unit) found(Code::store_damaged, name + ": filed under another unit");
    auto segment = protocol::decode_kept_in_run(row.bytes);
    if (!segment.ok()) {
      found(segment.error().code, name + ": malformed");
      compare(name, ledger::EntryType::segment, row.index, row.hash, row.receipt_ms);
      touches(row.index, &info);
      return;
    }
    auto& header = segment->header;
    header.feed = info.id;
    header.sequence = row.sequence;
    segment->previous = row.previous;
    header.roster_head = roster_->head(header.roster_size).value_or(Hash{});
    if (header.checkpoint_size != 0 && header.checkpoint_size <= tree_.size())
      if (const auto root = ledger::root_at(header.checkpoint_size, tree_); root.ok())
        header.checkpoint_root = *root;
    if (segment->bare) ++report_.archived;
    const auto stub = protocol::stub_of(*segment);
    const Hash hash = protocol::segment_hash(row_.id, stub);
    if (hash != row.hash) found(Code::store_damaged, name + ": its bytes were changed");
    if (!author.ok() ||
        !author->verify(protocol::signed_message(row_.id, header, stub.previous, stub.ciphertext_hash),
                        segment->signature))
      found(Code::bad_signature, name + ": not what its author signed");
    // What a realm accepts (judge.cpp): who may write by the roster that it names and by the one of its
    // arrival. Between the two the role may have ended and been given again; readers set such a segment
    // apart.
    const auto after = roster_sizes_.lower_bound(row.index);
    const std::uint64_t arrival = after == roster_sizes_.begin() ? 1 : std::prev(after)->second;
    for (const std::uint64_t size : {header.roster_size, arrival})
      if (!roster_->may(info.device, roster::Right::write, info.unit, size) &&
          !roster_->accepted(info.id, header.sequence, row.hash)) {
        found(Code::not_authorized, name + ": its author was not authorised");
        break;
      }
    compare(name, ledger::EntryType::segment, row.index, hash, row.receipt_ms);
    touches(row.index, &info);
  }

  // Each map against what stands before it.
  void maps() {
    ledger::FeedMap map;
    std::map<FeedId, ledger::FeedLine> lines, changes;
    for (std::size_t at = 0; at < entries_.size(); ++at) {
      const auto& entry = entries_[at];
      if (const auto* feed = feed_at_[at]) {
        auto& line = lines.emplace(feed->id, ledger::FeedLine{feed->id, 0, {}}).first->second;
        if (entry.type == ledger::EntryType::segment) {
          ++line.next;
          line.head = entry.hash;
        }
        changes[feed->id] = line;
      }
      if (entry.type != ledger::EntryType::feed_map) continue;
      seen_[at] = true;
      map.update(changes);
      changes.clear();
      if (map.hash(row_.id) != entry.hash)
        found(Code::bad_map, place(at) + ": a feed map that says something else than the entries before it");
    }
  }

  Status tiles() {
    for (std::uint8_t level = 0; level <= ledger::kMaxTileLevel; ++level) {
      const std::uint64_t full = tree_.size() >> (ledger::kTileHeight * (level + 1u));
      if (full == 0) break;
      for (std::uint64_t n = 0; n < full; ++n) {
        GANDAN_TRY(const auto right, ledger::tile_data({false, level, n, ledger::kTileWidth}, tree_));
        const auto stored = store_.tile(row_.number, level, n);
        if (!stored.ok() || *stored != right)
          found(Code::store_damaged,
                "tile " + std::to_string(level) + "/" + std::to_string(n) + ": missing or changed");
      }
    }
    return {};
  }

  Status checkpoint() {
    GANDAN_TRY(const auto progress, store_.progress(row_.number));
    const auto noted = progress.size == 0
                           ? Result<ledger::Checkpoint>(ledger::Checkpoint{})
                           : ledger::open_checkpoint(progress.checkpoint, signer_.note_key(row_.id));
    if (!noted.ok())
      found(noted.error().code, "the checkpoint is not signed by this server's ledger key");
    else
      compare_root("the checkpoint", *noted);
    const auto highest = signer_.highest(row_.id);
    if (!highest.ok())
      found(highest.error().code, "the signer's memory of the highest checkpoint cannot be read");
    else if (highest->size > tree_.size())
      found(Code::ledger_behind, "the ledger was cut back: " + std::to_string(tree_.size()) +
                                     " entries, a checkpoint for " + std::to_string(highest->size) +
                                     " was given out");
    else
      compare_root("the highest checkpoint given out", *highest);
    GANDAN_TRY(const auto cosignatures, store_.cosignatures(row_.number));
    for (const auto& one : cosignatures) {
      const auto cosigned = ledger::open_checkpoint(one.note, signer_.note_key(row_.id));
      if (!cosigned.ok())
        found(cosigned.error().code, "a cosigned checkpoint is not signed by this server's ledger key");
      else
        compare_root("a cosigned checkpoint", *cosigned);
    }
    return {};
  }

  void compare_root(const std::string& name, const ledger::Checkpoint& checkpoint) {
    if (checkpoint.size == 0) return;
    if (checkpoint.size > tree_.size()) {
      found(Code::ledger_behind, name + ": beyond the ledger's end");
      return;
    }
    const auto root = ledger::root_at(checkpoint.size, tree_);
    if (!root.ok() || *root != checkpoint.root)
      found(Code::ledger_rewritten, name + ": another root than the entries give");
  }

  Store& store_;
  const Signer& signer_;
  const RealmRow& row_;
  VerifyReport& report_;
  std::unique_ptr<roster::Roster> roster_;
  std::map<std::uint64_t, std::uint64_t>
      roster_sizes_;  // by ledger index: the roster's size after that statement
  std::vector<ledger::Entry> entries_;
  std::vector<bool> seen_;
  std::vector<const roster::FeedInfo*> feed_at_;  // which feed an entry opens or continues
  ledger::MemoryTree tree_;
};

// Dense within each series (protocol/series.hpp).
Status check_wraps(Store& store, const RealmRow& realm, VerifyReport& report) {
  const auto found = [&](std::uint64_t number) {
    if (report.findings.size() < kMaxFindings)
      report.findings.push_back({to_hex(realm.id.view().first(4)), Code::store_damaged,
                                 "wrap " + std::to_string(number) + ": missing or changed"});
  };
  GANDAN_TRY(const auto progress, store.progress(realm.number));
  GANDAN_TRY(const auto numbers, wrap_numbers(store, realm.number, progress.wraps));
  const auto begins_series = [](std::uint64_t number) {
    return number == protocol::series_of(number) << protocol::kSeriesBits;
  };
  std::uint64_t next = 0;
  for (const auto number : numbers) {
    if (number != next && !begins_series(number)) found(next);
    next = number + 1;
    const auto wrap = store.wrap(realm.number, number);
    ++report.wraps;
    if (!wrap.ok() || crypto::sha256(wrap->bytes) != wrap->hash) found(number);
  }
  if (next != progress.wraps && !begins_series(progress.wraps)) found(next);
  return {};
}

}  // namespace

Result<std::vector<std::uint64_t>> wrap_numbers(Store& store, RealmNumber realm, std::uint64_t below) {
  std::vector<std::uint64_t> out;
  GANDAN_TRY(const auto recipients, store.last_wraps(realm));
  for (const auto& [recipient, last] : recipients) {
    GANDAN_TRY(const auto numbers, store.wraps_for(realm, recipient, 0, below));
    out.insert(out.end(), numbers.begin(), numbers.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<VerifyReport> verify_store(Store& store, const Signer& signer) {
  VerifyReport report;
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    ++report.realms;
    GANDAN_CHECK(RealmCheck(store, signer, realm, report).run());
    GANDAN_CHECK(check_wraps(store, realm, report));
  }
  return report;
}

}  // namespace gandan::server
