// Personal values and the entries of their keys: where they open, and that nothing of them can be changed.
#include "changelog/personal_value.hpp"

#include "fixture.hpp"
#include "support/golden.hpp"

namespace gandan::changelog::test {
namespace {

struct Person {
  Seeded random{95};
  SealPlace place{id_of<RealmId>(1), id_of<UnitId>(2), id_of<RecordId>(3), "person_name"};
  NamedKey key = new_record_key(place.realm, random);
  EpochSecret secret = new_epoch_secret(random);
  std::string text = "Lý Thị Mỷ, thôn Nà Pàn";

  PersonalText close(const std::string& what) const { return *seal_personal(place, what, key); }
  Result<std::string> open(const SealPlace& at, const PersonalText& closed) const {
    return open_personal(at, closed, key.key);
  }
  protocol::RecordKeyEntry entry() const {
    return wrap_record_key(place.realm, place.unit, place.record, key, 3, secret);
  }
};

template <class F>
void each_place(const SealPlace& place, F f) {
  for (int what = 0; what < 4; ++what) {
    CAPTURE(what);
    SealPlace other = place;
    if (what == 0) other.realm.bytes[0] ^= 1;
    if (what == 1) other.unit.bytes[0] ^= 1;
    if (what == 2) other.record.bytes[0] ^= 1;
    if (what == 3) other.path = "person_name2";
    f(other);
  }
}

}  // namespace

TEST_CASE("a personal text opens with its key in its own place, and nowhere else") {
  const Person p;
  const auto value = encode_personal(p.close(p.text));
  const auto closed = personal_text(value);
  REQUIRE(closed);
  CHECK(*p.open(p.place, *closed) == p.text);
  CHECK(as_text(value.bytes).find("Lý") == std::string_view::npos);
  each_place(p.place, [&](const SealPlace& other) {
    CHECK(p.open(other, *closed).error().code == Code::cannot_open);
  });
  Seeded random(96);
  auto other = new_record_key(p.place.realm, random);
  CHECK(open_personal(p.place, *closed, other.key).error().code == Code::cannot_open);
  auto renamed = *closed;  // the same key under another name
  renamed.key = other.id;
  CHECK(p.open(p.place, renamed).error().code == Code::cannot_open);
  CHECK_FALSE(personal_text(Sealed{value.bytes}));
  CHECK_FALSE(personal_text(std::string("Lý")));
}

TEST_CASE("every byte of a personal value and of a key's entry counts") {
  const Person p;
  const Bytes bytes = encode_personal(p.close(p.text)).bytes;
  gandan::test::refuses_other_lengths(bytes, decode_personal);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    CAPTURE(at);
    const auto decoded = decode_personal(gandan::test::with_byte(bytes, at, bytes[at] ^ 1));
    CHECK_FALSE((decoded.ok() && p.open(p.place, *decoded).ok()));
  }
  const Bytes entry = protocol::encode_record_key(p.entry());
  gandan::test::refuses_other_lengths(entry, protocol::decode_record_key);
  for (std::size_t at = 0; at < entry.size(); ++at) {
    CAPTURE(at);
    const auto decoded = protocol::decode_record_key(gandan::test::with_byte(entry, at, entry[at] ^ 1));
    CHECK_FALSE((decoded.ok() && unwrap_record_key(p.place.realm, *decoded, p.secret).ok()));
  }
}

