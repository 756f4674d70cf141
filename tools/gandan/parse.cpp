#include <cstdlib>
#include <iostream>

#include "gandan/dates.hpp"
#include "gandan/notebook.hpp"
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr const char* kAbout =
    "Gần Dân – ghi sổ dân chủ cơ sở và vận động giải phóng mặt bằng khi không có mạng,\n"
    "gửi đi có mã hoá và chữ ký, chứng minh được là không ai xoá hay sửa lùi ngày.\n"
    "Records of grassroots democracy: offline, end-to-end encrypted, provable.";

constexpr const char* kFooter = R"(
Mật khẩu của sổ: hỏi trên màn hình, hoặc biến GANDAN_PASSPHRASE, hoặc --passphrase-file.
The vault's passphrase: asked for on the terminal, or GANDAN_PASSPHRASE, or --passphrase-file.
Mã hồ sơ: có thể chỉ ghi mấy chữ cuối. / Ids: the last few characters are enough when they are unique.

Mã thoát / exit codes:
  0  xong / done
  1  không làm được / failed
  2  gõ lệnh sai / wrong use
  3  dữ liệu đưa vào chưa đúng / bad input
  4  sổ: sai mật khẩu, đang bị khoá, hỏng, mới hơn, hết chỗ / vault: passphrase, locked, damaged, newer, disk full
  5  mạng hoặc máy chủ / network or server
  6  bằng chứng hoặc chữ ký không khớp / a proof or signature does not hold)";

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// "a.b=text", "a.b=" or "a.b:=JSON" into `out`.
void take_set(const std::string& text, json::object& out) {
  const auto equals = text.find('=');
  const auto fail = [&](const std::string& why) {
    throw CLI::ValidationError("--set", "'" + text + "': " + why);
  };
  if (equals == std::string::npos || equals == 0) fail("phải có dạng đường.dẫn=giá trị / must be path=value");
  if (text[equals - 1] != ':') {
    const std::string value = text.substr(equals + 1);
    out[text.substr(0, equals)] = value.empty() ? json::value(nullptr) : json::value(value);
    return;
  }
  auto value = json::parse(text.substr(equals + 1));
  if (!value.ok()) fail("sau := phải là JSON / after := comes JSON");
  out[text.substr(0, equals - 1)] = std::move(*value);
}

}  // namespace

Verb::Verb(CLI::App& parent, const std::string& name, std::string method, const std::string& help)
    : app_(parent.add_subcommand(name, help)) {
  app_->fallthrough();
  command_.method = std::move(method);
}

CLI::Option* Verb::text_option(const std::string& word, const std::string& param, const std::string& help) {
  std::string& place = texts_.emplace_back();
  CLI::Option* option = app_->add_option(word, place, help);
  takers_.push_back([option, &place, param](json::object& out) {
    if (option->count() > 0) out[param] = place;
  });
  return option;
}

Verb& Verb::required(const std::string& word, const std::string& param, const std::string& help) {
  text_option(word, param, help)->required();
  return *this;
}
Verb& Verb::optional(const std::string& word, const std::string& param, const std::string& help) {
  text_option(word, param, help);
  return *this;
}
Verb& Verb::choice(const std::string& word, const std::string& param, const std::string& help,
                   std::vector<std::string> choices, bool is_required) {
  text_option(word, param, help)->required(is_required)->check(CLI::IsMember(std::move(choices)));
  return *this;
}

Verb& Verb::date(const std::string& word, const std::string& param, const std::string& help,
                 bool is_required) {
  std::string& place = texts_.emplace_back();
  CLI::Option* option = app_->add_option(word, place, help)->required(is_required);
  takers_.push_back([option, &place, param](json::object& out) {
    if (option->count() > 0) out[param] = typed_date(place);
  });
  return *this;
}

Verb& Verb::integer(const std::string& word, const std::string& param, const std::string& help,
                    std::int64_t shift) {
  std::int64_t& place = numbers_.emplace_back(0);
  CLI::Option* option = app_->add_option(word, place, help);
  takers_.push_back([option, &place, param, shift](json::object& out) {
    if (option->count() > 0) out[param] = place + shift;
  });
  return *this;
}

