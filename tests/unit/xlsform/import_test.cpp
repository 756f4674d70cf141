// Whole forms: of ODK's style, of Kobo's, of the older one; every part taken over, or listed at its row and
// column.
#include "forms.hpp"

#include <random>
#include "records/document.hpp"

using namespace gandan;
using namespace gandan::xlsform;
using namespace gandan::xlsform::test;

namespace {

bool told(const Imported& form, const std::string& place, Effect effect) {
  for (const auto& f : form.findings)
    if (f.sheet + "!" + std::to_string(f.row) + " " + f.code == place && f.effect == effect) return true;
  UNSCOPED_INFO("not told: " << place << "\n" << listing(form.findings));
  return false;
}

Sheets odk_form() {
  Sheets out;
  out.survey = {
      {"type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "hint::Tiếng Việt (vi)", "required",
       "relevant", "constraint", "constraint_message::Tiếng Việt (vi)", "calculation", "default",
       "choice_filter", "appearance", "read_only", "repeat_count", "parameters"},
      {"start", "start"},
      {"today", "today"},
      {"deviceid", "deviceid"},
      {"begin_group", "site", "Địa bàn", "Site", "", "", "", "", "", "", "", "", "field-list"},
      {"select_one commune", "commune", "Xã", "Commune", "", "yes"},
      {"select_one village", "village", "Thôn", "Village", "", "yes", "", "", "", "", "",
       "commune = ${commune}", "minimal"},
      {"end_group"},
      {"date", "visited", "Ngày đến", "Visited on", "", "yes", "", ". <= today()", "Không ghi trước.", "",
       "today()"},
      {"text", "code", "Mã hộ", "Household", "Ví dụ H017", "true()", "", "regex(., '^H[0-9]{3}$')",
       "Dạng H017."},
      {"integer", "people", "Số người", "People", "", "yes", "", ". >= 1 and . <= 30", "Từ 1 đến 30."},
      {"range", "mood", "Mức đồng thuận", "Agreement", "", "", "", "", "", "", "", "", "", "", "",
       "start=0 end=10 step=2"},
      {"time", "came", "Giờ đến", "Came at"},
      {"decimal", "area", "Diện tích (ha)", "Area (ha)"},
      {"select_multiple issue or_other", "issues", "Vướng mắc", "Issues", "", "", "${people} > 0"},
      {"begin_repeat", "member", "Thành viên", "Members", "", "", "", "", "", "", "", "", "", "",
       "${people}"},
      {"text", "who", "Tên", "Name", "", "yes"},
      {"integer", "age", "Tuổi", "Age"},
      {"acknowledge", "away", "Đi vắng", "Away"},
      {"end_repeat"},
      {"calculate", "adults", "", "", "", "", "", "", "", "count(${member}) - count(${member}[away = 'OK'])"},
      {"calculate", "density", "", "", "", "", "", "", "", "${people} div ${area}"},
      {"calculate", "twice", "", "", "", "", "", "", "", "${density} * 2"},
      {"calculate", "opened", "", "", "", "", "", "", "", "once(today())"},
      {"note", "thanks", "Cảm ơn ${code}", "Thank you ${code}"},
      {"image", "photo", "Ảnh", "Photo"},
      {"geoshape", "outline", "Ranh giới", "Outline"},
      {"rank issue", "order", "Xếp hạng", "Rank"},
      {"select_one missing", "lost", "Mất", "Lost"}};
  out.choices = {{"list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "commune", "image"},
                 {"commune", "XaA", "Xã A", "Commune A"},
                 {"commune", "xa_b", "Xã B", "Commune B"},
                 {"village", "v1", "Thôn 1", "Village 1", "XaA", "v1.jpg"},
                 {"village", "v2", "Thôn 2", "Village 2", "xa_b"},
                 {"issue", "price", "Giá", "Price"},
                 {"issue", "graves", "Mồ mả", "Graves"},
                 {"unused", "x", "X", "The x"}};
  out.settings = {
      {"form_title", "form_id", "version", "default_language", "instance_name", "style"},
      {"Vận động hộ", "Visit-Form", "2024030501", "Tiếng Việt (vi)", "concat('Hộ ', ${code})", "pages"}};
  return out;
}

}  // namespace

TEST_CASE("a form of ODK's style is taken over, and what cannot be is listed") {
  const auto form = import(odk_form().workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(form.kind == "visit_form");
  CHECK(form.version == 1);
  CHECK_FALSE(form.complete());
  CHECK(json::find_text(form.type, "title") == "Hộ {code}");
  CHECK(json::find_text(form.type, "date") == "visited");

  CHECK(column(form, "village", "choice_filter") == "commune_2 = site__commune");
  CHECK(column(form, "visited", "constraint") == "visited <= today()");
  CHECK(column(form, "visited", "default") == "today()");
  CHECK(column(form, "visited", "required") == "true");
  CHECK(column(form, "people", "constraint") == "people >= 1 AND people <= 30");
  CHECK(column(form, "mood", "constraint") == "mood >= 0 AND mood <= 10 AND (mood - 0) % 2 = 0");
  CHECK(column(form, "mood", "type") == "integer");
  CHECK(column(form, "came", "type") == "text");
  CHECK(column(form, "issues", "relevant") == "people > 0");
  CHECK(column(form, "issues_other", "relevant") == "selected(issues, 'other')");
  CHECK(column(form, "adults", "calculation") == "member__count - member__away__true");
  CHECK(column(form, "opened", "type") == "date");
  CHECK(column(form, "opened", "default") == "today()");
  CHECK(column(form, "photo", "type") == "file");
  CHECK(question(*json::find_array(form.type, "survey"), "area") == nullptr);

  // The choices that a filter asks about carry the renamed code.
  const auto& lists = *json::find_object(form.type, "choices");
  const auto& villages = *json::find_array(lists, "village");
  CHECK(json::find_text(villages[0].get_object(), "commune_2") == "xa_a");
  CHECK(json::find_array(lists, "issue")->size() == 3);
  CHECK(lists.contains("unused") == false);

  for (const auto* left : {"survey!2 type.metadata", "survey!4 type.metadata", "survey!14 type.none",
                           "survey!16 column.repeat_count", "survey!22 name.left_out",
                           "survey!23 name.left_out", "survey!27 type.none", "survey!28 type.none",
                           "survey!29 choices.none", "choices!8 choices.unused", "choices!0 column.media"})
    CHECK(told(form, left, Effect::left_out));
  for (const auto* changed :
       {"survey!13 type.changed", "survey!24 calculation.once", "survey!25 label.reference",
        "survey!26 type.changed", "choices!2 choice.renamed", "settings!2 settings.version",
        "settings!2 settings.form_id", "survey!0 label.one_language"})
    CHECK(told(form, changed, Effect::changed));
  for (const auto* looks :
       {"survey!5 column.appearance", "survey!7 column.appearance", "settings!2 settings.style"})
    CHECK(told(form, looks, Effect::looks));
}

TEST_CASE("an imported form works as a record type: defaults, filters, constraints, sums") {
  gandan::test::FakeClock clock;
  const auto form = import(odk_form().workbook());
  auto catalog = records::Catalog::load({{"records/visit_form.json", json::pretty(form.type)}}, clock);
  REQUIRE(catalog.ok());
  const auto* type = (*catalog)->find("visit_form");
  REQUIRE(type != nullptr);
  const auto faults_of = [&](const std::string& patch) {
    auto parsed = json::parse(patch);
    REQUIRE(parsed.ok());
    records::SaveInput input;
    input.patch = &parsed->get_object();
    std::uint64_t counter = 0;
    FeedId feed;
    feed.bytes[0] = 1;
    input.new_item = [&] { return changelog::make_item_id(feed, ++counter); };
    const auto changes = records::plan_save(**catalog, *type, {}, input);
    std::set<std::string> out;
    if (!changes.ok())
      for (const auto& f : changes.error().fields) out.insert(f.path);
    return out;
  };
  CHECK(faults_of(R"({"code": "H017", "people": 4, "site": {"commune": "xa_a", "village": "v1"}})").empty());
  CHECK(faults_of(R"({"code": "X", "people": 31, "mood": 3})") ==
        std::set<std::string>{"code", "people", "mood"});
  CHECK(faults_of(R"({"site": {"commune": "xa_b", "village": "v1"}})") ==
        std::set<std::string>{"site.village"});
  CHECK(faults_of(R"({"came": "25:00"})") == std::set<std::string>{"came"});
}

TEST_CASE("a form of Kobo's style: its columns, types and spellings") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label::Vietnamese (vi)", "label::English (en)", "required", "$kuid",
                    "$xpath", "constraint_message", "constraint", "hint", "media::image::English (en)",
                    "guidance_hint", "body::accuracyThreshold"},
                   {"start", "start", "", "", "", "a1"},
                   {"text", "_1_H_t_n", "Họ tên", "Full name", "true", "b2", "x"},
                   {"select_one yn2", "Da_hop", "Đã họp", "Met", "false", "c3", "x"},
                   {"integer", "so_ho", "Số hộ", "Households", "", "", "", "Từ 0.", ". &gt;= 0", "Ghi số"},
                   {"integer", "so_ho2", "Số hộ 2", "Households 2", "", "", "", "Từ 0.", ". >= 0", "",
                    "pic.jpg", "Đọc kỹ", "5"},
                   {"begin_score", "diem", "Điểm", "Score"},
                   {"score__row", "d1", "Mục 1", "Row 1"},
                   {"end_score"},
                   {"calculate", "__version__", "", "", "", "", "", "", "", ""}};
  sheets.choices = {{"list_name", "name", "label::Vietnamese (vi)", "label::English (en)", "$autovalue"},
                    {"yn2", "c_", "Có", "Yes", "1"},
                    {"yn2", "kh_ng", "Không", "No", "2"}};
  sheets.settings = {{"id_string", "title", "style", "default_language"},
                     {"a8xK", "Họp dân", "theme-grid", "Vietnamese (vi)"}};
  const auto form = import(sheets.workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(form.kind == "a8x_k");
  CHECK(column(form, "q1_h_t_n", "required") == "true");
  CHECK(column(form, "da_hop", "required").empty());
  CHECK(column(form, "so_ho2", "constraint") == "so_ho2 >= 0");
  CHECK(told(form, "survey!5 expression.syntax", Effect::left_out));
  CHECK(told(form, "survey!6 column.media", Effect::left_out));
  CHECK(told(form, "survey!6 column.guidance_hint", Effect::left_out));
  CHECK(told(form, "survey!7 type.none", Effect::left_out));
  CHECK(told(form, "survey!8 type.none", Effect::left_out));
  CHECK(told(form, "survey!10 calculation.missing", Effect::left_out));
  CHECK(told(form, "survey!0 column.unknown", Effect::looks));
  CHECK(told(form, "choices!0 column.unknown", Effect::looks));
}

