// Params: the parameters of one request, read by name and type. Every fault is collected with its name, so
// that a person sees all of them at once; whatever a handler did not ask for is a fault, too.
//
//   const auto file = p.text("file");
//   const auto unit = p.optional_text("unit");
//   GANDAN_CHECK(p.done());
//
// Threading: plain value.
#pragma once

#include <set>
#include <vector>

#include "base/ids.hpp"
#include "base/json.hpp"

namespace gandan::app {

class Params {
 public:
  explicit Params(const json::object& values) : values_(values) {}

  // Text is NFC, whatever the keyboard sent; at most 32 KiB.
  std::string text(std::string_view name);  // required, not empty
  std::optional<std::string> optional_text(std::string_view name);
  std::string text_or(std::string_view name, std::string_view otherwise);
  // One text or an array of some, none empty, at most `most` of them; required.
  std::vector<std::string> texts(std::string_view name, std::size_t most);
  // The name of a file, byte for byte: two normal forms are two files.
  std::string path(std::string_view name);  // required, not empty
  std::optional<std::string> optional_path(std::string_view name);
  bool flag(std::string_view name);  // absent: false
  bool flag_or(std::string_view name, bool otherwise);
  std::int64_t integer_or(std::string_view name, std::int64_t otherwise, std::int64_t low, std::int64_t high);
  // What a person says to people: not blank, at most 4000 bytes, NFC.
  std::string sentence(std::string_view name);           // required
  std::string optional_sentence(std::string_view name);  // empty: absent
  const json::object& object(std::string_view name);     // required
  const json::object* optional_object(std::string_view name);
  bool has(std::string_view name) const { return json::find(values_, name) != nullptr; }
  const json::value* any(std::string_view name);     // whatever it is; nullptr: absent
  std::string date(std::string_view name);           // YYYY-MM-DD, required
  std::string optional_date(std::string_view name);  // empty: absent
  Hash hash(std::string_view name);                  // 64 hexadecimal digits, required
  std::optional<Hash> optional_hash(std::string_view name);

  // A fault that a handler found itself.
  void fault(std::string_view name, std::string_view code, std::string_view vi, std::string_view en);

  // Code::bad_request with every fault. Call it once, after all were read and before anything is done.
  Status done();

 private:
  const json::value* take(std::string_view name);
  std::string required(std::string_view name, const std::optional<std::string>& found);
  void wrong_type(std::string_view name, std::string_view vi, std::string_view en);
  void missing(std::string_view name);

  const json::object& values_;
  json::object empty_;
  std::set<std::string, std::less<>> asked_;
  std::vector<FieldError> faults_;
};

}  // namespace gandan::app
