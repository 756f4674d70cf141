#include "relay/exchange.hpp"

#include "crypto/hash.hpp"
#include "relay/answer.hpp"
#include "relay/segment_job.hpp"

namespace gandan::server {

using protocol::FrameType;

struct Exchange::Inbox {
  std::mutex mutex;
  std::size_t jobs = 0;        // under way
  std::size_t bytes = 0;       // theirs
  std::function<void()> wake;  // set: call it once at most that much is under way
  std::size_t wake_jobs = 0;
  std::size_t wake_bytes = 0;
  std::optional<Code> closed;  // why a stranger stays one, or the realm cannot be looked at
  Brought brought;
  std::uint64_t refused = 0;               // of what was brought
  std::map<FeedId, std::uint64_t> failed;  // the lowest sequence number of a feed that was refused

  void reject(const FeedId& feed, std::uint64_t sequence, Code code) {
    ++refused;
    if (!feed.is_zero()) {
      const auto known = failed.emplace(feed, sequence);
      known.first->second = std::min(known.first->second, sequence);
    }
    // After one failure a feed's other segments fail too: the first says why.
    if (!feed.is_zero())
      for (const auto& known : brought.rejected)
        if (known.feed == feed) return;
    if (brought.rejected.size() < protocol::kMaxRejections)
      brought.rejected.push_back({feed, sequence, info(code).text});
  }
  void receipt(const FeedId& feed, std::uint64_t sequence, const Place& place) {
    auto& all = brought.receipts;
    if (all.empty() || all.back().feed != feed || all.back().first + all.back().indexes.size() != sequence)
      all.push_back({feed, sequence, {}, {}});
    all.back().indexes.push_back(place.index);
    all.back().receipt_ms.push_back(place.receipt_ms);
  }
  // Returns whom to wake, for when the lock is gone.
  std::function<void()> finished(std::size_t weight) {
    --jobs;
    bytes -= weight;
    if (!wake || jobs > wake_jobs || (jobs != 0 && bytes > wake_bytes)) return {};
    return std::exchange(wake, {});
  }
};

Exchange::Exchange(Relay& relay) : relay_(relay), inbox_(std::make_shared<Inbox>()) {}

Exchange::~Exchange() {
  forget_expectation();
  std::uint64_t refused = 0;
  {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->wake = {};
    refused = inbox_->refused;
  }
  if (realm_ && pass_) realm_->gate().charge(hello_.device, refused);
}

Exchange::State Exchange::feed(ByteView bytes, const std::function<void()>& wake) {
  if (refusal_) return State::answering;
  reader_.push(bytes);
  return go_on(wake);
}

Exchange::State Exchange::go_on(const std::function<void()>& wake) {
  for (;;) {
    if (stage_ == Stage::look) {
      if (must_wait(0, 0, wake)) return State::waiting;
      if (const auto failed = closed()) return refuse(*failed);
      if (const auto refused = who_asks()) return refuse(*refused);
    }
    if (!held_ && stage_ != Stage::ended) {
      auto next = reader_.next();
      if (!next.ok()) return refuse(next.error().code);
      held_ = std::move(*next);
      if (!held_) return State::reading;
      if (auto order = order_.next(held_->type); !order.ok()) return refuse(order.error().code);
    }
    if (stage_ == Stage::ended) {
      if (must_wait(0, 0, wake)) return State::waiting;
      if (!reader_.empty()) return refuse(Code::malformed);
      return State::reading;
    }
    if (stage_ == Stage::introduction && held_->type != FrameType::statement) {
      if (!introduction_.empty()) {
        pass_ = realm_->strangers().enter(DeviceId{}, relay_.clock().monotonic_ms());
        if (!pass_) return refuse(Code::server_busy);
        submit(IntroductionJob{std::exchange(introduction_, {}), hello_}, protocol::kMaxHelloBytes, FeedId{},
               0);
      }
      if (must_wait(0, 0, wake)) return State::waiting;
      if (const auto failed = closed()) return refuse(*failed);
      if (unproven_ || realm_->standing(hello_.device) != Realm::Standing::active)
        return refuse(Code::not_enrolled);
      if (const auto refused = admit()) return refuse(*refused);
    }
    // Segments and wraps are looked up against the statements that came before them.
    if (statements_open_ && held_->type != FrameType::statement) {
      if (must_wait(0, 0, wake)) return State::waiting;
      statements_open_ = false;
    }
    // Keys are taken where what their records rest on was.
    if (segments_open_ && held_->type == FrameType::key) {
      if (must_wait(0, 0, wake)) return State::waiting;
      segments_open_ = false;
    }
    const bool crowded = realm_ != nullptr && realm_->crowded();
    if (must_wait(crowded ? 0 : kWindowJobs, crowded ? 0 : kWindowBytes, wake)) return State::waiting;
    const auto frame = std::exchange(held_, std::nullopt);
    if (const auto refused = take(*frame)) {
      if (*refused == Code::not_found) return State::not_found;
      return refuse(*refused);
    }
    ++frames_;
  }
}

// True: more than that is under way, and `wake` will be called when it no longer is. A wait that begins at a
// full window ends at half of it, so that a connection is not woken for every segment.
bool Exchange::must_wait(std::size_t jobs, std::size_t bytes, const std::function<void()>& wake) {
  const std::lock_guard lock(inbox_->mutex);
  if (inbox_->jobs <= jobs && (inbox_->jobs == 0 || inbox_->bytes <= bytes)) return false;
  inbox_->wake = wake;
  inbox_->wake_jobs = jobs / 2;
  inbox_->wake_bytes = bytes / 2;
  return true;
}

Exchange::State Exchange::finish(const std::function<void()>& wake) {
  if (refusal_ || answer_) return State::answering;
  if (const State state = go_on(wake); state != State::reading) return state;
  if (stage_ != Stage::ended) return refuse(Code::truncated);
  Bytes token;
  const std::int64_t now = relay_.clock().wall_ms();
  if (signed_hello_ || token_expires_ms_ - now < protocol::kTokenLifeMs / 4)
    token = relay_.tokens().make(realm_->id(), {hello_.device, now + protocol::kTokenLifeMs});
  Brought brought;
  {
    const std::lock_guard lock(inbox_->mutex);
    brought = std::move(inbox_->brought);
  }
  // A revocation may have come meanwhile, even with this very request.
  if (realm_->standing(hello_.device) != Realm::Standing::active) {
    wanted_.removed_at = removed_at();
    if (!removed_ || !wanted_.removed_at) return refuse(Code::not_authorized);
    farewell_ = true;
    token.clear();
    hello_.own.clear();
  }
  forget_expectation();
  const bool expects = expects_seconds_ != 0 && !farewell_ && !wanted_.chunks;
  // First, so that what comes while the answer is made is not missed.
  if (expects) expectation_ = realm_->expect(hello_.device, wake);
  auto answer = Answer::make(realm_, hello_, wanted_, std::move(token), std::move(brought));
  if (!answer.ok()) {
    relay_.report("sync_not_answered", realm_->id(), answer.error());
    return refuse(Code::server_busy);
  }
  if (expects && (*answer)->brings_nothing()) return State::expecting;
  forget_expectation();
  answer_ = std::move(*answer);
  realm_->gate().charge(hello_.device, answer_->lookups() / kLookupsPerRequest);
  return State::answering;
}

void Exchange::forget_expectation() {
  if (expectation_ != 0) realm_->forget(std::exchange(expectation_, 0));
}

Exchange::State Exchange::refuse(Code code) {
  relay_.counters().refusals.add(code);
  refusal_ = protocol::Refusal{info(code).text, relay_.clock().wall_ms()};
  return State::answering;
}

Bytes Exchange::next_piece() {
  if (answer_) {
    // A long answer outlasts a removal: what is left of it is for members only.
    auto piece = farewell_ || realm_->standing(hello_.device) == Realm::Standing::active
                     ? answer_->next()
                     : Result<Bytes>(Code::not_authorized);
    if (piece.ok()) {
      if (answer_->over() && !std::exchange(answered_, true)) relay_.counters().syncs_served += 1;
      return std::move(*piece);
    }
    if (piece.error().code != Code::not_authorized) relay_.report("answer_cut", realm_->id(), piece.error());
    answer_.reset();  // the response ends without Done: the device sees that it was cut
    answered_ = true;
    return {};
  }
  Bytes out;
  if (refusal_ && !std::exchange(answered_, true))
    protocol::append_frame(out, FrameType::refusal, protocol::encode(*refusal_));
  return out;
}

std::optional<Code> Exchange::take(const protocol::Frame& frame) {
  // Before anything else of a removed device is looked at.
  if (removed_ && frame.type != (frames_ == 1 ? FrameType::removal : FrameType::end))
    return Code::not_authorized;
  switch (frame.type) {
    case FrameType::hello:
      return hello(frame.payload);
    case FrameType::statement:
      if (frame.payload.size() > roster::kMaxStatementBytes) return Code::too_large;
      if (stage_ == Stage::introduction) {
        if (introduction_.size() == protocol::kMaxIntroduction) return Code::not_enrolled;
        introduction_.push_back(frame.payload);
        return std::nullopt;
      }
      statements_open_ = true;
      submit(StatementJob{frame.payload}, frame.payload.size(), FeedId{}, frames_);
      return std::nullopt;
    case FrameType::wrap:
      submit(WrapJob{hello_.device, frame.payload}, frame.payload.size(), FeedId{}, frames_);
      return std::nullopt;
    case FrameType::keys_from: {
      const auto cursor = protocol::decode_key_cursor(frame.payload);
      if (!cursor.ok()) return cursor.error().code;
      wanted_.keys_from = cursor->next;
      return std::nullopt;
    }
    case FrameType::key:
      if (++keys_ > kMaxKeysPerRequest) return Code::too_large;
      if (rests_on_failed(frame.payload)) {
        reject(FeedId{}, frames_, Code::broken_chain);
        return std::nullopt;
      }
      submit(KeyJob{hello_.device, frame.payload}, frame.payload.size(), FeedId{}, frames_);
      return std::nullopt;
    case FrameType::run:
      return begin_run(frame.payload);
    case FrameType::segment:
      segment(frame.payload);
      return std::nullopt;
    case FrameType::witness: {
      auto witness = protocol::decode_witness(frame.payload);
      if (!witness.ok()) return witness.error().code;
      if (!witness->cosigned.empty())
        submit(CosignatureJob{hello_.device, std::exchange(witness->cosigned, {})}, frame.payload.size(),
               FeedId{}, frames_);
      wanted_.witness = std::move(*witness);
      return std::nullopt;
    }
    case FrameType::map_wanted: {
      const auto wanted = protocol::decode_map_wanted(frame.payload);
      if (!wanted.ok()) return wanted.error().code;
      wanted_.map = *wanted;
      return std::nullopt;
    }
    case FrameType::bare_before: {
      const auto bare = protocol::decode_bare_before(frame.payload);
      if (!bare.ok()) return bare.error().code;
      wanted_.bare_before_ms = bare->receipt_ms;
      return std::nullopt;
    }
    case FrameType::wait: {
      const auto wait = protocol::decode_wait(frame.payload);
      if (!wait.ok()) return wait.error().code;
      expects_seconds_ = wait->seconds;
      return std::nullopt;
    }
    case FrameType::chunks_asked: {
      auto asked = protocol::decode_chunk_names(frame.payload);
      if (!asked.ok()) return asked.error().code;
      wanted_.chunks = std::move(asked->names);
      return std::nullopt;
    }
    case FrameType::removal:
      return frame.payload.empty() ? std::nullopt : std::optional<Code>(Code::malformed);
    case FrameType::end:
      stage_ = Stage::ended;
      return std::nullopt;
    default:
      return Code::malformed;
  }
}

std::optional<Code> Exchange::hello(ByteView payload) {
  auto decoded = protocol::decode_hello(payload);
  if (!decoded.ok()) return decoded.error().code;
  hello_ = std::move(*decoded);
  realm_ = relay_.find(hello_.address);
  if (!realm_) return Code::not_found;
  for (const auto& head : hello_.own) ends_[head.feed] = {head.next, head.hash};
  if (!realm_->shared()) return who_asks();
  // Another server may have answered this device a moment ago, or have heard that it was removed.
  stage_ = Stage::look;
  submit(LookJob{}, 0, FeedId{}, 0);
  return std::nullopt;
}

std::optional<Code> Exchange::who_asks() {
  const auto standing = realm_->standing(hello_.device);
  removed_ = standing == Realm::Standing::removed;
  const std::int64_t now = relay_.clock().wall_ms();
  if (!hello_.token.empty()) {
    const auto claim = relay_.tokens().check(realm_->id(), hello_.token, now);
    if (!claim.ok() || claim->device != hello_.device) return Code::token_expired;
    if (standing == Realm::Standing::unknown) return Code::not_enrolled;
    token_expires_ms_ = claim->expires_ms;
    return admit();
  }
  if (hello_.time_ms < now - protocol::kMaxClockSkewMs || hello_.time_ms > now + protocol::kMaxClockSkewMs)
    return Code::clock_off;
  signed_hello_ = true;
  // Whether a device exists is for those to know who are one of them: an unknown one and one whose signature
  // is somebody else's take the same way, the same time, and hear the same.
  const auto key = realm_->with_roster([&](const roster::Roster& roster) {
    const auto* device = roster.device(hello_.device);
    return device == nullptr ? realm_->ledger_key() : device->sign_key;
  });
  const bool proven = crypto::verify(key, protocol::hello_message(realm_->id(), realm_->ledger_key(), hello_),
                                     hello_.signature);
  if (standing != Realm::Standing::unknown && proven) return admit();
  unproven_ = standing != Realm::Standing::unknown;
  removed_ = false;
  stage_ = Stage::introduction;
  return std::nullopt;
}

// The ledger index of the last statement that took a role from the device.
std::optional<std::uint64_t> Exchange::removed_at() const {
  return realm_->with_roster([&](const roster::Roster& roster) -> std::optional<std::uint64_t> {
    const auto removal = roster.removal(hello_.device);
    return removal ? removal->index : std::nullopt;
  });
}

// It is known who asks: whether it may ask for more now.
std::optional<Code> Exchange::admit() {
  if (realm_->suspended()) return Code::realm_suspended;
  pass_ = realm_->enter(hello_.device);
  if (!pass_) return Code::server_busy;
  stage_ = Stage::body;
  return std::nullopt;
}

std::optional<Code> Exchange::begin_run(ByteView payload) {
  const auto run = protocol::decode_run(payload);
  if (!run.ok()) return run.error().code;
  run_ = run->feed;
  at_.next = run->first;
  if (run->previous) {
    at_.hash = *run->previous;
  } else if (const auto known = ends_.find(run->feed);
             known != ends_.end() && known->second.next == run->first) {
    at_.hash = known->second.hash;
  } else if (run->first == 0) {
    at_.hash = Hash{};
  } else {
    reject(run->feed, run->first, Code::broken_chain);
    run_.reset();
  }
  return std::nullopt;
}

void Exchange::segment(Bytes payload) {
  if (!run_ || has_failed(*run_, at_.next)) {  // it cannot be accepted any more: nobody need look at it
    relay_.counters().segments_rejected += 1;
    relay_.counters().rejections.add(Code::broken_chain);
    return;
  }
  const std::size_t bytes = payload.size();
  auto job = ++segments_ > kMaxSegmentsPerRequest ? Result<SegmentJob>(Code::server_busy)
                                                  : prepare(std::move(payload));
  if (!job.ok()) {
    reject(*run_, at_.next, job.error().code);
    run_.reset();
    return;
  }
  at_ = {at_.next + 1, job->row.hash};
  ends_[*run_] = at_;
  segments_open_ = true;
  const auto feed = job->row.feed;
  const auto sequence = job->row.sequence;
  submit(std::move(*job), bytes, feed, sequence);
}

Result<SegmentJob> Exchange::prepare(Bytes payload) {
  const auto use_roster = [&](const auto& use) { return realm_->with_roster(use); };
  const auto root_at = [&](std::uint64_t size) -> Result<Hash> {
    const auto published = realm_->published();
    if (size > published.size) return Error{Code::bad_checkpoint, "a ledger that is not known here"};
    return published.tree->root_at(size);
  };
  return make_segment_job(realm_->id(), {*run_, at_.next, at_.hash}, std::move(payload), use_roster, root_at);
}

void Exchange::submit(Job job, std::size_t bytes, const FeedId& feed, std::uint64_t sequence) {
  auto submission = std::make_unique<Submission>();
  const bool opens = std::holds_alternative<IntroductionJob>(job) || std::holds_alternative<LookJob>(job);
  const bool key = std::holds_alternative<KeyJob>(job);
  submission->job = std::move(job);
  submission->bytes = bytes;
  submission->done = [inbox = inbox_, feed, sequence, bytes, opens, key](const Result<Place>& place) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(inbox->mutex);
      if (opens) {
        if (!place.ok()) inbox->closed = place.error().code;
      } else if (!place.ok()) {
        inbox->reject(feed, sequence, place.error().code);
      } else if (key) {
        inbox->brought.keys.insert(place->index);
      } else if (!feed.is_zero()) {
        inbox->receipt(feed, sequence, *place);
      }
      wake = inbox->finished(bytes);
    }
    if (wake) wake();
  };
  {
    const std::lock_guard lock(inbox_->mutex);
    ++inbox_->jobs;
    inbox_->bytes += bytes;
  }
  realm_->submit(std::move(submission));
}

std::optional<Code> Exchange::closed() const {
  const std::lock_guard lock(inbox_->mutex);
  return inbox_->closed;
}

bool Exchange::has_failed(const FeedId& feed, std::uint64_t sequence) const {
  const std::lock_guard lock(inbox_->mutex);
  const auto found = inbox_->failed.find(feed);
  return found != inbox_->failed.end() && found->second < sequence;
}

// A record that a copy of its maker's vault has overtaken goes on under another id: its key is not spread
// under the one that another record has.
bool Exchange::rests_on_failed(ByteView key) const {
  const auto entry = protocol::decode_record_key(key);
  if (!entry.ok()) return false;  // judged, and refused
  const auto maker = realm_->with_roster([&](const roster::Roster& roster) {
    const auto* feed = roster.founder(entry->record);
    return feed == nullptr ? FeedId{} : feed->id;
  });
  return has_failed(maker, UINT64_MAX);
}

void Exchange::reject(const FeedId& feed, std::uint64_t sequence, Code code) {
  relay_.counters().segments_rejected += 1;
  relay_.counters().rejections.add(code);
  const std::lock_guard lock(inbox_->mutex);
  inbox_->reject(feed, sequence, code);
}

}  // namespace gandan::server
