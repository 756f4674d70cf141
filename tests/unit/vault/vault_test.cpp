#include "vault/vault.hpp"

#include <fstream>

#include "crypto/random.hpp"
#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {
std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
}  // namespace

TEST_CASE("a vault opens with its passphrase and with no other") {
  TempFolder folder;
  FakeClock clock;
  const PlainProjector projector;
  const vault::Seams seams{clock, crypto::system_random()};
  const std::string path = folder.path("v");
  DeviceId device;
  {
    auto made = must(vault::Vault::create(path, "mot hai ba", projector, seams));
    device = made->identity().id;
    CHECK(vault::Vault::open(path, "mot hai ba", projector, seams).error().code == Code::vault_locked);
  }
  CHECK(vault::Vault::create(path, "mot hai ba", projector, seams).error().code == Code::vault_exists);
  CHECK(vault::Vault::open(path, "mot hai bon", projector, seams).error().code == Code::wrong_passphrase);
  CHECK(vault::Vault::open(folder.path("w"), "x", projector, seams).error().code == Code::vault_missing);
  {
    // Also one that was there before is held by one at a time.
    const auto held = must(vault::Vault::open(path, "mot hai ba", projector, seams));
    CHECK(held->identity().id == device);
    CHECK(vault::Vault::open(path, "mot hai ba", projector, seams).error().code == Code::vault_locked);
    CHECK_FALSE(std::filesystem::exists(path + "/vault.db-shm"));
  }

  {
    const auto held = must(vault::Vault::open(path, "mot hai ba", projector, seams));
    CHECK(held->change_passphrase("mot hai bon", "nam sau bay").error().code == Code::wrong_passphrase);
    must(held->change_passphrase("mot hai ba", "nam sau bay"));
  }
  CHECK(vault::Vault::open(path, "mot hai ba", projector, seams).error().code == Code::wrong_passphrase);
  CHECK(must(vault::Vault::open(path, "nam sau bay", projector, seams))->identity().id == device);
}

TEST_CASE(
    "a vault whose making was cut is none, and the next try makes it; one that lost a part is never "
    "replaced") {
  TempFolder folder;
  FakeClock clock;
  const PlainProjector projector;
  const vault::Seams seams{clock, crypto::system_random()};
  const std::string path = folder.path("v");
  (void)must(vault::Vault::create(path, "mot hai ba", projector, seams));
  const std::string database = path + "/vault.db", draft = database + ".new", key = path + "/vault.key";
  const auto opens = [&](std::string_view passphrase) {
    return vault::Vault::open(path, passphrase, projector, seams);
  };
  const auto makes = [&](std::string_view passphrase) {
    return vault::Vault::create(path, passphrase, projector, seams);
  };
  SECTION("cut while the database was made") {
    std::filesystem::remove(key);
    std::filesystem::remove(database);
    std::ofstream(draft, std::ios::binary) << "half";
    std::ofstream(draft + "-journal", std::ios::binary) << "half";
    CHECK(opens("other").error().code == Code::vault_missing);
    (void)must(makes("other"));
    (void)must(opens("other"));
    CHECK_FALSE(std::filesystem::exists(draft));
  }
  SECTION("cut before it got its name") {
    std::filesystem::rename(database, draft);
    CHECK(opens("other").error().code == Code::vault_missing);
    (void)must(makes("other"));
    (void)must(opens("other"));
    CHECK(opens("mot hai ba").error().code == Code::wrong_passphrase);
  }
  SECTION("the database was moved away: its key stays") {
    const std::string kept = contents(key);
    std::filesystem::rename(database, folder.path("elsewhere.db"));
    CHECK(opens("mot hai ba").error().code == Code::vault_damaged);
    CHECK(makes("other").error().code == Code::vault_exists);
    CHECK(contents(key) == kept);
  }
  SECTION("the key was moved away") {
    std::filesystem::remove(key);
    CHECK(opens("mot hai ba").error().code == Code::vault_damaged);
    CHECK(makes("other").error().code == Code::vault_exists);
  }
}

TEST_CASE("a damaged or newer vault is refused and left untouched") {
  TempFolder folder;
  FakeClock clock;
  const PlainProjector projector;
  const vault::Seams seams{clock, crypto::system_random()};
  const std::string path = folder.path("v");
  (void)must(vault::Vault::create(path, "p", projector, seams));
  const std::string database = contents(path + "/vault.db");

  SECTION("a flipped byte in the first page") {
    std::string damaged = database;
    damaged[200] = static_cast<char>(damaged[200] ^ 1);
    std::ofstream(path + "/vault.db", std::ios::binary) << damaged;
    CHECK(vault::Vault::open(path, "p", projector, seams).error().code == Code::vault_damaged);
    CHECK(contents(path + "/vault.db") == damaged);
  }
  SECTION("a cut file") {
    std::ofstream(path + "/vault.db", std::ios::binary) << database.substr(0, 100);
    CHECK(vault::Vault::open(path, "p", projector, seams).error().code == Code::vault_damaged);
  }
  SECTION("a key file that is something else") {
    std::ofstream(path + "/vault.key", std::ios::binary) << "xin chao";
    CHECK(vault::Vault::open(path, "p", projector, seams).error().code == Code::vault_damaged);
  }
  SECTION("a later version's schema") {
    {
      auto open = must(vault::Vault::open(path, "p", projector, seams));
      must(open->db().execute("PRAGMA user_version = 999"));
    }
    const std::string newer = contents(path + "/vault.db");
    CHECK(vault::Vault::open(path, "p", projector, seams).error().code == Code::vault_newer);
    CHECK(contents(path + "/vault.db") == newer);
  }
}

TEST_CASE("neither the database nor the files beside it show what was written") {
  Realm realm;
  auto phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  phone->write(realm.commune, {text("title", "Cuoc hop ve duong lien thon")});
  must(phone->vault->db().checkpoint());
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(realm.folder.path()))
    if (file.is_regular_file()) all += contents(file.path().string());
  CHECK(all.find("lien thon") == std::string::npos);
  // The control: the same search finds what is there in clear.
  std::ofstream(realm.folder.path("plain")) << "Cuoc hop ve duong lien thon";
  CHECK(contents(realm.folder.path("plain")).find("lien thon") != std::string::npos);
}
