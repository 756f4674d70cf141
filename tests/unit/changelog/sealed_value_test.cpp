// Sealed values: who opens them, where, and that nothing of them can be changed.
#include "changelog/sealed_value.hpp"

#include "base/codec.hpp"
#include "fixture.hpp"
#include "support/golden.hpp"

namespace gandan::changelog::test {
namespace {

struct Sealing {
  Seeded random{90};
  SealPlace place{id_of<RealmId>(1), id_of<UnitId>(2), id_of<RecordId>(3), "identity"};
  crypto::BoxKey phone = crypto::BoxKey::generate(random), office = crypto::BoxKey::generate(random),
                 second = crypto::BoxKey::generate(random);
  DeviceId phone_id = id_of<DeviceId>(11), office_id = id_of<DeviceId>(10), second_id = id_of<DeviceId>(12);
  std::string text = "Hoàng Thị Nguyệt, thôn Nà Pàn";

  SealedText seal(const std::string& what) {
    return *seal_text(place, what, {{phone_id, phone.public_key()}, {office_id, office.public_key()}},
                      random);
  }
  static Result<std::string> open(const SealPlace& at, const SealedText& sealed, const SealWraps& wraps,
                                  const DeviceId& device, const crypto::BoxKey& key) {
    GANDAN_TRY(const auto content_key, unwrap_seal(at, sealed, wraps, device, key));
    return open_text(at, sealed, content_key);
  }
  Result<std::string> open(const SealPlace& at, const SealedText& sealed) const {
    return open(at, sealed, sealed.wraps, office_id, office);
  }
};

SealedText text_of(ByteView bytes) {
  const auto decoded = decode_sealed(bytes);
  REQUIRE(decoded.ok());
  return std::get<SealedText>(*decoded);
}

// As a forger writes it: whatever is given, in the layout of kind 0.
Bytes laid_out(const SealedText& text) {
  Bytes out;
  CanonicalWriter a(out);
  a.varint(1);
  a.varint(0);
  a.raw(text.commitment.view());
  a.varint(text.ciphertext.size());
  a.raw(text.ciphertext);
  a.varint(text.wraps.size());
  for (const auto& wrap : text.wraps) {
    a.raw(wrap.device.view());
    a.raw(wrap.enc.view());
    a.raw(wrap.ct.view());
  }
  return out;
}

}  // namespace

TEST_CASE("a sealed text opens for each of its recipients, in its own place, and for nobody else") {
  Sealing s;
  const auto sealed = text_of(encode_sealed(s.seal(s.text)).bytes);
  CHECK(*Sealing::open(s.place, sealed, sealed.wraps, s.office_id, s.office) == s.text);
  CHECK(*Sealing::open(s.place, sealed, sealed.wraps, s.phone_id, s.phone) == s.text);
  const auto refused = [&](const DeviceId& device, const crypto::BoxKey& key) {
    return Sealing::open(s.place, sealed, sealed.wraps, device, key).error().code == Code::cannot_open;
  };
  CHECK(refused(s.second_id, s.second));
  CHECK(refused(s.office_id, s.second));
  CHECK(refused(s.office_id, s.phone));  // each wrap is its own device's
  for (int what = 0; what < 4; ++what) {
    CAPTURE(what);
    SealPlace other = s.place;
    if (what == 0) other.realm.bytes[0] ^= 1;
    if (what == 1) other.unit.bytes[0] ^= 1;
    if (what == 2) other.record.bytes[0] ^= 1;
    if (what == 3) other.path = "identity2";
    CHECK(s.open(other, sealed).error().code == Code::cannot_open);
    // Not even with the key in hand.
    const auto key = unwrap_seal(s.place, sealed, sealed.wraps, s.office_id, s.office);
    CHECK(open_text(other, sealed, *key).error().code == Code::cannot_open);
  }
}

TEST_CASE("every byte of a sealed value counts") {
  Sealing s;
  const Bytes bytes = encode_sealed(s.seal(s.text)).bytes;
  gandan::test::refuses_other_lengths(bytes, decode_sealed);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    CAPTURE(at);
    const auto decoded = decode_sealed(gandan::test::with_byte(bytes, at, bytes[at] ^ 1));
    const auto* changed = decoded.ok() ? std::get_if<SealedText>(&*decoded) : nullptr;
    if (changed == nullptr) continue;
    const bool office = s.open(s.place, *changed).ok();
    const bool phone = Sealing::open(s.place, *changed, changed->wraps, s.phone_id, s.phone).ok();
    CHECK_FALSE((office && phone));
  }
}