TEST_CASE("a form of the older style: capitals, spaces, one language, no sheet but the survey") {
  Sheets sheets;
  sheets.survey = {{" Type ", "NAME", "Label:English", "Constraint Message", " Constraint", "Relevance",
                    "Read Only", "Notes"},
                   {"begin group", "G1", "A group"},
                   {"  Select   one from YN ", "Q A", "A question"},
                   {"string", "Họ và Tên", "Name\u00a0", "Too long", "string-length(.) < 50"},
                   {"int", "n", "How many", "", ". > 0", "${Họ và Tên} != ''", "yes", "ask twice"},
                   {"end group"},
                   {"End Repeat"},
                   {"begin repeat", "items", "Items"},
                   {"q string", "items", "Item"},
                   {"", "orphan", "No type"},
                   {"frobnicate", "x", "An x"},
                   {"text", "Q A", "The same name"}};
  sheets.choices = {{"List Name", "Value", "Label:English"},
                    {"YN", "1", "Yes"},
                    {"YN", "0", "No"},
                    {"YN", "1", "Again"},
                    {"", "2", "?"}};
  const auto form = import(sheets.workbook(), {"old_form", 7});
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(form.kind == "old_form");
  CHECK(form.version == 7);
  CHECK(column(form, "q_a", "type") == "select_one");
  CHECK(column(form, "ho_va_ten", "constraint") == "length(g1__ho_va_ten) < 50");
  CHECK(column(form, "n", "relevant") == "g1__ho_va_ten IS NOT NULL");
  const auto* label = json::find_object(question(form, "ho_va_ten"), "label");
  CHECK(json::find_text(*label, "vi") == "Name");
  CHECK(json::find_text(*label, "en") == "Name");
  CHECK(told(form, "survey!7 group.unbalanced", Effect::left_out));
  CHECK(told(form, "survey!10 row.no_type", Effect::left_out));
  CHECK(told(form, "survey!11 type.unknown", Effect::left_out));
  CHECK(told(form, "survey!12 group.open", Effect::changed));
  CHECK(told(form, "survey!5 column.read_only", Effect::left_out));
  CHECK(told(form, "survey!5 constraint.no_message", Effect::changed));
  CHECK(told(form, "survey!0 column.unknown", Effect::left_out));
  CHECK(told(form, "choices!4 choice.twice", Effect::left_out));
  CHECK(told(form, "choices!5 choice.nameless", Effect::left_out));
  CHECK(told(form, "survey!0 label.one_language", Effect::changed));
}

