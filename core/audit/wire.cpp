// The bytes of a proof file: schema/wire/proof.md.
#include "audit/proof.hpp"
#include "base/codec.hpp"

namespace gandan::audit {
namespace {

constexpr std::string_view kMagic = "gandan-proof\n";
constexpr std::uint8_t kVersion = 1;

}  // namespace

Bytes encode_proof_file(const ProofFile& file) {
  Bytes out = to_bytes(as_bytes(kMagic));
  CanonicalWriter writer(out);
  writer(kVersion, file.root, file);
  return out;
}

Result<ProofFile> decode_proof_file(ByteView bytes, const std::function<Status(ByteView root)>& accept) {
  if (bytes.size() < kMagic.size() || as_text(bytes.first(kMagic.size())) != kMagic)
    return Error{Code::malformed, "not a proof file"};
  try {
    BoundedReader reader(bytes.subspan(kMagic.size()));
    std::uint8_t version = 0;
    reader(version);
    if (version != kVersion) return Error{Code::newer_format, "proof file"};
    ProofFile file;
    reader(file.root);
    GANDAN_CHECK(accept(file.root));
    reader(file);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return file;
  } catch (const DecodeError& error) {
    return Error{error.code, "proof file"};
  }
}

}  // namespace gandan::audit
