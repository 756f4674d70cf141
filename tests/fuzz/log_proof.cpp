// Proofs of logs and of figures, from whoever wants to be believed. Nothing holds that is not of the realm;
// once more with the fingerprint of whatever root statement it brings, so that mutations get further.
#include "audit/log_proof.hpp"

#include <cstdlib>

#include "fuzz/fingerprint.hpp"
#include "support/heap_meter.hpp"

using namespace gandan;

namespace {

const auto accept = [](ByteView) { return Status(); };

void figures(ByteView in) {
  const auto file = audit::decode_report_file(in, accept);
  if (!file) return;
  if (!equal(audit::encode_report_file(*file), in)) std::abort();
  const auto fingerprint = test::fingerprint_in(file->root);
  if (!fingerprint) return;
  const auto report = audit::verify_report(in, *fingerprint);
  if (!report) return;
  // What holds is counted again, from records that are shown.
  for (const auto& figure : report->scope.figures)
    if (!audit::countable(figure).ok() || (figure.sum.empty() && figure.distinct.empty() &&
                                           figure.value != static_cast<std::int64_t>(figure.records.size())))
      std::abort();
  if (report->map_index + 1 < report->scope.size) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  static const bool warm = crypto::verify(SignPublicKey{}, {}, {});
  (void)warm;
  {
    const test::HeapCeiling ceiling;
    if (audit::verify_log(in, Hash{}).ok() || audit::verify_report(in, Hash{}).ok()) std::abort();
  }
  figures(in);
  const auto file = audit::decode_log_file(in, accept);
  if (!file) return 0;
  if (!equal(audit::encode_log_file(*file), in)) std::abort();
  const auto fingerprint = test::fingerprint_in(file->root);
  if (!fingerprint) return 0;
  const auto report = audit::verify_log(in, *fingerprint);
  if (report && report->map_ms < report->scope.until_ms) std::abort();
  return 0;
}
