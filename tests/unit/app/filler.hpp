// Fills any form by its types, over the boundary alone: what a kind asks is read from record.kinds, and a
// value that a constraint refuses is tried again with another. So a new kind is covered by the table test
// without a line of C++.
#pragma once

#include "support/shell.hpp"

namespace gandan::test {

class Filler {
 public:
  explicit Filler(Shell& shell) : shell_(shell) {
    const json::value kinds = at(shell.ok("record.kinds"), "kinds");
    for (const auto& type : kinds.get_array())
      surveys_[text_at(type, "kind")] = at(type, "survey").get_array();
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> out;
    for (const auto& [kind, survey] : surveys_) out.push_back(kind);
    return out;
  }
  // A record of the kind with every field that can be written or sealed; `word` stands in its texts.
  std::string fill(const std::string& kind, const std::string& word) {
    word_ = word;
    const json::array& survey = surveys_.at(kind);
    std::string id;
    for (const auto& row : survey) {  // a first value makes the record
      const auto& field = row.get_object();
      if (!writable(field) || is_personal(field) || is_list(field) || text_at(field, "type") == "group")
        continue;
      for (const auto& value : candidates(field)) {
        const auto answer = shell_.answer(
            "record.add", {{"kind", kind}, {"record", json::object{{text_at(field, "name"), value}}}});
        if (const auto* ok = json::find_object(answer, "ok")) {
          id = text_at(*ok, "id");
          break;
        }
      }
      if (!id.empty()) break;
    }
    REQUIRE(!id.empty());
    fill_fields(id, survey, "");
    made_[kind] = id;
    return id;
  }
  // Finalises: takes out what the form no longer asks, fills what it asks now, gives reasons at gates.
  void finalize(const std::string& id) {
    json::object params{{"id", id}};
    for (int round = 0; round < 20; ++round) {
      const auto answer = shell_.answer("record.finalize", params);
      if (json::find_object(answer, "ok") != nullptr) return;
      const std::string code = text_at(answer, "error.code");
      const json::value fields = at(answer, "error.fields");
      INFO(json::compact(answer));
      REQUIRE((code == "record.invalid" || code == "record.gate"));
      json::array overrides;
      for (const auto& fault : fields.get_array()) {
        if (code == "record.gate") {
          overrides.push_back(json::object{{"rule", text_at(fault, "code")}, {"reason", "Thử nghiệm"}});
        } else if (text_at(fault, "code") == "not_relevant") {
          shell_.ok("record.edit", {{"id", id}, {"record", json::object{{text_at(fault, "path"), nullptr}}}});
        } else {
          mend(id, text_at(fault, "path"));
        }
      }
      if (!overrides.empty()) params["overrides"] = std::move(overrides);
    }
    FAIL("not finalised in twenty rounds");
  }
  // A field at the top that two people may write differently, with two values it takes.
  struct Pair {
    std::string path;
    json::value one;
    json::value two;
  };
  Pair pair(const std::string& kind) const {
    for (const char* type : {"text", "date", "integer"}) {
      for (const auto& row : surveys_.at(kind)) {
        const auto& field = row.get_object();
        if (!writable(field) || is_personal(field) || text_at(field, "type") != type ||
            json::find(field, "constraint") != nullptr)
          continue;
        const std::string path = text_at(field, "path");
        if (type == std::string("text")) return {path, "một bên ghi", "bên kia ghi"};
        if (type == std::string("date")) return {path, "2026-03-02", "2026-03-03"};
        return {path, 1, 2};
      }
    }
    FAIL(kind << " has no plain field");
    return {};
  }
  bool takes_files(const std::string& kind) const { return has_file(surveys_.at(kind)); }

  int sealed = 0;  // fields
  std::map<std::string, std::map<std::string, std::string>>
      personal;  // by record and top path: what was written

 private:
  static bool writable(const json::object& field) {
    for (const char* mark : {"sealed", "read_only"})
      if (json::find_bool(field, mark) == true) return false;
    const std::string type = text_at(field, "type");
    return type != "calculate" && type != "note" && type != "file";
  }
  static bool is_personal(const json::object& field) { return json::find_bool(field, "personal") == true; }
  static bool is_list(const json::object& field) { return text_at(field, "type") == "repeat"; }
  static bool has_file(const json::array& survey) {
    for (const auto& row : survey) {
      const auto& field = row.get_object();
      const auto* children = json::find_array(field, "children");
      if (text_at(field, "type") == "file" || (children != nullptr && has_file(*children))) return true;
    }
    return false;
  }

