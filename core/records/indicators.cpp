#include "records/indicators.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace gandan::records {
namespace {

constexpr std::int64_t kMostThreshold = 1'000'000;

std::string text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

std::vector<std::string> texts_in(const json::object& o, const char* column, const std::string& where,
                                  const NoteFault& fault) {
  std::vector<std::string> out;
  const auto* value = json::find(o, column);
  if (value == nullptr) return out;
  const auto* list = value->if_array();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    out.push_back(text_of((*list)[i]));
    if (out.back().empty()) list = nullptr;
  }
  if (list == nullptr) fault(where, column, "Cần danh sách các chữ.", "Wants a list of texts.");
  return out;
}

Label label_in(const json::object& o, const char* column, const std::string& where, const NoteFault& fault) {
  const auto* label = json::find_object(o, column);
  Label out;
  if (label != nullptr)
    out = {json::find_text(*label, "vi").value_or(""), json::find_text(*label, "en").value_or("")};
  if (out.vi.empty() || out.en.empty())
    fault(where, column, "Cần cả hai thứ tiếng vi và en.", "Wants both languages, vi and en.");
  if (auto vi = nfc(out.vi); vi.ok()) out.vi = *vi;
  return out;
}

void check_columns(const json::object& o, const std::vector<std::string_view>& known,
                   const std::string& where, const NoteFault& fault) {
  for (const auto& member : o) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end() && key.substr(0, 1) != "#")
      fault(where, std::string(key), "Không có cột này.", "There is no such column.");
  }
}

std::optional<Severity> severity_of(std::string_view text) {
  for (const auto severity : {Severity::info, Severity::warning, Severity::violation})
    if (text == to_text(severity)) return severity;
  return std::nullopt;
}

// A province says what differs; the rest is the row's own.
IndicatorSettings settings_in(const json::object& o, IndicatorSettings base, const KnownIndicator& known,
                              const std::string& where, const NoteFault& fault) {
  if (const auto* given = json::find(o, "severity")) {
    const auto severity = severity_of(text_of(*given));
    if (!severity)
      fault(where, "severity", "Cần info, warning hoặc violation.", "Wants info, warning or violation.");
    base.severity = severity.value_or(base.severity);
  }
  const auto* values = json::find_object(o, "values");
  if (values == nullptr && json::find(o, "values") != nullptr)
    fault(where, "values", "Cần một đối tượng.", "Wants an object.");
  for (std::size_t i = 0; values != nullptr && i < known.values.size(); ++i) {
    const auto* value = json::find(*values, known.values[i]);
    if (value == nullptr) continue;
    const auto n = json::as_integer(*value);
    if (!n || *n < 0 || *n > kMostThreshold)
      fault(where, "values", "Cần số nguyên từ 0 đến 1.000.000.", "Wants a whole number, 0 to 1,000,000.");
    base.values[std::string(known.values[i])] = n.value_or(0);
  }
  if (values != nullptr) check_columns(*values, known.values, where + ": values", fault);
  return base;
}

const KnownIndicator* known(std::string_view id) {
  const auto& all = known_indicators();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

void check_names(std::string_view text, const KnownIndicator& about, const NoteFault& fault) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const auto name = text.substr(at + 1, text.find('}', at) - at - 1);
    if (std::find(about.names.begin(), about.names.end(), name) == about.names.end())
      fault(std::string(about.id), "says", "Không có giá trị {" + std::string(name) + "}.",
            "There is no value {" + std::string(name) + "}.");
  }
}

