// What a form asks where: defaults, filtered choices, relevance in groups and lists, reserved fields, and
// types that do not exist here.
#include "desk.hpp"

namespace form_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

constexpr const char* kForm =
    R"~({"kind": "case", "version": 1, "label": {"vi": "Vụ", "en": "Case"}, "title": "{name}", "date": "on",
  "survey": [
    {"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "default": "'Vụ ' || number"},
    {"type": "integer", "name": "number", "label": {"vi": "Số", "en": "Number"}, "default": 7},
    {"type": "date", "name": "on", "label": {"vi": "Ngày", "en": "Day"}, "default": "today()"},
    {"type": "datetime", "name": "at", "label": {"vi": "Lúc", "en": "At"}, "default": "now()"},
    {"type": "boolean", "name": "open", "label": {"vi": "Mở", "en": "Open"}, "default": true},
    {"type": "link", "name": "place", "link": "village", "label": {"vi": "Thôn", "en": "Village"}},
    {"type": "text", "name": "place_name", "label": {"vi": "Tên thôn", "en": "Its name"}, "default": "place__name"},
    {"type": "select_one", "name": "level", "label": {"vi": "Cấp", "en": "Level"}, "default": "'low'", "choices": [
      {"name": "low", "label": {"vi": "Thấp", "en": "Low"}}, {"name": "high", "label": {"vi": "Cao", "en": "High"}}]},
    {"type": "select_one", "name": "office", "label": {"vi": "Nơi", "en": "Office"}, "choice_filter": "of = level", "choices": [
      {"name": "desk", "label": {"vi": "Bàn", "en": "Desk"}, "of": "low"},
      {"name": "hall", "label": {"vi": "Sảnh", "en": "Hall"}, "of": "high"}]},
    {"type": "group", "name": "answer", "label": {"vi": "Trả lời", "en": "Answer"}, "relevant": "NOT open", "children": [
      {"type": "text", "name": "text", "label": {"vi": "Nội dung", "en": "Text"}, "required": true},
      {"type": "integer", "name": "pages", "label": {"vi": "Trang", "en": "Pages"}, "constraint": "answer__pages > 0",
       "constraint_message": {"vi": "Phải lớn hơn 0.", "en": "More than 0."}}]},
    {"type": "repeat", "name": "people", "label": {"vi": "Người", "en": "People"}, "children": [
      {"type": "text", "name": "code", "label": {"vi": "Mã", "en": "Code"}, "required": true},
      {"type": "boolean", "name": "absent", "label": {"vi": "Vắng", "en": "Absent"}, "default": false},
      {"type": "text", "name": "why", "label": {"vi": "Vì sao", "en": "Why"}, "relevant": "absent", "required": true},
      {"type": "select_multiple", "name": "roles", "label": {"vi": "Việc", "en": "Roles"}, "choice_filter": "of = level OR of = 'any'",
       "choices": "roles"}]},
    {"type": "text", "name": "witness", "label": {"vi": "Nhân chứng", "en": "Witness"}, "sealed": true},
    {"type": "calculate", "name": "size", "label": {"vi": "Cỡ", "en": "Size"}, "calculation": "people__count"},
    {"type": "integer", "name": "seats", "label": {"vi": "Ghế", "en": "Seats"}, "constraint": "seats >= size",
     "constraint_message": {"vi": "Không đủ ghế.", "en": "Too few seats."}}
  ],
  "choices": {"roles": [
    {"name": "guard", "label": {"vi": "Gác", "en": "Guard"}, "of": "high"},
    {"name": "clerk", "label": {"vi": "Ghi", "en": "Clerk"}, "of": "any"}]}
})~";

struct Court : Desk {
  Court()
      : Desk([] {
          auto files = builtin_schema();
          files.push_back({"records/case.json", kForm});
          return files;
        }()) {}
  json::object fields(const RecordId& id) { return *json::find_object(json_of(id), "fields"); }
  std::vector<std::string> save_faults(const RecordId& id, const char* patch) {
    const auto out = save(id, "case", test::object(patch));
    return out.ok() ? std::vector<std::string>{} : list(out.error().fields);
  }
  std::vector<std::string> final_faults(const RecordId& id) {
    refresh(id);
    return list(check_final(*catalog, *catalog->find("case"), documents[id], links));
  }
  static std::vector<std::string> list(const std::vector<FieldError>& faults) {
    std::vector<std::string> out;
    for (const auto& f : faults) {
      CHECK_FALSE(f.vi.empty());
      CHECK_FALSE(f.en.empty());
      out.push_back(schema_path(f.path) + " " + f.code);
    }
    return out;
  }
};

}  // namespace

