// Opening a realm, its queue and its commits. What is accepted: judge.cpp; what it shows of itself:
// realm_view.cpp.
#include "relay/realm.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kStatementPage = 1024;  // rows read at a time

}  // namespace

Result<std::unique_ptr<Realm>> Realm::open(const Environment& environment, const RealmRow& row) {
  std::unique_ptr<Realm> realm(new Realm(environment, row));
  GANDAN_CHECK(realm->load());
  if (realm->progress_.size == 0) GANDAN_CHECK(realm->make_ready(true));
  if (realm->progress_.size == 0) {
    Batch batch;
    batch.progress = realm->progress_;
    GANDAN_CHECK(realm->append_root(batch));
    GANDAN_CHECK(realm->write(batch));
  }
  realm->sequencer_ = std::jthread([raw = realm.get()] { raw->run(); });
  return realm;
}

// The root statement is entry 0.
Status Realm::append_root(Batch& batch) {
  GANDAN_TRY(const auto card, roster::decode_card(row_.card));
  const auto place = append(ledger::EntryType::statement, roster_->fingerprint(), batch);
  batch.statements.push_back({place.index, place.receipt_ms, roster::encode_statement(card.root)});
  return {};
}

Realm::~Realm() { stop(); }

void Realm::stop() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_wake_.notify_all();
  if (sequencer_.joinable()) sequencer_.join();
  // Workers may still hold pointers to submissions only while `checking_` is not zero; take() waits for that.
}

Status Realm::load() {
  GANDAN_TRY(const auto moment, environment_.store.moment());
  return load_from(moment ? *moment : environment_.store);
}

Status Realm::load_from(Store& store) {
  GANDAN_TRY(const auto card, roster::decode_card(row_.card));
  GANDAN_TRY(auto fresh, roster::Roster::start(card.root));
  auto roster = std::make_unique<roster::Roster>(std::move(fresh));
  if (roster->root().ledger_key != environment_.signer.public_key()) return Code::foreign_ledger_key;

  GANDAN_TRY(auto progress, store.progress(row_.number));
  const auto damaged = [](const char* what) { return Error{Code::store_damaged, what}; };

  std::uint64_t statements_end = 0;
  for (bool more = true; more;) {
    GANDAN_TRY(const auto rows, store.statements(row_.number, statements_end, kStatementPage));
    more = rows.size() == kStatementPage;
    for (const auto& row : rows) {
      const auto statement = roster::decode_statement(row.bytes);
      if (!statement.ok() || !roster->apply(*statement, row.index).ok())
        return damaged("a statement does not hold");
      statements_end = row.index + 1;
    }
  }

  auto tree = std::make_shared<LedgerTree>(
      [&stored = environment_.store, number = row_.number](std::uint8_t level, std::uint64_t n) {
        return stored.tile(number, level, n);
      });
  const std::uint64_t edge = progress.size / ledger::kTileWidth * ledger::kTileWidth;
  GANDAN_TRY(const auto last, store.entries(row_.number, edge, ledger::kTileWidth));
  if (last.size() != progress.size - edge) return damaged("the ledger's size and its entries differ");
  GANDAN_CHECK(tree->load(progress.size, [&](std::uint64_t i) -> Result<Hash> {
    return ledger::leaf_hash(last[static_cast<std::size_t>(i - edge)].bytes);
  }));
  std::int64_t last_receipt = 0;
  if (progress.size > 0) {
    GANDAN_TRY(const auto rows, store.entries(row_.number, progress.size - 1, 1));
    if (rows.empty()) return damaged("the last entry is missing");
    GANDAN_TRY(const auto entry, ledger::parse_entry(rows[0].bytes));
    last_receipt = entry.receipt_ms;
    const auto noted = ledger::open_checkpoint(progress.checkpoint, environment_.signer.note_key(row_.id));
    if (!noted.ok() || noted->size != progress.size || noted->root != tree->root())
      return damaged("the checkpoint does not belong to the ledger");
  }
  if (!given_back_) GANDAN_CHECK(follow_signer(progress, *tree));

  GANDAN_TRY(const auto feeds, store.feeds(row_.number));
  GANDAN_TRY(const auto units, store.last_of_units(row_.number));
  GANDAN_TRY(const auto wraps, store.last_wraps(row_.number));
  GANDAN_TRY(const auto keys, store.last_keys(row_.number));
  GANDAN_TRY(const auto cosignatures, store.cosignatures(row_.number));

  heads_.clear();
  for (const auto& feed : feeds) heads_[feed.feed] = feed;
  wrap_copies_.clear();
  cosigned_.clear();
  for (const auto& one : cosignatures) cosigned_[one.witness] = one.size;
  progress_ = progress;
  last_receipt_ms_ = last_receipt;
  GANDAN_TRY(const std::uint64_t map, find_last_map(store, progress.size));
  stale_ = behind_ = false;
  unpublished_ = {};
  {
    const std::unique_lock lock(roster_mutex_);
    roster_ = std::move(roster);
  }
  {
    const std::lock_guard lock(readable_mutex_);
    readable_.clear();  // another roster may have the same size
  }
  const std::unique_lock lock(view_mutex_);
  tree_ = std::move(tree);
  size_ = progress.size;
  checkpoint_ = std::move(progress.checkpoint);
  used_bytes_ = progress.used_bytes;
  statements_end_ = statements_end;
  map_ = map;
  wraps_ = progress.wraps;
  keys_ = progress.keys;
  feeds_.clear();
  for (const auto& feed : feeds) feeds_[feed.feed] = feed;
  unit_ends_.clear();
  for (const auto& [unit, index] : units) unit_ends_[unit] = index + 1;
  cosignatures_.clear();
  for (const auto& one : cosignatures) cosignatures_[one.witness] = one;
  wrap_ends_.clear();
  for (const auto& [recipient, number] : wraps) wrap_ends_[recipient] = number + 1;
  key_ends_.clear();
  for (const auto& [unit, number] : keys) key_ends_[unit] = number + 1;
  return {};
}

