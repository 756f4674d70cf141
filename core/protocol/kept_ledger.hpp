// A kept ledger: every entry of a realm's ledger from one place on, in order, with the statements and
// segments that they name, and the checkpoint that covers them. A supervisor's vault writes it
// (sync/kept_ledger.hpp), and a server whose store lost its end is given it back
// (sync-server/relay/give_back.hpp). Nothing in it is open that was not, and nothing is secret that a server
// does not hold.
//
//   "gandan-ledger\n" ‖ version ‖ checkpoint ‖ (leaves ‖ bodies)* ‖ end          schema/wire/kept_ledger.md
//
// Written and read piece by piece: neither side holds more than a group of entries and one body.
//
// Threading: a writer or reader belongs to one thread. Errors of the reader: malformed, truncated, too_large,
// newer_format; they are final.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/entry.hpp"
#include "protocol/frames.hpp"

namespace gandan::protocol {

constexpr std::size_t kKeptGroup = 1024;  // entries of one frame, at most

struct KeptEntry {
  std::uint64_t index = 0;
  ledger::EntryBytes bytes{};
  ledger::Entry entry;         // what they say
  FeedId feed;                 // of a segment, …
  std::uint64_t sequence = 0;  // … and its place there
  Bytes body;                  // a statement, a segment as in a run; nothing of a feed map
};

class KeptLedgerWriter {
 public:
  using Write = std::function<Status(ByteView)>;
  explicit KeptLedgerWriter(Write write) : write_(std::move(write)) {}

  Status begin(std::string_view checkpoint);
  // The next entries, at most kKeptGroup; then the bodies of those that have one, in their order.
  Status group(std::uint64_t first, Bytes entries);
  Status statement(ByteView bytes) { return frame(FrameType::statement, bytes); }
  Status segment(const FeedId& feed, std::uint64_t sequence, ByteView bytes);
  Status finish() { return frame(FrameType::end, {}); }

 private:
  Status frame(FrameType type, ByteView payload);

  Write write_;
  FeedId feed_;
  std::uint64_t next_ = 0;
  bool in_run_ = false;
};

class KeptLedgerReader {
 public:
  void push(ByteView bytes);
  // The next entry with its body. Nothing: more bytes are needed, or it is over.
  Result<std::optional<KeptEntry>> next();
  bool over() const { return over_; }
  const std::string& checkpoint() const { return checkpoint_; }  // empty before it came

 private:
  Status take(Frame frame);
  Status leaves(ByteView payload);
  Result<KeptEntry> with_body(Frame frame);
  bool wants_body() const { return at_ < group_.size(); }

  Bytes head_;  // until it is whole
  FrameReader frames_;
  std::string checkpoint_;
  std::uint64_t first_ = 0;  // of the group
  bool began_ = false;       // a group came
  std::vector<ledger::EntryBytes> group_;
  std::size_t at_ = 0;  // the next of the group
  std::optional<Run> run_;
  bool over_ = false;
};

}  // namespace gandan::protocol
