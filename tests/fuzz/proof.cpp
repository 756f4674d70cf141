// Proof files from whoever wants to be believed. Once as they are: nothing is decoded behind a root statement
// that is not the realm's. Once with the fingerprint of whatever root statement they bring, so that mutations
// get further.
#include "audit/proof.hpp"

#include <cstdlib>

#include "audit/audit.hpp"
#include "fuzz/fingerprint.hpp"
#include "support/heap_meter.hpp"

using namespace gandan;

namespace {

std::optional<Hash> own_fingerprint(ByteView in) {
  std::optional<Hash> out;
  const auto take = [&](ByteView root) -> Status {
    out = test::fingerprint_in(root);
    return {};
  };
  if (const auto file = audit::decode_proof_file(in, take)) {
    if (!equal(audit::encode_proof_file(*file), in)) std::abort();
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  static const bool warm = crypto::verify(SignPublicKey{}, {}, {});
  (void)warm;
  {
    const test::HeapCeiling ceiling;
    if (audit::verify_proof(in, Hash{}).ok()) std::abort();
  }
  if (const auto fingerprint = own_fingerprint(in)) {
    const auto report = audit::verify_proof(in, *fingerprint);
    if (report && (report->ops.empty() || report->fingerprint != *fingerprint)) std::abort();
  }
  return 0;
}
