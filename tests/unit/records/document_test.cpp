#include <set>

#include "base/calendar.hpp"
#include "desk.hpp"
#include "records/format.hpp"

namespace document_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {
std::string item_id(const json::object& document, const char* list, std::size_t n) {
  return json::find_text(json::find_array(*json::find_object(document, "items"), list)->at(n).as_object(),
                         "id")
      .value();
}
std::string texts(const json::object& document) {
  std::string out;
  for (const auto& row : *json::find_array(*json::find_object(document, "items"), "agenda")) {
    out += json::find_text(row.as_object(), "text").value_or("-") + " ";
  }
  return out;
}
}  // namespace

TEST_CASE("a save writes what really changed, and an echo writes nothing") {
  Desk desk;
  const auto village = desk.village();
  const auto id = desk.meeting(village, desk.roll(village, 80), "c1", 60);
  const auto changes =
      desk.save(id, "community_meeting", {{"place", "Nhà văn hóa thôn"}, {"chair", "Lý Văn Ước"}});
  REQUIRE(changes.ok());
  REQUIRE(changes->size() == 1);
  CHECK(changes->at(0).path == "chair");
  const auto document = desk.json_of(id);
  auto echo = patch_of(document);
  CHECK(desk.save(id, "community_meeting", echo)->empty());
  const auto reparsed = json::parse(json::pretty(document));
  CHECK(desk.save(id, "community_meeting", patch_of(reparsed->as_object()))->empty());
  CHECK(json::find_text(document, "state") == "draft");
  CHECK(json::find_text(document, "title") == "Họp Thôn Khòn Nưa: Đóng góp làm đường");
}

TEST_CASE("a new record says its kind and version; text comes in as NFC") {
  Desk desk;
  const RecordId id = changelog::make_record_id(desk.feed, 99);
  const auto changes =
      desk.save(id, "village", {{"name", "To\xcc\x82\xcc\x81 Lu\xcc\x9bo\xcc\x9bng"}, {"kind", "ban"}});
  REQUIRE(changes.ok());
  CHECK(changes->at(0).path == "@kind");
  CHECK(changes->at(0).value == changelog::Value{std::string("village")});
  CHECK(changes->at(1).path == "@schema");
  CHECK(*desk.documents[id].tree.value("name") == changelog::Value{std::string("Tố Lương")});
  // The same name in another normal form is no change.
  CHECK(desk.save(id, "village", {{"name", "Tô\xcc\x81 Lương"}})->empty());
}

TEST_CASE("names of Tày and Nùng people and places are taken as they are") {
  Desk desk;
  for (const char* name : {"Phjà Slúng", "Khuổi Khỉn", "Slao Nhjt", "Lục Pjạo", "Nà Ƀản", "Bó Pằu", "N'Đăm",
                           "Kéo Coong – Pác Sào"}) {
    const auto id = desk.add("village", json::compact(json::object{{"kind", "ban"}, {"name", name}}));
    CHECK(*desk.documents[id].tree.value("name") == changelog::Value{std::string(name)});
  }
}

TEST_CASE("list items come, change, move and go by their ids") {
  Desk desk;
  const auto id = desk.add("community_meeting", R"({"agenda": [{"text": "một"}, {"text": "ba"}]})");
  auto document = desk.json_of(id);
  const auto one = item_id(document, "agenda", 0);
  const auto three = item_id(document, "agenda", 1);
  const auto save = [&](const std::string& patch) {
    auto changes = desk.save(id, "community_meeting", test::object(patch));
    INFO((changes.ok() ? "" : changes.error().fields.at(0).en));
    REQUIRE(changes.ok());
    return texts(desk.json_of(id));
  };
  CHECK(save(R"({"agenda": [{"id": ")" + one + R"("}, {"text": "hai"}]})") == "một hai ba ");
  CHECK(save(R"({"agenda": [{"text": "bốn"}]})") == "một hai ba bốn ");
  CHECK(save(R"({"agenda[)" + three + R"(].text": "BA"})") == "một hai BA bốn ");
  CHECK(save(R"({"agenda": [{"id": ")" + three + R"(", "@after": null}]})") == "BA một hai bốn ");
  CHECK(save(R"({"agenda": [{"id": ")" + one + R"(", "@deleted": true}]})") == "BA hai bốn ");
  CHECK(save(R"({"agenda[)" + three + R"(]": null})") == "hai bốn ");
  auto gone = desk.save(id, "community_meeting",
                        test::object(R"({"agenda": [{"id": ")" + one + R"(", "text": "x"}]})"));
  CHECK(gone.error().fields.at(0).code == "unknown_item");
  CHECK(desk.save(id, "community_meeting", test::object(R"({"agenda[)" + one + R"(].text": "x"})"))
            .error()
            .fields.at(0)
            .code == "unknown_item");
}

