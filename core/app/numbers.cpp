// Methods number.assign, number.list: document numbers per unit, symbol and year, with their gaps and
// doubles.
#include "app/numbers.hpp"

#include <algorithm>

#include "app/dispatch.hpp"
#include "app/workflow.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/format.hpp"
#include "report/print.hpp"

namespace gandan::app {
namespace {

using records::DocumentNumber;

struct GivenNumber {
  DocumentNumber number;
  const changelog::OpEntry* op = nullptr;
  const vault::MarkedRecord* record = nullptr;
  bool conflict = false;  // the record has another number, too
  bool given_up = false;  // the record had it on a paper and has another one now: it stays taken
};

// Numbers that a record had when it was finalised, or later, and has no longer: papers bear them.
std::vector<std::pair<DocumentNumber, const changelog::OpEntry*>> given_up(
    const changelog::RecordState& state, const std::vector<DocumentNumber>& now) {
  std::vector<std::pair<DocumentNumber, const changelog::OpEntry*>> out;
  const auto numbers = state.cells().find(records::kNumberMark);
  const auto finals = state.cells().find(changelog::kFinalMark);
  if (numbers == state.cells().end() || finals == state.cells().end()) return out;
  const auto& ops = numbers->second.ops;
  // Whether a finalisation knew of an op that replaced this one.
  const auto replaced_before = [&](const changelog::OpEntry& op, const changelog::Seen& seen) {
    return std::any_of(ops.begin(), ops.end(), [&](const changelog::OpEntry& next) {
      const auto found = seen.find(next.stamp.feed);
      return std::find(next.replaces.begin(), next.replaces.end(), op.stamp) != next.replaces.end() &&
             found != seen.end() && next.stamp.hlc <= found->second;
    });
  };
  for (const auto& op : ops) {
    const auto* text = std::get_if<std::string>(&op.value);
    const auto number = text == nullptr ? std::nullopt : records::parse_number(*text);
    if (!number || std::find(now.begin(), now.end(), *number) != now.end()) continue;
    const bool known =
        std::any_of(out.begin(), out.end(), [&](const auto& one) { return one.first == *number; });
    const bool was_out =
        std::any_of(finals->second.ops.begin(), finals->second.ops.end(), [&](const auto& final) {
          const auto* mark = std::get_if<changelog::Mark>(&final.value);
          return mark != nullptr && !replaced_before(op, mark->seen);
        });
    if (was_out && !known) out.emplace_back(*number, &op);
  }
  return out;
}

// What a unit numbers together.
struct Series {
  UnitId unit;
  int year = 0;
  std::string symbol;
  friend bool operator<(const Series& a, const Series& b) {
    return std::tie(a.unit, a.year, a.symbol) < std::tie(b.unit, b.year, b.symbol);
  }
};

// All numbers of the records given. Views of their states are kept here: the ops point into them.
class Register {
 public:
  static Result<Register> read(vault::Vault& vault) {
    Register out;
    GANDAN_TRY(auto records, vault::marked(vault, vault::kNumbered));
    out.records_ = std::make_unique<std::vector<vault::MarkedRecord>>(std::move(records));
    for (const auto& record : *out.records_) {
      out.views_.push_back(std::make_unique<changelog::RecordView>(changelog::view(record.state)));
      const auto numbers = records::numbers_of(*out.views_.back());
      std::vector<DocumentNumber> now;
      const auto put = [&](const DocumentNumber& number, const changelog::OpEntry* op, bool old) {
        out.series_[{record.row.unit, number.year, number.symbol}].push_back(
            {number, op, &record, !old && numbers.size() > 1, old});
      };
      for (const auto& [number, op] : numbers) {
        now.push_back(number);
        put(number, op, false);
      }
      for (const auto& [number, op] : given_up(record.state, now)) put(number, op, true);
    }
    for (auto& [key, given] : out.series_)
      std::sort(given.begin(), given.end(), [](const GivenNumber& a, const GivenNumber& b) {
        return std::pair(a.number.number, a.op->stamp) < std::pair(b.number.number, b.op->stamp);
      });
    return out;
  }
  const std::map<Series, std::vector<GivenNumber>>& series() const { return series_; }
  const std::vector<GivenNumber>& of(const Series& series) const {
    static const std::vector<GivenNumber> kNone;
    const auto found = series_.find(series);
    return found == series_.end() ? kNone : found->second;
  }

