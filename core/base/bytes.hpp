// Byte strings: owned, viewed, fixed-size, and their hexadecimal form.
//
// Threading: plain values; no shared state.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gandan {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// Base64 with padding, RFC 4648 section 4: the form of C2SP notes.
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);

// N bytes with a name: ids, hashes, keys and signatures do not convert into each other.
template <std::size_t N, class Tag>
struct FixedBytes {
  static constexpr std::size_t size = N;
  std::array<std::uint8_t, N> bytes{};

  static FixedBytes from(ByteView view) {  // precondition: view.size() >= N; the first N are taken
    FixedBytes out;
    std::copy_n(view.begin(), N, out.bytes.begin());
    return out;
  }
  ByteView view() const { return {bytes.data(), N}; }
  bool is_zero() const {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
  }
  friend bool operator==(const FixedBytes& a, const FixedBytes& b) { return a.bytes == b.bytes; }
  friend bool operator!=(const FixedBytes& a, const FixedBytes& b) { return !(a == b); }
  friend bool operator<(const FixedBytes& a, const FixedBytes& b) {
    return std::memcmp(a.bytes.data(), b.bytes.data(), N) < 0;
  }
};

struct FixedBytesHash {
  template <std::size_t N, class Tag>
  std::size_t operator()(const FixedBytes<N, Tag>& value) const {
    static_assert(N >= sizeof(std::size_t));
    std::size_t out;  // ids are uniform already: hashes or random bytes
    std::memcpy(&out, value.bytes.data(), sizeof out);
    return out;
  }
};

}  // namespace gandan