Verb& Verb::flag(const std::string& word, const std::string& param, const std::string& help, bool value) {
  bool& place = flags_.emplace_back(false);
  app_->add_flag(word, place, help);
  takers_.push_back([&place, param, value](json::object& out) {
    if (place) out[param] = value;
  });
  return *this;
}

Verb& Verb::words(const std::string& word, const std::string& param, const std::string& help) {
  auto& place = lists_.emplace_back();
  app_->add_option(word, place, help)->required();
  takers_.push_back([&place, param](json::object& out) { out[param] = joined(place); });
  return *this;
}

Verb& Verb::sets(const std::string& param, const std::string& help) {
  auto& place = lists_.emplace_back();
  app_->add_option("--set", place, help)->expected(1)->take_all()->allow_extra_args(false);
  takers_.push_back([&place, param](json::object& out) {
    if (place.empty()) return;
    json::object values;
    for (const auto& text : place) take_set(text, values);
    out[param] = std::move(values);
  });
  return *this;
}

Verb& Verb::pairs(const std::string& word, const std::string& param, const std::string& key_name,
                  const std::string& text_name, const std::string& help) {
  auto& place = lists_.emplace_back();
  app_->add_option(word, place, help)->expected(1)->take_all()->allow_extra_args(false);
  takers_.push_back([&place, word, param, key_name, text_name](json::object& out) {
    if (place.empty()) return;
    json::array rows;
    for (const auto& text : place) {
      const auto equals = text.find('=');
      if (equals == std::string::npos || equals == 0)
        throw CLI::ValidationError(word, "'" + text + "': phải có dạng A=B / must be A=B");
      rows.push_back(json::object{{key_name, text.substr(0, equals)}, {text_name, text.substr(equals + 1)}});
    }
    out[param] = std::move(rows);
  });
  return *this;
}

Verb& Verb::fixed(const std::string& param, const std::string& value) {
  command_.params[param] = value;
  return *this;
}

Verb& Verb::no_vault() {
  command_.needs_vault = false;
  return *this;
}
Verb& Verb::creates_vault() {
  command_.creates_vault = true;
  return *this;
}
Verb& Verb::secret(Secret which, const std::string& file_word, const std::string& help) {
  command_.secret = which;
  app_->add_option(file_word, command_.secret_file, help);
  return *this;
}

Command Verb::command() const {
  Command out = command_;
  for (const auto& take : takers_) take(out.params);
  return out;
}

Parsed parse(int argc, char** argv) {
  Parsed out;
  CLI::App app(kAbout, "gandan");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", "gandan " + std::string(Notebook::version()));
  app.add_option("--vault", out.globals.vault, "Thư mục của sổ / folder of the vault")
      ->envname("GANDAN_VAULT");
  app.add_option("--passphrase-file", out.globals.passphrase_file,
                 "Tệp chứa mật khẩu của sổ / file with the vault's passphrase");
  app.add_flag("--json", out.globals.json, "In nguyên câu trả lời JSON / print the JSON answer as it is");
  std::string language = "vi";
  app.add_option("--lang", language, "Tiếng trước: vi (mặc định) hoặc en / which language first")
      ->check(CLI::IsMember({"vi", "en"}))
      ->envname("GANDAN_LANG");
  app.fallthrough();

  Verbs verbs;
  add_organise_verbs(app, verbs);
  add_work_verbs(app, verbs);
  try {
    app.parse(argc, argv);
    out.globals.language = language == "en" ? Language::en : Language::vi;
    for (const auto& verb : verbs)
      if (verb.chosen()) out.command = verb.command();
  } catch (const CLI::ParseError& e) {
    out.command.reset();
    const bool wanted = e.get_exit_code() == 0;  // help, version
    app.exit(e, std::cout, std::cerr);
    out.exit_code = wanted ? 0 : 2;
  }
  return out;
}

}  // namespace gandan::cli
