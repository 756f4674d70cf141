#include "changelog/op.hpp"

#include "changelog/blob.hpp"
#include "changelog/columns.hpp"
#include "crypto/hash.hpp"

namespace gandan::changelog {
namespace {

constexpr std::size_t kItemText = 26;

template <class Id>
Id make_id(const FeedId& feed, std::uint64_t counter) {
  Id out;
  std::copy_n(feed.bytes.begin(), kFounderBytes, out.bytes.begin());
  for (std::size_t i = 0; i < Id::size - kFounderBytes; ++i) {
    out.bytes[Id::size - 1 - i] = static_cast<std::uint8_t>(counter >> (8 * i));
  }
  return out;
}

bool name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool name_part(char c) { return name_start(c) || (c >= '0' && c <= '9'); }

// Takes a name off the front.
bool take_name(std::string_view& path) {
  if (path.empty() || !name_start(path[0])) return false;
  std::size_t n = 1;
  while (n < path.size() && name_part(path[n])) ++n;
  path.remove_prefix(n);
  return true;
}

bool take_item(std::string_view& path) {
  if (path.size() < kItemText + 2 || path[kItemText + 1] != ']') return false;
  const auto text = path.substr(1, kItemText);
  const auto id = from_base32(text);
  if (!id || to_base32(*id) != text) return false;
  path.remove_prefix(kItemText + 2);
  return true;
}

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool valid_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto* const end = p + text.size();
  while (p != end) {
    const std::uint8_t lead = *p++;
    if (lead < 0x80) continue;
    std::uint8_t low = 0x80, high = 0xbf;
    int more = 0;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else {
      return false;
    }
    for (; more > 0; --more, low = 0x80, high = 0xbf) {
      if (p == end || *p < low || *p > high) return false;
      ++p;
    }
  }
  return true;
}

struct ValueCheck {
  std::size_t bytes = 0;  // about what the value takes on the wire: what varies, not the few bytes around it
  bool good = true;

  void text(std::string_view t) {
    bytes += t.size() + 1;
    good = good && bytes <= kMaxValueBytes && valid_utf8(t);
  }
  void operator()(Null) {}
  void operator()(bool) {}
  void operator()(std::int64_t) {}
  void operator()(Date) {}
  void operator()(Instant) {}
  void operator()(const std::string& t) { text(t); }
  void operator()(const Choices& choices) {
    for (const auto& code : choices.codes) text(code);
    for (std::size_t i = 1; i < choices.codes.size(); ++i) {
      good = good && choices.codes[i - 1] < choices.codes[i];
    }
  }
  void operator()(const Position& p) {
    good = p.latitude_e7 >= -900'000'000 && p.latitude_e7 <= 900'000'000 &&
           p.longitude_e7 >= -1'800'000'000 && p.longitude_e7 <= 1'800'000'000;
  }
  void operator()(const BlobRef& blob) {
    text(blob.name);
    text(blob.media_type);
    good = good && blob.key.size() == 32 && blob.size <= kMaxBlobBytes &&
           blob.chunks.size() == blob_chunk_count(blob.size);
    bytes += 32 + blob.chunks.size() * Hash::size;
  }
  void operator()(const Sealed& sealed) { bytes += sealed.bytes.size(); }
  void operator()(const Personal& personal) { bytes += personal.bytes.size(); }
  void operator()(const Mark& mark) {
    text(mark.reason);
    bytes += mark.seen.size() * (FeedId::size + 8) + Hash::size;
  }
};

}  // namespace

RecordId make_record_id(const FeedId& feed, std::uint64_t counter) {
  return make_id<RecordId>(feed, counter);
}
ItemId make_item_id(const FeedId& feed, std::uint64_t counter) { return make_id<ItemId>(feed, counter); }

Hash op_hash(const Op& op) { return crypto::sha256(encode_op(op)); }

Status check_path(std::string_view path) {
  if (path.size() > kMaxPathBytes) return Error{Code::too_large, "path"};
  const Error bad{Code::malformed, "path"};
  if (!path.empty() && path[0] == '@') {
    path.remove_prefix(1);
    if (!take_name(path) || !path.empty()) return bad;
    return {};
  }
  if (!take_name(path)) return bad;
  bool item = false;  // whether an item ends just before
  while (!path.empty()) {
    const char c = path[0];
    if (c == '[' && !item) {
      if (!take_item(path)) return bad;
      item = true;
      continue;
    }
    if (c != '.' && !(c == '@' && item)) return bad;
    path.remove_prefix(1);
    if (!take_name(path)) return bad;
    if (c == '@' && !path.empty()) return bad;
    item = false;
  }
  return {};
}

Status check_value(const Value& value) {
  ValueCheck check;
  std::visit(check, value);
  if (check.bytes > kMaxValueBytes) return Error{Code::too_large, "value"};
  if (!check.good) return Error{Code::malformed, "value"};
  return {};
}

Status check_op(const Op& op) {
  GANDAN_CHECK(check_path(op.path));
  return check_op_besides_path(op);
}

Status check_op_besides_path(const Op& op) {
  GANDAN_CHECK(check_value(op.value));
  if (op.replaces.size() > kMaxReplaced) return Error{Code::too_large, "replaced heads"};
  for (std::size_t i = 0; i < op.replaces.size(); ++i) {
    if (op.replaces[i] == op.stamp) return Error{Code::malformed, "replaces itself"};
    if (i > 0 && !(op.replaces[i - 1] < op.replaces[i])) return Error{Code::malformed, "replaced heads"};
  }
  if (op.count > kMaxSaveOps) return Error{Code::too_large, "save"};
  if (op.stamp.hlc < op.save || op.stamp.hlc - op.save >= op.count) return Error{Code::malformed, "save"};
  return {};
}

Hlc HlcClock::reserve(std::int64_t wall_ms, std::uint32_t count) {
  const Hlc wall = static_cast<Hlc>(std::max<std::int64_t>(wall_ms, 0)) << 16;
  const Hlc first = std::max(wall, last_ + 1);
  last_ = first + count - 1;
  return first;
}

void HlcClock::observe(Hlc other, std::int64_t wall_ms) {
  if (hlc_ms(other) - wall_ms > kMaxClockLeadMs) return;
  last_ = std::max(last_, other);
}

}  // namespace gandan::changelog
