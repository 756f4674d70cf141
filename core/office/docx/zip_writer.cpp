#include "office/docx/zip_writer.hpp"

#include <zip.h>

#include <memory>

namespace gandan::office {
namespace {

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, FreeSource>;

constexpr zip_uint16_t kDosTime = 0;
constexpr zip_uint16_t kDosDay = (1 << 5) | 1;  // 1980-01-01, the first day that a zip can say

Error failed_zip(const char* what) { return Error{Code::internal, std::string("zip: ") + what}; }

Status add_part(zip_t* archive, const std::string& name, const std::string& content) {
  zip_source_t* part = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (part == nullptr) return failed_zip("part");
  const auto index = zip_file_add(archive, name.c_str(), part, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(part);
    return failed_zip("add");
  }
  if (zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), kDosTime, kDosDay, 0) != 0)
    return failed_zip("time");
  return {};
}

Result<Bytes> read_all(zip_source_t* source) {
  if (zip_source_open(source) != 0) return failed_zip("open");
  zip_source_seek(source, 0, SEEK_END);
  const zip_int64_t size = zip_source_tell(source);
  zip_source_seek(source, 0, SEEK_SET);
  Bytes out(size < 0 ? 0 : static_cast<std::size_t>(size));
  const bool whole = zip_source_read(source, out.data(), out.size()) == size;
  zip_source_close(source);
  if (!whole || out.empty()) return failed_zip("read");
  return out;
}

}  // namespace

Result<Bytes> zip_parts(const std::vector<std::pair<std::string, std::string>>& parts) {
  Source source(zip_source_buffer_create(nullptr, 0, 0, nullptr));
  if (source == nullptr) return failed_zip("source");
  zip_t* archive = zip_open_from_source(source.get(), ZIP_TRUNCATE, nullptr);
  if (archive == nullptr) return failed_zip("archive");
  zip_source_keep(source.get());  // the archive lets go of it when it is closed
  for (const auto& [name, content] : parts)
    if (auto added = add_part(archive, name, content); !added) {
      zip_discard(archive);
      return added.error();
    }
  if (zip_close(archive) != 0) {
    zip_discard(archive);
    return failed_zip("close");
  }
  return read_all(source.get());
}

}  // namespace gandan::office
