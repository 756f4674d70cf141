// The messages of POST /v1/sync: golden lines, cuts at every byte, and each limit.
#include <numeric>

#include "examples.hpp"
#include "support/golden.hpp"

namespace gandan::protocol::test {

using gandan::test::Golden;
using gandan::test::refuses_other_lengths;
using gandan::test::with_byte;

namespace {

// A welcome around whatever `change` does to the example.
template <class F>
Result<Welcome> welcome_with(F change) {
  SeededRandom random(1);
  auto m = example_welcome(random);
  change(m);
  return decode_welcome(encode(m));
}

template <class F>
Result<Receipts> receipts_with(F change) {
  SeededRandom random(1);
  auto m = example_receipts(random);
  change(m.runs[0]);
  return decode_receipts(encode(m));
}

Bytes varint(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

}  // namespace

TEST_CASE("golden bytes of the messages of a sync") {
  Golden golden("protocol");
  for (const auto& kind : one_of_each(60)) {
    CAPTURE(kind.name);
    const Bytes kept = golden.same(kind.name, kind.bytes);
    const auto back = kind.again(kept);
    REQUIRE(back.ok());
    CHECK(*back == kept);
    Bytes frame;
    append_frame(frame, kind.type, kept);
    golden.same(kind.name + ".frame", frame);
  }
  SeededRandom random(61);
  const auto hello = example_hello(random);
  // One after the other: compilers differ in the order of a call's arguments.
  const auto ledger_key = random_id<SignPublicKey>(random);
  const auto realm = random_id<RealmId>(random);
  golden.same("hello.message", hello_message(realm, ledger_key, hello));
  golden.same("end.frame", [] {
    Bytes out;
    append_frame(out, FrameType::end, {});
    return out;
  }());
}

TEST_CASE("every message is refused when it is cut anywhere or longer") {
  for (const auto& kind : one_of_each(1)) {
    CAPTURE(kind.name);
    refuses_other_lengths(kind.bytes, kind.again);
  }
}

TEST_CASE("what a decoder takes has one form: changed anywhere it is refused or says something else") {
  for (const auto& kind : one_of_each(2)) {
    for (std::size_t at = 0; at < kind.bytes.size(); ++at)
      for (const int flip : {0x01, 0x80, 0xff}) {
        const Bytes other = with_byte(kind.bytes, at, static_cast<std::uint8_t>(kind.bytes[at] ^ flip));
        const auto back = kind.again(other);
        if (back.ok()) CHECK(*back == other);
      }
  }
}

TEST_CASE("a hello signs itself for one realm, one server and nothing left open") {
  SeededRandom random(3);
  const auto key = crypto::SigningKey::generate(random);
  const auto realm = random_id<RealmId>(random);
  const auto ledger = random_id<SignPublicKey>(random);
  auto hello = example_hello(random);
  hello.signature = key.sign(hello_message(realm, ledger, hello));
  const auto holds = [&](const Hello& h, const RealmId& r, const SignPublicKey& l) {
    return crypto::verify(key.public_key(), hello_message(r, l, h), h.signature);
  };
  REQUIRE(holds(hello, realm, ledger));
  CHECK_FALSE(holds(hello, random_id<RealmId>(random), ledger));
  CHECK_FALSE(holds(hello, realm, random_id<SignPublicKey>(random)));
  const auto breaks = [&](auto change) {
    auto other = hello;
    change(other);
    return !holds(other, realm, ledger);
  };
  CHECK(breaks([](Hello& h) { h.address.bytes[0] ^= 1; }));
  CHECK(breaks([](Hello& h) { h.device.bytes[0] ^= 1; }));
  CHECK(breaks([](Hello& h) { ++h.cursors.begin()->second; }));
  CHECK(breaks([](Hello& h) { h.cursors.clear(); }));
  CHECK(breaks([](Hello& h) { ++h.own[0].next; }));
  CHECK(breaks([](Hello& h) { ++h.own[0].held; }));
  CHECK(breaks([](Hello& h) { h.own[1].hash.bytes[0] ^= 1; }));
  CHECK(breaks([](Hello& h) { ++h.checkpoint_size; }));
  CHECK(breaks([](Hello& h) { ++h.statements_from; }));
  CHECK(breaks([](Hello& h) { ++h.wraps_from; }));
  CHECK(breaks([](Hello& h) { h.leaves_from.reset(); }));
  CHECK(breaks([](Hello& h) { ++h.max_response; }));
  CHECK(breaks([](Hello& h) { h.token = {1}; }));
  CHECK(breaks([](Hello& h) { ++h.time_ms; }));
}

TEST_CASE("a hello of another version, or beyond its limit, is refused before anything is read of it") {
  SeededRandom random(4);
  auto hello = example_hello(random);
  CHECK(decode_hello(with_byte(encode(hello), 0, 2)).error().code == Code::newer_format);
  CHECK(decode_hello(with_byte(encode(hello), 0, 0)).error().code == Code::newer_format);
  CHECK(decode_hello(Bytes{2}).error().code == Code::newer_format);
  hello.token = Bytes(kMaxHelloBytes);
  CHECK(decode_hello(encode(hello)).error().code == Code::too_large);
  // As large as it may be.
  hello.token.clear();
  hello.token.resize(kMaxHelloBytes - encode(hello).size() - 2);
  CHECK(encode(hello).size() == kMaxHelloBytes);
  CHECK(decode_hello(encode(hello)).ok());
}

TEST_CASE("counts beyond what is there are refused before anything is reserved for them") {
  for (const auto& kind : one_of_each(5)) {
    CAPTURE(kind.name);
    // Wherever a count may stand, a huge one.
    for (std::size_t at = 0; at < kind.bytes.size(); ++at) {
      Bytes other(kind.bytes.begin(), kind.bytes.begin() + static_cast<std::ptrdiff_t>(at));
      append(other, varint(UINT64_MAX >> 1));
      append(other, ByteView(kind.bytes).subspan(at + 1));
      const auto back = kind.again(other);
      if (back.ok()) CHECK(*back == other);
    }
  }
}

TEST_CASE("a receipt lies after 1970: an entry of the ledger has no other") {
  const std::int64_t before = -1;
  CHECK(welcome_with([](Welcome&) {}).ok());
  CHECK(welcome_with([&](Welcome& m) { m.own[0].receipt_ms = before; }).error().code == Code::malformed);
  CHECK(receipts_with([&](ReceiptRun& r) { r.receipt_ms[1] = before; }).error().code == Code::malformed);
  CHECK(decode_logged_statement(encode(LoggedStatement{1, before, Bytes(3)})).error().code ==
        Code::malformed);
  CHECK(decode_pulled(encode(Pulled{1, before, Bytes(3)})).error().code == Code::malformed);
  CHECK(decode_pulled(encode(Pulled{1, 0, Bytes(3)})).ok());
}

TEST_CASE("receipts, tokens and entries keep their measure") {
  CHECK(receipts_with([](ReceiptRun&) {}).ok());
  CHECK(receipts_with([](ReceiptRun& r) { r.receipt_ms.pop_back(); }).error().code == Code::malformed);
  CHECK(receipts_with([](ReceiptRun& r) { r.first = UINT64_MAX; }).error().code == Code::malformed);
  CHECK(receipts_with([](ReceiptRun& r) { r.indexes.push_back(9); }).error().code == Code::malformed);
  CHECK(welcome_with([](Welcome& m) { m.token.resize(kMaxTokenBytes); }).ok());
  CHECK(welcome_with([](Welcome& m) { m.token.resize(kMaxTokenBytes + 1); }).error().code == Code::too_large);
  const auto asked = [](std::vector<std::uint64_t> sizes) {
    return decode_witness(encode(Witness{{}, std::move(sizes)}));
  };
  CHECK(asked({1, 2, 900}).ok());
  for (const auto& wrong : {std::vector<std::uint64_t>{0}, {2, 2}, {3, 2}})
    CHECK(asked(wrong).error().code == Code::malformed);
  std::vector<std::uint64_t> sizes(kMaxAskedSizes);
  std::iota(sizes.begin(), sizes.end(), 1);
  CHECK(asked(sizes).ok());
  sizes.push_back(100);
  CHECK(asked(sizes).error().code == Code::too_large);
  CHECK(decode_witness(encode(Witness{std::string(kMaxCheckpointNote + 1, 'x'), {}})).error().code ==
        Code::too_large);
  Witnessed witnessed;
  witnessed.cosigned.resize(kMaxCosigned);
  CHECK(decode_witnessed(encode(witnessed)).ok());
  witnessed.cosigned[0].note.resize(kMaxCheckpointNote + 1);
  CHECK(decode_witnessed(encode(witnessed)).error().code == Code::too_large);
  witnessed.cosigned.assign(kMaxCosigned + 1, {});
  CHECK(decode_witnessed(encode(witnessed)).error().code == Code::too_large);
  CHECK(decode_leaves(encode(Leaves{0, {}})).ok());
  CHECK(decode_leaves(encode(Leaves{0, Bytes(43)})).error().code == Code::malformed);
}

}  // namespace gandan::protocol::test
