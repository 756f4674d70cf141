// The stranger's side of a record's proof; what it shares with a log's: proof_check.hpp.
#include "audit/proof_check.hpp"

namespace gandan::audit {

Result<ProofReport> verify_proof(ByteView bytes, const Hash& fingerprint) {
  if (bytes.size() > kMaxProofBytes) return Error{Code::too_large, "proof file"};
  ProofCheck check(fingerprint);
  GANDAN_TRY(const auto file,
             decode_proof_file(bytes, [&check](ByteView root) { return check.take_root(root); }));
  GANDAN_CHECK(check.begin(file.checkpoint, file.statements, file.named));
  std::vector<Proven> ops;
  std::optional<std::uint64_t> last;
  for (const auto& item : file.segments) {
    GANDAN_TRY(const auto segment, check.take_segment(item.stub, item.place));
    if (last && item.place.index <= *last) return bad_proof("order of the segments");
    last = item.place.index;
    GANDAN_TRY(const auto common, check.common_of(segment, item.place));
    if (item.ops.empty()) return bad_proof("a segment of which nothing is shown");
    GANDAN_TRY(auto shown, check.take_ops(segment, item.ops, common));
    for (auto& one : shown) {
      if (!ops.empty() && ops.front().op.record != one.op.record) return bad_proof("changes of two records");
      ops.push_back(std::move(one));
    }
  }
  GANDAN_CHECK(check.finish());
  if (ops.empty()) return bad_proof("it shows nothing");
  ProofReport report;
  report.record = ops.front().op.record;
  report.fingerprint = fingerprint;
  report.ledger_size = check.checkpoint().size;
  report.witnesses = check.witnesses();
  report.ops = in_order(std::move(ops));
  return report;
}

}  // namespace gandan::audit
