// What every bundle file begins with, and how large its frames may be (schema/wire/bundle.md). Devices write
// bundles (sync/bundle.hpp), and a server's archive is made of them (sync-server/relay/archive.hpp).
//
// Threading: constants.
#pragma once

#include <cstdint>
#include <string_view>

namespace gandan::protocol {

constexpr std::string_view kBundleMagic = "gandan-bundle\n";
constexpr std::uint8_t kBundleVersion = 1;
constexpr std::size_t kMaxBundleFrame = 256 * 1024;  // a chunk is the largest

}  // namespace gandan::protocol
