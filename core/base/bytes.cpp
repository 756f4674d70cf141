#include "base/bytes.hpp"

#include "base/ids.hpp"

namespace gandan {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kBase32[] = "0123456789abcdefghjkmnpqrstvwxyz";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

int base32_digit(char c) {
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (c == 'o') return 0;
  if (c == 'i' || c == 'l') return 1;
  for (int i = 0; i < 32; ++i)
    if (kBase32[i] == c) return i;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (auto b : bytes) {
    out += kHex[b >> 4];
    out += kHex[b & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (left > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (left > 2) group |= bytes[i + 2];
    out += kBase64[group >> 18 & 63];
    out += kBase64[group >> 12 & 63];
    out += left > 1 ? kBase64[group >> 6 & 63] : '=';
    out += left > 2 ? kBase64[group & 63] : '=';
  }
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int pad = last ? (text[i + 3] == '=') + (text[i + 3] == '=' && text[i + 2] == '=') : 0;
    std::uint32_t group = 0;
    for (int k = 0; k < 4; ++k) {
      const int digit = k < 4 - pad ? base64_digit(text[i + static_cast<std::size_t>(k)]) : 0;
      if (digit < 0) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(digit);
    }
    // One byte string has one text: bits beyond the last byte must be zero.
    if ((pad == 1 && (group & 0xff) != 0) || (pad == 2 && (group & 0xffff) != 0)) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(group >> 16));
    if (pad < 2) out.push_back(static_cast<std::uint8_t>(group >> 8));
    if (pad < 1) out.push_back(static_cast<std::uint8_t>(group));
  }
  return out;
}

// 128 bits are read as one big-endian number with two zero bits in front: 26 digits of five bits.
std::string to_base32(ByteView id) {
  std::string out;
  std::uint32_t buffer = 0;
  int bits = static_cast<int>((5 - id.size() * 8 % 5) % 5);
  for (auto b : id) {
    buffer = buffer << 8 | b;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kBase32[buffer >> bits & 31];
    }
  }
  return out;
}

namespace {
constexpr std::size_t kIdText = 26;
constexpr std::size_t kFeedPart = 17;     // characters of an id that counts, before its counter
constexpr std::size_t kFeedShown = 4;     // of these
constexpr std::size_t kLeadingZeros = 4;  // a counter begins with so many for a million ids and more
}  // namespace

std::string short_id(std::string_view text) {
  if (text.size() != kIdText ||
      text.substr(kFeedPart, kLeadingZeros).find_first_not_of('0') != std::string_view::npos)
    return std::string(text.size() > 6 ? text.substr(text.size() - 6) : text);
  const std::string_view counter = text.substr(kFeedPart);
  const auto first = std::min(counter.find_first_not_of('0'), counter.size() - 1);
  return std::string(text.substr(kFeedPart - kFeedShown, kFeedShown)) + '-' +
         std::string(counter.substr(first));
}

std::string id_ending(std::string_view typed) {
  std::string out;
  for (const char c : typed) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto dash = out.find('-');
  const std::size_t digits = dash == std::string::npos ? 0 : out.size() - dash - 1;
  if (digits == 0 || digits > kIdText - kFeedPart) return out;
  out.replace(dash, 1, kIdText - kFeedPart - digits, '0');
  return out;
}

std::optional<Bytes> from_base32(std::string_view text) {
  if (text.size() != 26) return std::nullopt;
  Bytes out;
  out.reserve(16);
  std::uint32_t buffer = 0;
  int bits = -2;  // the two leading zero bits
  for (char c : text) {
    const int digit = base32_digit(c);
    if (digit < 0 || (bits == -2 && digit > 7)) return std::nullopt;
    buffer = buffer << 5 | static_cast<std::uint32_t>(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
  }
  return out;
}

}  // namespace gandan
