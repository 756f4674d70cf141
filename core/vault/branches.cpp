#include "vault/branches.hpp"

#include <algorithm>

#include "changelog/sealed_value.hpp"

namespace gandan::vault {
namespace {

using changelog::Stamp;

constexpr std::size_t kIdText = 26;
// What all ids of a feed begin with as text: the last character of its ten bytes' part has bits of the
// counter.
constexpr std::size_t kBeginning = 16;

bool begins(ByteView id, const FeedId& feed) {
  return equal(feed.view().first(changelog::kFounderBytes), id.first(changelog::kFounderBytes));
}

std::uint64_t counter_of(ByteView id) {
  std::uint64_t counter = 0;
  for (const auto byte : id.subspan(changelog::kFounderBytes)) counter = counter << 8 | byte;
  return counter;
}

std::string beginning_of(const FeedId& feed) {
  return to_text(changelog::make_record_id(feed, 0)).substr(0, kBeginning);
}

// `found(position, id)` for every id in the text that begins as the feed's do.
template <class F>
void each_id(const std::string& text, std::string_view beginning, F found) {
  for (auto at = text.find(beginning); at != std::string::npos; at = text.find(beginning, at + 1)) {
    const auto id = from_base32(std::string_view(text).substr(at, kIdText));
    if (id) found(at, ByteView(*id));
  }
}

}  // namespace

void Branches::add(const Branch& branch) { entries_.push_back({branch, beginning_of(branch.from)}); }

Bytes Branches::renamed_id(ByteView id) const {
  Bytes out = to_bytes(id);
  for (const auto& [branch, beginning] : entries_) {
    if (!begins(id, branch.from) || counter_of(id) < branch.first_id) continue;
    std::copy_n(branch.to.bytes.begin(), changelog::kFounderBytes, out.begin());
    break;
  }
  return out;
}

std::string Branches::renamed_text(std::string text) const {
  std::vector<std::pair<std::size_t, std::string>> changes;
  for (const auto& [branch, beginning] : entries_)
    each_id(text, beginning, [&, &branch = branch](std::size_t at, ByteView id) {
      if (begins(id, branch.from)) changes.emplace_back(at, to_base32(renamed_id(id)));
    });
  for (const auto& [at, id] : changes) text.replace(at, kIdText, id);
  return text;
}

void Branches::restamp(Stamp& stamp) const {
  for (const auto& [branch, beginning] : entries_) {
    if (stamp.feed != branch.from || stamp.hlc <= branch.last_common) continue;
    stamp.feed = branch.to;
    return;
  }
}

changelog::Value Branches::moved_value(changelog::Value value) const {
  if (auto* text = std::get_if<std::string>(&value)) *text = renamed_text(std::move(*text));
  if (auto* mark = std::get_if<changelog::Mark>(&value)) split(mark->seen);
  return value;
}

void Branches::split(changelog::Seen& seen) const {
  for (const auto& [branch, beginning] : entries_) {
    const auto found = seen.find(branch.from);
    if (found == seen.end() || found->second <= branch.last_common) continue;
    seen[branch.to] = found->second;
    found->second = branch.last_common;
    if (branch.last_common == 0) seen.erase(branch.from);
  }
}

changelog::Op Branches::moved(changelog::Op op) const {
  changelog::SealOrigin origin{op.record, op.path};
  op.record = renamed(op.record);
  op.holder = renamed(op.holder);
  op.path = renamed_text(std::move(op.path));
  op.value = moved_value(std::move(op.value));
  if (op.record != origin.record || op.path != origin.path)
    if (auto text = changelog::sealed_text(op.value); text && !text->origin) {
      text->origin = std::move(origin);
      op.value = changelog::encode_sealed(*text);
    }
  restamp(op.stamp);
  for (auto& stamp : op.replaces) restamp(stamp);
  std::sort(op.replaces.begin(), op.replaces.end());
  return op;
}

std::uint64_t ids_named(const FeedId& feed, const changelog::Op& op) {
  std::uint64_t end = begins(op.record.view(), feed) ? counter_of(op.record.view()) + 1 : 0;
  each_id(op.path, beginning_of(feed), [&](std::size_t, ByteView id) {
    if (begins(id, feed)) end = std::max(end, counter_of(id) + 1);
  });
  return end;
}

}  // namespace gandan::vault
