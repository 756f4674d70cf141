// The binary form of proofs: cereal is compiled here.
#include "base/codec.hpp"
#include "ledger/proof.hpp"

namespace gandan::ledger {

Bytes encode_proof(const InclusionProof& proof) { return encode(proof); }
Bytes encode_proof(const ConsistencyProof& proof) { return encode(proof); }
Result<InclusionProof> decode_inclusion_proof(ByteView bytes) { return decode<InclusionProof>(bytes); }
Result<ConsistencyProof> decode_consistency_proof(ByteView bytes) { return decode<ConsistencyProof>(bytes); }

}  // namespace gandan::ledger
