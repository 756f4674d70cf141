// What an operator hears of a realm. Realms and devices by their handles, the first eight characters of their
// ids, as in the logs: enough to find them in the office's list of devices, nothing to ask the server with.
//
// Threading: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace gandan::server {

inline std::string handle_of(ByteView id) { return to_hex(id.first(4)); }

struct RealmNumbers {
  std::string realm;
  std::uint64_t entries = 0;      // of the ledger, published
  std::uint64_t used_bytes = 0;   // against the quota
  std::uint64_t quota_bytes = 0;  // 0: no limit
  bool suspended = false, healthy = true;
  std::size_t queued = 0;  // submissions, and their bytes
  std::size_t queued_bytes = 0;
  std::int64_t oldest_ms = 0;          // how long the first of them has waited
  std::optional<std::uint64_t> fence;  // where servers share the realm and this one is its sequencer
  std::size_t devices = 0;             // that hold a role
  std::size_t silent = 0;              // of them, for long
  struct Silent {
    std::string device;
    std::int64_t for_ms = 0;
  };
  std::vector<Silent> longest;         // at most kNamedDevices
  std::vector<std::string> throttled;  // at most kNamedDevices
};
constexpr std::size_t kNamedDevices = 20;

}  // namespace gandan::server