void read_row(const json::object& o, Indicators& out, const NoteFault& fault) {
  Indicator row;
  row.id = json::find_text(o, "id").value_or("");
  const auto* about = known(row.id);
  if (about == nullptr)
    return fault(row.id, "id", "Chương trình không có dấu hiệu này.", "The program has no such indicator.");
  check_columns(o, {"id", "version", "label", "says", "severity", "values", "kinds", "rules", "provinces"},
                row.id, fault);
  const auto version = json::find_integer(o, "version").value_or(0);
  if (version < 1 || version > 999'999)
    fault(row.id, "version", "Cần số nguyên từ 1.", "Wants a whole number from 1.");
  row.version = static_cast<std::uint32_t>(std::clamp<std::int64_t>(version, 1, 999'999));
  row.label = label_in(o, "label", row.id, fault);
  row.says = label_in(o, "says", row.id, fault);
  check_names(row.says.vi, *about, fault);
  check_names(row.says.en, *about, fault);
  row.kinds = texts_in(o, "kinds", row.id, fault);
  row.rules = texts_in(o, "rules", row.id, fault);
  if (about->asks_rules == row.rules.empty())
    fault(row.id, "rules", "Chỉ dấu hiệu hỏi quy tắc của luật mới có, và phải có, cột rules.",
          "The indicators that ask the law's rules have this column, and no others.");
  row.settings = settings_in(o, {}, *about, row.id, fault);
  for (const auto value : about->values)
    if (row.settings.values.find(value) == row.settings.values.end())
      fault(row.id, "values", "Thiếu ngưỡng " + std::string(value) + ".",
            "The threshold " + std::string(value) + " is missing.");
  if (const auto* provinces = json::find_object(o, "provinces"))
    for (const auto& member : *provinces) {
      const std::string code(member.key().data(), member.key().size());
      const auto* own = member.value().if_object();
      if (own == nullptr) {
        fault(row.id, "provinces", "Cần một đối tượng.", "Wants an object.");
        continue;
      }
      check_columns(*own, {"severity", "values"}, row.id + ": provinces: " + code, fault);
      row.provinces[code] = settings_in(*own, row.settings, *about, row.id, fault);
    }
  const auto same =
      std::find_if(out.all.begin(), out.all.end(), [&](const auto& one) { return one.id == row.id; });
  if (same != out.all.end())
    return fault(row.id, "id", "Dấu hiệu này đã có.", "This indicator exists already.");
  out.all.push_back(std::move(row));
}

void read_parts(const std::string& kind, const json::object& o, Indicators& out, const NoteFault& fault) {
  check_columns(o, {std::begin(kFieldParts), std::end(kFieldParts)}, kind, fault);
  KindParts& parts = out.kinds[kind];
  for (const auto& member : o) {
    const std::string part(member.key().data(), member.key().size());
    for (auto& text : texts_in(o, part.c_str(), kind, fault)) {
      const auto equals = text.find('=');
      FieldPart one{text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
      if ((part == "nobody" || part == "minutes") == one.value.empty())
        fault(kind, part, "nobody, minutes ghi MỤC=giá trị; mục khác ghi tên mục.",
              "nobody and minutes are FIELD=value, others a field's name.");
      parts[part].push_back(std::move(one));
    }
  }
}

// The field in any version of the kind; the newest first.
const Field* find_field(const std::vector<const RecordType*>& versions, const std::string& path) {
  for (const auto* type : versions)
    if (const auto* field = type->find(path); field != nullptr && field->holds_value()) return field;
  return nullptr;
}

}  // namespace

const IndicatorSettings& Indicator::in(const std::string& province) const {
  const auto found = provinces.find(province);
  return found == provinces.end() ? settings : found->second;
}

const std::vector<KnownIndicator>& known_indicators() {
  static const std::vector<KnownIndicator> all = {
      {"late.entry", {"days"}, {"day", "entered", "late", "not_before", "received"}},
      {"clock.ahead", {"hours"}, {"stamp", "received", "hours"}},
      {"clock.behind", {"hours", "days"}, {"day", "entered", "late", "not_before", "received"}},
      {"place.far", {"metres", "records"}, {"village", "metres", "others"}},
      {"place.no_accuracy", {}, {"position"}},
      {"place.travel", {"kmh", "metres"}, {"first", "second", "metres", "minutes", "kmh"}},
      {"time.short", {"minutes"}, {"start", "end", "minutes"}},
      {"time.burst", {"visits", "minutes"}, {"count", "first", "last"}},
      {"text.alike", {"percent", "words", "records"}, {"count", "authors", "percent"}},
      {"photo.same", {}, {"file", "count"}},
      {"evidence.none", {}, {}},
      {"rewrite.final", {"minutes"}, {"signed", "changed", "fields"}},
      {"rewrite.asked", {"days"}, {"asked", "changed", "fields"}},
      {"quorum.missing", {}, {"says"}, true},
      {"signature.missing", {}, {"says"}, true},
      {"commitment.overdue", {"days"}, {"due", "late"}},
      {"commitment.moved", {}, {"was", "due", "changed"}},
      {"commitment.dropped", {}, {"due", "changed"}},
      {"commitment.silent", {}, {}},
      {"household.unvisited", {"days"}, {"subject", "since", "until"}},
      {"outcome.same", {"visits", "percent"}, {"count", "outcome", "others"}},
      {"feed.gap", {"days"}, {"device", "from", "until", "since"}},
      {"feed.fork", {}, {"device", "from"}},
      {"feed.tail", {"days"}, {"device", "named", "last", "since"}},
  };
  return all;
}

void read_indicators(const json::object& root, Indicators& out, const NoteFault& fault) {
  check_columns(root, {"indicators", "kinds"}, "", fault);
  if (const auto* rows = json::find_array(root, "indicators"))
    for (const auto& row : *rows) {
      if (const auto* o = row.if_object())
        read_row(*o, out, fault);
      else
        fault("indicators", "", "Mỗi dấu hiệu là một đối tượng.", "Every indicator is an object.");
    }
  const auto* kinds = json::find_object(root, "kinds");
  if (kinds == nullptr) return;
  for (const auto& member : *kinds) {
    const std::string kind(member.key().data(), member.key().size());
    if (const auto* o = member.value().if_object())
      read_parts(kind, *o, out, fault);
    else
      fault(kind, "kinds", "Cần một đối tượng.", "Wants an object.");
  }
}

void check_indicators(const Indicators& indicators,
                      const std::function<std::vector<const RecordType*>(std::string_view)>& versions,
                      const std::vector<Rule>& rules, const NoteFault& fault) {
  for (const auto& [kind, parts] : indicators.kinds) {
    const auto types = versions(kind);
    if (types.empty()) fault(kind, "kinds", "Không có loại hồ sơ này.", "There is no such kind.");
    for (const auto& [part, fields] : parts)
      for (const auto& one : fields) {
        const auto* field = find_field(types, one.path);
        if (field == nullptr && !types.empty())
          fault(kind, part, "Không có mục " + one.path + ".", "There is no field " + one.path + ".");
        if (field != nullptr && !field->open())
          fault(kind, part, "Mục niêm phong, dữ liệu cá nhân không dùng để xét.",
                "What is sealed or personal is not looked at.");
      }
  }
  for (const auto& one : indicators.all) {
    for (const auto& kind : one.kinds)
      if (indicators.kinds.find(kind) == indicators.kinds.end())
        fault(one.id, "kinds", "Chưa ghi các mục của loại " + kind + ".",
              "The fields of the kind " + kind + " are not told.");
    for (const auto& rule : one.rules)
      if (std::none_of(rules.begin(), rules.end(), [&](const Rule& other) { return other.id == rule; }))
        fault(one.id, "rules", "Không có quy tắc " + rule + ".", "There is no rule " + rule + ".");
  }
}

Label fill_names(const Label& says, const SaidValues& values) {
  const auto fill = [&](const std::string& text, std::string Label::*language) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const auto open = text.find('{', at);
      const auto close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) return out + text.substr(at);
      out += text.substr(at, open - at);
      const auto found = values.find(std::string_view(text).substr(open + 1, close - open - 1));
      out += found == values.end() ? "…" : found->second.*language;
      at = close + 1;
    }
    return out;
  };
  return {fill(says.vi, &Label::vi), fill(says.en, &Label::en)};
}

}  // namespace gandan::records
