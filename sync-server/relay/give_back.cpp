#include "relay/give_back.hpp"

#include <fstream>

#include "protocol/kept_ledger.hpp"
#include "protocol/series.hpp"
#include "relay/realm.hpp"
#include "relay/segment_job.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kPieceOfFile = 64 * 1024;
constexpr std::size_t kOwnPage = 1024;             // of the store's own entries, compared at a time
constexpr std::size_t kMostGivenBytes = 4u << 20;  // of one commit

std::string entry_name(std::uint64_t index) { return "entry " + std::to_string(index); }

// The file from its beginning, each time it is asked.
class KeptFile {
 public:
  explicit KeptFile(std::filesystem::path path) : path_(std::move(path)) {}

  Status each(const std::function<Status(const protocol::KeptEntry&)>& use) {
    std::ifstream in(path_, std::ios::binary);
    const auto unreadable = [&] { return Error{Code::file_unreadable, path_.string()}; };
    if (!in) return unreadable();
    protocol::KeptLedgerReader reader;
    Bytes piece(kPieceOfFile);
    do {
      in.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
      if (in.bad()) return unreadable();
      reader.push(ByteView(piece).first(static_cast<std::size_t>(in.gcount())));
      for (;;) {
        GANDAN_TRY(const auto entry, reader.next());
        if (checkpoint_.empty()) checkpoint_ = reader.checkpoint();
        if (!entry) break;
        GANDAN_CHECK(use(*entry));
      }
    } while (in);
    if (!reader.over()) return Error{Code::truncated, path_.string()};
    return {};
  }
  // Of the last reading.
  const std::string& checkpoint() const { return checkpoint_; }

 private:
  const std::filesystem::path path_;
  std::string checkpoint_;
};

// Ends a reading early, for a reason that is none.
constexpr Code kEnough = Code::cancelled;

Error two_ledgers(const std::string& what) {
  return Error{
      Code::split_view,
      what,
      {{"FILE", "other_ledger",
        "Tệp và kho của máy chủ là hai sổ cái khác nhau, cùng một khoá ký. Chưa lấy gì. Giữ cả tệp lẫn thư "
        "mục làm chứng cứ.",
        "The file and this server's store are two different ledgers under one key. Nothing was taken. "
        "Keep both, the file and the folder, as evidence."}}};
}

// Whose ledger the file is, and what its key signed of it.
struct FileClaim {
  RealmRow realm;
  std::string note;
  ledger::Checkpoint checkpoint;
};
Result<FileClaim> read_claim(Store& store, const Signer& signer, KeptFile& file) {
  const auto begun = file.each([](const protocol::KeptEntry&) { return Status(kEnough); });
  if (!begun.ok() && begun.error().code != kEnough) return begun.error();
  GANDAN_TRY(const auto note, ledger::parse_note(file.checkpoint()));
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    const auto key = signer.note_key(realm.id);
    if (note.text.rfind(key.name + "\n", 0) != 0) continue;
    if (realm.state == RealmState::incoming)
      return Error{Code::store_damaged, "migrate-store did not end: throw this store away"};
    FileClaim claim{realm, {}, {}};
    GANDAN_TRY(claim.checkpoint, ledger::open_checkpoint(file.checkpoint(), key));
    GANDAN_TRY(claim.note, ledger::signed_only_by(file.checkpoint(), {&key, 1}));
    return claim;
  }
  return Error{Code::wrong_realm, note.text.substr(0, note.text.find('\n'))};
}

// The file's entries against the signature, the store's own entries, and what was given out.
class Survey {
 public:
  Survey(Store& store, const FileClaim& claim, const Progress& own, const ledger::Checkpoint& highest)
      : store_(store), claim_(claim), own_(own), highest_(highest) {}

  Status run(KeptFile& file) {
    GANDAN_CHECK(file.each([this](const protocol::KeptEntry& entry) { return take(entry); }));
    if (theirs_.size() != claim_.checkpoint.size || theirs_.root() != claim_.checkpoint.root)
      return Error{Code::bad_checkpoint, "its entries do not give the root that it says was signed"};
    if (differs_) return two_ledgers(entry_name(*differs_) + " is another one in the store");
    if (other_highest_)
      return two_ledgers("a checkpoint of " + std::to_string(highest_.size) +
                         " entries with another root was given out");
    return {};
  }

