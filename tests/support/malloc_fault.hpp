// Makes SQLite's memory run out: the n-th allocation from now fails, and `times` in all.
//
// Threading: one thread. Linking this file installs it before main, off until asked.
#pragma once

#include <cstdint>

namespace gandan::test {

void fail_malloc_at(std::uint64_t n, std::uint64_t times = 1);  // n = 0: never
bool malloc_failed();                                           // since the last fail_malloc_at

}  // namespace gandan::test
