#include "app/schema_folder.hpp"

#include <algorithm>
#include <filesystem>

#include "app/files.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxSchemaFile = std::size_t{4} << 20;
constexpr std::size_t kMaxSchemaFiles = 2000;
constexpr const char* kFolders[] = {"records", "rules", "reports", "calendars"};

}  // namespace

Result<std::vector<records::SchemaFile>> read_schema_folder(const std::string& folder,
                                                            std::vector<FieldError>& faults) {
  namespace fs = std::filesystem;
  std::vector<records::SchemaFile> out;
  bool any = false;
  for (const auto* name : kFolders) {
    std::error_code failed;
    const fs::path below = fs::path(folder) / name;
    if (!fs::is_directory(below, failed)) continue;
    any = true;
    std::vector<std::string> names;
    for (fs::directory_iterator it(below, failed), end; !failed && it != end; it.increment(failed)) {
      if (it->path().extension() == ".json") names.push_back(it->path().filename().string());
      if (names.size() + out.size() > kMaxSchemaFiles) return Error{Code::too_large, "the number of files"};
    }
    if (failed) return Error{Code::file_unreadable, std::string(name) + ": " + failed.message()};
    std::sort(names.begin(), names.end());
    for (const auto& file : names) {
      const std::string path = std::string(name) + "/" + file;
      auto content = read_file((below / file).string(), kMaxSchemaFile);
      if (content.ok()) {
        out.push_back({path, std::string(as_text(*content))});
      } else {
        faults.push_back({path, "unreadable", info(content.error().code).vi, info(content.error().code).en});
      }
    }
  }
  if (!any)
    return Error{Code::file_unreadable,
                 "no folder records, rules, reports or calendars in it",
                 {{file_name(folder), "no_schema",
                   "Trong thư mục này không có thư mục nào tên records, rules, reports hay calendars.",
                   "It has no folder records, rules, reports or calendars."}}};
  return out;
}

}  // namespace gandan::app
