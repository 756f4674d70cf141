// Package: the parts inside an .xlsx file, inflated and parsed within bounds. Private to office/xlsx.
//
// Threading: one thread.
#pragma once

#include <memory>
#include <pugixml.hpp>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

struct zip;

namespace gandan::office {

class Package {
 public:
  // Code::not_a_spreadsheet, Code::too_large. `file` must outlive the package.
  static Result<std::unique_ptr<Package>> open(ByteView file);
  ~Package();
  Package(const Package&) = delete;
  Package& operator=(const Package&) = delete;

  bool has(const std::string& part) const;
  // The document is in UTF-8. Code::not_a_spreadsheet, Code::too_large; `part` is named in the detail.
  Status parse(const std::string& part, pugi::xml_document& out) const;

 private:
  explicit Package(struct zip* archive) : archive_(archive) {}
  std::int64_t find(const std::string& part) const;
  Result<std::string> read(const std::string& part) const;

  struct zip* archive_;
};

// Names without their namespace's prefix: files differ in it.
std::string_view local_name(const pugi::xml_node& node);
std::string_view local_name(const pugi::xml_attribute& attribute);
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);
// An attribute by local name; `prefixed` tells r:id from id.
std::string_view attribute(const pugi::xml_node& node, std::string_view name, bool prefixed = false);

}  // namespace gandan::office
