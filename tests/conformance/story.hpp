// A story of the conformance set, over any shell's way to the core. The rules: README.md here.
#pragma once

#include <algorithm>
#include <filesystem>
#include <regex>

#include "support/api.hpp"
#include "support/seams.hpp"

namespace gandan::test {

constexpr std::int64_t kStoryBegins = 1'770'000'000'000;  // 2026-02-02
constexpr std::int64_t kStoryStep = 1000;                 // ms, before each request

// One notebook, and the way to make them.
class StoryShell {
 public:
  virtual ~StoryShell() = default;
  virtual json::object answer(const std::string& method, const json::object& params) = 0;
};
class Core {
 public:
  virtual ~Core() = default;
  // Made where there is none; an empty folder: no vault.
  virtual std::unique_ptr<StoryShell> open(const std::string& folder, const std::string& raw_key) = 0;
  virtual void step() = 0;  // the time goes on
};

class Story {
 public:
  Story(const Api& api, Core& core, const json::object& story) : api_(api), core_(core), story_(story) {
    kept_["tmp"] = folder_.path();
    kept_["root"] = GANDAN_SOURCE_DIR;
  }

  void run() {
    for (const auto& row : *json::find_array(story_, "steps")) {
      const auto& step = row.get_object();
      const std::string method = json::find_text(step, "method").value();
      json::object params;
      if (const auto* given = json::find(step, "params")) params = filled(*given).get_object();
      INFO(method << " " << json::compact(params));
      core_.step();
      StoryShell& shell = notebook(json::find_text(step, "notebook").value());
      const auto* error = json::find_object(step, "error");
      if (error == nullptr || json::find_text(*error, "code") != "request.bad")
        CHECK(api_.check_params(method, params) == "");
      const json::object answer = shell.answer(method, params);
      CHECK(api_.check_answer(method, answer) == "");
      const std::string part = error == nullptr ? "ok" : "error";
      const auto* got = json::find(answer, part);
      INFO(json::compact(answer).substr(0, 6000));
      REQUIRE(got != nullptr);
      if (const auto* wanted = json::find(step, part)) CHECK(match(*wanted, *got, part) == "");
    }
  }

 private:
  StoryShell& notebook(const std::string& name) {
    auto& place = notebooks_[name];
    const char letter = static_cast<char>('a' + notebooks_.size());
    if (place == nullptr)
      place = core_.open(name == "none" ? "" : folder_.path(name), std::string(32, letter));
    return *place;
  }

  std::string fill(std::string text) const {
    for (const auto& [name, value] : kept_) {
      const std::string mark = "{" + name + "}";
      for (auto found = text.find(mark); found != std::string::npos;
           found = text.find(mark, found + value.size()))
        text.replace(found, mark.size(), value);
    }
    return text;
  }
  json::value filled(const json::value& v) const {
    if (v.is_string()) return json::value(fill(std::string(v.get_string())));
    if (v.is_array()) {
      json::array out;
      for (const auto& element : v.get_array()) out.push_back(filled(element));
      return out;
    }
    if (!v.is_object()) return v;
    json::object out;
    for (const auto& member : v.get_object()) out[fill(std::string(member.key()))] = filled(member.value());
    return out;
  }

  // Empty, or the first difference.
  std::string match(const json::value& wanted, const json::value& got, const std::string& path) {
    if (wanted.is_string()) {
      const std::string text = fill(std::string(wanted.get_string()));
      if (text == "<any>") return {};
      const std::string value = got.is_string() ? std::string(got.get_string()) : json::compact(got);
      if (text.compare(0, 6, "<keep:") == 0) {
        kept_[text.substr(6, text.size() - 7)] = value;
        return {};
      }
      static const std::map<std::string, std::string> forms = {
          {"<id>", "^[0-9a-hjkmnp-tv-z]{26}$"}, {"<instant>", "^[0-9T:.-]+Z$"}, {"<hash>", "^[0-9a-f]{64}$"}};
      const auto form = forms.find(text);
      const bool same = form == forms.end() ? got.is_string() && value == text
                                            : std::regex_search(value, std::regex(form->second));
      return same ? "" : path + ": wanted " + text + ", got " + json::compact(got);
    }
    if (wanted.is_array()) {
      if (!got.is_array() || got.get_array().size() != wanted.get_array().size())
        return path + ": another array: " + json::compact(got);
      for (std::size_t i = 0; i < wanted.get_array().size(); ++i)
        if (auto fault =
                match(wanted.get_array()[i], got.get_array()[i], path + "[" + std::to_string(i) + "]");
            !fault.empty())
          return fault;
      return {};
    }
    if (wanted.is_object()) {
      if (!got.is_object()) return path + ": not an object: " + json::compact(got);
      for (const auto& member : wanted.get_object()) {
        const std::string name = fill(std::string(member.key()));
        const auto* value = json::find(got.get_object(), name);
        if (value == nullptr) return path + "." + name + ": absent";
        if (auto fault = match(member.value(), *value, path + "." + name); !fault.empty()) return fault;
      }
      return {};
    }
    return wanted == got ? "" : path + ": wanted " + json::compact(wanted) + ", got " + json::compact(got);
  }

  const Api& api_;
  Core& core_;
  const json::object& story_;
  TempFolder folder_;
  std::map<std::string, std::string> kept_;
  std::map<std::string, std::unique_ptr<StoryShell>> notebooks_;
};

// Every story of the folder, each on a core of its own.
inline void run_stories(const std::function<std::unique_ptr<Core>()>& make) {
  const Api api;
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(GANDAN_SOURCE_DIR) + "/tests/conformance"))
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  REQUIRE(!files.empty());
  for (const auto& file : files) {
    INFO(file);
    auto story = json::parse(file_text(file));
    INFO((story.ok() ? std::string() : story.error().detail));
    REQUIRE(story.ok());
    const auto core = make();
    Story(api, *core, story->get_object()).run();
  }
}

}  // namespace gandan::test