TEST_CASE("what is swapped between two sealed values opens nowhere") {
  Sealing s;
  SealPlace elsewhere = s.place;
  elsewhere.record = id_of<RecordId>(4);
  const auto one = s.seal(s.text);
  const auto two = *seal_text(elsewhere, "Lý Văn Páo", {{s.office_id, s.office.public_key()}}, s.random);
  auto mixed = one;
  mixed.ciphertext = two.ciphertext;
  CHECK_FALSE(s.open(s.place, mixed).ok());
  mixed.commitment = two.commitment;
  CHECK_FALSE(s.open(s.place, mixed).ok());
  mixed.wraps = two.wraps;  // the whole of it, carried over
  CHECK_FALSE(s.open(s.place, mixed).ok());
  CHECK(s.open(elsewhere, mixed).ok());
}

TEST_CASE("further recipients leave the content as it is, and a stranger's wrap spoils nobody's") {
  Sealing s;
  const auto sealed = s.seal(s.text);
  const auto key = unwrap_seal(s.place, sealed, sealed.wraps, s.office_id, s.office);
  const auto more = seal_for(s.place, sealed, *key, {{s.second_id, s.second.public_key()}}, s.random);
  REQUIRE(more.ok());
  CHECK(more->commitment == sealed.commitment);
  const Sealed bytes = encode_sealed(*more);
  CHECK(sealed_for(bytes)->wraps.size() == 1);
  CHECK_FALSE(sealed_text(bytes));
  CHECK_FALSE(sealed_for(encode_sealed(sealed)));
  auto all = sealed.wraps;
  all.insert(all.end(), more->wraps.begin(), more->wraps.end());
  CHECK(*Sealing::open(s.place, sealed, all, s.second_id, s.second) == s.text);

  // Anybody can wrap a key of his own for the device: it is passed over.
  SealWrap forged = all.back();
  forged.ct.bytes[0] ^= 1;
  all.insert(all.begin(), forged);
  CHECK(*Sealing::open(s.place, sealed, all, s.second_id, s.second) == s.text);
  const auto other = s.seal("khác");
  const auto other_key = unwrap_seal(s.place, other, other.wraps, s.office_id, s.office);
  CHECK(
      seal_for(s.place, sealed, *other_key, {{s.second_id, s.second.public_key()}}, s.random).error().code ==
      Code::cannot_open);
  CHECK(open_text(s.place, sealed, *other_key).error().code == Code::cannot_open);
}

TEST_CASE("the length of a sealed text says little, up to its bound") {
  Sealing s;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                                 std::size_t{200}, kMaxSealedTextBytes}) {
    CAPTURE(size);
    const std::string text(size, 'a');
    const auto sealed = s.seal(text);
    CHECK(sealed.ciphertext.size() == crypto::siv_overhead + (size / 64 + 1) * 64);
    CHECK(*s.open(s.place, sealed) == text);
    CHECK(check_value(encode_sealed(sealed)).ok());
  }
  CHECK(seal_text(s.place, std::string(kMaxSealedTextBytes + 1, 'a'), {{s.office_id, s.office.public_key()}},
                  s.random)
            .error()
            .code == Code::too_large);
  CHECK(s.seal("a").ciphertext != s.seal("a").ciphertext);
}