TEST_CASE("defaults fill what a new record leaves open, in the form's order, once") {
  Court court;
  const auto id = court.add("case", R"~({"office": "desk"})~");
  auto fields = court.fields(id);
  CHECK(json::find(fields, "name") == nullptr);  // its number came later in the form
  CHECK(json::find_integer(fields, "number") == 7);
  CHECK(json::find_text(fields, "on") == "2026-02-10");
  CHECK(json::find_text(fields, "at") == "2026-02-10T03:00:00Z");
  CHECK(json::find_bool(fields, "open") == true);
  CHECK(json::compact(fields["level"]) == R"~(["low"])~");
  REQUIRE(court.save(id, "case", {{"number", nullptr}}).ok());
  REQUIRE(court.save(id, "case", {{"name", "x"}}).ok());
  CHECK(json::find(court.fields(id), "number") == nullptr);  // an edit brings no default back

  const auto said = court.add("case", R"~({"number": 3, "on": null, "open": false})~");
  fields = court.fields(said);
  CHECK(json::find_text(fields, "name") == "Vụ 3");
  CHECK(json::find(fields, "on") == nullptr);  // emptied on purpose
  CHECK(json::find_bool(fields, "open") == false);
}

TEST_CASE("a default may come from a linked record, and of items for each new one") {
  Court court;
  const auto village = court.village();
  const auto id = court.add(
      "case", R"~({"place": ")~" + gandan::to_text(village) + R"~(", "people": [{"code": "P1"}]})~");
  CHECK(json::find_text(court.fields(id), "place_name") == "Khòn Nưa");
  const auto first = court.documents[id].tree.lists["people"].at(0);
  CHECK(*first.tree.value("absent") == changelog::Value{false});
  REQUIRE(court.save(id, "case", {{"people[" + first.id + "].absent", nullptr}}).ok());
  REQUIRE(court.save(id, "case", test::object(R"~({"people": [{"code": "P2"}]})~")).ok());
  const auto& people = court.documents[id].tree.lists["people"];
  REQUIRE(people.size() == 2);
  CHECK(people[0].tree.value("absent") == nullptr);  // the old item stays as it was made
  CHECK(*people[1].tree.value("absent") == changelog::Value{false});
}

TEST_CASE("a filter offers some choices only, over the record and the choice's own columns") {
  Court court;
  const auto id = court.add("case", R"~({"office": "desk"})~");
  CHECK(court.save_faults(id, R"~({"office": "hall"})~") == std::vector<std::string>{"office not_offered"});
  CHECK(court.save_faults(id, R"~({"level": "high", "office": "hall"})~").empty());
  CHECK(court.save_faults(id, R"~({"people": [{"code": "P1", "roles": ["guard", "clerk"]}]})~").empty());
  CHECK(court.save_faults(id, R"~({"level": "low"})~").empty());  // saved; what it breaks is said at the end
  CHECK(court.final_faults(id) ==
        std::vector<std::string>{"office not_offered", "people[].roles not_offered"});
}

TEST_CASE("what is not relevant is not required, not checked, and not signed unseen") {
  Court court;
  const auto id = court.add("case", R"~({"office": "desk", "people": [{"code": "P1"}]})~");
  CHECK(court.final_faults(id).empty());
  const auto item = court.documents[id].tree.lists["people"].at(0).id;
  CHECK(court.save_faults(id, R"~({"answer.pages": -1})~").empty());  // nobody asked for it: not checked
  CHECK(court.final_faults(id) == std::vector<std::string>{"answer.pages not_relevant"});
  REQUIRE(court.save(id, "case", {{"open", false}}).ok());
  CHECK(court.final_faults(id) ==
        std::vector<std::string>{"answer.text required", "answer.pages constraint"});
  CHECK(court.save_faults(id, R"~({"answer.pages": -2})~") ==
        std::vector<std::string>{"answer.pages constraint"});
  REQUIRE(court.save(id, "case", test::object(R"~({"answer": {"text": "xong", "pages": 2}})~")).ok());
  CHECK(court.final_faults(id).empty());
  REQUIRE(court.save(id, "case", {{"people[" + item + "].why", "ốm"}}).ok());
  CHECK(court.final_faults(id) == std::vector<std::string>{"people[].why not_relevant"});
  REQUIRE(court.save(id, "case", {{"people[" + item + "].absent", true}}).ok());
  CHECK(court.final_faults(id).empty());
  REQUIRE(court.save(id, "case", {{"people[" + item + "].why", nullptr}}).ok());
  CHECK(court.final_faults(id) == std::vector<std::string>{"people[].why required"});
}

TEST_CASE("null empties a list, as it empties a field") {
  Court court;
  const auto id = court.add("case", R"~({"people": [{"code": "P1"}, {"code": "P2"}]})~");
  REQUIRE(court.save(id, "case", {{"people", nullptr}}).ok());
  CHECK(court.documents[id].tree.list("people") == nullptr);
  CHECK(court.save(id, "case", {{"people", nullptr}})->empty());
}

