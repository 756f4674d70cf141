#include "changelog/segment_content.hpp"

#include <algorithm>

#include "changelog/columns.hpp"
#include "changelog/op_proof.hpp"
#include "changelog/packing.hpp"
#include "ledger/tree.hpp"

namespace gandan::changelog {
namespace {

// The root over the ops' salted leaves, for segments of two ops or more.
Hash op_root(const RealmId& realm, const protocol::SegmentHeader& header, std::span<const Op> ops,
             const FeedKey& key) {
  Bytes salts(ops.size() * LeafSalt::size);
  key.leaf_salts(header.sequence, salts);
  OpLeafHasher hasher(realm, header.feed, header.sequence);
  std::vector<Hash> leaves;
  leaves.reserve(ops.size());
  Bytes op;
  op.reserve(512);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    op.clear();
    append_op(op, ops[i]);
    const auto salt = ByteView(salts).subspan(i * LeafSalt::size, LeafSalt::size);
    leaves.push_back(hasher.leaf(static_cast<std::uint16_t>(i), salt, op));
  }
  return ledger::root_of(leaves);
}

}  // namespace

struct SegmentCodec::Contexts {
  Packer packer;
};

SegmentCodec::SegmentCodec() : contexts_(std::make_unique<Contexts>()) {}
SegmentCodec::~SegmentCodec() = default;
SegmentCodec::SegmentCodec(SegmentCodec&&) noexcept = default;
SegmentCodec& SegmentCodec::operator=(SegmentCodec&&) noexcept = default;

Status check_order(std::span<const Op> ops) {
  std::vector<Stamp> last;  // per stamp feed; nearly always one
  for (const auto& op : ops) {
    const auto same = [&](const Stamp& stamp) { return stamp.feed == op.stamp.feed; };
    const auto found = std::find_if(last.begin(), last.end(), same);
    if (found == last.end()) {
      last.push_back(op.stamp);
    } else {
      if (op.stamp.hlc <= found->hlc) return Error{Code::malformed, "order of stamps"};
      *found = op.stamp;
    }
  }
  return {};
}

Result<protocol::Segment> SegmentCodec::seal(const RealmId& realm, protocol::SegmentHeader header,
                                             const Hash& previous, std::span<const Op> ops,
                                             const FeedKey& key, const crypto::SigningKey& author) {
  if (ops.empty()) return Error{Code::bad_request, "no ops"};
  if (ops.size() > protocol::kMaxOpsPerSegment) return Error{Code::too_large, "ops"};
  if (header.feed != key.feed() || header.epoch != key.epoch()) return Error{Code::bad_request, "feed key"};
  for (const auto& op : ops) GANDAN_CHECK(check_op(op));
  GANDAN_CHECK(check_order(ops));
  GANDAN_TRY(const Columns columns, write_columns(header.feed, ops));
  const std::size_t opened = padme(columns.bytes.size());
  if (opened > protocol::kMaxOpenedBytes) return Error{Code::too_large, "columns"};
  GANDAN_TRY(const Bytes plaintext, contexts_->packer.pack(columns));
  if (plaintext.size() + crypto::siv_overhead > protocol::kMaxSealedBytes)
    return Error{Code::too_large, "sealed"};

  header.dictionary = 0;
  header.op_count = static_cast<std::uint32_t>(ops.size());
  header.opened_bytes = static_cast<std::uint32_t>(opened);
  header.op_root.reset();
  if (ops.size() > 1) header.op_root = op_root(realm, header, ops, key);

  protocol::Segment out{header, previous, {}, {}};
  const Bytes full = protocol::full_header(header);
  out.ciphertext = crypto::siv_seal(key.segment_key(header.sequence), {full, previous.view()}, plaintext);
  out.signature =
      author.sign(protocol::signed_message(realm, header, previous, crypto::sha256(out.ciphertext)));
  return out;
}

Result<std::vector<Op>> SegmentCodec::open_with(const protocol::SegmentHeader& header, const Hash& previous,
                                                ByteView ciphertext, const crypto::SivKey& key) {
  GANDAN_CHECK(protocol::check_bounds(header));
  if (header.dictionary != 0) return Error{Code::parked, "dictionary"};
  GANDAN_TRY(const Bytes plaintext,
             crypto::siv_open(key, {protocol::full_header(header), previous.view()}, ciphertext));
  GANDAN_TRY(const auto unpacked, contexts_->packer.unpack(plaintext, header.opened_bytes));
  GANDAN_TRY(auto ops, read_columns(header.feed, header.op_count, unpacked.columns, unpacked.padded));
  GANDAN_CHECK(check_order(ops));
  return ops;
}

Result<std::vector<Op>> SegmentCodec::open(const RealmId& realm, const protocol::Segment& segment,
                                           const FeedKey& key) {
  const auto& header = segment.header;
  if (header.feed != key.feed() || header.epoch != key.epoch()) return Error{Code::bad_request, "feed key"};
  GANDAN_CHECK(protocol::check_bounds(segment));
  GANDAN_TRY(auto ops,
             open_with(header, segment.previous, segment.ciphertext, key.segment_key(header.sequence)));
  if (header.op_root && *header.op_root != op_root(realm, header, ops, key)) {
    return Error{Code::bad_proof, "op root"};
  }
  return ops;
}

Result<protocol::Segment> seal_segment(const RealmId& realm, const protocol::SegmentHeader& header,
                                       const Hash& previous, std::span<const Op> ops, const FeedKey& key,
                                       const crypto::SigningKey& author) {
  return SegmentCodec().seal(realm, header, previous, ops, key, author);
}

Result<std::vector<Op>> open_segment(const RealmId& realm, const protocol::Segment& segment,
                                     const FeedKey& key) {
  return SegmentCodec().open(realm, segment, key);
}

}  // namespace gandan::changelog
