// LeafTree: the ledger's Merkle tree over the entries that a vault keeps. Private to this folder.
//
// In memory are the nodes of every 16th leaf and above, 4 bytes per entry; those below are hashed again from
// the table.
//
// Threading: as the vault's. The table must not change meanwhile.
#pragma once

#include <functional>

#include "ledger/tree.hpp"
#include "storage/database.hpp"

namespace gandan::audit {

class LeafTree : public ledger::HashReader {
 public:
  // Reads entries 0 … size-1, calling `each` for every one. Code::not_found when one is missing.
  static Result<LeafTree> load(storage::Database& db, std::uint64_t size,
                               const std::function<void(std::uint64_t index, ByteView entry)>& each = {});

  std::uint64_t size() const { return size_; }
  const Hash& root() const { return root_; }
  Status read(std::span<const ledger::NodeId> nodes, std::span<Hash> out) const override;

 private:
  LeafTree(storage::Database& db, std::uint64_t size) : db_(&db), size_(size) {}
  Result<Hash> low_node(ledger::NodeId node) const;

  storage::Database* db_;
  std::uint64_t size_;
  Hash root_;
  ledger::MemoryTree upper_;  // its leaves are the nodes of level kKeptLevel
};

}  // namespace gandan::audit
