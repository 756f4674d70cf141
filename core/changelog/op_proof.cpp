#include "changelog/op_proof.hpp"

#include "ledger/proof.hpp"

namespace gandan::changelog {

OpLeafHasher::OpLeafHasher(const RealmId& realm, const FeedId& feed, std::uint64_t sequence)
    : message_(crypto::domain_prefix("gandan/op-leaf/v1", realm)) {
  append(message_, feed.view());
  for (int shift = 56; shift >= 0; shift -= 8)
    message_.push_back(static_cast<std::uint8_t>(sequence >> shift));
  prefix_ = message_.size();
}

Hash OpLeafHasher::leaf(std::uint16_t index, ByteView salt, ByteView op) {
  message_.resize(prefix_);
  message_.push_back(static_cast<std::uint8_t>(index >> 8));
  message_.push_back(static_cast<std::uint8_t>(index));
  append(message_, salt);
  append(message_, op);
  return hash_.add(message_).finish();
}

Result<OpProof> prove_op(const RealmId& realm, const protocol::Segment& segment, std::span<const Op> ops,
                         std::uint32_t index, const FeedKey& key) {
  const auto& header = segment.header;
  if (index >= ops.size() || ops.size() != header.op_count || header.feed != key.feed() ||
      header.epoch != key.epoch()) {
    return Error{Code::bad_request, "op proof"};
  }
  if (ops.size() == 1) {
    return OpProof{0, KeyOpProof{to_bytes(key.segment_key(header.sequence).view()), segment.ciphertext}};
  }
  Bytes salts(ops.size() * LeafSalt::size);
  key.leaf_salts(header.sequence, salts);
  const auto salt = [&](std::size_t i) {
    return ByteView(salts).subspan(i * LeafSalt::size, LeafSalt::size);
  };
  OpLeafHasher hasher(realm, header.feed, header.sequence);
  ledger::MemoryTree tree;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    tree.append(hasher.leaf(static_cast<std::uint16_t>(i), salt(i), encode_op(ops[i])));
  }
  GANDAN_TRY(auto proof, ledger::inclusion_proof(index, tree.size(), tree));
  OpProof out{index,
              MerkleOpProof{LeafSalt::from(salt(index)), encode_op(ops[index]), std::move(proof.path)}};
  crypto::cleanse(salts);
  return out;
}

Result<Op> verify_op(const RealmId& realm, const protocol::SegmentStub& stub, const OpProof& proof) {
  const auto& header = stub.header;
  GANDAN_CHECK(protocol::check_bounds(header));
  if (proof.index >= header.op_count) return Error{Code::bad_proof, "op index"};
  if (const auto* merkle = std::get_if<MerkleOpProof>(&proof.evidence)) {
    if (!header.op_root) return Error{Code::bad_proof, "no op root"};
    OpLeafHasher hasher(realm, header.feed, header.sequence);
    const Hash leaf = hasher.leaf(static_cast<std::uint16_t>(proof.index), merkle->salt.view(), merkle->op);
    GANDAN_CHECK(ledger::verify_inclusion(leaf, proof.index, header.op_count, *header.op_root, merkle->path));
    return decode_op(merkle->op);
  }
  const auto& opened = std::get<KeyOpProof>(proof.evidence);
  if (header.op_count != 1) return Error{Code::bad_proof, "a key for several ops"};
  if (crypto::sha256(opened.ciphertext) != stub.ciphertext_hash) return Error{Code::bad_proof, "ciphertext"};
  GANDAN_TRY(const auto key, crypto::SivKey::from(opened.key));
  GANDAN_TRY(auto ops, SegmentCodec().open_with(header, stub.previous, opened.ciphertext, key));
  return std::move(ops.front());
}

}  // namespace gandan::changelog
