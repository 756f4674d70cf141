// The signer's memory of what it gave out, across restarts and crashes.
#include "relay/signer.hpp"

#include <fstream>

#include "crypto/hash.hpp"
#include "roster/statement.hpp"
#include "support/catch.hpp"
#include "support/folder.hpp"

namespace gandan::server::test {
namespace {

const RealmId kRealm = RealmId::from(crypto::sha256(as_bytes("realm")).view());

struct Memory {
  gandan::test::Folder folder;

  Signer signer() const {
    return Signer(*crypto::SigningKey::from_seed(Bytes(32, 3)), std::filesystem::path(folder.path()));
  }
  std::filesystem::path file() const {
    return std::filesystem::path(folder.path()) / "ledger-high" / to_hex(kRealm.view());
  }
  Status give_out(Signer& signer, std::uint64_t size) const {
    const Hash root = root_of(size);
    return signer.give_out(kRealm, size, root, signer.sign(kRealm, size, root));
  }
  static Hash root_of(std::uint64_t size) { return crypto::sha256(as_bytes("root " + std::to_string(size))); }
  // Half of a place overwritten, as a crash in the middle of a write leaves it.
  void tear(std::size_t place) const {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(place * 4096));
    out << std::string(100, 'x');
    REQUIRE(out.good());
  }
};

}  // namespace

TEST_CASE("the signer remembers the highest checkpoint and gives out none below or beside it") {
  const Memory memory;
  {
    auto signer = memory.signer();
    CHECK(signer.highest(kRealm)->size == 0);
    for (const std::uint64_t size : {5, 6, 9, 200}) {
      REQUIRE(memory.give_out(signer, size).ok());
      CHECK(memory.signer().highest(kRealm)->size == size);
    }
  }
  auto signer = memory.signer();
  CHECK(signer.highest(kRealm)->root == Memory::root_of(200));
  CHECK(memory.give_out(signer, 200).ok());
  CHECK(memory.give_out(signer, 199).error().code == Code::ledger_behind);
  const Hash other = crypto::sha256(as_bytes("another tree"));
  CHECK(signer.give_out(kRealm, 200, other, signer.sign(kRealm, 200, other)).error().code ==
        Code::ledger_behind);
  CHECK(memory.signer().highest(kRealm)->size == 200);
  // Nor a note that says another thing than the tree in memory, at whichever size.
  const Hash root = Memory::root_of(300);
  for (const auto& note : {signer.sign(kRealm, 300, other), signer.sign(kRealm, 299, root), std::string("x")})
    CHECK(signer.give_out(kRealm, 300, root, note).error().code == Code::store_damaged);
  CHECK(signer.give_out(kRealm, 200, Memory::root_of(200), signer.sign(kRealm, 200, other)).error().code ==
        Code::store_damaged);
  CHECK(memory.signer().highest(kRealm)->size == 200);
}

TEST_CASE("a crash in the middle of remembering leaves what was given out before") {
  const Memory memory;
  auto signer = memory.signer();
  for (const std::uint64_t size : {5, 6, 7}) REQUIRE(memory.give_out(signer, size).ok());
  // 5 went to the first place, 6 to the second, 7 to the first; the next one would go to the second.
  memory.tear(1);
  auto restarted = memory.signer();
  CHECK(restarted.highest(kRealm)->size == 7);
  REQUIRE(memory.give_out(restarted, 8).ok());
  CHECK(memory.signer().highest(kRealm)->size == 8);
  memory.tear(0);
  CHECK(memory.signer().highest(kRealm)->size == 8);
}

TEST_CASE("a memory in which nothing holds is damage, not a beginning") {
  const Memory memory;
  auto signer = memory.signer();
  REQUIRE(memory.give_out(signer, 5).ok());
  SECTION("both places torn") {
    memory.tear(0);
    memory.tear(1);
  }
  SECTION("emptied") { std::ofstream(memory.file(), std::ios::trunc).flush(); }
  SECTION("another server's") {
    Signer other(*crypto::SigningKey::from_seed(Bytes(32, 4)), std::filesystem::path(memory.folder.path()));
    CHECK(other.highest(kRealm).error().code == Code::store_damaged);
    memory.tear(0);
  }
  auto restarted = memory.signer();
  CHECK(restarted.highest(kRealm).error().code == Code::store_damaged);
  CHECK(memory.give_out(restarted, 6).error().code == Code::store_damaged);
}

}  // namespace gandan::server::test
