// Present: answers as people read them. Programs take --json.
//
// Threading: none.
#pragma once

#include "base/ids.hpp"
#include "gandan/command.hpp"

namespace gandan::cli {

// Asks the notebook something more, e.g. the labels of a form; an empty object when it fails.
using Ask = std::function<json::object(std::string_view method, json::object params)>;

// What stdout shows for an answer.
// `drawn`: its long texts are shown as QR codes already.
std::string present(const std::string& method, const json::object& ok, Language language, const Ask& ask,
                    bool drawn = false);
// What stderr shows for an error: in that language, then each wrong field; in the other one as well unless it
// was chosen alone.
std::string present_error(const json::object& error, Language language, bool alone);

// The rules that an answer's verdicts say do not hold, and that do not stop a finalisation: a line each;
// empty: none.
std::string present_failing(const json::object& answer, Language language, const Ask& ask);

// The exit status of an answer that is not an error: an audit with findings, a schema with faults, a sync
// whose records were refused, a bundle with forgeries in it did not succeed.
int exit_of(const std::string& method, const json::object& ok);

// --- for the files that present one area each; false: not theirs
struct Page {
  const json::object& ok;
  Language language;
  const Ask& ask;
  std::string out;
  bool drawn = false;

  const char* say(const char* vi, const char* en) const { return language == Language::vi ? vi : en; }
  void line(std::string_view text) {
    out += text;
    out += '\n';
  }
  std::string words(const json::object& o) const;  // its "vi" or "en"
};
void present_similar(Page& page);                           // what looks like a new record
void present_proposals(const json::object& o, Page& page);  // what others have to approve; none: nothing
void present_removal(const json::object& o, Page& page);    // of a device, and why; none: nothing
void present_lease(const json::object& o, Page& page);      // and that it was removed; neither: nothing
bool present_keys(const std::string& method, Page& page);
bool present_organisation(const std::string& method, Page& page);
bool present_records(const std::string& method, Page& page);
bool present_work(const std::string& method, Page& page);
bool present_exchange(const std::string& method, Page& page);
void present_report(Page& page);  // a period's figures
void present_proof(Page& page);   // what a proof file shows
bool present_acts(const std::string& method, Page& page);
bool present_erase(const std::string& method, Page& page);
bool present_schema(const std::string& method, Page& page);

// --- reading answers
std::string text(const json::object& o, std::string_view key);     // numbers as text, absent as empty
std::int64_t number(const json::object& o, std::string_view key);  // absent: 0
bool truth(const json::object& o, std::string_view key);
const json::array& list(const json::object& o, std::string_view key);
const json::object& part(const json::object& o, std::string_view key);
std::string value_text(const json::value& v);  // a field's value on one line
std::string moment(std::string_view instant);  // in Viet Nam's time: 05/02/2026 09:05; empty stays empty
std::string day(std::string_view date);        // 05/02/2026

}  // namespace gandan::cli
