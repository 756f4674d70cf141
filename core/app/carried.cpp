#include "app/carried.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "crypto/hash.hpp"
#include "crypto/seal/passphrase.hpp"

namespace gandan::app {
namespace {

constexpr std::string_view kRequestHeader = "gandan-join-request v1";
constexpr std::string_view kCardHeader = "gandan-realm-card v1";
constexpr std::string_view kRenewalHeader = "gandan-renewal v1";
constexpr std::string_view kWelcomeHeader = "gandan-welcome v1";
constexpr std::size_t kMarkDigits = 8;  // of the welcome's hash, so that two welcomes do not mix
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

std::string_view without_margin(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// What stands behind the header, without spaces.
Result<std::string> body_of(std::string_view text, std::string_view header) {
  if (text.size() > kMaxCarriedText) return Code::too_large;
  text = without_margin(text);
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

std::string mark_of(ByteView welcome) {
  return to_hex(crypto::sha256(welcome).view()).substr(0, kMarkDigits);
}

struct Part {
  std::size_t number = 0;  // from 1
  std::size_t count = 0;
  std::string mark;
  std::string letters;
};

std::size_t small_number(std::string_view text) {  // 0: none
  std::size_t out = 0;
  for (const char c : text.substr(0, 3))
    out = c >= '0' && c <= '9' ? out * 10 + static_cast<std::size_t>(c - '0') : 100;
  return text.size() > 2 || out > kMostParts ? 0 : out;
}

std::string_view take_word(std::string_view& text) {
  text = without_margin(text);
  const auto end = std::find_if(text.begin(), text.end(), is_space);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

// "gandan-welcome v1 2/5 1a2b3c4d", then letters up to the next header.
Result<Part> take_part(std::string_view& text) {
  if (!starts_with(text, kWelcomeHeader)) return Error{Code::malformed, "not a part of a welcome"};
  text.remove_prefix(kWelcomeHeader.size());
  const std::string_view place = take_word(text);
  const auto slash = place.find('/');
  if (slash == std::string_view::npos) return Error{Code::malformed, "a part without a number"};
  Part out;
  out.number = small_number(place.substr(0, slash));
  out.count = small_number(place.substr(slash + 1));
  if (out.number == 0 || out.number > out.count) return Error{Code::malformed, "a part's number"};
  out.mark = take_word(text);
  while (!text.empty() && !starts_with(text, kWelcomeHeader)) {
    if (!is_space(text.front())) out.letters += text.front();
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::string request_text(const roster::JoinRequest& request) {
  const std::string body = to_base64(roster::encode_join_request(request));
  std::string out = std::string(kRequestHeader) + "\n";
  for (std::size_t at = 0; at < body.size(); at += kLineWidth) out += body.substr(at, kLineWidth) + "\n";
  return out;
}

bool is_request_text(std::string_view text) { return starts_with(without_margin(text), kRequestHeader); }
bool is_welcome_text(std::string_view text) { return starts_with(without_margin(text), kWelcomeHeader); }

Result<roster::JoinRequest> read_request(std::string_view text) {
  GANDAN_TRY(const std::string body, body_of(text, kRequestHeader));
  const auto bytes = from_base64(body);
  if (!bytes) return Error{Code::malformed, "not base64"};
  return roster::decode_join_request(*bytes);
}

std::string carried_text(std::string_view header, ByteView bytes) {
  return std::string(header) + "\n" + letters_of(bytes) + "\n";
}

Result<Bytes> read_carried(std::string_view header, std::string_view text) {
  const auto at = text.find(header);  // people redirect what stood before it, too
  GANDAN_TRY(const std::string body, body_of(at == std::string_view::npos ? text : text.substr(at), header));
  auto bytes = bytes_of(body);
  if (!bytes) return Error{Code::malformed, "not base32"};
  return std::move(*bytes);
}

std::string card_text(const roster::RealmCard& card) {
  return carried_text(kCardHeader, roster::encode_card(card));
}

Result<roster::RealmCard> read_card(ByteView content) {
  if (!starts_with(without_margin(as_text(content)), kCardHeader)) return roster::decode_card(content);
  GANDAN_TRY(const Bytes bytes, read_carried(kCardHeader, as_text(content)));
  return roster::decode_card(bytes);
}

std::string renewal_text(const roster::Renewal& renewal) {
  return carried_text(kRenewalHeader, roster::encode_renewal(renewal));
}

Result<roster::Renewal> read_renewal(std::string_view text) {
  GANDAN_TRY(const Bytes bytes, read_carried(kRenewalHeader, text));
  return roster::decode_renewal(bytes);
}

Result<std::vector<std::string>> welcome_texts(ByteView welcome) {
  const std::size_t count = (welcome.size() + kPartBytes - 1) / kPartBytes;
  if (count > kMostParts) return Error{Code::welcome_large, std::to_string(count) + " QR codes"};
  const std::string mark = mark_of(welcome);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto piece = welcome.subspan(i * kPartBytes);
    out.push_back(std::string(kWelcomeHeader) + " " + std::to_string(i + 1) + "/" + std::to_string(count) +
                  " " + mark + "\n" + letters_of(piece.first(std::min(piece.size(), kPartBytes))) + "\n");
  }
  return out;
}

Result<Bytes> read_welcome(std::string_view text) {
  if (text.size() > kMaxWelcomeText) return Code::too_large;
  std::map<std::size_t, std::string> parts;
  std::optional<Part> first;
  for (text = without_margin(text); !text.empty(); text = without_margin(text)) {
    GANDAN_TRY(auto part, take_part(text));
    if (!first) first = part;
    if (part.mark != first->mark || part.count != first->count)
      return Error{Code::malformed, "parts of two welcomes"};
    if (!parts.emplace(part.number, part.letters).second && parts[part.number] != part.letters)
      return Error{Code::malformed, "one part in two versions"};
  }
  if (!first) return Code::malformed;
  std::vector<FieldError> missing;
  Bytes out;
  for (std::size_t number = 1; number <= first->count; ++number) {
    const auto part = parts.find(number);
    const std::string place = std::to_string(number) + "/" + std::to_string(first->count);
    if (part == parts.end()) {
      missing.push_back({place, "missing", "Còn thiếu phần này.", "This part is missing."});
      continue;
    }
    const auto bytes = bytes_of(part->second);
    if (!bytes) return Error{Code::malformed, place + ": not base32"};
    append(out, *bytes);
  }
  if (!missing.empty()) return Error{Code::welcome_parts, "", std::move(missing)};
  if (mark_of(out) != first->mark) return Error{Code::malformed, "the parts do not fit together"};
  return out;
}

Result<std::string> comparison_code(const roster::JoinRequest& request) {
  return spoken_code(roster::encode_join_request(request));
}

Result<std::string> spoken_code(ByteView whole) {
  // One request's code is asked for again and again: where it is shown, where it is compared, and in the
  // answer. Everybody may know it and what it is made of.
  static thread_local std::array<std::pair<Hash, std::string>, 16> lately;
  static thread_local std::size_t next = 0;
  const Hash asked = crypto::sha256(whole);
  for (const auto& [of, code] : lately)
    if (of == asked && !code.empty()) return code;
  crypto::ScryptParams params;
  params.salt = to_bytes(as_bytes(kCodeDomain));
  GANDAN_TRY(const auto hashed, crypto::scrypt(as_text(whole), params, 8));
  std::uint64_t number = 0;
  for (const std::uint8_t byte : hashed.view()) number = number << 8 | byte;
  std::string out;
  for (int group = 0; group < kCodeGroups; ++group, number /= 1000) {
    const std::string three = std::to_string(1000 + number % 1000).substr(1);
    out = three + (out.empty() ? "" : " ") + out;
  }
  lately[next++ % lately.size()] = {asked, out};
  return out;
}

bool same_code(std::string_view code, std::string_view typed) {
  std::string digits = digits_of(typed);
  if (digits.empty() || digits.size() > kCodeDigits) return false;
  digits.insert(0, kCodeDigits - digits.size(), '0');
  return digits == digits_of(code);
}

}  // namespace gandan::app