TEST_CASE("a list's items and linked records may be named by the ids that people are shown") {
  Desk desk;
  const auto id = desk.add("community_meeting", R"({"agenda": [{"text": "một"}, {"text": "hai"}]})");
  const auto document = desk.json_of(id);
  const auto shown = [&](std::size_t i) { return short_id(item_id(document, "agenda", i)); };
  const auto save = [&](const std::string& patch) {
    return desk.save(id, "community_meeting", test::object(patch));
  };
  REQUIRE(save(R"({"agenda[)" + shown(0) + R"(].text": "MỘT"})").ok());
  CHECK(texts(desk.json_of(id)) == "MỘT hai ");
  REQUIRE(save(R"({"agenda": [{"id": ")" + shown(1) + R"(", "text": "HAI"}]})").ok());
  CHECK(texts(desk.json_of(id)) == "MỘT HAI ");
  REQUIRE(save(R"({"agenda[)" + shown(0) + R"(]": null})").ok());
  CHECK(texts(desk.json_of(id)) == "HAI ");
  const auto unknown = save(R"({"agenda[)" + shown(0) + R"(].text": "x"})");
  CHECK(unknown.error().fields.at(0).code == "unknown_item");
  CHECK(unknown.error().fields.at(0).en.find(shown(1)) != std::string::npos);
  CHECK(save(R"({"agenda[1].text": "x"})").error().fields.at(0).code == "unknown_item");
}

