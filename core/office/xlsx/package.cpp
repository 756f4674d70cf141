#include "office/xlsx/package.hpp"

#include <zip.h>

#include <algorithm>

#include "office/xlsx/xlsx.hpp"

namespace gandan::office {
namespace {

Error broken_package(std::string why) { return Error{Code::not_a_spreadsheet, std::move(why)}; }
Error too_large_package(std::string what) { return Error{Code::too_large, std::move(what)}; }

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

Result<std::unique_ptr<Package>> Package::open(ByteView file) {
  if (file.size() > kMaxFileBytes) return too_large_package("the file");
  static constexpr std::uint8_t kCompound[] = {0xD0, 0xCF, 0x11, 0xE0};
  if (file.size() >= 4 && std::equal(kCompound, kCompound + 4, file.begin()))
    return broken_package("an .xls file, or an .xlsx file under a password: save it as .xlsx without one");
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &why);
  if (source == nullptr) return broken_package("not a zip archive");
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &why);
  if (archive == nullptr) {
    zip_source_free(source);
    const std::string text = zip_error_strerror(&why);
    zip_error_fini(&why);
    return broken_package("not a zip archive: " + text);
  }
  zip_error_fini(&why);
  std::unique_ptr<Package> out(new Package(archive));
  if (zip_get_num_entries(archive, 0) > static_cast<zip_int64_t>(kMaxParts))
    return too_large_package("the number of parts");
  return out;
}

Package::~Package() { zip_discard(archive_); }

std::int64_t Package::find(const std::string& part) const {
  const auto exact = zip_name_locate(archive_, part.c_str(), 0);
  return exact >= 0 ? exact : zip_name_locate(archive_, part.c_str(), ZIP_FL_NOCASE);
}

bool Package::has(const std::string& part) const { return find(part) >= 0; }

Result<std::string> Package::read(const std::string& part) const {
  const auto index = find(part);
  if (index < 0) return broken_package("no part " + part);
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat_index(archive_, static_cast<zip_uint64_t>(index), 0, &about) != 0) return broken_package(part);
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
    return broken_package(part + " is encrypted");
  if ((about.valid & ZIP_STAT_SIZE) != 0 && about.size > kMaxPartBytes) return too_large_package(part);
  const std::unique_ptr<zip_file_t, CloseFile> file(
      zip_fopen_index(archive_, static_cast<zip_uint64_t>(index), 0));
  if (!file) return broken_package(part + " cannot be inflated");
  // The declared size may lie: what really comes out is bounded, too.
  std::string out;
  char buffer[65536];
  for (;;) {
    const auto got = zip_fread(file.get(), buffer, sizeof buffer);
    if (got < 0) return broken_package(part + " cannot be inflated");
    if (got == 0) return out;
    out.append(buffer, static_cast<std::size_t>(got));
    if (out.size() > kMaxPartBytes) return too_large_package(part);
  }
}

Status Package::parse(const std::string& part, pugi::xml_document& out) const {
  GANDAN_TRY(std::string text, read(part));
  // A tag takes some hundred bytes once parsed, whatever it takes in the file.
  const auto count = [&text](char c) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
  };
  if (count('<') > 2 * kMaxTags || count('=') > 2 * kMaxTags) return too_large_package(part);
  constexpr unsigned kFlags = pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype;
  const auto result = out.load_buffer(text.data(), text.size(), kFlags);
  if (!result)
    return broken_package(part + ": " + result.description() + " at byte " + std::to_string(result.offset));
  for (const auto& node : out)
    if (node.type() == pugi::node_doctype) return broken_package(part + " has a document type");
  return {};
}

namespace {
std::string_view without_prefix(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}
}  // namespace

std::string_view local_name(const pugi::xml_node& node) { return without_prefix(node.name()); }
std::string_view local_name(const pugi::xml_attribute& attribute) { return without_prefix(attribute.name()); }

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const auto& below : node)
    if (local_name(below) == name) return below;
  return {};
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name, bool prefixed) {
  for (const auto& one : node.attributes())
    if (local_name(one) == name && (std::string_view(one.name()).size() > name.size()) == prefixed)
      return one.value();
  return {};
}

}  // namespace gandan::office
