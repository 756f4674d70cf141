#include "usage/usage.hpp"

#include <cstdlib>
#include <sstream>

#include "base/text.hpp"

namespace gandan::usage {
namespace {

constexpr std::size_t kNameColumns = 30;
constexpr std::size_t kLineColumns = 110;
constexpr char kBetweenLanguages = '\x1f';  // in messages of our checks: CLI11 carries one string

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

// Lines of at most `columns`, broken between words; breaks that are there stay.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::istringstream words{std::string(text.substr(0, end))};
    std::string line, word;
    while (words >> word) {
      if (!line.empty() && code_points(line) + 1 + code_points(word) > columns) {
        out.push_back(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// CLI11's formatter counts bytes and knows English alone.
class Formatter final : public CLI::Formatter {
 public:
  explicit Formatter(Language language) : language_(language) {
    label("TEXT", say({"CHỮ", "TEXT"}));
    for (const char* type : {"INT", "UINT"}) label(type, say({"SỐ", "NUMBER"}));
    label("REQUIRED", say({"(bắt buộc)", "(required)"}));
    label("Env", say({"biến môi trường", "environment"}));
  }

  std::string make_group(std::string group, bool positional,
                         std::vector<const CLI::Option*> options) const override {
    const bool usual = group == "Options" || group == "Positionals";
    const Text title =
        positional ? Text{"Cần ghi theo thứ tự", "In this order"} : Text{"Tuỳ chọn", "Options"};
    std::string out = "\n" + (usual ? say(title) : group) + ":\n";
    for (const auto* option : options) out += make_option(option, positional);
    return out;
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string out = say({"Cách gõ", "Usage"}) + ": " + name;
    for (const auto* option : app->get_options([](const CLI::Option* o) { return o->get_positional(); }))
      out += " " + make_option_usage(option);
    if (!app->get_subcommands({}).empty()) out += " " + say({"LỆNH", "COMMAND"});
    return out + " [" + say({"tuỳ chọn", "options"}) + "]\n";
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode) const override {
    const auto commands = app->get_subcommands({});
    if (commands.empty()) return {};
    std::string out = "\n" + say({"Lệnh", "Commands"}) + ":\n";
    for (const auto* command : commands) out += entry(command->get_name(), command->get_description());
    return out;
  }
  std::string make_description(const CLI::App* app) const override {
    std::string out;
    for (const auto& line : wrapped(app->get_description(), kLineColumns)) out += line + "\n";
    return out + "\n";
  }
  std::string make_option(const CLI::Option* option, bool positional) const override {
    return entry(make_option_name(option, positional) + make_option_opts(option), option->get_description());
  }

 private:
  std::string say(const Text& text) const {
    return language_ == Language::both ? std::string(text.vi) + "/" + text.en : usage::say(language_, text);
  }
  static std::string entry(const std::string& name, const std::string& about) {
    std::string out = "  " + name;
    std::size_t at = 2 + code_points(name);
    for (const auto& line : wrapped(about, kLineColumns - kNameColumns)) {
      if (at >= kNameColumns) {
        out += "\n";
        at = 0;
      }
      out += std::string(kNameColumns - at, ' ') + line + "\n";
      at = 0;
    }
    return about.empty() ? out + "\n" : out;
  }

  Language language_;
};

FieldError field(std::string path, const char* code, std::string vi, std::string en) {
  return {std::move(path), code, std::move(vi), std::move(en)};
}

// "--role: message" -> "--role"; the message into `rest`.
std::string word_before(std::string_view what, std::string& rest) {
  const auto colon = what.find(": ");
  rest = std::string(what.substr(colon == std::string_view::npos ? 0 : colon + 2));
  return std::string(what.substr(0, colon == std::string_view::npos ? 0 : colon));
}

FieldError bad_value(const CLI::ParseError& error) {
  std::string rest;
  const std::string word = word_before(error.what(), rest);
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    // "Could not convert: --limit = abc"
    const auto equals = rest.find(" = ");
    return field(rest.substr(0, equals), "type", "Phải là số nguyên.", "Must be a whole number.");
  }
  if (const auto cut = rest.find(kBetweenLanguages); cut != std::string::npos)
    return field(word, "value", rest.substr(0, cut), rest.substr(cut + 1));
  return field(word, "value", "Ghi chưa đúng dạng.", "Is not of the right form.");
}

FieldError mismatch(const CLI::ParseError& error) {
  std::string rest;
  const std::string word = word_before(error.what(), rest);
  if (starts_with(rest, "At Most")) return field(word, "once", "Chỉ ghi một lần.", "May be given once.");
  if (word.empty()) {  // "--json was given a disallowed flag override"
    const std::string name = rest.substr(0, rest.find(' '));
    return field(name, "no_value", "Không đi kèm giá trị.", "Takes no value.");
  }
  return field(word, "no_value", "Còn thiếu giá trị đi sau.", "Its value is missing.");
}

std::string commands_of(const CLI::App& app) {
  std::string out;
  for (const auto* command : app.get_subcommands({})) out += (out.empty() ? "" : ", ") + command->get_name();
  return out;
}

}  // namespace

std::string say(Language language, const Text& text) {
  if (language == Language::vi) return text.vi;
  if (language == Language::en) return text.en;
  return std::string(text.vi) + "\n" + text.en;
}

Language language_of(int argc, const char* const* argv, const char* variable) {
  const char* given = std::getenv(variable);
  std::string_view code = given == nullptr ? "" : given;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    if (word == "--") break;
    if (word == "--lang" && i + 1 < argc)
      code = argv[i + 1];
    else if (starts_with(word, "--lang="))
      code = word.substr(7);
  }
  return code == "vi" ? Language::vi : code == "en" ? Language::en : Language::both;
}

void speak(CLI::App& app, Language language) {
  app.formatter(std::make_shared<Formatter>(language));
  app.set_help_flag("-h,--help", say(language, {"Xem cách gõ", "Show this"}));
}

CLI::Validator one_of(std::vector<std::string> choices) {
  return CLI::Validator(
      [choices = std::move(choices)](const std::string& given) -> std::string {
        std::string known;
        for (const auto& choice : choices) {
          if (choice == given) return {};
          known += (known.empty() ? "" : ", ") + choice;
        }
        return "Không có “" + given + "”; chọn một trong: " + known + "." + kBetweenLanguages +
               "There is no “" + given + "”; choose one of: " + known + ".";
      },
      "");
}

CLI::Validator between(std::int64_t least, std::int64_t most) {
  return CLI::Validator(
      [least, most](const std::string& given) -> std::string {
        const std::string from = std::to_string(least), to = std::to_string(most);
        std::int64_t number = 0;
        const bool read = CLI::detail::lexical_cast(given, number);
        if (read && number >= least && number <= most) return {};
        return "Phải là số từ " + from + " đến " + to + "." + kBetweenLanguages + "Must be a number from " +
               from + " to " + to + ".";
      },
      "");
}

CLI::ValidationError wrong(const std::string& word, const std::string& vi, const std::string& en) {
  return CLI::ValidationError(word, vi + kBetweenLanguages + en);
}

Error error_of(const CLI::ParseError& error, const CLI::App& app) {
  // Words that nothing took say more than what is missing because of them.
  std::vector<FieldError> extras;
  for (const auto& word : app.remaining(true))
    if (word != "--") extras.push_back(field(word, "unknown", "Không có ở đây.", "Is not known here."));

  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const std::string what = error.what();
    const CLI::App* asked = &app;  // the command that the words reached
    for (auto below = asked->get_subcommands(); !below.empty(); below = asked->get_subcommands())
      asked = below.front();
    const std::string commands = commands_of(*asked);
    if (starts_with(what, "A subcommand")) {
      Error out{extras.empty() ? Code::no_command : Code::unknown_word, {}, std::move(extras)};
      const std::string after =
          asked->get_parent() == nullptr ? asked->get_name() : asked->get_display_name();
      out.fields.push_back(
          field(after, "commands", "Các lệnh: " + commands + ".", "The commands: " + commands + "."));
      return out;
    }
    Error out{Code::missing_word,
              {},
              {field(what.substr(0, what.find(" is required")), "required", "Còn thiếu.", "Is missing.")}};
    for (auto& extra : extras) out.fields.push_back(std::move(extra));
    return out;
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty())
    return {Code::unknown_word, {}, std::move(extras)};
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return {Code::bad_word, {}, {mismatch(error)}};
  return {Code::bad_word, {}, {bad_value(error)}};
}

}  // namespace gandan::usage
