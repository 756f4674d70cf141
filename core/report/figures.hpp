// A period's figures, as data (schema/reports/*.json, "figures"): counts and sums over documents, each with
// the ids of the records behind it, so that every number opens to its records. Pure: the caller brings the
// documents.
//
// Threading: one thread at a time per Catalog.
#pragma once

#include "records/catalog.hpp"

namespace gandan::report {

struct FigureValue {
  std::string id;
  records::Label label;
  records::Label unit;  // "cuộc" / "sessions"
  std::int64_t value = 0;
  std::int64_t hide_below = 0;    // smaller ones tell who is meant: not for eyes outside (comparison.hpp)
  std::vector<RecordId> records;  // that were counted, in order of the input, each once
  std::vector<RecordId> drafts;   // that would count and are not finalised
};
// How it looks on paper (schema/reports/README.md): who issues it fills in what figures do not say.
struct PaperTexts {
  std::string kind = "BÁO CÁO";
  std::string title;   // under it, before the period
  std::string symbol;  // of its number
  std::vector<std::string> opening;
  std::string results;                                       // heading of the table
  std::vector<std::pair<std::string, std::string>> closing;  // heading and text, to go on with
  std::vector<std::string> signatures;                       // titles
  std::vector<std::string> recipients;
};
struct PeriodFigures {
  std::string id;
  std::uint32_t version = 1;
  records::Label label;
  PaperTexts paper;
  std::vector<FigureValue> figures;
};

// What a figure reads of each record behind it, in the words of the report's data: for whoever shows just
// that.
struct FigureReading {
  std::string kind;
  std::string day;                   // path of the day that a record counts for; may be empty
  std::string where, sum, distinct;  // of households the texts by which they are told apart
  bool any_time = false;
  bool drafts = false;
  std::vector<std::string> paths;  // that these words read, ascending
};

class PeriodReport {
 public:
  // `report` is the id of a report of the catalog, "period"; the newest version of it. Code::not_found,
  // Code::bad_schema.
  static Result<PeriodReport> open(const records::Catalog& catalog, std::string_view report);
  PeriodReport(PeriodReport&&) noexcept;
  ~PeriodReport();

  // Days of the period, inclusive, and the day as of whose end it is told: the last one of the period, or,
  // while that goes on, the day of asking. Call before add().
  void period(std::int32_t first_day, std::int32_t last_day, std::int32_t as_of_day);
  // A document with its calculations; deleted and withdrawn ones count nothing, and drafts only in figures of
  // what is owed or under way ("drafts"): in the others they are told apart. Documents outside the period
  // count only in figures that say so ("any_time", e.g. commitments that fall due inside it), and later ones
  // in none. Deadlines are judged as of that day.
  void add(const records::Document& document, const records::LinkSource& links,
           const records::JudgeOptions& options);
  PeriodFigures result() const;
  // Code::not_found; figure_unfit where it counts items or verdicts, or reads more than a record's own
  // fields.
  Result<FigureReading> reading(std::string_view figure) const;

 private:
  struct State;
  explicit PeriodReport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gandan::report
