// Catch2, version 2 or 3: the only place that knows which. In fuzz targets (GANDAN_FUZZ) what must hold ends
// the program.
#pragma once

#if defined(GANDAN_FUZZ)
#include <cstdlib>
#define FAIL(what) std::abort()
#define REQUIRE(what)          \
  do {                         \
    if (!(what)) std::abort(); \
  } while (false)
#define CHECK(what) REQUIRE(what)
#elif __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
