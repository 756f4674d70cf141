#include "support/malloc_fault.hpp"

#include <sqlite3.h>

namespace gandan::test {
namespace {

sqlite3_mem_methods system_allocator;
std::uint64_t left = 0;
std::uint64_t failures = 0;
bool failed = false;

bool fails() {
  if (failures == 0 || left == 0) return false;
  if (left > 1) {
    --left;
    return false;
  }
  --failures;
  failed = true;
  return true;
}

void* allocate(int size) { return fails() ? nullptr : system_allocator.xMalloc(size); }
void* reallocate(void* old, int size) { return fails() ? nullptr : system_allocator.xRealloc(old, size); }

// SQLite takes another allocator only before it is first used.
const bool installed = [] {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_allocator) != SQLITE_OK) return false;
  sqlite3_mem_methods ours = system_allocator;
  ours.xMalloc = allocate;
  ours.xRealloc = reallocate;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK;
}();

}  // namespace

void fail_malloc_at(std::uint64_t n, std::uint64_t times) {
  left = n;
  failures = n == 0 ? 0 : times;
  failed = false;
}
bool malloc_failed() { return installed && failed; }

}  // namespace gandan::test
