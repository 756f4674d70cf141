#include "protocol/kept_ledger.hpp"

namespace gandan::protocol {
namespace {

constexpr std::string_view kKeptMagic = "gandan-ledger\n";
constexpr std::uint8_t kKeptVersion = 1;

}  // namespace

Status KeptLedgerWriter::frame(FrameType type, ByteView payload) {
  Bytes out;
  append_frame(out, type, payload);
  return write_(out);
}

Status KeptLedgerWriter::begin(std::string_view checkpoint) {
  Bytes head = to_bytes(as_bytes(kKeptMagic));
  head.push_back(kKeptVersion);
  GANDAN_CHECK(write_(head));
  return frame(FrameType::checkpoint, as_bytes(checkpoint));
}

Status KeptLedgerWriter::group(std::uint64_t first, Bytes entries) {
  return frame(FrameType::leaves, encode(Leaves{first, std::move(entries)}));
}

Status KeptLedgerWriter::segment(const FeedId& feed, std::uint64_t sequence, ByteView bytes) {
  if (!in_run_ || feed != feed_ || sequence != next_)
    GANDAN_CHECK(frame(FrameType::run, encode(Run{feed, sequence, std::nullopt})));
  in_run_ = true;
  feed_ = feed;
  next_ = sequence + 1;
  return frame(FrameType::segment, bytes);
}

void KeptLedgerReader::push(ByteView bytes) {
  const std::size_t head = kKeptMagic.size() + 1;
  const std::size_t missing = std::min(head - head_.size(), bytes.size());
  append(head_, bytes.first(missing));
  frames_.push(bytes.subspan(missing));
}

Result<std::optional<KeptEntry>> KeptLedgerReader::next() {
  const ByteView head(head_);
  const std::size_t size = std::min(head.size(), kKeptMagic.size());
  if (as_text(head.first(size)) != kKeptMagic.substr(0, size))
    return Error{Code::malformed, "not a kept ledger"};
  if (size == head.size()) return std::optional<KeptEntry>();
  if (head[size] != kKeptVersion) return Code::newer_format;
  for (;;) {
    if (over_) {
      if (!frames_.empty()) return Error{Code::malformed, "behind the end"};
      return std::optional<KeptEntry>();
    }
    if (wants_body()) {
      GANDAN_TRY(const auto entry, ledger::parse_entry(group_[at_]));
      if (entry.type == ledger::EntryType::feed_map) {
        const std::uint64_t index = first_ + at_;
        return std::optional<KeptEntry>(KeptEntry{index, group_[at_++], entry, {}, 0, {}});
      }
    }
    GANDAN_TRY(auto frame, frames_.next());
    if (!frame) return std::optional<KeptEntry>();
    const bool body = frame->type == FrameType::statement || frame->type == FrameType::segment;
    if (body) {
      GANDAN_TRY(auto entry, with_body(std::move(*frame)));
      return std::optional<KeptEntry>(std::move(entry));
    }
    GANDAN_CHECK(take(std::move(*frame)));
  }
}

Status KeptLedgerReader::take(Frame frame) {
  const bool first = checkpoint_.empty();
  if (first != (frame.type == FrameType::checkpoint))
    return Error{Code::malformed, "its checkpoint comes first"};
  switch (frame.type) {
    case FrameType::checkpoint:
      if (frame.payload.empty()) return Error{Code::malformed, "no checkpoint"};
      if (frame.payload.size() > kMaxCheckpointNote) return Error{Code::too_large, "checkpoint"};
      checkpoint_ = std::string(as_text(frame.payload));
      return {};
    case FrameType::leaves:
      return leaves(frame.payload);
    case FrameType::run: {
      if (!wants_body()) return Error{Code::malformed, "a run of nothing"};
      GANDAN_TRY(run_, decode_run(frame.payload));
      return {};
    }
    case FrameType::end:
      if (wants_body()) return Error{Code::truncated, "bodies of entries are missing"};
      if (!frame.payload.empty()) return Error{Code::malformed, "end"};
      over_ = true;
      return {};
    default:
      return Error{Code::malformed, "a frame that kept ledgers do not have"};
  }
}

Status KeptLedgerReader::leaves(ByteView payload) {
  if (wants_body()) return Error{Code::malformed, "bodies of entries are missing"};
  GANDAN_TRY(const auto leaves, decode_leaves(payload));
  const std::size_t count = leaves.entries.size() / ledger::kEntryBytes;
  if (count == 0 || count > kKeptGroup) return Error{Code::malformed, "entries"};
  if (leaves.first > INT64_MAX || (began_ && leaves.first != first_ + group_.size()))
    return Error{Code::malformed, "entries out of their order"};
  began_ = true;
  first_ = leaves.first;
  group_.resize(count);
  at_ = 0;
  for (std::size_t i = 0; i < count; ++i)
    std::copy_n(leaves.entries.begin() + static_cast<std::ptrdiff_t>(i * ledger::kEntryBytes),
                ledger::kEntryBytes, group_[i].begin());
  return {};
}

Result<KeptEntry> KeptLedgerReader::with_body(Frame frame) {
  if (!wants_body()) return Error{Code::malformed, "a body of no entry"};
  KeptEntry out;
  out.index = first_ + at_;
  out.bytes = group_[at_++];
  GANDAN_TRY(out.entry, ledger::parse_entry(out.bytes));
  const bool segment = frame.type == FrameType::segment;
  if (segment != (out.entry.type == ledger::EntryType::segment))
    return Error{Code::malformed, "a body of another kind than its entry"};
  if (segment) {
    if (!run_) return Error{Code::malformed, "a segment outside a run"};
    out.feed = run_->feed;
    out.sequence = run_->first++;
  }
  out.body = std::move(frame.payload);
  return out;
}

}  // namespace gandan::protocol
