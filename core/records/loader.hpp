// Loader: from schema files to a Catalog's types, rules and calendars, with every fault named by file, field
// and column. Private to records.
//
// Threading: plain calls on one thread.
#pragma once

#include "base/json.hpp"
#include "records/catalog.hpp"
#include "records/indicators.hpp"
#include "records/scope.hpp"

namespace gandan::records {

// A rule's sentences, compiled: Vietnamese and English, by Sentence and piece.
struct SaidPart {
  TextTemplate vi;
  TextTemplate en;
  Formula when;
};
struct Saying {
  std::array<std::vector<SaidPart>, kSentences> sentences;
  std::vector<SaidPart> row;  // one, or none
};

// The law by which a last day that is a day off moves to the next working day.
struct Ending {
  std::string law;
  std::string article;
  std::string verified_by;
};

struct Catalog::State {
  explicit State(Clock& clock_in) : clock(clock_in), engine(clock_in, calendars) {}
  Clock& clock;
  Calendars calendars;
  Engine engine;
  std::map<std::string, std::map<std::uint32_t, std::unique_ptr<RecordType>>, std::less<>> types;
  std::vector<Rule> rules;
  std::vector<Saying> sayings;                                  // one for each rule
  std::array<std::vector<SentencePart>, kSentences> sentences;  // of deadlines that bring none of their own
  Ending ending;
  Indicators indicators;
  std::string indicators_file;  // the last that named some, for errors
  std::vector<SchemaFile> reports;
  std::map<std::string, TextTemplate> templates;  // by kind, version, list and text

  const RecordType* newest(std::string_view kind) const;
  std::vector<const RecordType*> versions(std::string_view kind) const;  // the newest first
  // Names inside `list` ("" or "decisions"); Code::bad_expression when the type has no such list.
  Result<Names> names(const RecordType& type, const std::string& list) const;
};

class Loader {
 public:
  explicit Loader(Catalog::State& state) : state_(state) {}
  Status load(const std::vector<SchemaFile>& files);

 private:
  void load_type(const SchemaFile& file, const json::object& root);
  std::uint32_t read_version(const json::object& root);
  void load_rules(const SchemaFile& file, const json::object& root);
  void load_sentences(const json::object& sentences);
  void load_ending(const json::object& root);
  Rule read_rule(const json::object& o, const std::string& file);
  std::vector<SentencePart> read_sentence(const json::object& o, const char* column,
                                          const std::string& where);
  void read_sentences(const json::object& o, Rule& rule);
  void read_values(const json::object& o, Rule& rule);
  void read_counts(const json::object& o, Rule& rule);
  void load_calendar(const json::object& root);
  void each_row(const json::object& root, const char* column,
                const std::function<void(const json::object&, const std::string&)>& use);
  std::optional<std::int32_t> read_day(const json::object& row, const char* column, const std::string& where,
                                       bool required);
  void read_source(const json::object& row, const std::string& where, std::string& source,
                   std::string& verified);
  void read_fields(const json::array& rows, const json::object* lists, const std::string& prefix,
                   std::vector<Field>& out, int depth);
  Field read_field(const json::object& row, const json::object* lists, const std::string& prefix, int depth);
  void read_default(const json::object& row, Field& field);
  void check_default(const Field& field);
  void read_choices(const json::value& choices, const json::object* lists, Field& field);
  void check_versions(const std::map<std::uint32_t, std::unique_ptr<RecordType>>& versions);
  void bind_type(RecordType& type);
  void bind_fields(std::vector<Field>& fields, Names& names);
  void bind_rule(Rule& rule, Saying& saying);
  void bind_count(const RecordType& type, const Names& names, const Rule& rule, RuleCount& count);
  void bind_rule_to(const RecordType& type, Rule& rule, Saying& saying);
  void bind_sentences(const Names& names, Rule& rule, Saying& saying);
  std::optional<SaidPart> bind_part(const SentencePart& part, const Names& names, const std::string& where,
                                    const char* column);
  void check_cycles(const RecordType& type);
  Formula bind(const std::string& text, const Names& names, const std::string& where, const char* column);
  void leaks(const std::string& where, const char* column);
  void check_template(const std::string& text, const Names& names, const std::string& where,
                      const char* column);
  Label read_label(const json::object& o, const char* column, const std::string& where, bool required);
  Label label_in(const json::object& label, const std::string& where, const char* column);
  void check_columns(const json::object& o, const std::vector<std::string_view>& known,
                     const std::string& where);
  void fault(const std::string& where, const std::string& column, const std::string& vi,
             const std::string& en);

  static constexpr std::size_t kMaxFaults = 100;  // that are listed
  Catalog::State& state_;
  std::string file_;
  std::vector<FieldError> faults_;
};

}  // namespace gandan::records
