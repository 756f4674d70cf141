#include "xlsform/table.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace gandan::xlsform {
namespace {

// Other names of columns: pyxform's aliases, Kobo's and older ones.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"relevance", "relevant"},
    {"bind::relevant", "relevant"},
    {"caption", "label"},
    {"command", "type"},
    {"tag", "name"},
    {"value", "name"},
    {"list name", "list_name"},
    {"readonly", "read_only"},
    {"bind::readonly", "read_only"},
    {"bind::required", "required"},
    {"requiredmsg", "required_message"},
    {"bind::jr:requiredmsg", "required_message"},
    {"bind::constraint", "constraint"},
    {"constraining_message", "constraint_message"},
    {"constraint_msg", "constraint_message"},
    {"bind::jr:constraintmsg", "constraint_message"},
    {"calculate", "calculation"},
    {"bind::calculate", "calculation"},
    {"count", "repeat_count"},
    {"jr:count", "repeat_count"},
    {"control::jr:count", "repeat_count"},
    {"body::appearance", "appearance"},
    {"control::appearance", "appearance"},
    {"title", "form_title"},
    {"set_form_title", "form_title"},
    {"set_form_id", "form_id"},
    {"id_string", "form_id"},
    {"image", "media::image"},
    {"audio", "media::audio"},
    {"video", "media::video"},
    {"big-image", "media::big-image"},
};
constexpr std::size_t kMostHeads = 300;
constexpr std::string_view kTranslated[] = {"label", "hint", "guidance_hint", "constraint_message",
                                            "required_message"};

bool space_at(std::string_view text, std::size_t at, std::size_t& size) {
  const char c = text[at];
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
    size = 1;
    return true;
  }
  for (const std::string_view wide : {"\u00a0", "\u202f", "\u200b", "\ufeff"})
    if (text.substr(at, wide.size()) == wide) {
      size = wide.size();
      return true;
    }
  return false;
}

// A head's name: lower case, words joined by one underscore.
std::string plain_key(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(trimmed(text))) {
    const char put = c == ' ' || c == '\n' || c == '\t' ? '_' : c;
    if (put != '_' || out.empty() || out.back() != '_') out += put;
  }
  for (const auto& [from, to] : kAliases)
    if (out == from) return std::string(to);
  return out;
}

