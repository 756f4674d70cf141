// The bytes of proof files: schema/wire/proof.md, log_proof.md.
#include "audit/log_proof.hpp"
#include "base/codec.hpp"

namespace gandan::audit {
namespace {

constexpr std::string_view kMagic = "gandan-proof\n";
constexpr std::string_view kLogMagic = "gandan-log-proof\n";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kReportVersion = 2;  // of a log's proof

template <class File>
Bytes encode_file(std::string_view magic, std::uint8_t version, const File& file) {
  Bytes out = to_bytes(as_bytes(magic));
  CanonicalWriter writer(out);
  writer(version, file.root, file);
  return out;
}

bool begins(ByteView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && as_text(bytes.first(magic.size())) == magic;
}

template <class File>
Result<File> decode_file(std::string_view magic, std::uint8_t expected, ByteView bytes,
                         const std::function<Status(ByteView root)>& accept) {
  if (!begins(bytes, magic)) return Error{Code::malformed, "not a proof file"};
  try {
    BoundedReader reader(bytes.subspan(magic.size()));
    std::uint8_t version = 0;
    reader(version);
    if (version != expected) return Error{Code::newer_format, "proof file"};
    File file;
    reader(file.root);
    GANDAN_CHECK(accept(file.root));
    reader(file);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return file;
  } catch (const DecodeError& error) {
    return Error{error.code, "proof file"};
  }
}

}  // namespace

Bytes encode_proof_file(const ProofFile& file) { return encode_file(kMagic, kVersion, file); }
Result<ProofFile> decode_proof_file(ByteView bytes, const std::function<Status(ByteView root)>& accept) {
  return decode_file<ProofFile>(kMagic, kVersion, bytes, accept);
}

Bytes encode_log_file(const LogFile& file) { return encode_file(kLogMagic, kVersion, file); }
Bytes encode_report_file(const ReportFile& file) { return encode_file(kLogMagic, kReportVersion, file); }
Result<LogFile> decode_log_file(ByteView bytes, const std::function<Status(ByteView root)>& accept) {
  return decode_file<LogFile>(kLogMagic, kVersion, bytes, accept);
}
Result<ReportFile> decode_report_file(ByteView bytes, const std::function<Status(ByteView root)>& accept) {
  return decode_file<ReportFile>(kLogMagic, kReportVersion, bytes, accept);
}
bool is_report_proof(ByteView bytes) {
  return begins(bytes, kLogMagic) && bytes.size() > kLogMagic.size() &&
         bytes[kLogMagic.size()] == kReportVersion;
}
// Of any other version, too: whoever verifies it says which.
bool is_log_proof(ByteView bytes) { return begins(bytes, kLogMagic) && !is_report_proof(bytes); }

}  // namespace gandan::audit
