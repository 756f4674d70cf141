#include "crypto/secret.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <fstream>
#include <optional>
#include <sstream>
#include <type_traits>

#include "crypto/random.hpp"
#include "crypto/sign.hpp"
#include "support.hpp"

using namespace gandan;
using namespace gandan::crypto;

static_assert(!std::is_copy_constructible_v<Secret<32>> && !std::is_copy_assignable_v<Secret<32>>);
static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<Secret<32>> &&
              std::is_nothrow_move_constructible_v<SecretBytes>);

namespace {

// Through volatile, so that the look at storage whose object has gone is not optimised away.
bool all_zero(const unsigned char* at, std::size_t size) {
  const volatile unsigned char* bytes = at;
  for (std::size_t i = 0; i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("A secret is zero where it was moved from, and copies on purpose only", "[crypto]") {
  Secret<32> key = secret<32>(std::string(64, 'a'));
  Secret<32> moved = std::move(key);
  CHECK(all_zero(key.view().data(), key.view().size()));
  CHECK(to_hex(moved.view()) == std::string(64, 'a'));
  key = moved.copy();
  CHECK(to_hex(key.view()) == std::string(64, 'a'));
  key = Secret<32>();
  CHECK(all_zero(key.view().data(), key.view().size()));
  Secret<32> used = std::move(moved);
  moved.data()[0] = 7;  // what was moved from can be filled again
  CHECK(moved.view()[0] == 7);
  CHECK(used.view()[0] == 0xaa);
}

#ifdef __linux__
namespace {
// What the kernel says of the mapping that `at` lies in, e.g. "lo" for locked, "dd" for not in dumps.
std::string flags_of(const void* at) {
  std::ifstream maps("/proc/self/smaps");
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    char dash = 0;
    std::istringstream range(line);
    if (range >> std::hex >> from >> dash >> to && dash == '-') inside = address >= from && address < to;
    if (inside && line.rfind("VmFlags:", 0) == 0) return line;
  }
  return {};
}
// Whether the kernel tells of pages that are kept out of dumps: an emulator of another processor may not.
bool tells_of_dumps() {
  const std::size_t size = 4096;
  void* page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  const bool tells =
      ::madvise(page, size, MADV_DONTDUMP) == 0 && flags_of(page).find(" dd") != std::string::npos;
  ::munmap(page, size);
  return tells;
}
}  // namespace

// The last test of this program that should run: from here on its secrets lie in the arena.
TEST_CASE("Secrets lie in locked pages that no dump has, and are zeroised when they go", "[crypto]") {
  const SecretMemory how = lock_secret_memory();
  if (how == SecretMemory::ordinary) return;  // no such memory on this system
  CHECK(lock_secret_memory() == how);         // a second call changes nothing
  std::optional<Secret<64>> key(secret<64>(std::string(128, 'a')));
  const std::uint8_t* at = key->view().data();
  const std::string flags = flags_of(at);
  INFO(flags);
  if (how == SecretMemory::locked) CHECK(flags.find(" lo") != std::string::npos);
  if (tells_of_dumps()) CHECK(flags.find(" dd") != std::string::npos);
  // The control: the ordinary heap is in dumps.
  const Bytes plain(64);
  CHECK(flags_of(plain.data()).find(" dd") == std::string::npos);
  // The arena keeps its pages: what is left of a secret can be looked at.
  key.reset();
  const volatile std::uint8_t* left = at;
  std::size_t run = 0;
  for (std::size_t i = 0; i < 64; ++i) run += left[i] == 0xaa ? 1 : 0;
  CHECK(run < 8);  // the allocator's own list may stand in the first bytes
  // More secrets than the arena has room for go on working.
  std::vector<Secret<64>> many;
  for (int i = 0; i < 40'000; ++i) many.push_back(secret<64>(std::string(128, 'b')));
  CHECK(to_hex(many.back().view()) == std::string(128, 'b'));
  CHECK(SigningKey::generate(system_random()).sign(Bytes(3)) !=
        Signature{});  // OpenSSL still has room for its own
}
#endif

TEST_CASE("Secret bytes move and leave nothing", "[crypto]") {
  SecretBytes a(as_bytes("mật khẩu"));
  SecretBytes b = std::move(a);
  CHECK(a.empty());
  CHECK(as_text(b.view()) == "mật khẩu");
  a = b.copy();
  b = std::move(a);
  CHECK(a.empty());
  CHECK(as_text(b.view()) == "mật khẩu");
  Bytes plain = hex("0102030405");
  cleanse(plain);
  CHECK(plain == Bytes(5));
}

TEST_CASE("A secret has its exact length", "[crypto]") {
  for (const std::size_t size : {0, 31, 33}) {
    const auto result = Secret<32>::from(Bytes(size));
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == Code::bad_key);
  }
  CHECK(Secret<32>::from(Bytes(32)).ok());
}

TEST_CASE("Comparison in constant time is a comparison", "[crypto]") {
  CHECK(constant_time_equal(hex("0102"), hex("0102")));
  CHECK(constant_time_equal({}, {}));
  CHECK_FALSE(constant_time_equal(hex("0102"), hex("0103")));
  CHECK_FALSE(constant_time_equal(hex("0102"), hex("010200")));
}

TEST_CASE("The system's generator fills all and does not repeat", "[crypto]") {
  Bytes a(64), b(64);
  system_random().fill(a);
  system_random().fill(b);
  CHECK(a != b);
  CHECK(a != Bytes(64));
  system_random().fill({});
}