 private:
  Status take(const protocol::KeptEntry& entry) {
    if (!began_) GANDAN_CHECK(begin(entry.index));
    if (entry.index < own_.size && !differs_) {
      GANDAN_TRY(const auto same, is_own(entry));
      if (!same) differs_ = entry.index;
    }
    theirs_.append(ledger::leaf_hash(entry.bytes));
    compare_highest();
    return {};
  }
  // What lies before the file's first entry, it takes from the store.
  Status begin(std::uint64_t first) {
    began_ = true;
    if (first > own_.size)
      return Error{Code::ledger_incomplete,
                   "the store has " + std::to_string(own_.size) + " entries, the file begins at " +
                       std::to_string(first),
                   {{"FILE", "gap",
                     "Tệp bắt đầu sau chỗ kho còn giữ. Hãy ghi lại tệp với --from " +
                         std::to_string(own_.size) + " hoặc nhỏ hơn.",
                     "The file begins behind what the store has. Write it again with --from " +
                         std::to_string(own_.size) + " or less."}}};
    while (theirs_.size() < first) {
      GANDAN_CHECK(read_own(theirs_.size()));
      for (const auto& row : page_) {
        if (theirs_.size() == first) break;
        theirs_.append(ledger::leaf_hash(row.bytes));
        compare_highest();
      }
    }
    return {};
  }
  void compare_highest() {
    if (theirs_.size() == highest_.size && theirs_.root() != highest_.root) other_highest_ = true;
  }
  Result<bool> is_own(const protocol::KeptEntry& entry) {
    if (page_.empty() || entry.index < page_.front().index || entry.index > page_.back().index)
      GANDAN_CHECK(read_own(entry.index));
    return page_[static_cast<std::size_t>(entry.index - page_.front().index)].bytes == entry.bytes;
  }
  Status read_own(std::uint64_t from) {
    GANDAN_TRY(page_, store_.entries(claim_.realm.number, from, kOwnPage));
    const bool dense =
        !page_.empty() && page_.front().index == from && page_.back().index - from + 1 == page_.size();
    return dense ? Status() : Error{Code::store_damaged, entry_name(from) + " is missing"};
  }

  Store& store_;
  const FileClaim& claim_;
  const Progress& own_;
  const ledger::Checkpoint& highest_;
  ledger::Frontier theirs_;
  std::vector<EntryRow> page_;
  bool began_ = false, other_highest_ = false;
  std::optional<std::uint64_t> differs_;
};

// Says when the entry was received that is being judged.
class EntryClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return now_ms; }
  std::int64_t monotonic_ms() override { return 0; }
  std::int64_t now_ms = 0;
};

}  // namespace

// A realm that grows by what its ledger had.
class RealmGivenBack {
 public:
  RealmGivenBack(Store& store, Signer& signer, const RealmRow& row)
      : realm_(new Realm({store, signer, tokens_, workers_, clock_, counters_, report_, {}, 0}, row)) {
    realm_->given_back_ = true;
    realm_->set_limits(0, false);  // what was acknowledged has its room
  }
  Status load() {
    GANDAN_CHECK(realm_->load());
    batch_.progress = realm_->progress_;
    return {};
  }
  std::uint64_t size() const { return realm_->tree_->size(); }
  Hash root() const { return realm_->tree_->root(); }
  std::size_t waiting() const { return batch_.entries.size(); }
  std::size_t waiting_bytes() const { return bytes_; }
  std::uint64_t statements() const { return statements_; }
  std::uint64_t segments() const { return segments_; }

  Status take(const protocol::KeptEntry& entry) {
    clock_.now_ms = entry.entry.receipt_ms;
    const std::size_t before = batch_.entries.size();
    if (auto judged = judge(entry); !judged.ok())
      return Error{judged.error().code, entry_name(entry.index) + ": " + judged.error().detail};
    if (batch_.entries.size() != before + 1 || batch_.entries.back().bytes != entry.bytes)
      return Error{entry.entry.type == ledger::EntryType::feed_map ? Code::bad_map : Code::not_in_ledger,
                   entry_name(entry.index) + " names something else"};
    bytes_ += entry.body.size();
    statements_ += entry.entry.type == ledger::EntryType::statement ? 1 : 0;
    segments_ += entry.entry.type == ledger::EntryType::segment ? 1 : 0;
    return {};
  }
  Status commit(bool last) {
    Realm& realm = *realm_;
    auto& progress = batch_.progress;
    if (last) progress.wraps = progress.keys = protocol::next_series(std::max(progress.wraps, progress.keys));
    GANDAN_CHECK(realm.environment_.store.hold(realm.row_.number));
    GANDAN_CHECK(realm.commit(batch_));
    clear(realm.progress_);
    return {};
  }
  // As if it were committed.
  void pass_over() {
    realm_->tree_->keep_full_tiles();
    clear(batch_.progress);
  }