// The store has all that was given out, and from here on that is all that it has.
Status Realm::follow_signer(const Progress& progress, const LedgerTree& tree) {
  GANDAN_TRY(const auto highest, environment_.signer.highest(row_.id));
  if (highest.size > progress.size)
    return Error{Code::ledger_behind,
                 "size " + std::to_string(progress.size) + ", given out " + std::to_string(highest.size)};
  if (highest.size > 0) {
    GANDAN_TRY(const Hash root, tree.root_at(highest.size));
    if (root != highest.root)
      return Error{Code::ledger_behind, "another root at size " + std::to_string(highest.size)};
  }
  // What only one disk has may be lost with it: nothing of it is shown before the replicas have it.
  GANDAN_CHECK(environment_.store.settle(row_.number));
  // After a crash between commit and giving out, the store is ahead of the signer's memory: catch up, before
  // anybody sees the checkpoint.
  if (progress.size == 0) return {};
  return environment_.signer.give_out(row_.id, progress.size, tree.root(), progress.checkpoint);
}

// The store has been asked, and has not answered for long.
bool Realm::waits_for_store() const {
  const auto busy = busy_since_.load();
  return busy != kIdle && std::chrono::steady_clock::now() - busy >= environment_.silent_store;
}

bool Realm::healthy() const {
  if (cut_off_ || waits_for_store()) return false;
  const auto failed = failed_ms_.load();
  return failed == kNever || environment_.clock.monotonic_ms() - failed >= kUnhealthyMs;
}

