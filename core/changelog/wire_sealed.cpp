// Bytes of sealed values: schema/wire/sealed.md.
#include "base/codec.hpp"
#include "changelog/sealed_value.hpp"
#include "crypto/seal/siv.hpp"

namespace gandan::changelog {
namespace {

constexpr std::uint8_t kSealedVersion = 1;
enum class Kind : std::uint8_t { text = 0, more_recipients = 1, moved_text = 2 };
constexpr Kind kLastKind = Kind::moved_text;

void write_head(CanonicalWriter& a, Kind kind, const Hash& commitment) {
  a(kSealedVersion, static_cast<std::uint8_t>(kind), commitment);
}

void write_wraps(CanonicalWriter& a, const SealWraps& wraps) {
  a.varint(wraps.size());
  for (const auto& wrap : wraps) a(wrap.device, wrap.enc, wrap.ct);
}

SealWraps read_wraps(BoundedReader& a) {
  const std::size_t count = a.count(SealWrap::wire_min);
  if (count == 0) throw DecodeError{Code::malformed};
  if (count > kMaxSealRecipients) throw DecodeError{Code::too_large};
  SealWraps out(count);
  for (std::size_t i = 0; i < count; ++i) {
    a(out[i].device, out[i].enc, out[i].ct);
    if (i > 0 && !(out[i - 1].device < out[i].device)) throw DecodeError{Code::not_canonical};
  }
  return out;
}

Bytes read_ciphertext(BoundedReader& a) {
  Bytes out;
  a(out);
  const std::size_t text = out.size() < crypto::siv_overhead ? 0 : out.size() - crypto::siv_overhead;
  if (text == 0 || text % kSealBlockBytes != 0) throw DecodeError{Code::malformed};
  if (text > kMaxSealedTextBytes + 1) throw DecodeError{Code::too_large};
  return out;
}

}  // namespace

Sealed encode_sealed(const SealedText& text) {
  Sealed out;
  CanonicalWriter a(out.bytes);
  write_head(a, text.origin ? Kind::moved_text : Kind::text, text.commitment);
  if (text.origin) a(text.origin->record, text.origin->path);
  a(text.ciphertext);
  write_wraps(a, text.wraps);
  return out;
}

Sealed encode_sealed(const SealedFor& more) {
  Sealed out;
  CanonicalWriter a(out.bytes);
  write_head(a, Kind::more_recipients, more.commitment);
  write_wraps(a, more.wraps);
  return out;
}

Result<std::variant<SealedText, SealedFor>> decode_sealed(ByteView bytes) {
  if (bytes.size() > kMaxValueBytes) return Error{Code::too_large, "sealed value"};
  try {
    BoundedReader a(bytes);
    std::uint8_t version = 0, kind = 0;
    a(version, kind);
    if (version != kSealedVersion || kind > static_cast<std::uint8_t>(kLastKind))
      return Error{Code::newer_format, "sealed value"};
    Hash commitment;
    a(commitment);
    std::variant<SealedText, SealedFor> out;
    if (kind == static_cast<std::uint8_t>(Kind::more_recipients)) {
      out = SealedFor{commitment, read_wraps(a)};
    } else {
      SealedText text{commitment, {}, {}, {}};
      if (kind == static_cast<std::uint8_t>(Kind::moved_text)) {
        auto& origin = text.origin.emplace();
        a(origin.record, origin.path);
      }
      text.ciphertext = read_ciphertext(a);
      text.wraps = read_wraps(a);
      out = std::move(text);
    }
    if (a.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

namespace {

template <class T>
std::optional<T> only(const Value& value) {
  const auto* sealed = std::get_if<Sealed>(&value);
  if (sealed == nullptr) return std::nullopt;
  auto decoded = decode_sealed(sealed->bytes);
  auto* found = decoded.ok() ? std::get_if<T>(&*decoded) : nullptr;
  return found == nullptr ? std::nullopt : std::optional<T>(std::move(*found));
}

}  // namespace

std::optional<SealedText> sealed_text(const Value& value) { return only<SealedText>(value); }
std::optional<SealedFor> sealed_for(const Value& value) { return only<SealedFor>(value); }

}  // namespace gandan::changelog
