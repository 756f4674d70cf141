// Series: the server numbers wraps and entries of the key box in the order of arrival. They stand in no
// ledger, so a store that was restored, and has lost some, could not tell; nor could anybody who counts on.
// It goes on with the next series of numbers, of which each has 2^40: nobody's cursor misses what comes, and
// a device that sees a higher one than before knows that it may have to bring again what it brought.
//
// Threading: pure functions.
#pragma once

#include <cstdint>

namespace gandan::protocol {

constexpr int kSeriesBits = 40;

constexpr std::uint64_t series_of(std::uint64_t number) { return number >> kSeriesBits; }
// The first number of the series after that one's.
constexpr std::uint64_t next_series(std::uint64_t number) { return (series_of(number) + 1) << kSeriesBits; }

}  // namespace gandan::protocol