TEST_CASE("a key's entry opens with its epoch's secret, in its realm, as what it says it is") {
  const Person p;
  const auto entry = *protocol::decode_record_key(protocol::encode_record_key(p.entry()));
  CHECK(equal(unwrap_record_key(p.place.realm, entry, p.secret)->view(), p.key.key.view()));
  const auto refused = [&](auto change) {
    auto other = entry;
    change(other);
    return unwrap_record_key(p.place.realm, other, p.secret).error().code == Code::cannot_open;
  };
  CHECK(refused([](auto& e) { e.unit.bytes[0] ^= 1; }));
  CHECK(refused([](auto& e) { e.record.bytes[0] ^= 1; }));
  CHECK(refused([](auto& e) { e.key.bytes[0] ^= 1; }));
  CHECK(refused([](auto& e) { e.epoch = 4; }));
  // Another key, honestly wrapped under this one's name.
  Seeded liar(98);
  NamedKey swapped = new_record_key(p.place.realm, liar);
  swapped.id = p.key.id;
  const auto forged = wrap_record_key(p.place.realm, p.place.unit, p.place.record, swapped, 3, p.secret);
  CHECK(unwrap_record_key(p.place.realm, forged, p.secret).error().code == Code::cannot_open);
  auto realm = p.place.realm;
  realm.bytes[0] ^= 1;
  CHECK(record_key_name(realm, p.key.key) != p.key.id);
  CHECK_FALSE(unwrap_record_key(realm, entry, p.secret).ok());
  Seeded random(97);
  CHECK_FALSE(unwrap_record_key(p.place.realm, entry, new_epoch_secret(random)).ok());
}

TEST_CASE("personal values and entries have one form, and bounds") {
  const Person p;
  for (const std::size_t size : {std::size_t{0}, std::size_t{63}, std::size_t{64}, kMaxSealedTextBytes}) {
    CAPTURE(size);
    const auto closed = p.close(std::string(size, 'a'));
    CHECK(closed.ciphertext.size() == crypto::siv_overhead + (size / 64 + 1) * 64);
    CHECK(*p.open(p.place, closed) == std::string(size, 'a'));
    CHECK(check_value(encode_personal(closed)).ok());
    CHECK(decode_personal(encode_personal(closed).bytes).ok());
  }
  CHECK(seal_personal(p.place, std::string(kMaxSealedTextBytes + 1, 'a'), p.key).error().code ==
        Code::too_large);
  auto closed = p.close(p.text);
  const auto code = [](const PersonalText& text) {
    return decode_personal(encode_personal(text).bytes).error().code;
  };
  closed.ciphertext.push_back(0);
  CHECK(code(closed) == Code::malformed);
  closed.ciphertext.resize(crypto::siv_overhead);
  CHECK(code(closed) == Code::malformed);
  closed.ciphertext.resize(crypto::siv_overhead + kMaxSealedTextBytes + 1 + kSealBlockBytes);
  CHECK(code(closed) == Code::too_large);
  closed.ciphertext.resize(kMaxValueBytes);
  CHECK(code(closed) == Code::too_large);
  const Bytes bytes = encode_personal(p.close(p.text)).bytes;
  CHECK(decode_personal(gandan::test::with_byte(bytes, 0, 2)).error().code == Code::newer_format);
  auto entry = p.entry();
  entry.epoch = 0;
  CHECK(protocol::decode_record_key(protocol::encode_record_key(entry)).error().code == Code::malformed);
  const Bytes key = protocol::encode_record_key(p.entry());
  CHECK(protocol::decode_record_key(gandan::test::with_byte(key, 0, 2)).error().code == Code::newer_format);
  CHECK(protocol::decode_record_key(Bytes(protocol::kMaxRecordKeyBytes + 1)).error().code == Code::too_large);
}

TEST_CASE("golden bytes of personal values and of keys' entries") {
  gandan::test::Golden golden("changelog");
  const Person p;
  const Bytes value = golden.same("personal.text", encode_personal(p.close(p.text)).bytes);
  CHECK(*p.open(p.place, *decode_personal(value)) == p.text);
  const Bytes entry = golden.same("personal.key", protocol::encode_record_key(p.entry()));
  CHECK(equal(unwrap_record_key(p.place.realm, *protocol::decode_record_key(entry), p.secret)->view(),
              p.key.key.view()));
}

}  // namespace gandan::changelog::test
