// The bundle file: golden bytes, and what is refused of it.
#include "support/golden.hpp"
#include "support/realm.hpp"
#include "sync/request.hpp"
#include "vault/attachments.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Carrier : Realm {
  using Realm::Realm;
  // One op a segment: stored, not compressed, so that its bytes are the same with every zstd.
  void work() {
    record = phone->write(commune, {text("t", "họp")});
    must(vault::seal(*phone->vault));
    must(phone->vault->set_checkpoint({9, Hash::from(Bytes(32, 9)), "a note"}));
    phone->edit(commune, record, {text("t", "xong")});
    must(vault::keep_attachment(*phone->vault, commune, "a.txt", "text/plain", as_bytes("Lạng Sơn")));
  }
  Bytes bundle() { return must(sync::export_bundle(*phone->vault, {})); }
  Result<sync::ImportReport> give(Device& to, const Bytes& bytes) {
    return sync::import_bundle(*to.vault, bytes);
  }

  std::unique_ptr<Device> phone = enrolled("phone", roster::Role::cadre, commune);
  RecordId record;
};

// Where frames begin, after magic and version.
std::vector<std::size_t> frame_starts(const Bytes& bundle) {
  std::vector<std::size_t> out;
  for (std::size_t at = 15; at < bundle.size();) {
    out.push_back(at);
    std::size_t size = 0, shift = 0;
    ++at;
    for (;; shift += 7) {
      const auto byte = bundle[at++];
      size |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    at += size;
  }
  return out;
}

}  // namespace

TEST_CASE("golden bytes of a bundle and of a signed request") {
  Golden golden("sync");
  Carrier carrier(60);
  carrier.work();
  const Bytes bundle = golden.same("bundle", carrier.bundle());
  auto office = carrier.device("office");
  const auto report = must(carrier.give(*office, bundle));
  CHECK(report.refused_count == 0);
  CHECK(report.held == 2);  // the key is not its own
  carrier.enrol(*office, roster::Role::office, carrier.top);
  CHECK(office->document(carrier.record) == carrier.phone->document(carrier.record));
  golden.same("bundle.enrolment", must(sync::export_enrolment(*carrier.admin->vault)));
  const auto request = must(sync::build_request(*carrier.phone->vault, {}));
  golden.same("request.witness",
              sync::encode_request(request));  // "request": before the key box and witnesses
  CHECK(request.segment_count() == 2);
}

TEST_CASE_METHOD(Carrier, "a bundle that is cut anywhere is not taken, and the vault is as it was") {
  work();
  const Bytes whole = bundle();
  auto fresh = device("fresh");
  for (std::size_t size = 0; size < whole.size(); size += 1 + size % 3) {
    const auto taken = give(*fresh, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    REQUIRE_FALSE(taken.ok());
    REQUIRE_FALSE(fresh->vault->in_realm());
  }
  must(give(*fresh, whole));
  CHECK(fresh->vault->in_realm());
}

TEST_CASE_METHOD(Carrier, "what is no bundle, of another realm or a later program is refused with its code") {
  work();
  const Bytes whole = bundle();
  auto fresh = device("fresh");
  const auto code = [&](Bytes bytes) {
    const auto taken = give(*fresh, bytes);
    CHECK_FALSE(fresh->vault->in_realm());
    return taken.ok() ? Code::internal : taken.error().code;
  };
  CHECK(code(with_byte(whole, 0, 'G')) == Code::malformed);
  CHECK(code(with_byte(whole, 14, 2)) == Code::newer_format);
  Bytes longer = whole;
  append(longer, as_bytes("x"));
  CHECK(code(longer) == Code::malformed);
  const auto starts = frame_starts(whole);
  REQUIRE(starts.size() > 6);
  CHECK(code(with_byte(whole, starts[0], 2)) == Code::malformed);        // no card
  CHECK(code(with_byte(whole, starts[1], 77)) == Code::malformed);       // an unknown frame
  CHECK(code(with_byte(whole, starts[0] + 3, 'G')) == Code::malformed);  // a card that is none
  CHECK(code(with_byte(whole, starts[1] - 1, static_cast<std::uint8_t>(whole[starts[1] - 1] ^ 1))) ==
        Code::bad_signature);
  Bytes huge(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(starts[1]));
  append(huge, *from_hex("0581801000"));  // a frame of 262,145 bytes
  CHECK(code(huge) == Code::too_large);
  Carrier other(7);
  must(give(*fresh, other.bundle()));
  CHECK(give(*fresh, whole).error().code == Code::wrong_realm);
}

TEST_CASE_METHOD(Carrier, "a changed byte costs what it stands in, and no more") {
  work();
  const Bytes whole = bundle();
  auto office = enrolled("office", roster::Role::office, top);
  const auto document = phone->document(record);
  const auto starts = frame_starts(whole);
  for (std::size_t i = 1; i + 1 < starts.size(); ++i) {
    // The last byte of each frame: of a signature, a key, a tag.
    const std::size_t at = starts[i + 1] - 1;
    const auto taken = give(*office, with_byte(whole, at, static_cast<std::uint8_t>(whole[at] ^ 0x40)));
    if (taken.ok() && whole[starts[i]] == 5) CHECK(taken->refused_count >= 1);
  }
  must(give(*office, whole));
  CHECK(office->document(record) == document);
  CHECK(must(vault::findings(*office->vault)).empty());
}

TEST_CASE_METHOD(Carrier, "a bundle names every root that its segments sign, as often as it changes") {
  work();
  const Bytes whole = bundle();
  std::size_t roots = 0;
  for (const auto at : frame_starts(whole)) roots += whole[at] == 17;
  CHECK(roots == 1);
  auto office = enrolled("office", roster::Role::office, top);
  CHECK(must(give(*office, whole)).segments == 2);
  // The root was a claim: what this device verified itself is none of it.
  CHECK(must(office->vault->db().integer("SELECT count(*) FROM root_seen")) == 0);
  // And it is carried on.
  auto next = enrolled("next", roster::Role::office, top);
  CHECK(next->take(*office).segments == 2);
}
