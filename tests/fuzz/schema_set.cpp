// Sets of forms: what is read has one form; one that is let in changes no form and no rule that is there.
#include <cstdlib>

#include "base/bytes.hpp"
#include "records/schema_set.hpp"
#include "support/heap_meter.hpp"

namespace {

const std::vector<gandan::records::SchemaFile>& base() {
  static const std::vector<gandan::records::SchemaFile> files{
      {"records/well.json", R"({"kind":"well","version":1})"},
      {"rules/a.json",
       R"({"law":"A","rules":[{"id":"x","version":1,"valid_to":null},{"id":"y","version":1}]})"},
      {"rules/s.json", R"({"sentences":{"late":{"vi":"a"}}})"}};
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::records;
  const ByteView in(data, size);
  Result<std::vector<SchemaFile>> set = [&] {
    const test::HeapCeiling ceiling;
    return decode_schema_set(in);
  }();
  if (!set) return 0;
  const auto again = encode_schema_set(*set);
  if (again.ok() != !set->empty() || (again.ok() && !equal(*again, in))) std::abort();
  const auto over = lay_over(base(), *set);
  if (over.size() < base().size()) std::abort();
  if (changed_rows(base(), *set).empty() && !changed_rows(base(), over).empty()) std::abort();
  return 0;
}