void Realm::submit(std::unique_ptr<Submission> submission) {
  // Requests that only begin would gather, each with its connection, for as long as the store is silent.
  if (std::holds_alternative<LookJob>(submission->job) && waits_for_store()) {
    submission->done(Code::server_busy);
    return;
  }
  Submission* raw = submission.get();
  raw->since_ms = environment_.clock.monotonic_ms();
  queued_bytes_ += raw->bytes;
  const bool segment = std::holds_alternative<SegmentJob>(raw->job);
  {
    const std::lock_guard lock(queue_mutex_);
    if (segment) {
      raw->check = Submission::Check::pending;
      ++checking_;
    }
    queue_.push_back(std::move(submission));
  }
  if (!segment) {
    queue_wake_.notify_one();
    return;
  }
  // The submission stays in the queue, hence alive, until its check is done.
  environment_.workers.post([this, raw] {
    const auto& job = std::get<SegmentJob>(raw->job);
    const auto author = verifier(job.key);
    const bool good = author != nullptr && author->verify(job.message, job.signature);
    const std::lock_guard lock(queue_mutex_);
    raw->check = good ? Submission::Check::good : Submission::Check::bad;
    --checking_;
    if (queue_.front().get() == raw || checking_ == 0) queue_wake_.notify_one();
  });
}

// nullptr for a key that verifies nothing.
std::shared_ptr<const crypto::Verifier> Realm::verifier(const SignPublicKey& key) {
  {
    const std::lock_guard lock(verifiers_mutex_);
    if (const auto found = verifiers_.find(key); found != verifiers_.end()) return found->second;
  }
  auto made = crypto::Verifier::create(key);
  if (!made.ok()) return nullptr;
  auto verifier = std::make_shared<const crypto::Verifier>(std::move(*made));
  const std::lock_guard lock(verifiers_mutex_);
  if (verifiers_.size() >= kRememberedDevices) verifiers_.clear();
  verifiers_[key] = verifier;
  return verifier;
}

void Realm::look() {
  {
    const std::lock_guard lock(queue_mutex_);
    looking_ = true;
  }
  queue_wake_.notify_one();
}