  json::array candidates(const json::object& field) {
    const std::string type = text_at(field, "type");
    if (type == "text") return {word_, "H01", "X"};
    if (type == "integer") return {3, 1, 0, 2, 100, 10};
    if (type == "boolean") return {true, false};
    if (type == "date") return {"2026-03-04", "2026-03-05", "2026-03-03"};
    if (type == "datetime") return {"2026-03-04T02:00:00Z", "2026-03-04T04:00:00Z"};
    if (type == "geopoint")
      return {json::object{{"latitude_e7", 218537001}, {"longitude_e7", 1067615000}, {"accuracy_cm", 500}}};
    if (type == "link") {
      const std::string kind = text_at(field, "link");
      if (made_.count(kind) == 0) {
        if (making_.count(kind) > 0) return {};  // a kind that links to itself
        Filler other(*this);
        other.making_.insert(kind);
        other.made_ = made_;
        const std::string id = other.fill(kind, word_);
        made_ = other.made_;
        made_[kind] = id;
      }
      return {made_.at(kind)};
    }
    json::array out;
    if (const auto* choices = json::find_array(field, "choices"))
      for (const auto& choice : *choices) out.push_back(json::value(text_at(choice, "name")));
    return out;
  }

  bool set(const std::string& id, const std::string& path, const json::value& value) {
    const auto answer = shell_.answer("record.edit", {{"id", id}, {"record", json::object{{path, value}}}});
    return json::find_object(answer, "ok") != nullptr;
  }

  void fill_fields(const std::string& id, const json::array& survey, const std::string& base) {
    for (const auto& row : survey) {
      const auto& field = row.get_object();
      if (json::find_bool(field, "sealed") == true) seal(id, base + text_at(field, "name"));
      if (!writable(field)) continue;
      const std::string name = text_at(field, "name");
      const std::string path = base + name;
      if (is_personal(field)) {  // written as any other, with words that no other field has
        const std::string text = "Người riêng pz" + word_.substr(word_.find("zq") + 2);
        CHECK(set(id, path, json::value(text)));
        if (base.empty()) personal[id][path] = text;
      } else if (is_list(field)) {
        const auto& children = *json::find_array(field, "children");
        if (has_file(children)) continue;  // attachment.add makes these
        const auto answer = shell_.ok(
            "record.edit", {{"id", id}, {"record", json::object{{path, json::array{json::object{}}}}}});
        const json::value items = at(answer, "document.items");
        const auto* list = json::find_array(items.get_object(), path);
        REQUIRE(list != nullptr);
        fill_fields(id, children, path + "[" + text_at(list->back(), "id") + "].");
      } else if (text_at(field, "type") == "group") {
        fill_fields(id, *json::find_array(field, "children"), path + ".");
      } else {
        const auto values = candidates(field);
        if (values.empty()) continue;
        const bool taken =
            std::any_of(values.begin(), values.end(), [&](const auto& v) { return set(id, path, v); });
        INFO(path << " takes none of " << json::compact(values));
        CHECK(taken);
      }
    }
  }

  // For this device; what was sealed comes back, and the word is in nothing else that is shown.
  void seal(const std::string& id, const std::string& path) {
    INFO(path);
    const auto device = text_at(shell_.ok("device.info"), "id");
    const std::string hidden = "kín " + word_ + "!";
    const auto answer =
        shell_.ok("record.seal", {{"id", id}, {"path", path}, {"value", hidden}, {"for", device}});
    CHECK(json::compact(json::value(answer)).find(hidden) == std::string::npos);
    CHECK(text_at(shell_.ok("record.unseal", {{"id", id}, {"path", path}}), "value") == hidden);
    ++sealed;
  }

  // A field that is missing or wrong at the end: other values, until the record takes one.
  void mend(const std::string& id, const std::string& path) {
    const auto document = shell_.ok("record.show", {{"id", id}});
    const json::object* field = find(surveys_.at(text_at(document, "document.kind")), path);
    REQUIRE(field != nullptr);
    const int turn = turns_[path]++;
    const auto values = candidates(*field);
    INFO(path);
    REQUIRE(static_cast<std::size_t>(turn) < values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (set(id, path, values[(i + static_cast<std::size_t>(turn)) % values.size()])) return;
    FAIL(path << " takes nothing");
  }
  static const json::object* find(const json::array& survey, std::string path) {
    for (auto open = path.find('['); open != std::string::npos; open = path.find('['))
      path.erase(open, path.find(']', open) - open + 1);
    const auto dot = path.find('.');
    for (const auto& row : survey) {
      const auto& field = row.get_object();
      if (text_at(field, "name") != path.substr(0, dot)) continue;
      return dot == std::string::npos ? &field
                                      : find(*json::find_array(field, "children"), path.substr(dot + 1));
    }
    return nullptr;
  }

  Shell& shell_;
  std::map<std::string, json::array> surveys_;
  std::map<std::string, std::string> made_;  // a record of each kind, for links
  std::set<std::string> making_;
  std::map<std::string, int> turns_;
  std::string word_;
};

}  // namespace gandan::test