 private:
  std::unique_ptr<std::vector<vault::MarkedRecord>> records_;
  std::vector<std::unique_ptr<changelog::RecordView>> views_;
  std::map<Series, std::vector<GivenNumber>> series_;
};

std::int64_t highest(const std::vector<GivenNumber>& given) {
  return given.empty() ? 0 : given.back().number.number;
}

Result<std::string> symbol_for(Session& s, const Loaded& loaded, const std::optional<std::string>& said,
                               std::string_view report) {
  if (said) return *said;
  const std::string symbol = report::symbol_of(*s.catalog, loaded.row.kind, report);
  if (symbol.empty()) return Error{Code::no_symbol, loaded.row.kind};
  return symbol;
}

json::object number_json(Documents& documents, const GivenNumber& given) {
  const bool gone = (given.record->row.flags & vault::kDeleted) != 0;
  return json::object{{"number", json::integer(given.number.number)},
                      {"text", records::for_people(given.number)},
                      {"record", to_text(given.record->row.id)},
                      {"kind", given.record->row.kind},
                      {"title", documents.title(given.record->row)},
                      {"withdrawn", gone},
                      {"conflict", given.conflict},
                      {"given_up", given.given_up},
                      {"author", documents.names().author(*given.op)}};
}

// "05/BB-CĐDC stands twice: …": who gave it when, and what to do.
Words double_words(Documents& documents, const std::vector<const GivenNumber*>& same_number) {
  Words out = Words{"Số ", "Number "} + same(records::for_people(same_number.front()->number)) +
              Words{" cấp trùng: ", " was given more than once: "};
  for (std::size_t i = 0; i < same_number.size(); ++i) {
    const auto& given = *same_number[i];
    out = out + same((i == 0 ? "" : "; ") + quotation(documents.title(given.record->row)) + " – ") +
          author_words(documents.names().author(*given.op));
  }
  return out + Words{". Giữ một, đổi số hồ sơ kia kèm lý do.",
                     ". Keep one, and give the other a new number with a reason."};
}

json::object series_json(Documents& documents, const Series& series, const std::vector<GivenNumber>& all) {
  json::array numbers;
  json::array gaps;
  json::array doubles;
  std::int64_t next = 1;
  for (std::size_t i = 0; i < all.size();) {
    const std::int64_t number = all[i].number.number;
    if (number > next)
      gaps.push_back(json::object{{"from", json::integer(next)}, {"to", json::integer(number - 1)}});
    next = number + 1;
    std::vector<const GivenNumber*> here;
    for (; i < all.size() && all[i].number.number == number; ++i) {
      if (!all[i].given_up) here.push_back(&all[i]);
      numbers.push_back(number_json(documents, all[i]));
    }
    if (here.size() < 2) continue;
    json::array records;
    for (const auto* given : here) records.push_back(json::value(to_text(given->record->row.id)));
    json::object row{{"number", json::integer(number)}, {"records", std::move(records)}};
    put_words(row, double_words(documents, here));
    doubles.push_back(std::move(row));
  }
  return json::object{{"unit", to_text(series.unit)}, {"unit_name", documents.names().unit_name(series.unit)},
                      {"year", series.year},          {"symbol", series.symbol},
                      {"next", json::integer(next)},  {"numbers", std::move(numbers)},
                      {"gaps", std::move(gaps)},      {"doubles", std::move(doubles)}};
}

}  // namespace

std::optional<DocumentNumber> number_of(const Loaded& loaded) {
  const auto numbers = records::numbers_of(loaded.view);
  if (numbers.empty()) return std::nullopt;
  return numbers.front().first;
}

Status check_numbering(Session& s, const Loaded& loaded, std::string_view report) {
  if (number_of(loaded)) return {};
  const auto symbol = symbol_for(s, loaded, std::nullopt, report);
  return symbol.ok() ? Status() : Status(symbol.error());
}

Status give_number(Session& s, const Loaded& loaded, const NumberRequest& request) {
  if (loaded.view.deleted) return Code::withdrawn;
  // A number is no correction: an office gives it without a reason.
  GANDAN_CHECK(Documents(s).may_change(loaded, "number"));
  const auto before = number_of(loaded);
  if (before && request.reason.empty()) return Error{Code::number_given, records::for_people(*before)};
  DocumentNumber number;
  if (request.symbol || !before) {
    GANDAN_TRY(number.symbol, symbol_for(s, loaded, request.symbol, ""));
  } else {
    number.symbol = before->symbol;
  }
  std::int32_t day = local_days(s.seams.clock->wall_ms());
  if (loaded.type != nullptr) day = records::day_of(*loaded.type, loaded.document).value_or(day);
  number.year = request.year ? static_cast<int>(*request.year)
                : before     ? before->year
                             : civil_from_days(day).year;
  GANDAN_TRY(const auto numbers, Register::read(*s.vault));
  const auto& given = numbers.of({loaded.row.unit, number.year, number.symbol});
  number.number = request.number.value_or(highest(given) + 1);
  if (number.number > records::kMaxNumber) return Error{Code::too_large, "number"};
  for (const auto& other : given)
    if (other.number.number == number.number && other.record->row.id != loaded.row.id)
      return Error{Code::number_taken, records::for_people(number) + " " + to_text(other.record->row.id)};
  Marks marks = reason_mark(request.reason);
  marks.emplace_back(records::kNumberMark, records::mark_text(number));
  return save_changes(s, loaded, marks);
}

Result<std::vector<NumberFault>> number_faults(Session& s, Documents& documents) {
  GANDAN_TRY(const auto numbers, Register::read(*s.vault));
  std::vector<NumberFault> out;
  std::set<RecordId> two_numbers;
  for (const auto& [series, given] : numbers.series())
    for (std::size_t i = 0; i < given.size(); ++i) {
      const auto& row = given[i].record->row;
      if (given[i].conflict && two_numbers.insert(row.id).second)
        out.push_back(
            {row,
             {"Hồ sơ có hai số văn bản, hãy chọn một.", "The record has two document numbers: choose one."}});
      if (given[i].given_up) continue;
      for (std::size_t j = i; j-- > 0 && given[j].number.number == given[i].number.number;) {
        if (given[j].given_up) continue;
        out.push_back({row, double_words(documents, {&given[j], &given[i]})});
        break;
      }
    }
  return out;
}

Result<json::value> number_assign(Session& s, Params& p) {
  const std::string id = p.text("id");
  NumberRequest request;
  if (p.has("number")) request.number = p.integer_or("number", 1, 1, records::kMaxNumber);
  if (p.has("year")) request.year = p.integer_or("year", 2026, 1, 9999);
  if (p.has("symbol")) {
    request.symbol = p.optional_sentence("symbol");
    if (!request.symbol->empty() && !records::good_symbol(*request.symbol))
      p.fault("symbol", "too_long", "Ký hiệu dài quá 40 ký tự hoặc có ký tự lạ.",
              "The symbol is longer than 40 characters or has blanks at its ends.");
  }
  request.reason = p.optional_sentence("reason");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_CHECK(give_number(s, *loaded, request));
  Documents after(s);
  GANDAN_TRY(const auto now, after.load(loaded->row.id));
  const auto number = number_of(*now);
  GANDAN_TRY(auto out, after.answer(*now));
  out.get_object()["number"] = number ? records::for_people(*number) : std::string();
  const auto day = now->type == nullptr ? std::nullopt : records::day_of(*now->type, now->document);
  if (number && day && civil_from_days(*day).year != number->year) {
    json::object remark;
    const std::string year = std::to_string(number->year), date = records::date_for_people(*day);
    put_words(remark, {"Lưu ý: số của năm " + year + ", mà hồ sơ ghi ngày " + date + ".",
                       "Note: a number of " + year + ", though the record is of " + date + "."});
    out.get_object()["remark"] = std::move(remark);
  }
  return out;
}

Result<json::value> number_list(Session& s, Params& p) {
  const auto unit_text = p.optional_text("unit");
  const std::string symbol = p.optional_sentence("symbol");
  const std::int64_t year = p.integer_or("year", 0, 1, 9999);
  GANDAN_CHECK(p.done());
  Documents documents(s);
  std::optional<UnitId> unit;
  if (unit_text) {
    GANDAN_TRY(unit, documents.names().find_unit(*unit_text));
  }
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const auto numbers, Register::read(*s.vault));
  json::array out;
  for (const auto& [series, given] : numbers.series()) {
    if (unit && !roster->within(series.unit, *unit)) continue;
    if ((year != 0 && series.year != year) || (!symbol.empty() && series.symbol != symbol)) continue;
    out.push_back(series_json(documents, series, given));
  }
  return json::value(json::object{{"series", std::move(out)}});
}

}  // namespace gandan::app
