#include "app/settings.hpp"

#include <cstdlib>
#include <fstream>

namespace gandan::server {
namespace {

constexpr const char* kConfig = "--config";

// "--device-rate" -> "GANDAN_DEVICE_RATE"
std::string variable_of(const std::string& name) {
  std::string out = "GANDAN_";
  for (const char c : name)
    out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

FieldError fault(const std::string& path, const char* code, const char* vi, const char* en) {
  return {path, code, vi, en};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Settings::Settings(int argc, const char* const* argv) {
  const char* named = std::getenv("GANDAN_CONFIG");
  file_ = named == nullptr ? "" : named;
  for (int i = 1; i < argc; ++i) {
    const std::string word(argv[i]);
    if (word == "--") break;
    if (word.rfind("--", 0) != 0) continue;
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    words_.insert(name);
    if (name != kConfig) continue;
    file_ = equals != std::string::npos ? word.substr(equals + 1) : i + 1 < argc ? argv[i + 1] : "";
  }
}

bool Settings::given(const std::string& option) const { return words_.count("--" + option) != 0; }

void Settings::add(CLI::App& command, CLI::Option& option) {
  auto& options = options_[&command];
  if (options.empty()) command.preparse_callback([this, &command](std::size_t) { fill(command); });
  options.push_back(&option);
  names_.insert(option.get_lnames().front());
}

Status Settings::read() {
  if (file_.empty()) return {};
  std::ifstream in(file_);
  Error out{Code::bad_configuration, file_, {}};
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto text = trimmed(line);
    if (!text.empty() && text.front() != '#') take(text, "line " + std::to_string(number), out.fields);
  }
  if (!in.eof())
    return Error{Code::file_unreadable,
                 file_,
                 {fault(kConfig, "file", "Không đọc được tệp này.", "This file cannot be read.")}};
  if (!out.fields.empty()) return out;
  return {};
}

void Settings::take(std::string_view text, const std::string& place, std::vector<FieldError>& faults) {
  const auto equals = text.find('=');
  const std::string name(trimmed(text.substr(0, equals)));
  std::string_view value =
      equals == std::string_view::npos ? std::string_view() : trimmed(text.substr(equals + 1));
  const bool quoted = value.size() > 1 && value.front() == '"' && value.back() == '"';
  if (quoted) value = value.substr(1, value.size() - 2);
  if (equals == std::string_view::npos || value.find('"') != std::string_view::npos ||
      (value.empty() && !quoted))
    faults.push_back(
        fault(place, "syntax", "Không đúng dạng: tên = giá trị.", "Is not of the form: name = value."));
  else if (names_.count(name) == 0)
    faults.push_back(fault(name, "unknown", "Không có tuỳ chọn nào tên này.", "No option has this name."));
  else if (!values_.emplace(name, value).second)
    faults.push_back(fault(name, "once", "Chỉ ghi một lần.", "May be given once."));
}

void Settings::fill(CLI::App& command) {
  for (auto* option : options_[&command]) {
    const std::string& name = option->get_lnames().front();
    if (given(name)) continue;
    const std::string variable = variable_of(name);
    if (const char* value = std::getenv(variable.c_str()); value != nullptr) {
      // As where nothing is set: an empty variable is how shells and unit files take one back.
      if (*value == '\0') continue;
      option->add_result(std::string(value));
      sources_["--" + name] = variable;
    } else if (const auto found = values_.find(name); found != values_.end()) {
      option->add_result(found->second);
      sources_["--" + name] = file_;
    }
  }
}

std::string Settings::source(const std::string& option) const {
  const auto found = sources_.find(option);
  return found == sources_.end() ? std::string() : found->second;
}

}  // namespace gandan::server