Head read_head(std::uint32_t column, const std::string& text) {
  Head out;
  out.column = column;
  out.given = text;
  // "label::English (en)", and "label:English" as old forms have it.
  const auto doubled = text.find("::");
  const auto colon = doubled != std::string::npos ? doubled : text.find(':');
  const auto base = colon == std::string::npos ? std::string() : plain_key(text.substr(0, colon));
  if (std::find(std::begin(kTranslated), std::end(kTranslated), base) != std::end(kTranslated)) {
    const auto language = trimmed(text.substr(colon + (doubled != std::string::npos ? 2 : 1)));
    out.key = base;
    out.language = language_of(language);
    if (out.language.empty()) out.language = language;
    return out;
  }
  out.key = plain_key(text);
  return out;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string trimmed(std::string_view text) {
  std::size_t size = 0;
  while (!text.empty() && space_at(text, 0, size)) text.remove_prefix(size);
  for (bool more = true; more && !text.empty();) {
    more = false;
    for (std::size_t back = 1; back <= 3 && back <= text.size() && !more; ++back)
      more = space_at(text, text.size() - back, size) && size == back;
    if (more) text.remove_suffix(size);
  }
  auto normal = nfc(text);
  return normal.ok() ? *normal : std::string();
}

std::string language_of(std::string_view text) {
  const std::string folded = fold(text);
  const auto open = folded.rfind('(');
  const auto close = folded.rfind(')');
  const std::string code = open != std::string::npos && close != std::string::npos && close > open
                               ? folded.substr(open + 1, close - open - 1)
                               : std::string();
  for (const auto* name : {"vi", "vie", "vn", "vi-vn"})
    if (code == name || (code.empty() && folded == name)) return "vi";
  for (const auto* name : {"en", "eng", "en-us", "en-gb"})
    if (code == name || (code.empty() && folded == name)) return "en";
  if (!code.empty()) return "";
  if (folded == "vietnamese" || folded == "tieng viet" || folded == "viet") return "vi";
  if (folded == "english" || folded == "tieng anh" || folded == "anh") return "en";
  return "";
}

const Head* Table::head(std::string_view key, std::string_view language) const {
  const auto found = std::find_if(heads.begin(), heads.end(),
                                  [&](const Head& h) { return h.key == key && h.language == language; });
  return found == heads.end() ? nullptr : &*found;
}

std::string Table::given(std::string_view key) const {
  const auto cut = key.rfind("::");
  const bool language =
      cut != std::string_view::npos && (key.substr(cut) == "::vi" || key.substr(cut) == "::en");
  const Head* found = language ? head(key.substr(0, cut), key.substr(cut + 2)) : head(key);
  if (found == nullptr) {
    const auto any = std::find_if(heads.begin(), heads.end(), [&](const Head& h) { return h.key == key; });
    if (any != heads.end()) found = &*any;
  }
  return found == nullptr ? std::string(key) : found->given;
}

Table read_table(const office::Sheet& sheet, Findings& findings) {
  Table out;
  out.sheet = sheet.name;
  const auto report = [&](Effect effect, std::uint32_t row, std::string column, const char* code,
                          std::string vi, std::string en) {
    findings.add({effect, lower_ascii(trimmed(sheet.name)), row, std::move(column), code, std::move(vi),
                  std::move(en)});
  };
  for (const auto& range : sheet.merged)
    report(Effect::changed, 0, range, "cell.merged", "Ô gộp: chỉ ô trên cùng bên trái có nội dung.",
           "Merged cells: only the upper left one has content.");
  std::set<std::string> seen;
  for (const auto& row : sheet.rows) {
    if (out.heads.empty()) {
      for (const auto& cell : row.cells) {
        const std::string text = trimmed(cell.text);
        if (text.empty()) continue;
        if (out.heads.size() >= kMostHeads) {
          report(Effect::left_out, row.number, text, "column.many", "Quá nhiều cột; từ cột này bị bỏ.",
                 "Too many columns; they are left out from here.");
          break;
        }
        Head head = read_head(cell.column, text);
        if (!seen.insert(head.key + "::" + head.language).second) {
          report(Effect::left_out, row.number, text, "column.twice", "Cột này có hai lần; dùng cột đầu.",
                 "The column occurs twice; the first one counts.");
          continue;
        }
        out.heads.push_back(std::move(head));
      }
      continue;
    }
    TableRow one;
    one.number = row.number;
    std::size_t known = 0;
    for (const auto& head : out.heads) {
      const office::Cell* cell = row.at(head.column);
      if (cell == nullptr) continue;
      ++known;
      if (cell->kind == office::Cell::Kind::error) {
        report(Effect::left_out, row.number, head.given, "cell.error", "Ô báo lỗi " + cell->text + ".",
               "The cell shows the error " + cell->text + ".");
        continue;
      }
      if (!valid_utf8(cell->text)) {
        report(Effect::left_out, row.number, head.given, "cell.not_text", "Ô chứa ký tự hỏng.",
               "The cell has damaged characters.");
        continue;
      }
      std::string text = trimmed(cell->text);
      if (text.empty()) continue;
      one.cells[head.language.empty() ? head.key : head.key + "::" + head.language] = std::move(text);
    }
    if (known < row.cells.size())
      for (const auto& cell : row.cells) {
        const bool headed = std::any_of(out.heads.begin(), out.heads.end(),
                                        [&](const Head& h) { return h.column == cell.column; });
        if (!headed && !trimmed(cell.text).empty())
          report(Effect::left_out, row.number, office::column_letters(cell.column), "column.no_head",
                 "Ô nằm dưới cột không có tên.", "The cell stands in a column without a head.");
      }
    if (!one.cells.empty()) out.rows.push_back(std::move(one));
  }
  return out;
}

}  // namespace gandan::xlsform