// False: nothing comes any more.
bool Realm::take(std::vector<std::unique_ptr<Submission>>& out) {
  std::unique_lock lock(queue_mutex_);
  const auto ready = [this] {
    return !queue_.empty() && queue_.front()->check != Submission::Check::pending;
  };
  const auto over = [this] { return stopping_ && queue_.empty() && checking_ == 0; };
  const auto awake = [&] { return ready() || looking_ || over(); };
  if (map_wake_)
    queue_wake_.wait_until(lock, *map_wake_, awake);
  else
    queue_wake_.wait(lock, awake);
  if (over()) return false;
  looking_ = false;
  std::size_t bytes = 0;
  while (ready() && out.size() < kMaxBatch && bytes < kMaxBatchBytes) {
    bytes += queue_.front()->bytes;
    out.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return true;
}

void Realm::run() {
  for (;;) {
    std::vector<std::unique_ptr<Submission>> taken;
    if (!take(taken)) return;
    busy_since_ = std::chrono::steady_clock::now();
    process(std::move(taken));
    busy_since_ = kIdle;
  }
}

// Afterwards memory is what the store has, with what other servers committed; `to_write`: and this server is
// the one that may commit next.
Status Realm::make_ready(bool to_write) {
  Store& store = environment_.store;
  const auto ready = [&]() -> Status {
    if (to_write) GANDAN_CHECK(store.hold(row_.number));
    if (stale_) return reload();
    GANDAN_TRY(const bool moved, store.moved(row_.number, progress_));
    return moved ? follow() : Status();
  }();
  // Of a realm alone, or of a turn that another server keeps, whoever distributes the load has nothing to
  // learn.
  const bool out_of_reach = !ready.ok() && (ready.error().code == Code::store_unreachable ||
                                            ready.error().code == Code::store_unreplicated);
  const bool was_cut_off = cut_off_.exchange(out_of_reach && store.shared());
  if (cut_off_ && !was_cut_off) environment_.report("not_ready", row_.id, ready.error());
  return ready;
}

Status Realm::follow() {
  GANDAN_TRY(const auto news, environment_.store.news(row_.number, progress_));
  stale_ = true;  // until all of it is in memory
  if (!news || !apply(*news).ok()) return reload();
  stale_ = false;
  return give_out();
}

// What another server committed, in the order of the ledger. An error: read all of it again.
Status Realm::apply(const Batch& news) {
  const auto& now = news.progress;
  if (now.size < progress_.size || now.size - progress_.size != news.entries.size())
    return Code::store_damaged;
  {
    const std::unique_lock lock(roster_mutex_);
    for (const auto& row : news.statements) {
      GANDAN_TRY(const auto statement, roster::decode_statement(row.bytes));
      GANDAN_CHECK(roster_->apply(statement, row.index));
    }
  }
  for (const auto& row : news.entries) tree_->append(ledger::leaf_hash(row.bytes));
  (void)tree_->take_full_tiles();  // stored by who made them
  if (!news.entries.empty()) {
    GANDAN_TRY(const auto entry, ledger::parse_entry(news.entries.back().bytes));
    last_receipt_ms_ = std::max(last_receipt_ms_, entry.receipt_ms);
  }
  if (now.size > 0) {  // also where nothing seems to be new
    GANDAN_TRY(const auto noted,
               ledger::open_checkpoint(now.checkpoint, environment_.signer.note_key(row_.id)));
    if (noted.size != now.size || noted.root != tree_->root()) return Code::store_damaged;
  }
  for (const auto& feed : news.feeds) heads_[feed.feed] = feed;
  for (const auto& one : news.cosignatures) cosigned_[one.witness] = one.size;
  progress_ = now;
  keep_unpublished(news);
  return {};
}

void Realm::process(std::vector<std::unique_ptr<Submission>> taken) {
  Batch batch;
  std::vector<Result<Place>> outcomes;
  outcomes.reserve(taken.size());
  const bool maps = map_due(batch);
  const bool to_write = maps || std::any_of(taken.begin(), taken.end(), [](const auto& submission) {
                          return !std::holds_alternative<LookJob>(submission->job);
                        });
  const bool usable = make_ready(to_write).ok();
  batch.progress = progress_;
  for (auto& submission : taken) {
    if (!usable)
      outcomes.emplace_back(Code::server_busy);
    else if (suspended_ && !std::holds_alternative<LookJob>(submission->job))
      // A stranger does not hear of it.
      outcomes.emplace_back(std::holds_alternative<IntroductionJob>(submission->job) ? Code::not_enrolled
                                                                                     : Code::realm_suspended);
    else
      outcomes.push_back(for_devices(judge(*submission, batch)));
  }
  // With the segments that it is due behind; another server may have logged one meanwhile.
  const bool mapped = usable && to_write && map_due(batch);
  if (mapped) append_map(batch);
  const bool anything = !batch.entries.empty() || !batch.wraps.empty() || !batch.keys.empty() ||
                        !batch.chunks.empty() || !batch.cosignatures.empty();
  const bool tried = anything || behind_;
  const auto began_ms = environment_.clock.monotonic_ms();
  const auto written = anything ? write(batch) : behind_ ? give_out() : Status();
  const auto now_ms = environment_.clock.monotonic_ms();
  if (anything && written.ok()) environment_.counters.commits.add(now_ms - began_ms);
  if (tried && !written.ok()) environment_.counters.commits_failed += 1;
  if ((!usable && !environment_.store.shared()) || !written.ok())
    failed_ms_ = environment_.clock.monotonic_ms();
  else if (tried)  // what was refused by its judgement alone says nothing of the disk
    failed_ms_ = kNever;
  if ((maps || mapped) && (!usable || !written.ok())) put_off_map();
  set_map_timer();
  // Nobody may take for acknowledged what is not: also those whose own part was a replay hear of it.
  if (!written.ok())
    for (auto& outcome : outcomes)
      if (outcome.ok()) outcome = Error{Code::server_busy, written.error().detail};
  for (std::size_t i = 0; i < taken.size(); ++i) {
    if (!outcomes[i].ok() && std::holds_alternative<SegmentJob>(taken[i]->job))
      environment_.counters.segments_rejected += 1;
    if (!std::holds_alternative<LookJob>(taken[i]->job)) {
      if (outcomes[i].ok())
        environment_.counters.acknowledgements.add(now_ms - taken[i]->since_ms);
      else
        environment_.counters.rejections.add(outcomes[i].error().code);
    }
    taken[i]->done(outcomes[i]);
  }
}

Status Realm::commit(Batch& batch) {
  batch.tiles = tree_->take_full_tiles();
  batch.progress.size = tree_->size();
  if (environment_.store.shared()) ++batch.progress.version;
  const Hash root = tree_->root();
  const bool grew = batch.progress.size != progress_.size;
  batch.stands_on = progress_.checkpoint;
  if (grew) batch.progress.checkpoint = environment_.signer.sign(row_.id, batch.progress.size, root);
  for (const auto& segment : batch.segments)
    if (const auto& head = heads_[segment.feed]; head.index == segment.index) batch.feeds.push_back(head);
  GANDAN_CHECK(environment_.store.commit(row_.number, batch));
  progress_ = batch.progress;
  return {};
}

Status Realm::write(Batch& batch) {
  if (auto committed = commit(batch); !committed.ok()) {
    environment_.report("not_committed", row_.id, committed.error());
    // Memory is ahead of the store now: start again from what is there.
    stale_ = true;
    (void)reload().ok();
    return committed.error();
  }
  environment_.counters.segments_accepted += batch.segments.size();
  environment_.counters.statements_accepted += batch.statements.size();
  for (const auto& entry : batch.entries)
    if (entry.bytes[1] == static_cast<std::uint8_t>(ledger::EntryType::feed_map))
      environment_.counters.maps_logged += 1;
  keep_unpublished(batch);
  return give_out();
}

void Realm::keep_unpublished(const Batch& batch) {
  note_maps(batch);
  for (const auto& one : batch.statements) unpublished_.statements_end = one.index + 1;
  const auto keep = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  keep(unpublished_.feeds, batch.feeds);
  for (const auto& one : batch.wraps) unpublished_.wraps[one.recipient] = one.number + 1;
  for (const auto& one : batch.keys) unpublished_.keys[one.unit] = one.number + 1;
  keep(unpublished_.cosignatures, batch.cosignatures);
}

// What is wrong with this server's disk is for whoever runs it: to a device it would speak of its own.
Result<Place> Realm::for_devices(Result<Place> outcome) const {
  constexpr int kOfTheDisk = 4;  // exit status of the errors of vaults, stores and disks
  if (outcome.ok() || info(outcome.error().code).exit_code != kOfTheDisk) return outcome;
  environment_.report("not_judged", row_.id, outcome.error());
  return Code::server_busy;
}

Status Realm::reload() {
  auto loaded = load();
  if (!loaded.ok()) environment_.report("store_not_read", row_.id, loaded.error());
  return loaded;
}

// What is committed and not given out stays unseen until its checkpoint, or a later one that covers it, is.
Status Realm::give_out() {
  auto given = environment_.signer.give_out(row_.id, progress_.size, tree_->root(), progress_.checkpoint);
  behind_ = !given.ok();
  if (behind_)
    environment_.report("checkpoint_not_given_out", row_.id, given.error());
  else
    publish();
  return given;
}

void Realm::publish() {
  std::vector<UnitId> touched;
  for (const auto& feed : unpublished_.feeds) touched.push_back(feed.unit);
  for (const auto& [unit, end] : unpublished_.keys) touched.push_back(unit);
  show();
  tell_expecting(touched);
}

// What was committed and has a checkpoint becomes what answers are made from.
void Realm::show() {
  const std::unique_lock lock(view_mutex_);
  size_ = progress_.size;
  checkpoint_ = progress_.checkpoint;
  used_bytes_ = progress_.used_bytes;
  wraps_ = progress_.wraps;
  keys_ = progress_.keys;
  statements_end_ = std::max(statements_end_, unpublished_.statements_end);
  map_ = std::max(map_, unpublished_.map);
  for (const auto& feed : unpublished_.feeds) {
    feeds_[feed.feed] = feed;
    auto& end = unit_ends_[feed.unit];
    end = std::max(end, feed.index + 1);
  }
  for (const auto& [recipient, end] : unpublished_.wraps) wrap_ends_[recipient] = end;
  for (const auto& [unit, end] : unpublished_.keys) key_ends_[unit] = end;
  for (auto& one : unpublished_.cosignatures) cosignatures_[one.witness] = one;
  unpublished_ = {};
}

}  // namespace gandan::server
