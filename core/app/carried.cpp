#include "app/carried.hpp"

#include "crypto/seal/passphrase.hpp"

namespace gandan::app {
namespace {

constexpr std::string_view kRequestHeader = "gandan-join-request v1";
constexpr std::string_view kCardHeader = "gandan-realm-card v1";
constexpr std::size_t kLineWidth = 64;
constexpr std::string_view kCodeDomain = "gandan/comparison-code/v1";
constexpr int kCodeGroups = 5;
constexpr std::size_t kCodeDigits = 15;
// RFC 4648's, without padding: a QR code holds capitals and digits in 5.5 bits each.
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool is_space(char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// What stands behind the header, without spaces.
Result<std::string> body_of(std::string_view text, std::string_view header) {
  if (text.size() > kMaxCarriedText) return Code::too_large;
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  if (!starts_with(text, header)) return Error{Code::malformed, "does not begin with " + std::string(header)};
  std::string out;
  for (const char c : text.substr(header.size()))
    if (!is_space(c)) out += c;
  return out;
}

std::string letters_of(ByteView bytes) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[held >> (bits - 5) & 31];
  }
  if (bits > 0) out += kAlphabet[held << (5 - bits) & 31];
  return out;
}

std::optional<Bytes> bytes_of(std::string_view letters) {
  Bytes out;
  std::uint32_t held = 0;
  int bits = 0;
  for (char c : letters) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = (held << 5 | static_cast<std::uint32_t>(digit)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  // One text for one card: no letter too many, and nothing in the bits that fill the last one.
  if (bits >= 5 || (held & ((1u << bits) - 1)) != 0) return std::nullopt;
  return out;
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9')
      out += c;
    else if (!is_space(c) && c != '-' && c != '.')
      return {};
  return out;
}

}  // namespace

std::string request_text(const roster::JoinRequest& request) {
  const std::string body = to_base64(roster::encode_join_request(request));
  std::string out = std::string(kRequestHeader) + "\n";
  for (std::size_t at = 0; at < body.size(); at += kLineWidth) out += body.substr(at, kLineWidth) + "\n";
  return out;
}

bool is_request_text(std::string_view text) { return starts_with(text, kRequestHeader); }

Result<roster::JoinRequest> read_request(std::string_view text) {
  GANDAN_TRY(const std::string body, body_of(text, kRequestHeader));
  const auto bytes = from_base64(body);
  if (!bytes) return Error{Code::malformed, "not base64"};
  return roster::decode_join_request(*bytes);
}

std::string card_text(const roster::RealmCard& card) {
  return std::string(kCardHeader) + "\n" + letters_of(roster::encode_card(card)) + "\n";
}

Result<roster::RealmCard> read_card(ByteView content) {
  auto body = body_of(as_text(content), kCardHeader);
  if (!body.ok()) return roster::decode_card(content);
  const auto bytes = bytes_of(*body);
  if (!bytes) return Error{Code::malformed, "not base32"};
  return roster::decode_card(*bytes);
}

Result<std::string> comparison_code(const roster::JoinRequest& request) {
  Bytes keys = to_bytes(request.sign_key.view());
  append(keys, request.box_key.view());
  crypto::ScryptParams params;
  params.salt = to_bytes(as_bytes(kCodeDomain));
  GANDAN_TRY(const auto hashed, crypto::scrypt(as_text(keys), params, 8));
  std::uint64_t number = 0;
  for (const std::uint8_t byte : hashed.view()) number = number << 8 | byte;
  std::string out;
  for (int group = 0; group < kCodeGroups; ++group, number /= 1000) {
    const std::string three = std::to_string(1000 + number % 1000).substr(1);
    out = three + (out.empty() ? "" : " ") + out;
  }
  return out;
}

bool same_code(std::string_view code, std::string_view typed) {
  std::string digits = digits_of(typed);
  if (digits.empty() || digits.size() > kCodeDigits) return false;
  digits.insert(0, kCodeDigits - digits.size(), '0');
  return digits == digits_of(code);
}

}  // namespace gandan::app
