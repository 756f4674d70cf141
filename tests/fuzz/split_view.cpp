// Files of evidence, from whoever wants to accuse a server. Nothing holds that is not of the realm; once more
// with the fingerprint of whatever root statement it brings, so that mutations get further.
#include "audit/split_view.hpp"

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
    if (audit::verify_split_view(in, Hash{}).ok()) std::abort();
  }
  const auto file = audit::decode_split_view_file(in);
  if (!file) return 0;
  if (!equal(audit::encode_split_view_file(*file), in)) std::abort();
  const auto fingerprint = test::fingerprint_in(file->root);
  if (!fingerprint) return 0;
  const auto report = audit::verify_split_view(in, *fingerprint);
  if (report && report->pairs.empty()) std::abort();
  return 0;
}
