// Method audit.run: the indicators of a unit and a period, each finding with its records and in words.
#include <algorithm>

#include "app/asked_period.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "audit/indicators/run.hpp"
#include "base/calendar.hpp"
#include "records/indicators.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kShownRecords = 10;  // of a finding, with their titles; the others by id

// What the indicators of the law's design would want and no record holds.
json::array left_out() {
  const auto label = [](const char* vi, const char* en) { return json::object{{"vi", vi}, {"en", en}}; };
  return {label("Vị trí có do chương trình giả lập hay không: hồ sơ không ghi điều đó.",
                "Whether a position was made up by a program: no record says so."),
          label("Đồng hồ đếm liên tục của máy: nhật ký chỉ có giờ ghi và mốc sổ cái.",
                "A device's monotonic clock: the log has times of writing and checkpoints only."),
          label("Ảnh gần giống nhau (cắt, thu nhỏ): chỉ so ảnh trùng nguyên nội dung.",
                "Photos that are nearly alike (cut, scaled): only equal content is compared.")};
}

json::object both_languages(const records::Label& label) { return {{"vi", label.vi}, {"en", label.en}}; }

json::object audit_author_json(Names& names, const audit::Author& author) {
  const std::string device = to_text(author.device);
  return {{"device", device},
          {"device_short", short_id(device)},
          {"holder", author.holder.is_zero() ? std::string() : to_text(author.holder)},
          {"holder_code", names.holder_code(author.holder)}};
}

Result<json::object> finding_json(Documents& documents, const audit::Found& found) {
  json::array ids, shown;
  for (const auto& id : found.records) {
    ids.push_back(json::value(to_text(id)));
    if (shown.size() == kShownRecords) continue;
    const auto row = documents.row(id);
    if (!row) continue;
    shown.push_back(json::object{
        {"id", to_text(id)}, {"kind", row->kind}, {"title", documents.title(*row)}, {"date", row->date}});
  }
  json::object out{{"indicator", found.about->id},
                   {"version", number(found.about->version)},
                   {"severity", records::to_text(found.severity)},
                   {"vi", found.message.vi},
                   {"en", found.message.en},
                   {"unit", documents.names().unit_json(found.unit)},
                   {"records", std::move(ids)},
                   {"shown", std::move(shown)}};
  if (found.author) out["author"] = audit_author_json(documents.names(), *found.author);
  if (!found.feed.is_zero()) {
    out["feed"] = to_text(found.feed);
    out["sequence"] = number(found.sequence);
  }
  return out;
}

json::array indicators_json(const records::Indicators& indicators, const audit::Question& question,
                            const audit::Report& report) {
  json::array out;
  for (const auto& one : indicators.all) {
    if (!question.indicators.empty() && question.indicators.count(one.id) == 0) continue;
    const auto count = std::count_if(report.found.begin(), report.found.end(),
                                     [&](const audit::Found& found) { return found.about == &one; });
    json::object values;
    for (const auto& [name, value] : one.in(question.province).values) values[name] = json::integer(value);
    out.push_back(json::object{{"indicator", one.id},
                               {"version", number(one.version)},
                               {"label", both_languages(one.label)},
                               {"severity", records::to_text(one.in(question.province).severity)},
                               {"values", std::move(values)},
                               {"count", number(static_cast<std::uint64_t>(count))}});
  }
  return out;
}

std::set<std::string> asked_indicators(Session& s, Params& p) {
  std::set<std::string> out;
  if (!p.has("indicators")) return out;
  const auto& all = s.catalog->indicators().all;
  for (auto& id : p.texts("indicators", 100)) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return one.id == id; }))
      p.fault("indicators", "unknown", "Không có dấu hiệu “" + id + "”.",
              "There is no indicator “" + id + "”.");
    out.insert(std::move(id));
  }
  return out;
}

}  // namespace

Result<json::value> audit_run(Session& s, Params& p) {
  audit::Question question;
  const auto period = asked_period(p);
  question.from = period.first, question.until = period.last;
  const auto unit = p.optional_text("unit");
  question.indicators = asked_indicators(s, p);
  const auto limit = static_cast<std::size_t>(p.integer_or("limit", 1000, 0, 100'000));
  GANDAN_CHECK(p.done());
  Documents documents(s);
  if (unit) {
    GANDAN_TRY(question.unit, documents.names().find_unit(*unit));
  }
  question.province = documents.names().province();
  audit::Helpers helpers;
  helpers.judge = [&](const RecordId& id) -> Result<std::vector<records::Verdict>> {
    GANDAN_TRY(const auto loaded, documents.load(id));
    return documents.verdicts(*loaded);
  };
  helpers.device = [](const DeviceId& id) { return short_id(to_text(id)); };
  helpers.progress = [&s](std::uint64_t read) { return s.progress(json::object{{"records", number(read)}}); };
  GANDAN_TRY(const auto report, audit::run(*s.vault, *s.catalog, question, helpers));
  json::array findings;
  for (const auto& found : report.found) {
    if (findings.size() == limit) break;
    GANDAN_TRY(auto finding, finding_json(documents, found));
    findings.push_back(std::move(finding));
  }
  return json::value(json::object{{"unit", question.unit ? to_text(*question.unit) : std::string()},
                                  {"from", date_text(question.from)},
                                  {"until", date_text(question.until)},
                                  {"records", number(report.records)},
                                  {"photos_unread", number(report.photos_unread)},
                                  {"indicators", indicators_json(s.catalog->indicators(), question, report)},
                                  {"findings", std::move(findings)},
                                  {"finding_count", number(report.found.size())},
                                  {"left_out", left_out()}});
}

}  // namespace gandan::app