TEST_CASE("a constraint may ask for what is calculated, as it will be") {
  Court court;
  const auto id = court.add("case", R"~({"people": [{"code": "P1"}, {"code": "P2"}]})~");
  CHECK(court.save_faults(id, R"~({"seats": 1})~") == std::vector<std::string>{"seats constraint"});
  CHECK(court.save_faults(id, R"~({"seats": 2, "people": [{"code": "P3"}]})~") ==
        std::vector<std::string>{"seats constraint"});
  CHECK(court.save_faults(id, R"~({"seats": 3, "people": [{"code": "P3"}]})~").empty());
}

TEST_CASE("a sealed field is described, and no plain save writes it") {
  Court court;
  const auto id = court.add("case", R"~({"number": 1})~");
  CHECK(court.save_faults(id, R"~({"witness": "x"})~") == std::vector<std::string>{"witness sealed"});
  CHECK(court.save_faults(id, R"~({"witness": {"sealed": true}})~") ==
        std::vector<std::string>{"witness sealed"});  // there is nothing to give back
  CHECK(court.final_faults(id).empty());
  const auto type = json::compact(type_json(*court.catalog->find("case")));
  CHECK(
      type.find(
          R"~("name":"witness","path":"witness","type":"text","label":{"vi":"Nhân chứng","en":"Witness"},"sealed":true)~") !=
      std::string::npos);
  CHECK(type.find(R"~("default":"today()")~") != std::string::npos);
  CHECK(type.find(R"~("choice_filter":"of = level")~") != std::string::npos);
  CHECK(type.find(R"~("of":"low")~") != std::string::npos);
}

TEST_CASE("faults of defaults, filters and reserved fields are named; types from elsewhere say what to use") {
  const auto fault = [](const std::string& column) {
    const std::string text = R"~({"kind": "x", "version": 1, "label": {"vi": "x", "en": "x"}, "survey": [
      {"name": "a", "label": {"vi": "a", "en": "a"}, )~" +
                             column + "}]}";
    test::StillClock clock;
    auto loaded = Catalog::load({{"records/x.json", text}}, clock);
    return loaded.ok() ? std::string()
                       : loaded.error().fields.at(0).path + " | " + loaded.error().fields.at(0).en;
  };
  CHECK(fault(R"~("type": "integer", "default": 5)~") == "");
  CHECK(fault(R"~("type": "integer", "default": "'five'")~")
            .find("records/x.json: a: default | The default is not") == 0);
  CHECK(fault(R"~("type": "date", "default": "'tomorrow'")~").find("records/x.json: a: default") == 0);
  CHECK(fault(R"~("type": "integer", "default": "b")~").find("records/x.json: a: default | Bad expression") ==
        0);
  CHECK(fault(R"~("type": "integer", "default": [1])~").find("records/x.json: a: default | Wants") == 0);
  CHECK(fault(R"~("type": "file", "default": "'x'")~").find("records/x.json: a: default | This type") == 0);
  CHECK(fault(R"~("type": "text", "choice_filter": "1 = 1")~").find("records/x.json: a: choice_filter") == 0);
  CHECK(
      fault(
          R"~("type": "select_one", "choice_filter": "of = 1", "choices": [{"name": "n", "label": {"vi": "a", "en": "a"}}])~")
          .find("records/x.json: a: choice_filter | Bad expression: unknown name of") == 0);
  CHECK(
      fault(
          R"~("type": "select_one", "choices": [{"name": "n", "lable": "x", "label": {"vi": "a", "en": "a"}}])~")
          .find("records/x.json: a: choices: n: lable") == 0);
  CHECK(fault(R"~("type": "text", "personal": true, "required": true)~") == "");
  CHECK(fault(R"~("type": "date", "personal": true)~").find("records/x.json: a: personal") == 0);
  CHECK(fault(R"~("type": "text", "sealed": true, "required": true)~") == "");
  CHECK(fault(R"~("type": "text", "sealed": true, "default": "'x'")~").find("records/x.json: a: default") ==
        0);
  CHECK(fault(R"~("type": "integer", "sealed": true)~").find("records/x.json: a: sealed") == 0);
  CHECK(fault(R"~("type": "text", "sealed": true, "personal": true)~").find("records/x.json: a: sealed") ==
        0);
  CHECK(
      fault(
          R"~("type": "text", "sealed": true, "constraint": "a = 'x'", "constraint_message": {"vi": "a", "en": "a"})~")
          .find("records/x.json: a: constraint") == 0);
  CHECK(fault(R"~("type": "decimal")~") ==
        "records/x.json: a: type | There is no type \"decimal\": there are no fractions: areas in m², money "
        "in đồng, type integer.");
  CHECK(fault(R"~("type": "image")~") == "records/x.json: a: type | There is no type \"image\": use file.");
  CHECK(fault(R"~("type": "begin_repeat")~").find("use repeat with children") != std::string::npos);
}

