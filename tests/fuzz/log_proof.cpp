// Proofs of logs, from whoever wants to be believed. Nothing holds that is not of the realm; once more with
// the fingerprint of whatever root statement it brings, so that mutations get further.
#include "audit/log_proof.hpp"

#include <cstdlib>

#include "fuzz/fingerprint.hpp"
#include "support/heap_meter.hpp"

using namespace gandan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  static const bool warm = crypto::verify(SignPublicKey{}, {}, {});
  (void)warm;
  {
    const test::HeapCeiling ceiling;
    if (audit::verify_log(in, Hash{}).ok()) std::abort();
  }
  const auto file = audit::decode_log_file(in, [](ByteView) { return Status(); });
  if (!file) return 0;
  if (!equal(audit::encode_log_file(*file), in)) std::abort();
  const auto fingerprint = test::fingerprint_in(file->root);
  if (!fingerprint) return 0;
  const auto report = audit::verify_log(in, *fingerprint);
  if (report && report->map_ms < report->scope.until_ms) std::abort();
  return 0;
}