TEST_CASE("the smallest form, and what is none") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label"}, {"text", "a", "Chữ"}};
  const auto form = import(sheets.workbook());
  CHECK(form.complete());
  CHECK(form.kind == "form");
  CHECK(form.questions == 1);
  CHECK(json::find_text(form.type, "title") == "form: {a}");

  gandan::test::FakeClock clock;
  const auto code = [&](const office::Workbook& workbook, const ImportOptions& options = {}) {
    const auto out = import_form(workbook, options, {}, clock);
    return out.ok() ? std::string() : std::string(info(out.error().code).text);
  };
  CHECK(code({}) == "schema.not_an_xlsform");
  office::Workbook other;
  other.sheets.push_back(sheet("Sheet1", {{"type", "name"}, {"text", "a"}}));
  CHECK(code(other) == "schema.not_an_xlsform");
  CHECK(code(Sheets{{{"type", "label"}, {"text", "A"}}}.workbook()) == "schema.not_an_xlsform");
  CHECK(code(sheets.workbook(), {"Bad Kind", 0}) == "request.bad");
  CHECK(code(Sheets{{{"type", "name"}}}.workbook()).empty());
  Sheets many = sheets;
  many.choices = {{"list_name", "name", "label"}};
  for (int i = 0; i < 10'001; ++i) many.choices.push_back({"l", std::to_string(i), "x"});
  CHECK(code(many.workbook()) == "format.too_large");
  many.choices.resize(9'000);
  for (int i = 0; i < 30; ++i) many.survey.push_back({"select_one l", "s" + std::to_string(i), "S"});
  CHECK(code(many.workbook()) == "format.too_large");
  for (int i = 0; i < 5'000; ++i) sheets.survey.push_back({"note", "", "N"});
  CHECK(code(sheets.workbook()) == "format.too_large");
}

TEST_CASE("a loop of calculations, a name too many, a name that the program keeps") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label", "calculation"},
                   {"calculate", "x", "", "${y} + 1"},
                   {"calculate", "y", "", "${x} + 1"},
                   {"integer", "overrides", "Của chương trình"},
                   {"begin_repeat", "list", "Danh sách"},
                   {"integer", "n", "Số"},
                   {"calculate", "sum", "", "${n} + ${m}"},
                   {"end_repeat"},
                   {"begin_group", "g", "Nhóm"},
                   {"integer", "m", "Số"},
                   {"end_group"},
                   {"begin_repeat", "m", "Danh sách 2"},
                   {"integer", "k", "Số"},
                   {"end_repeat"}};
  const auto form = import(sheets.workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(column(form, "overrides_2", "type") == "integer");
  CHECK(told(form, "survey!7 name.ambiguous", Effect::left_out));
}

TEST_CASE("defaults, once and for every type") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label", "default", "calculation", "read_only"},
                   {"text", "t", "T", "Xã A (cũ)"},
                   {"text", "quote", "Q", "it's"},
                   {"integer", "i", "I", "5"},
                   {"integer", "half", "H", "2.5"},
                   {"date", "d", "D", "2026-02-05"},
                   {"date", "bad", "B", "5/2/2026"},
                   {"dateTime", "now", "N", "now()"},
                   {"select_one yn", "s", "S", "Yes"},
                   {"select_one yn", "unknown", "U", "maybe"},
                   {"select_multiple yn", "m", "M", "Yes no"},
                   {"acknowledge", "ok", "OK", "OK"},
                   {"text", "made", "M", "concat('a', ${t})"},
                   {"image", "pic", "P", "x.jpg"},
                   {"integer", "shown", "Hiện", "", "${i} * 2", "yes"},
                   {"integer", "worked", "Tính", "", "${i} * 2"}};
  sheets.choices = {{"list_name", "name", "label"}, {"yn", "Yes", "Có"}, {"yn", "no", "Không"}};
  const auto form = import(sheets.workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(column(form, "t", "default") == "'Xã A (cũ)'");
  CHECK(column(form, "quote", "default") == "'it''s'");
  CHECK(column(form, "i", "default") == "5");
  CHECK(column(form, "d", "default") == "'2026-02-05'");
  CHECK(column(form, "now", "default") == "now()");
  CHECK(column(form, "s", "default") == "'yes'");
  CHECK(column(form, "m", "default") == "'yes no'");
  CHECK(column(form, "ok", "default") == "TRUE");
  CHECK(column(form, "made", "default") == "nullif('a' || coalesce(t, ''), '')");
  CHECK(column(form, "shown", "calculation") == "i * 2");
  CHECK(column(form, "worked", "default") == "i * 2");
  for (const auto* left : {"survey!5 default.type", "survey!7 default.type", "survey!10 default.type",
                           "survey!14 column.no_use"})
    CHECK(told(form, left, Effect::left_out));
}