TEST_CASE("recipients are some, not too many, sorted and each once") {
  Sealing s;
  CHECK(seal_text(s.place, "a", {}, s.random).error().code == Code::bad_request);
  SealRecipients many;
  for (std::uint64_t i = 0; i < kMaxSealRecipients; ++i)
    many[id_of<DeviceId>(1000 + i)] = s.office.public_key();
  const auto full = seal_text(s.place, std::string(kMaxSealedTextBytes, 'a'), many, s.random);
  REQUIRE(full.ok());
  CHECK(check_value(encode_sealed(*full)).ok());  // the largest of all fits a value
  CHECK(decode_sealed(encode_sealed(*full).bytes).ok());
  many[id_of<DeviceId>(2000)] = s.office.public_key();
  CHECK(seal_text(s.place, "a", many, s.random).error().code == Code::too_large);

  auto sealed = s.seal(s.text);
  CHECK(laid_out(sealed) == encode_sealed(sealed).bytes);
  const auto code = [](const SealedText& text) { return decode_sealed(laid_out(text)).error().code; };
  auto changed = sealed;
  std::swap(changed.wraps[0], changed.wraps[1]);
  CHECK(code(changed) == Code::not_canonical);
  changed = sealed;
  changed.wraps[1] = changed.wraps[0];
  CHECK(code(changed) == Code::not_canonical);
  changed.wraps.clear();
  CHECK(code(changed) == Code::malformed);
  changed.wraps.assign(kMaxSealRecipients + 1, sealed.wraps[0]);
  CHECK(code(changed) == Code::too_large);
  changed = sealed;
  changed.ciphertext.push_back(0);
  CHECK(code(changed) == Code::malformed);
  changed.ciphertext.resize(crypto::siv_overhead);
  CHECK(code(changed) == Code::malformed);
  changed.ciphertext.resize(crypto::siv_overhead + kMaxSealedTextBytes + 1 + kSealBlockBytes);
  CHECK(code(changed) == Code::too_large);
  const Bytes bytes = encode_sealed(sealed).bytes;
  CHECK(decode_sealed(gandan::test::with_byte(bytes, 0, 2)).error().code == Code::newer_format);
  CHECK(decode_sealed(gandan::test::with_byte(bytes, 1, 3)).error().code == Code::newer_format);
}

TEST_CASE("golden bytes of sealed values") {
  gandan::test::Golden golden("changelog");
  Sealing s;
  const auto sealed = s.seal(s.text);
  const Bytes kept = golden.same("sealed.text", encode_sealed(sealed).bytes);
  CHECK(*s.open(s.place, text_of(kept)) == s.text);
  const auto key = unwrap_seal(s.place, sealed, sealed.wraps, s.office_id, s.office);
  const auto more = seal_for(s.place, sealed, *key, {{s.second_id, s.second.public_key()}}, s.random);
  const Bytes kept_more = golden.same("sealed.more", encode_sealed(*more).bytes);
  const auto read = sealed_for(Sealed{kept_more});
  REQUIRE(read);
  CHECK(*Sealing::open(s.place, text_of(kept), read->wraps, s.second_id, s.second) == s.text);
}

TEST_CASE("a text that moved opens by the place it was sealed in, and says so") {
  Sealing s;
  auto moved = s.seal(s.text);
  moved.origin = SealOrigin{s.place.record, s.place.path};
  const Bytes bytes = encode_sealed(moved).bytes;
  const auto back = text_of(bytes);
  REQUIRE(back.origin);
  CHECK(back.origin->record == s.place.record);
  CHECK(back.origin->path == s.place.path);
  SealPlace here = s.place;
  here.record.bytes[3] ^= 1;
  here.path = "people[x].identity";
  CHECK(s.open(here, back).error().code == Code::cannot_open);
  CHECK(*s.open(place_of(here, back), back) == s.text);
  auto elsewhere = moved;
  elsewhere.origin->path = "other";
  CHECK(s.open(place_of(here, elsewhere), elsewhere).error().code == Code::cannot_open);
  // Further recipients are of the same content, wherever it stands.
  const auto key = unwrap_seal(place_of(here, back), back, back.wraps, s.phone_id, s.phone);
  const auto more =
      seal_for(place_of(here, back), back, *key, {{s.second_id, s.second.public_key()}}, s.random);
  CHECK(*Sealing::open(place_of(here, back), back, more->wraps, s.second_id, s.second) == s.text);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_sealed(ByteView(bytes).first(size)).ok());
}

}  // namespace gandan::changelog::test
