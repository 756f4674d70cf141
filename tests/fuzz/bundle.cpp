// Bundles from a stick: whatever is in them, the vault takes what is authentic, refuses the rest, and is
// whole afterwards. It is made anew now and then, for valid bundles fill it.
#include "sync/bundle.hpp"

#include <cstdlib>

#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

// The realm of the golden bundle (tests/unit/sync/bundle_test.cpp), and an office in it that can open what it
// says.
struct World : Realm {
  World() : Realm(60) {}
  std::unique_ptr<Device> phone = enrolled("phone", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::unique_ptr<World> world;
  static int runs = 0;
  if (world == nullptr || ++runs % 1000 == 0) world = std::make_unique<World>();
  auto& vault = *world->office->vault;
  const auto before = must(vault.roster())->size();
  const auto taken = sync::import_bundle(vault, ByteView(data, size));
  const auto after = must(vault.roster())->size();
  if (after < before || (!taken && after != before)) std::abort();
  if (!taken && taken.error().code == Code::internal) std::abort();
  if (vault.db().in_transaction()) std::abort();
  return 0;
}
