// Words: short pieces of sentences in both languages, shared by the handlers that speak to people.
//
// Threading: pure functions.
#pragma once

#include "app/names.hpp"
#include "records/type.hpp"

namespace gandan::app {

using Words = records::Label;

inline void put_words(json::object& out, const Words& words) {
  out["vi"] = words.vi;
  out["en"] = words.en;
}
inline void put_advice(json::object& out, const Words& advice) {  // none where there is nothing to say
  if (!advice.vi.empty()) out["advice"] = json::object{{"vi", advice.vi}, {"en", advice.en}};
}
inline Words operator+(Words a, const Words& b) {
  a.vi += b.vi;
  a.en += b.en;
  return a;
}
inline Words same(const std::string& text) { return {text, text}; }

// "CB01, máy 7k2m9x (Xã A), 05/02/2026 09:10"; "máy 3p8d1q (giám sát, Tỉnh B), …" of who is no cadre; says so
// when the clock is suspect. `author`: Names::author.
Words author_words(const json::object& author, bool with_time = true);
// "máy 7k2m9x (CB01)" / "device 7k2m9x (CB01)".
Words device_words(const json::object& author);
// "giám sát" / "supervisor"; empty for none.
Words role_words(std::string_view role);
// In „…“ and not too long for a line of text.
std::string quotation(std::string_view text);
Words in_quotes(const Words& words);

// Parts with semicolons between them, cut where a line gets too long: the rest is counted.
class Phrases {
 public:
  void add(Words words) { parts_.push_back(std::move(words)); }
  bool empty() const { return parts_.empty(); }
  Words joined() const;

 private:
  std::vector<Words> parts_;
};

}  // namespace gandan::app
