// The files of a realm's forms and rules as bytes, and how they lie over those of the program.
#include "records/schema_set.hpp"

#include "support/catch.hpp"
#include "support/golden.hpp"

namespace schema_set_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE("a schema set's bytes are one and are read back; paths that leave the schema are refused") {
  const std::vector<records::SchemaFile> files{{"rules/b.json", "{}"}, {"records/a_1.json", "x"}};
  const auto bytes = records::encode_schema_set(files);
  REQUIRE(bytes.ok());
  CHECK(*records::encode_schema_set({files[1], files[0]}) == *bytes);
  Golden golden("records");
  golden.same("schema_set", *bytes);
  golden.same("schema_set.hash", records::schema_set_hash(RealmId{}, *bytes).view());
  const auto back = records::decode_schema_set(*bytes);
  REQUIRE(back.ok());
  REQUIRE(back->size() == 2);
  CHECK((*back)[0].path == "records/a_1.json");
  CHECK((*back)[1].text == "{}");
  for (std::size_t size = 0; size < bytes->size(); ++size)
    CHECK_FALSE(records::decode_schema_set(ByteView(*bytes).first(size)).ok());
  for (const char* path : {"", "records", "records/", "records/.json", "/records/a.json", "records/../a.json",
                           "records/a/b.json", "other/a.json", "records/a.txt", "Records/a.json"}) {
    INFO(path);
    CHECK_FALSE(records::encode_schema_set({{path, "x"}}).ok());
  }
  CHECK_FALSE(records::encode_schema_set({files[0], files[0]}).ok());
  CHECK_FALSE(records::encode_schema_set({}).ok());
  CHECK(records::encode_schema_set({{"rules/big.json", std::string(records::kMaxSchemaSetBytes, ' ')}})
            .error()
            .code == Code::too_large);
}

TEST_CASE("a set lies over what is there: rules by id and version, sentences by name, other files by path") {
  const std::vector<records::SchemaFile> base{
      {"rules/a.json",
       R"({"law":"A","rules":[{"id":"x","version":1,"valid_to":null},{"id":"y","version":1}]})"},
      {"rules/s.json", R"({"sentences":{"late":{"vi":"cũ"},"early":{"vi":"sớm"}}})"},
      {"calendars/vn.json", "old"},
      {"reports/r.json", "kept"}};
  const auto over = records::lay_over(
      base,
      {{"rules/b.json",
        R"({"law":"B","rules":[{"id":"x","version":1,"law":"A","valid_to":"2026-01-01"},{"id":"x","version":2}]})"},
       {"rules/t.json", R"({"sentences":{"late":{"vi":"mới"}}})"},
       {"calendars/vn.json", "new"}});
  REQUIRE(over.size() == 5);
  CHECK(
      over[0].text ==
      R"({"law":"A","rules":[{"id":"x","version":1,"law":"A","valid_to":"2026-01-01"},{"id":"y","version":1}]})");
  CHECK(over[1].text == R"({"sentences":{"late":{"vi":"mới"},"early":{"vi":"sớm"}}})");
  CHECK(over[2].text == "new");
  CHECK(over[3].text == "kept");
  CHECK(over[4].path == "rules/b.json");
  CHECK(over[4].text == R"({"law":"B","rules":[{"id":"x","version":2,"law":"B"}]})");
  const auto read = records::lay_over(
      {{"rules/s.json", R"({"next_working_day":{"article":"1","verified_by":null},"sentences":{}})"}},
      {{"rules/t.json", R"({"next_working_day":{"article":"1","verified_by":"x"},"sentences":{}})"}});
  CHECK(read[0].text == R"({"next_working_day":{"article":"1","verified_by":"x"},"sentences":{}})");
  // The same once more changes nothing.
  const auto again = records::lay_over(over, {{"rules/b.json", over[4].text}});
  for (std::size_t i = 0; i < over.size(); ++i) CHECK(again[i].text == over[i].text);
}

}  // namespace schema_set_test
