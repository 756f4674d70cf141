// Disclosed ops and op proofs from a proof file, and states from a vault.
#include <cstdlib>

#include "changelog/merge.hpp"
#include "changelog/op_proof.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::changelog;
  const ByteView in(data, size);
  if (const auto op = decode_op(in)) {
    if (!equal(encode_op(*op), in)) std::abort();
  }
  if (const auto proof = decode_op_proof(in)) {
    if (!equal(encode_op_proof(*proof), in)) std::abort();
  }
  if (const auto state = RecordState::decode(in)) {
    if (!equal(state->encode(), in)) std::abort();
    (void)view(*state);
  }
  return 0;
}
