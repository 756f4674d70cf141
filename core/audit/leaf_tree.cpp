#include "audit/leaf_tree.hpp"

namespace gandan::audit {
namespace {

constexpr std::uint8_t kKeptLevel = 4;

}  // namespace

Result<LeafTree> LeafTree::load(storage::Database& db, std::uint64_t size,
                                const std::function<void(std::uint64_t, ByteView)>& each) {
  LeafTree tree(db, size);
  ledger::Frontier frontier;
  std::vector<ledger::Node> made;
  GANDAN_TRY(auto rows,
             db.query("SELECT idx, entry FROM leaf WHERE idx >= 0 AND idx < ? ORDER BY idx", size));
  for (std::uint64_t index = 0; index < size; ++index) {
    GANDAN_TRY(const bool present, rows.step());
    if (!present || static_cast<std::uint64_t>(rows.integer(0)) != index)
      return Error{Code::not_found, "ledger entry " + std::to_string(index)};
    if (each) each(index, rows.blob(1));
    made.clear();
    frontier.append(ledger::leaf_hash(rows.blob(1)), &made);
    for (const auto& node : made)
      if (node.id.level == kKeptLevel) tree.upper_.append(node.hash);
  }
  tree.root_ = frontier.root();
  return tree;
}

Status LeafTree::read(std::span<const ledger::NodeId> nodes, std::span<Hash> out) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].level < kKeptLevel) {
      GANDAN_TRY(out[i], low_node(nodes[i]));
      continue;
    }
    const ledger::NodeId above{static_cast<std::uint8_t>(nodes[i].level - kKeptLevel), nodes[i].index};
    GANDAN_CHECK(upper_.read({&above, 1}, out.subspan(i, 1)));
  }
  return {};
}

Result<Hash> LeafTree::low_node(ledger::NodeId node) const {
  const std::uint64_t begin = node.index << node.level;
  const std::uint64_t end = begin + (std::uint64_t{1} << node.level);
  const Error missing{Code::not_found, "ledger node"};
  if (end > size_) return missing;
  ledger::Frontier frontier;
  GANDAN_TRY(auto rows,
             db_->query("SELECT entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx", begin, end));
  while (frontier.size() < end - begin) {
    GANDAN_TRY(const bool present, rows.step());
    if (!present) return missing;
    frontier.append(ledger::leaf_hash(rows.blob(0)));
  }
  return frontier.root();
}

}  // namespace gandan::audit
