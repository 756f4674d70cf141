// Exchange: one POST /v1/sync. Body bytes go in as they arrive; each whole segment is submitted at once, so
// that what came before a cut is durable; the answer comes out in pieces.
//
//   feed … feed, finish ──> answering ── next_piece … until empty
//             ├─ waiting: something submitted must be committed first, or too much is under way
//             └─ expecting: there is nothing new, and the request would rather wait for it
//
// Bounded: one incomplete frame, and what is under way (kWindowBytes, kWindowJobs).
//
// Threading: belongs to one thread at a time (its connection's). `wake` is called from a sequencer's thread
// and must only post. Dropping an Exchange withdraws nothing: what was submitted is committed.
#pragma once

#include <map>
#include <set>

#include "relay/answer.hpp"
#include "relay/relay.hpp"

namespace gandan::server {

constexpr std::size_t kWindowBytes = 1u << 20;
constexpr std::size_t kWindowJobs = 1024;
// Receipts of one request stand in one Welcome frame.
constexpr std::size_t kMaxSegmentsPerRequest = 5000;
constexpr std::size_t kMaxKeysPerRequest = 5000;
constexpr std::uint64_t kLookupsPerRequest = 16;  // what an answer looks up singly, weighed as requests

class Exchange {
 public:
  enum class State {
    reading,  // feed more of the body
    waiting,  // wake will be called once; then call the same function again, with no bytes
    // wake will be called when there may be something new; then, or when its time (expects_seconds) is over
    // and settle() was called, finish again.
    expecting,
    answering,  // next_piece; whatever is left of the body is of no interest
    not_found,  // the uniform answer
  };

  explicit Exchange(Relay& relay);
  ~Exchange();

  State feed(ByteView bytes, const std::function<void()>& wake);
  State finish(const std::function<void()>& wake);  // the body is complete

  std::uint64_t expects_seconds() const { return expects_seconds_; }
  void settle() { expects_seconds_ = 0; }  // for what there is

  bool authenticated() const { return stage_ == Stage::body || stage_ == Stage::ended; }

  // While answering: the next part of the response, at most about 100 kB; empty at its end.
  Bytes next_piece();
  // For logs: who asked, and the refusal's code; empty: answered.
  const DeviceId& device() const { return hello_.device; }
  std::string refusal() const { return refusal_ ? refusal_->code : std::string(); }

 private:
  struct Inbox;  // what the sequencer's thread writes
  enum class Stage { hello, look, introduction, body, ended };

  State go_on(const std::function<void()>& wake);
  bool must_wait(std::size_t jobs, std::size_t bytes, const std::function<void()>& wake);
  State refuse(Code code);
  void forget_expectation();

  std::optional<Code> take(const protocol::Frame& frame);  // a code: refused
  std::optional<Code> hello(ByteView payload);
  std::optional<Code> who_asks();
  std::optional<Code> admit();
  std::optional<std::uint64_t> removed_at() const;
  std::optional<Code> begin_run(ByteView payload);
  void segment(Bytes payload);
  Result<SegmentJob> prepare(Bytes payload);
  void submit(Job job, std::size_t bytes, const FeedId& feed, std::uint64_t sequence);
  void reject(const FeedId& feed, std::uint64_t sequence, Code code);
  bool rests_on_failed(ByteView key) const;  // of a record whose maker's segments were refused here
  std::optional<Code> closed() const;        // what became of a look, or of an introduction
  bool has_failed(const FeedId& feed, std::uint64_t sequence) const;

  Relay& relay_;
  std::shared_ptr<Realm> realm_;
  Gate::Pass pass_;  // of realm_, and goes before it
  protocol::FrameReader reader_;
  protocol::OrderCheck order_{protocol::OrderCheck::Side::request};
  std::optional<protocol::Frame> held_;  // read, but what comes before it must be committed first
  Stage stage_ = Stage::hello;
  std::uint64_t frames_ = 0;      // read so far; a statement's, wrap's or key's name in a Rejection
  bool statements_open_ = false;  // statements are under way that segments may depend on
  bool segments_open_ = false;    // segments are under way that keys may depend on

  protocol::Hello hello_;
  std::vector<Bytes> introduction_;
  bool signed_hello_ = false;
  bool unproven_ = false;  // somebody else signed for a device that there is
  bool removed_ = false;   // the device is known, and holds no role: it hears of its removal at most
  std::int64_t token_expires_ms_ = 0;

  struct Expected {
    std::uint64_t next = 0;
    Hash hash;
  };
  std::map<FeedId, Expected> ends_;  // where hello and earlier runs leave the feeds
  std::optional<FeedId> run_;        // absent: the run was given up
  Expected at_;
  std::size_t segments_ = 0;
  std::size_t keys_ = 0;
  Wanted wanted_;

  std::shared_ptr<Inbox> inbox_;
  std::uint64_t expects_seconds_ = 0;
  std::uint64_t expectation_ = 0;  // at the realm; 0: none
  std::optional<protocol::Refusal> refusal_;
  std::unique_ptr<Answer> answer_;
  bool answered_ = false;
  bool farewell_ = false;  // the answer is for one that was removed
};

}  // namespace gandan::server