TEST_CASE("each wrong field is named, with a code, in both languages") {
  Desk desk;
  const auto patch = test::object(R"({
    "subject": 5, "form": "shouting", "notice_date": "05/02/2026", "start": "hôm qua", "position": {"latitude_e7": 910000000, "longitude_e7": 0},
    "village": "xyz", "nothing": 1, "signers": {"ghost": "x"}, "households_total": 5, "agenda": {"text": "x"},
    "attendance": [{"household": "H1", "present": "maybe"}], "decisions": [{"agree": "1.5", "against": -1, "matter_clause": ["c1", "c2"]}],
    "files": [{"file": {"name": "x"}}], "present_number": 1.5, "agenda[zz].text": "x", "chair": "a\u0001b"})");
  auto changes = desk.save(changelog::make_record_id(desk.feed, 5), "community_meeting", patch);
  REQUIRE_FALSE(changes.ok());
  CHECK(changes.error().code == Code::invalid_record);
  std::map<std::string, std::string> found;
  for (const auto& f : changes.error().fields) {
    CHECK_FALSE(f.vi.empty());
    CHECK_FALSE(f.en.empty());
    found[schema_path(f.path)] = f.code;
  }
  CHECK(found == std::map<std::string, std::string>{{"subject", "wrong_type"},
                                                    {"form", "not_a_choice"},
                                                    {"notice_date", "bad_date"},
                                                    {"start", "bad_instant"},
                                                    {"position", "bad_position"},
                                                    {"village", "bad_link"},
                                                    {"nothing", "unknown_field"},
                                                    {"signers.ghost", "unknown_field"},
                                                    {"agenda", "wrong_type"},
                                                    {"attendance[].present", "wrong_type"},
                                                    {"decisions[].agree", "bad_integer"},
                                                    {"decisions[].against", "constraint"},
                                                    {"decisions[].matter_clause", "one_choice"},
                                                    {"files[].file", "no_blob"},
                                                    {"present_number", "bad_integer"},
                                                    {"agenda[].text", "unknown_item"},
                                                    {"chair", "bad_text"}});
  CHECK(
      desk.save(
              changelog::make_record_id(desk.feed, 6), "community_meeting",
              test::object(
                  R"({"decisions": [{"against": -1}], "start": "2026-02-05T12:00:00Z", "end": "2026-02-05T11:00:00Z"})"))
          .error()
          .fields.size() == 2);
  const auto village = desk.village();
  CHECK(desk.save(changelog::make_record_id(desk.feed, 7), "community_meeting",
                  {{"roll", gandan::to_text(village)}})
            .error()
            .fields.at(0)
            .code == "link_kind");
  CHECK(desk.save(changelog::make_record_id(desk.feed, 8), "community_meeting",
                  {{"subject", std::string(33'000, 'a')}})
            .error()
            .fields.at(0)
            .code == "too_long");
  CHECK(desk.save(changelog::make_record_id(desk.feed, 9), "household_roll",
                  test::object(R"({"households": [{"code": "012345678901"}]})"))
            .error()
            .fields.at(0)
            .code == "constraint");
}

TEST_CASE("values are taken in the forms that people and programs write") {
  Desk desk;
  const auto id = desk.add(
      "mobilisation_visit",
      R"({"issues": "price area", "position": "21.8537001 106.7615 0 12.5", "start": "2026-02-05T09:00:00+07:00",
    "stage": ["inventory"]})");
  const auto& tree = desk.documents[id].tree;
  CHECK(*tree.value("issues") == changelog::Value{changelog::Choices{{"area", "price"}}});
  CHECK(*tree.value("position") == changelog::Value{changelog::Position{218537001, 1067615000, 1250}});
  CHECK(*tree.value("stage") == changelog::Value{changelog::Choices{{"inventory"}}});
  const auto meeting =
      desk.add("community_meeting",
               R"({"present_number": "60", "attendance": [{"household": "H1", "present": "true"}]})");
  CHECK(*desk.documents[meeting].tree.value("present_number") == changelog::Value{std::int64_t{60}});
}

TEST_CASE("drafts may be incomplete; what a final record lacks is named") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  const auto draft = desk.add("community_meeting", R"({"subject": "x", "decisions": [{"matter": "y"}]})");
  std::set<std::string> missing;
  for (const auto& f : check_final(*desk.catalog, *desk.catalog->find("community_meeting"),
                                   desk.documents[draft], desk.links)) {
    CHECK(f.code == "required");
    missing.insert(schema_path(f.path));
  }
  CHECK(missing == std::set<std::string>{"village", "roll", "form", "notice_date", "start", "end", "place",
                                         "chair", "secretary", "agenda", "present_number",
                                         "decisions[].matter_clause", "decisions[].method",
                                         "decisions[].agree", "decisions[].against", "decisions[].other",
                                         "decisions[].text"});
  const auto whole = desk.meeting(village, roll, "c1", 54);
  CHECK(
      check_final(*desk.catalog, *desk.catalog->find("community_meeting"), desk.documents[whole], desk.links)
          .empty());
  // With a list of households the number is not asked for: it is not relevant.
  REQUIRE(desk.save(whole, "community_meeting",
                    test::object(
                        R"({"present_number": null, "attendance": [{"household": "H1", "present": true}]})"))
              .ok());
  CHECK(check_final(*desk.catalog, *desk.catalog->find("community_meeting"), desk.refresh(whole), desk.links)
            .empty());
}

TEST_CASE("a conflict is shown with both values and stays through an echo; a choice ends it") {
  Desk desk;
  const auto id =
      desk.add("mobilisation_visit", R"({"project": "QL4B", "household": "H1", "outcome": "considering"})");
  for (std::uint8_t other = 1; other <= 2; ++other) {  // two phones replace the same head
    changelog::Op op;
    op.record = id;
    op.path = "outcome";
    op.value = changelog::Choices{{other == 1 ? "agreed" : "disagreed"}};
    op.stamp = {(desk.hlc + 10 + other) << 16, FeedId{}};
    op.stamp.feed.bytes[0] = other;
    op.replaces = {{}};
    for (const auto& [path, cell] : desk.states[id].cells()) {
      if (path == "outcome") op.replaces = {cell.ops.front().stamp};
    }
    op.save = op.stamp.hlc;
    desk.states[id].add(op, false);
  }
  auto document = desk.json_of(id);
  const auto& conflicts = *json::find_array(document, "conflicts");
  REQUIRE(conflicts.size() == 1);
  CHECK(json::find_text(conflicts[0].as_object(), "path") == "outcome");
  const auto& heads = *json::find_array(conflicts[0].as_object(), "heads");
  REQUIRE(heads.size() == 2);
  CHECK(json::find_object(heads[0].as_object(), "author") != nullptr);
  CHECK(json::compact(heads[0].as_object().at("value")) == R"(["disagreed"])");
  CHECK(desk.save(id, "mobilisation_visit", patch_of(document))->empty());
  const auto choice = plan_resolve(*desk.catalog, *desk.catalog->find("mobilisation_visit"), "outcome",
                                   json::value("disagreed"));
  REQUIRE(choice.ok());
  desk.hlc += 100;
  desk.write(id, *choice);
  CHECK(json::find_array(desk.json_of(id), "conflicts")->empty());
  CHECK_FALSE(
      plan_resolve(*desk.catalog, *desk.catalog->find("mobilisation_visit"), "ghost", json::value("x")).ok());
  CHECK_FALSE(
      plan_resolve(*desk.catalog, *desk.catalog->find("mobilisation_visit"), "outcome", json::value("x"))
          .ok());
}

TEST_CASE("what a newer form wrote is shown, echoed and kept") {
  Desk desk;
  const auto id = desk.village();
  desk.write(id, {"altitude", std::int64_t{9'007'199'254'740'993}});
  desk.write(id, {"site.soil", std::string("đất đỏ")});
  desk.write(id, {"wells[01h0000000000000000000000a]", std::string("i1")});
  desk.write(id, {"wells[01h0000000000000000000000a].depth", std::int64_t{7}});
  desk.write(id, {"kind", changelog::Choices{{"lang"}}});  // a choice this form does not have
  const auto document = desk.json_of(id);
  const auto& fields = *json::find_object(document, "fields");
  CHECK(json::find_text(fields, "altitude") == "9007199254740993");
  CHECK(json::find_text(*json::find_object(fields, "site"), "soil") == "đất đỏ");
  CHECK(json::find_array(*json::find_object(document, "items"), "wells")->size() == 1);
  CHECK(desk.save(id, "village", patch_of(document))->empty());
  CHECK(desk.save(id, "village", {{"altitude", 5}}).error().fields.at(0).code == "unknown_field");
  CHECK(json::find_text(document, "title") == "lang Khòn Nưa");
  // A kind that nobody here knows is still shown.
  auto stranger = desk.documents[id];
  stranger.kind = "future_kind";
  CHECK(desk.catalog->find_for(stranger) == nullptr);
  const auto view = changelog::view(desk.states[id]);
  const auto shown = document_json(*desk.catalog, nullptr, stranger, view, desk.links,
                                   [](const auto&) { return json::object{}; });
  CHECK(json::find_text(*json::find_object(shown, "fields"), "name") == "Khòn Nưa");
}

TEST_CASE("attachments are listed without their keys") {
  Desk desk;
  desk.blobs["t1"] = {"ảnh.jpg", "image/jpeg", 12345, Bytes(32, 0xAB), {Hash::from(Bytes(32, 0xCD))}};
  const auto id =
      desk.add("mobilisation_visit", R"({"files": [{"file": {"blob": "t1"}, "caption": "Ký biên bản"}]})");
  const auto document = desk.json_of(id);
  const auto& files = *json::find_array(document, "attachments");
  REQUIRE(files.size() == 1);
  CHECK(json::find_text(files[0].as_object(), "name") == "ảnh.jpg");
  CHECK(schema_path(json::find_text(files[0].as_object(), "path").value()) == "files[].file");
  CHECK(json::compact(document).find("abab") == std::string::npos);
  desk.blobs.clear();
  CHECK(desk.save(id, "mobilisation_visit", patch_of(document))->empty());  // an echo needs no token
}

TEST_CASE("the search text holds words, labels and numbers, and nothing personal") {
  auto files = builtin_schema();
  files.push_back(
      {"records/secret.json",
       R"({"kind": "secret", "version": 1, "label": {"vi": "x", "en": "x"}, "title": "t", "survey": [
    {"type": "text", "name": "open", "label": {"vi": "a", "en": "a"}},
    {"type": "text", "name": "hidden", "label": {"vi": "a", "en": "a"}, "personal": true},
    {"type": "text", "name": "shut", "label": {"vi": "a", "en": "a"}, "sealed": true}]})"});
  Desk desk(files);
  const auto visit = desk.add(
      "mobilisation_visit",
      R"({"project": "Cao tốc Hữu Nghị – Chi Lăng", "household": "H1", "issues": ["price"], "wishes": "Giá 1234567 đồng"})");
  const auto text = search_text(*desk.catalog, *desk.catalog->find("mobilisation_visit"),
                                desk.documents[visit], desk.links);
  CHECK(text.title == "Vận động hộ H1 – Cao tốc Hữu Nghị – Chi Lăng");
  CHECK(text.body == "Cao tốc Hữu Nghị – Chi Lăng\nH1\nGiá bồi thường\nGiá 1234567 đồng\n");
  const auto secret = desk.add("secret", R"({"open": "thấy"})");
  desk.write(secret, {"hidden", std::string("kín")});
  desk.write(secret, {"shut", std::string("niêm")});
  const auto& document = desk.refresh(secret);
  CHECK(search_text(*desk.catalog, *desk.catalog->find("secret"), document, desk.links).body == "thấy\n");
  const auto hidden = desk.save(secret, "secret", {{"hidden", "x"}});
  REQUIRE(hidden.ok());  // its text: who saves it closes it
  CHECK(hidden->at(0).value == changelog::Value{std::string("x")});
  desk.write(secret, {"hidden", changelog::Personal{{1, 2}}});
  CHECK(desk.save(secret, "secret", {{"hidden", "x"}}).error().fields.at(0).code == "personal_waiting");
  CHECK(desk.save(secret, "secret", {{"hidden", nullptr}}).error().fields.at(0).code == "personal_waiting");
  CHECK(desk.save(secret, "secret", patch_of(desk.json_of(secret)))->empty());
  CHECK(desk.save(secret, "secret", {{"shut", "x"}}).error().fields.at(0).code == "sealed");
}

TEST_CASE("what a personal field says changes no judgement: with its text, without its key, and erased") {
  auto files = builtin_schema();
  files.push_back(
      {"records/named.json",
       R"({"kind": "named", "version": 1, "label": {"vi": "x", "en": "x"}, "title": "{seen__name__filled}", "survey": [
    {"type": "text", "name": "who", "label": {"vi": "a", "en": "a"}, "personal": true, "constraint": "length(who) > 3", "constraint_message": {"vi": "ngắn", "en": "short"}},
    {"type": "text", "name": "note", "label": {"vi": "a", "en": "a"}, "relevant": "who IS NOT NULL"},
    {"type": "text", "name": "long", "label": {"vi": "a", "en": "a"}, "relevant": "length(who) > 3"},
    {"type": "repeat", "name": "seen", "label": {"vi": "a", "en": "a"}, "children": [
      {"type": "text", "name": "name", "label": {"vi": "a", "en": "a"}, "personal": true}]},
    {"type": "integer", "name": "few", "label": {"vi": "a", "en": "a"}, "constraint": "seen__name__distinct < 2", "constraint_message": {"vi": "nhiều", "en": "many"}}]})"});
  Desk desk(files);
  const auto& type = *desk.catalog->find("named");
  // Its own constraint reads the text, when it is typed.
  const auto id = desk.add("named", R"({"few": 1, "seen": [{}, {}]})");
  CHECK(desk.save(id, "named", {{"who", "An"}}).error().fields.at(0).code == "constraint");
  CHECK(desk.save(id, "named", {{"who", "Lục Thị Mẩy"}}).ok());
  const auto rows = desk.documents[id].tree.list("seen");
  REQUIRE(rows->size() == 2);
  const std::string first = "seen[" + rows->at(0).id + "].name", second = "seen[" + rows->at(1).id + "].name";
  const auto faults = [&](const changelog::Value& who, const changelog::Value& a, const changelog::Value& b) {
    desk.write(id, {"who", who});
    desk.write(id, {first, a});
    desk.write(id, {second, b});
    desk.write(id, {"note", std::string("gặp ở nhà")});
    std::string out;
    const auto& document = desk.refresh(id);
    for (const auto& fault : check_final(*desk.catalog, type, document, desk.links))
      out += fault.path + ":" + fault.code + " ";
    return out + search_text(*desk.catalog, type, document, desk.links).title;
  };
  const auto text = faults(std::string("Lục Thị Mẩy"), std::string("Nông A"), std::string("Nông B"));
  CHECK(text == "2");
  const changelog::Personal waiting{{1, 2}, changelog::Personal::Closed::waiting};
  const changelog::Personal erased{{1, 2}, changelog::Personal::Closed::erased, 1};
  CHECK(faults(waiting, waiting, waiting) == text);
  CHECK(faults(erased, erased, std::string("Nông B")) == text);
}

TEST_CASE("a sealed field is filled for a form that wants it, and says nothing to expressions") {
  auto files = builtin_schema();
  files.push_back(
      {"records/secret.json",
       R"({"kind": "secret", "version": 1, "label": {"vi": "x", "en": "x"}, "title": "t {shut}", "survey": [
    {"type": "text", "name": "shut", "label": {"vi": "a", "en": "a"}, "sealed": true, "required": true},
    {"type": "calculate", "name": "seen", "label": {"vi": "a", "en": "a"}, "calculation": "shut"},
    {"type": "text", "name": "why", "label": {"vi": "a", "en": "a"}, "relevant": "shut IS NULL"}]})"});
  Desk desk(files);
  const auto id = desk.add("secret", R"({"why": "chưa"})");
  const auto faults = [&] {
    std::vector<std::string> out;
    for (const auto& fault :
         check_final(*desk.catalog, *desk.catalog->find("secret"), desk.refresh(id), desk.links))
      out.push_back(fault.path + " " + fault.code);
    return out;
  };
  CHECK(faults() == std::vector<std::string>{"shut required"});
  changelog::SealedText sealed;
  sealed.ciphertext.resize(80);
  sealed.wraps.resize(1);
  desk.write(id, {"shut", changelog::encode_sealed(sealed)});
  CHECK(faults() == std::vector<std::string>{"why not_relevant"});
  changelog::SealedFor more;
  more.wraps.resize(2);
  more.wraps[1].device.bytes[0] = 1;
  desk.write(id, {std::string(kSealedForMark), changelog::encode_sealed(more)});
  const auto& document = desk.refresh(id);
  CHECK(json::compact(value_json(document.tree.values.at("shut"))) == R"({"sealed":true,"recipients":2})");
  CHECK(json::compact(value_json(document.tree.values.at("seen"))) == "1");
  const auto text = search_text(*desk.catalog, *desk.catalog->find("secret"), document, desk.links);
  CHECK(text.title == "t (niêm phong cho 2 người nhận)");
  CHECK(desk.save(id, "secret", patch_of(desk.json_of(id)))->empty());  // an echo of it changes nothing
}

TEST_CASE("a finalised record shows its signed state; later edits stand beside it") {
  Desk desk;
  const auto id = desk.village();
  desk.finalize(id);
  desk.write(id, {"name", std::string("Khác")});
  const auto document = desk.json_of(id);
  CHECK(json::find_text(document, "state") == "finalized");
  CHECK(json::find_text(*json::find_object(document, "fields"), "name") == "Khòn Nưa");
  const auto& late = *json::find_array(document, "late");
  REQUIRE(late.size() == 1);
  CHECK(json::find_text(late[0].as_object(), "value") == "Khác");
}

TEST_CASE("values for people") {
  CHECK(integer_for_people(1234567) == "1.234.567");
  CHECK(integer_for_people(-1234) == "-1.234");
  CHECK(integer_for_people(999) == "999");
  CHECK(date_words(*parse_date("2026-02-05")) == "ngày 05 tháng 02 năm 2026");
  CHECK(date_words(*parse_date("2026-11-15")) == "ngày 15 tháng 11 năm 2026");
  CHECK(date_words(*parse_date("2026-03-09")) == "ngày 09 tháng 3 năm 2026");
  CHECK(format_value(nullptr, changelog::Instant{*parse_instant("2026-02-05T12:05:00Z")}, "vi") ==
        "05/02/2026 19:05");
  CHECK(format_value(nullptr, changelog::Position{-218537001, 5, 1250}, "vi") ==
        "-21.8537001, 0.0000005 (±13 m)");
}

TEST_CASE("paths in steps") {
  CHECK(split_path("a.b").size() == 1);
  CHECK(split_path("a[x].b[y].c").size() == 3);
  for (const char* bad : {"", "[x]", "a[", "a[]", "a[x]b", "a[x].", "a[x]."}) CHECK(split_path(bad).empty());
  CHECK(schema_path("a[x].b[y].c") == "a[].b[].c");
}

}  // namespace document_test