TEST_CASE("versions of a form agree on what is personal") {
  const auto loaded = [](const char* first, const char* second) -> std::string {
    const auto form = [](int version, const char* column) {
      return R"~({"kind": "x", "version": )~" + std::to_string(version) +
             R"~(, "label": {"vi": "x", "en": "x"}, "survey": [
        {"type": "text", "name": "who", "label": {"vi": "a", "en": "a"})~" +
             column + "}]}";
    };
    test::StillClock clock;
    const auto catalog =
        Catalog::load({{"records/x.json", form(1, first)}, {"records/x_2.json", form(2, second)}}, clock);
    return catalog.ok() ? std::string() : catalog.error().fields.at(0).path;
  };
  constexpr const char* kPersonal = R"~(, "personal": true)~";
  CHECK(loaded("", "") == "");
  CHECK(loaded(kPersonal, kPersonal) == "");
  CHECK(loaded("", kPersonal).find("who: personal") != std::string::npos);
  CHECK(loaded(kPersonal, "").find("who: personal") != std::string::npos);
}

TEST_CASE("choices stand as their list has them, or in the order of the alphabet when the form says so") {
  const auto order = [](const std::string& column) {
    const std::string text = R"~({"kind": "x", "version": 1, "label": {"vi": "x", "en": "x"}, "survey": [
      {"type": "select_one", "name": "a", "label": {"vi": "a", "en": "a"}, )~" +
                             column + R"~("choices": [
        {"name": "n10", "label": {"vi": "Thôn 10", "en": "a"}}, {"name": "dong", "label": {"vi": "Đồng Nưa", "en": "b"}},
        {"name": "n2", "label": {"vi": "Thôn 2", "en": "c"}}, {"name": "dan", "label": {"vi": "Dân Tiến", "en": "d"}}]}]})~";
    test::StillClock clock;
    const auto catalog = Catalog::load({{"records/x.json", text}}, clock);
    REQUIRE(catalog.ok());
    std::string out;
    for (const auto& choice : (*catalog)->find("x")->find("a")->choices) out += choice.name + " ";
    return out;
  };
  CHECK(order("") == "n10 dong n2 dan ");
  CHECK(order(R"("sorted": false, )") == "n10 dong n2 dan ");
  CHECK(order(R"("sorted": true, )") == "dan dong n2 n10 ");
}

TEST_CASE("a form's state says what is asked for, what must be there and what is offered, item by item") {
  Court court;
  const auto* type = court.catalog->find("case");
  const auto id =
      court.add("case", R"~({"open": true, "people": [{"code": "P1", "absent": true}, {"code": "P2"}]})~");
  const auto states = [&](const Document& document) {
    std::map<std::string, FieldState> out;
    for (const auto& state : form_state(*type, document, court.links)) out[schema_path(state.path)] = state;
    return out;
  };
  auto now = states(court.documents[id]);
  CHECK_FALSE(now.at("answer").relevant);
  CHECK(now.count("answer.text") == 0);  // below what is not shown
  CHECK(now.at("office").offered == std::vector<std::string>{"desk"});
  CHECK(now.at("people[].roles").offered == std::vector<std::string>{"clerk"});
  CHECK(now.count("name") == 0);  // the form itself says all of it
  std::vector<bool> why;
  for (const auto& state : form_state(*type, court.documents[id], court.links))
    if (schema_path(state.path) == "people[].why") why.push_back(state.relevant && state.required);
  CHECK(why == std::vector<bool>{true, false});

  SaveInput input;
  const auto typed =
      test::object(R"~({"open": false, "level": "high", "seats": 1, "answer": {"pages": 0}})~");
  input.patch = &typed;
  input.links = court.links;
  const auto preview = preview_save(*court.catalog, *type, court.states[id], input);
  CHECK(court.list(preview.faults) ==
        std::vector<std::string>{"seats constraint", "answer.pages constraint"});
  CHECK(*preview.document.tree.value("seats") == changelog::Value{std::int64_t{1}});  // as it was typed
  CHECK(*preview.document.tree.value("size") == changelog::Value{std::int64_t{2}});
  now = states(preview.document);
  CHECK(now.at("answer").relevant);
  CHECK(now.at("office").offered == std::vector<std::string>{"hall"});
  CHECK(court.documents[id].tree.value("seats") == nullptr);  // nothing was saved
}

}  // namespace form_test
