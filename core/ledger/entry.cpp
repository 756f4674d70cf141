#include "ledger/entry.hpp"

#include <cstdlib>

#include "ledger/tree.hpp"

namespace gandan::ledger {

EntryBytes entry_bytes(const Entry& entry) {
  if (entry.receipt_ms < 0) std::abort();
  EntryBytes out;
  out[0] = kEntryVersion;
  out[1] = static_cast<std::uint8_t>(entry.type);
  std::copy(entry.hash.bytes.begin(), entry.hash.bytes.end(), out.begin() + 2);
  auto receipt = static_cast<std::uint64_t>(entry.receipt_ms);
  for (std::size_t i = kEntryBytes; i-- > 2 + Hash::size; receipt >>= 8)
    out[i] = static_cast<std::uint8_t>(receipt);
  return out;
}

Result<Entry> parse_entry(ByteView bytes) {
  if (bytes.empty()) return Error{Code::malformed, "ledger entry"};
  if (bytes[0] > kEntryVersion) return Error{Code::newer_format, "ledger entry"};
  if (bytes[0] != kEntryVersion || bytes.size() != kEntryBytes || bytes[1] == 0 || (bytes[34] & 0x80) != 0)
    return Error{Code::malformed, "ledger entry"};
  if (bytes[1] > static_cast<std::uint8_t>(EntryType::feed_map))
    return Error{Code::newer_format, "ledger entry"};
  Entry out;
  out.type = static_cast<EntryType>(bytes[1]);
  out.hash = Hash::from(bytes.subspan(2));
  for (const std::uint8_t byte : bytes.subspan(2 + Hash::size)) out.receipt_ms = out.receipt_ms << 8 | byte;
  return out;
}

Hash entry_leaf(const Entry& entry) { return leaf_hash(entry_bytes(entry)); }

}  // namespace gandan::ledger
