// Answers of report: the figures of a period beside those of the one before, what the unit is to reach, and
// what they were made from.
#include <algorithm>

#include "gandan/present.hpp"
#include "gandan/terminal.hpp"
#include "report/targets.hpp"

namespace gandan::cli {
namespace {

std::string change_text(const json::object& figure, const Page& page) {
  if (figure.contains("per_mille")) return report::percent_for_people(number(figure, "per_mille"));
  return truth(figure, "new") ? page.say("mới có", "new") : "";
}

report::FigureTarget target_of(const json::object& figure) {
  const auto& target = part(figure, "target");
  report::FigureTarget out;
  out.value = number(target, "value");
  out.at_most = truth(target, "at_most");
  if (target.contains("per_mille")) out.per_mille = number(target, "per_mille");
  if (target.contains("met")) out.met = truth(target, "met");
  return out;
}

bool any_target(const Page& page) {
  const auto& figures = list(page.ok, "figures");
  return std::any_of(figures.begin(), figures.end(),
                     [](const json::value& one) { return one.get_object().contains("target"); });
}

void put_target(const json::object& figure, const Page& page, std::vector<std::string>& cells) {
  if (!figure.contains("target")) return cells.resize(cells.size() + 2);
  const auto target = target_of(figure);
  const bool vietnamese = page.language == Language::vi;
  cells.push_back(report::target_for_people(target, vietnamese));
  cells.push_back(report::reached_for_people(target, vietnamese));
}

void figures(Page& page, bool compared) {
  const bool aimed = any_target(page);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> heads = {page.say("Chỉ tiêu", "Figure"), page.say("Số", "Value")};
  if (aimed) heads.insert(heads.end(), {page.say("Chỉ tiêu giao", "Target"), page.say("Đạt", "Reached")});
  if (compared)
    heads.insert(heads.end(), {page.say("Kỳ trước", "Before"), page.say("Tăng, giảm", "Change"), "%"});
  heads.insert(heads.end(),
               {page.say("Đơn vị tính", "Unit"), page.say("Nháp", "Drafts"), page.say("Hồ sơ", "Records")});
  for (const auto& row : list(page.ok, "figures")) {
    const auto& figure = row.get_object();
    std::string ids;
    for (const auto& id : list(figure, "records")) ids += (ids.empty() ? "" : " ") + short_id(value_text(id));
    const auto drafts = list(figure, "drafts").size();
    std::vector<std::string> cells = {page.words(part(figure, "label")), text(figure, "shown")};
    if (aimed) put_target(figure, page, cells);
    if (compared) {
      const auto by = text(figure, "difference");
      cells.insert(cells.end(),
                   {text(part(figure, "previous"), "shown"), number(figure, "difference") > 0 ? "+" + by : by,
                    change_text(figure, page)});
    }
    cells.insert(cells.end(),
                 {page.words(part(figure, "unit")), drafts == 0 ? std::string() : std::to_string(drafts),
                  truth(figure, "counts_only") ? page.say("(không nêu)", "(withheld)") : ids});
    rows.push_back(std::move(cells));
  }
  page.out += table(heads, rows);
}

void predecessors(Page& page) {
  std::string left_out, counted;
  for (const auto& row : list(page.ok, "predecessors")) {
    const auto& one = row.get_object();
    std::string& to = truth(one, "counted") ? counted : left_out;
    to += (to.empty() ? "" : ", ") + text(one, "name") + " (" + text(one, "code") +
          (truth(one, "part") ? page.say(", một phần)", ", a part)") : ")");
  }
  if (!counted.empty())
    page.line(page.say("Tính cả hồ sơ của đơn vị trước đó: ", "With the records of predecessors: ") +
              counted + ".");
  if (!left_out.empty())
    page.line(page.say("KHÔNG tính hồ sơ của đơn vị trước đó: ", "WITHOUT the records of predecessors: ") +
              left_out +
              page.say(". Đơn vị nhập trọn thì thêm --with-predecessors.",
                       ". Whole ones are counted with --with-predecessors."));
}

void notes(Page& page) {
  const auto& ok = page.ok;
  bool drafts = false, withheld = false;
  for (const auto& row : list(ok, "figures")) {
    const auto& figure = row.get_object();
    drafts = drafts || !list(figure, "drafts").empty();
    withheld = withheld || truth(figure, "counts_only");
  }
  if (ok.contains("about_previous")) page.line(page.words(part(ok, "about_previous")));
  for (const auto& one : list(ok, "about_targets")) page.line(page.words(one.get_object()));
  if (text(ok, "as_of") < text(ok, "until"))
    page.line(page.say("Kỳ chưa hết: số liệu tính đến hết ngày ", "The period goes on: as of the end of ") +
              day(text(ok, "as_of")) + ".");
  if (withheld)
    page.line(
        page.say("Tố cáo: ngoài đơn vị chỉ nêu số, dưới 3 ghi “<3”, không nêu hồ sơ và chênh lệch.",
                 "Denunciations: counts only outside the unit, “<3” below 3, no records and no difference."));
  if (drafts)
    page.line(
        page.say("Việc đã làm chỉ tính hồ sơ đã chốt; cột Nháp là số hồ sơ chưa chốt, chưa tính vào số.",
                 "What was done counts finalised records only; Drafts are those not finalised, which the "
                 "figure leaves out."));
}

void origin(Page& page) {
  const auto& ok = page.ok;
  const auto& checkpoint = part(ok, "checkpoint");
  if (ok.contains("file")) page.line(page.say("Đã ghi tệp ", "Wrote ") + text(ok, "file"));
  if (truth(ok, "unsent")) {
    if (ok.contains("file"))
      page.line(page.say("Có cả thay đổi chưa lên sổ cái: không làm lại được đúng tệp này.",
                         "With what is in no ledger yet: this file cannot be made again."));
    return;
  }
  page.line(page.say("Lập từ mốc sổ cái ", "Made from the checkpoint of ") + text(checkpoint, "size") +
            page.say(" mục, mã gốc ", " entries, root ") + text(checkpoint, "root"));
  if (truth(ok, "incomplete"))
    page.line(page.say(
        "Máy này CHƯA nhận hoặc chưa mở được hết hồ sơ dưới mốc ấy: số liệu có thể thiếu. Hãy đồng bộ.",
        "This device has NOT received or opened all that lies under it: figures may be too small. "
        "Sync."));
  if (number(ok, "left_out") > 0)
    page.line(page.say("CHƯA TÍNH thay đổi của ", "LEFT OUT are changes of ") + text(ok, "left_out") +
              page.say(" hồ sơ chưa lên sổ cái ở mốc ấy: đồng bộ rồi lập lại, hoặc --unsent.",
                       " records that are not under it: sync and make it again, or --unsent."));
}

}  // namespace

void present_report(Page& page) {
  const auto& ok = page.ok;
  page.line(page.words(part(ok, "label")) + ", " + page.words(part(ok, "period")) + ": " +
            day(text(ok, "from")) + " – " + day(text(ok, "until")));
  const bool compared = ok.contains("previous");
  if (compared) {
    const auto& before = part(ok, "previous");
    page.line(page.say("So với ", "Compared with ") + page.words(part(before, "label")) + ": " +
              day(text(before, "from")) + " – " + day(text(before, "until")));
  }
  figures(page, compared);
  predecessors(page);
  notes(page);
  origin(page);
}

}  // namespace gandan::cli