TEST_CASE("a default that asks for a later question stays empty, as it does on the phone") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label", "default"},
                   {"integer", "p", "P", "${q}"},
                   {"integer", "q", "Q"},
                   {"integer", "r", "R", "${q}"},
                   {"begin group", "g", "G"},
                   {"integer", "in", "I", "${last} + 1"},
                   {"integer", "out", "O", "${r} + 1"},
                   {"end group"},
                   {"integer", "last", "L", "${g}"},
                   {"integer", "end", "E", "${in}"}};
  const auto form = import(sheets.workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  CHECK(column(form, "p", "default").empty());
  CHECK(column(form, "r", "default") == "q");
  CHECK(column(form, "in", "default").empty());
  CHECK(column(form, "out", "default") == "r + 1");
  CHECK(column(form, "end", "default") == "g__in");
  CHECK(told(form, "survey!2 default.later", Effect::left_out));
  CHECK(told(form, "survey!6 default.later", Effect::left_out));
  CHECK_FALSE(told(form, "survey!4 default.later", Effect::left_out));
}

TEST_CASE("the choice that or_other adds passes every filter") {
  Sheets sheets;
  sheets.survey = {{"type", "name", "label", "choice_filter"},
                   {"select_one commune", "commune", "Xã"},
                   {"select_one village or_other", "village", "Thôn", "commune = ${commune}"}};
  sheets.choices = {{"list_name", "name", "label", "commune"},
                    {"commune", "a", "Xã A"},
                    {"commune", "b", "Xã B"},
                    {"village", "v1", "Thôn 1", "a"},
                    {"village", "v2", "Thôn 2", "b"}};
  const auto form = import(sheets.workbook());
  INFO(listing(form.findings) << json::pretty(form.type));
  gandan::test::FakeClock clock;
  auto catalog = records::Catalog::load({{"records/x.json", json::pretty(form.type)}}, clock);
  REQUIRE(catalog.ok());
  const auto* type = (*catalog)->types().front();
  const auto taken = [&](const std::string& village) {
    auto parsed = json::parse(R"({"commune": "a", "village": ")" + village + "\"}");
    records::SaveInput input;
    input.patch = &parsed->get_object();
    return records::plan_save(**catalog, *type, {}, input).ok();
  };
  CHECK(taken("v1"));
  CHECK_FALSE(taken("v2"));
  CHECK(taken("other"));
}

