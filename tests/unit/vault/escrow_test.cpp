#include "vault/escrow.hpp"

#include "support/golden.hpp"
#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;
using namespace gandan::vault;

TEST_CASE("an escrow share has this text, and no other passes for one") {
  EscrowShare share;
  share.realm.bytes.fill(0xa1);
  share.epoch = 7;
  share.threshold = 2;
  share.count = 3;
  share.set.bytes.fill(0x5e);
  share.share.x = 3;
  share.share.y = crypto::SecretBytes(ByteView(Bytes(32, 9)));
  Golden golden("vault");
  const std::string text = share_text(share);
  golden.same("escrow_share", as_bytes(text));
  const auto read = must(read_share("on a page\n  " + text + "\n\n"));
  CHECK(share_text(read) == text);
  CHECK(read.epoch == 7);
  CHECK(equal(read.share.y.view(), Bytes(32, 9)));
  for (std::size_t size = 0; size + 1 < text.size(); ++size)
    CHECK_FALSE(read_share(text.substr(0, size)).ok());
  CHECK_FALSE(read_share(text + "00").ok());
  CHECK_FALSE(read_share(std::string(5000, ' ') + text).ok());
  // What no making gives is none, also with a checksum that is right.
  for (const auto& change : {+[](EscrowShare& s) { s.epoch = 0; }, +[](EscrowShare& s) { s.threshold = 1; },
                             +[](EscrowShare& s) { s.threshold = 4; }, +[](EscrowShare& s) { s.share.x = 0; },
                             +[](EscrowShare& s) { s.share.x = 4; }, +[](EscrowShare& s) { s.count = 17; }}) {
    EscrowShare other = must(read_share(text));
    change(other);
    CHECK(read_share(share_text(other)).error().code == Code::malformed);
  }
}