 private:
  void clear(Progress progress) {
    batch_ = Batch{std::move(progress), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    bytes_ = 0;
  }
  Status judge(const protocol::KeptEntry& entry) {
    switch (entry.entry.type) {
      case ledger::EntryType::feed_map:
        realm_->append_map(batch_);
        return {};
      case ledger::EntryType::segment:
        return judge_segment(entry);
      case ledger::EntryType::statement:
        break;
    }
    if (entry.index == 0) {
      GANDAN_CHECK(realm_->append_root(batch_));
      return batch_.statements.back().bytes == entry.body ? Status() : Status(Code::bad_statement);
    }
    StatementJob job{entry.body};
    GANDAN_TRY([[maybe_unused]] const auto place, realm_->judge(job, batch_));
    return {};
  }
  Status judge_segment(const protocol::KeptEntry& entry) {
    Realm& realm = *realm_;
    const auto head = realm.heads_.find(entry.feed);
    const std::uint64_t next = head == realm.heads_.end() ? 0 : head->second.next;
    if (entry.sequence != next) return Error{Code::broken_chain, "not the next of its feed"};
    const auto use_roster = [&](const auto& use) { return use(std::as_const(*realm.roster_)); };
    const auto root_at = [&](std::uint64_t size) -> Result<Hash> {
      if (size > realm.tree_->size()) return Error{Code::bad_checkpoint, "a ledger that is not known here"};
      return realm.tree_->root_at(size);
    };
    const PlaceInFeed place{entry.feed, entry.sequence, next == 0 ? Hash{} : head->second.hash};
    GANDAN_TRY(auto job, make_segment_job(realm.row_.id, place, entry.body, use_roster, root_at));
    const auto author = realm.verifier(job.key);
    const bool good = author != nullptr && author->verify(job.message, job.signature);
    GANDAN_TRY([[maybe_unused]] const auto taken,
               realm.judge(job, good ? Submission::Check::good : Submission::Check::bad, batch_));
    return {};
  }

  EntryClock clock_;
  TokenMint tokens_{Bytes(32)};  // nobody is served
  Workers workers_{1};
  Counters counters_;
  Reporter report_ = [](std::string_view, const RealmId&, const Error&) {};
  std::unique_ptr<Realm> realm_;
  Batch batch_;
  std::size_t bytes_ = 0;
  std::uint64_t statements_ = 0, segments_ = 0;
};

namespace {

// Judges what the store lacks; writes it, or not.
Status judge_all(RealmGivenBack& realm, KeptFile& file, std::uint64_t until, const GiveBackOptions* write) {
  return file.each([&](const protocol::KeptEntry& entry) -> Status {
    if (entry.index < realm.size()) return {};
    GANDAN_CHECK(realm.take(entry));
    const bool last = realm.size() == until;
    const std::size_t most = write == nullptr ? kOwnPage : write->batch_entries;
    if (!last && realm.waiting() < most && realm.waiting_bytes() < kMostGivenBytes) return {};
    if (write == nullptr) {
      realm.pass_over();
      return {};
    }
    GANDAN_CHECK(realm.commit(last));
    return write->committed ? write->committed() : Status();
  });
}

}  // namespace

Result<GivenBack> give_back(Store& store, Signer& signer, const std::filesystem::path& path,
                            const GiveBackOptions& options) {
  KeptFile file(path);
  GANDAN_TRY(const FileClaim claim, read_claim(store, signer, file));
  const auto& [row, note, checkpoint] = claim;
  GANDAN_TRY(const auto own, store.progress(row.number));
  GANDAN_TRY(const auto highest, signer.highest(row.id));
  GANDAN_CHECK(Survey(store, claim, own, highest).run(file));

  GivenBack out;
  out.realm = handle_of(row.id.view());
  out.before = out.size = own.size;
  out.given_out = std::max(highest.size, checkpoint.size);
  if (checkpoint.size <= own.size) return out;
  {
    RealmGivenBack trial(store, signer, row);
    GANDAN_CHECK(trial.load());
    GANDAN_CHECK(judge_all(trial, file, checkpoint.size, nullptr));
  }
  // Before anything is written: a kill leaves a realm that stays closed until it has all of it.
  if (checkpoint.size > highest.size)
    GANDAN_CHECK(signer.give_out(row.id, checkpoint.size, checkpoint.root, note));
  RealmGivenBack realm(store, signer, row);
  GANDAN_CHECK(realm.load());
  GANDAN_CHECK(judge_all(realm, file, checkpoint.size, &options));
  if (realm.size() != checkpoint.size || realm.root() != checkpoint.root)
    return Error{Code::store_damaged, "the file changed while it was read"};
  out.size = realm.size();
  out.statements = realm.statements();
  out.segments = realm.segments();
  return out;
}

}  // namespace gandan::server