TEST_CASE("whatever stands in the cells, a form is taken over or refused with a reason") {
  const std::vector<std::string> heads = {"type",
                                          "name",
                                          "label",
                                          "label::vi",
                                          "label::English (en)",
                                          "hint",
                                          "required",
                                          "relevant",
                                          "constraint",
                                          "constraint_message",
                                          "calculation",
                                          "default",
                                          "choice_filter",
                                          "appearance",
                                          "parameters",
                                          "read_only",
                                          "gandan::link",
                                          "gandan::constraint",
                                          "gandan::calculation",
                                          "gandan::sealed",
                                          "gandan::choice_filter",
                                          "disabled",
                                          "other"};
  const std::vector<std::string> types = {"text",
                                          "integer",
                                          "decimal",
                                          "date",
                                          "dateTime",
                                          "time",
                                          "note",
                                          "calculate",
                                          "select_one l",
                                          "select_multiple l or_other",
                                          "select_one none",
                                          "begin group",
                                          "begin repeat",
                                          "end group",
                                          "end repeat",
                                          "range",
                                          "acknowledge",
                                          "image",
                                          "today",
                                          "begin_score",
                                          "junk",
                                          "geopoint"};
  const std::vector<std::string> texts = {"a",
                                          "b",
                                          "A",
                                          "a b",
                                          "ă",
                                          "",
                                          "yes",
                                          "no",
                                          "${a} = 1",
                                          "${b} != ''",
                                          ". > 3",
                                          "sum(${a})",
                                          "count(${b})",
                                          "once(today())",
                                          "${a} + ${b}",
                                          "of = ${a}",
                                          "name = 'x'",
                                          "OK",
                                          "x",
                                          "3",
                                          "2.5",
                                          "today()",
                                          "concat(${a}, 'x')",
                                          "start=1 end=5",
                                          "village",
                                          "a > 1",
                                          "((",
                                          "indexed-repeat(${a}, ${b}, 1)",
                                          "overrides",
                                          "${today}"};
  std::mt19937 random(7);
  const auto any = [&](const std::vector<std::string>& list) { return list[random() % list.size()]; };
  gandan::test::FakeClock clock;
  int taken = 0;
  for (int n = 0; n < 400; ++n) {
    Sheets sheets;
    sheets.survey = {{"type", "name", "label"}};
    for (int i = 0; i < 8; ++i) sheets.survey[0].push_back(any(heads));
    for (int i = 0; i < 14; ++i) {
      std::vector<std::string> row = {any(types), any(texts), any(texts)};
      for (int c = 0; c < 8; ++c) row.push_back(random() % 3 == 0 ? any(texts) : "");
      sheets.survey.push_back(std::move(row));
    }
    sheets.choices = {{"list_name", "name", "label", "of"}};
    for (int i = 0; i < 5; ++i)
      sheets.choices.push_back({random() % 4 == 0 ? "m" : "l", any(texts), any(texts), any(texts)});
    sheets.settings = {{"form_id", "form_title", "instance_name", "version", "gandan::title", "gandan::date"},
                       {any(texts), any(texts), any(texts), any(texts),
                        random() % 4 == 0 ? "{a} {nobody}" : "", random() % 4 == 0 ? "a" : ""}};
    const auto form = import_form(sheets.workbook(), {}, {}, clock);
    if (form.ok()) {
      ++taken;
      const auto again = records::Catalog::load({{"records/x.json", json::pretty(form->type)}}, clock);
      CHECK(again.ok());
    } else {
      CHECK(form.error().code == Code::bad_schema);
      for (const auto& f : form.error().fields) UNSCOPED_INFO(f.path << ": " << f.en);
      FAIL("refused: " << form.error().detail);
    }
  }
  CHECK(taken == 400);
}
