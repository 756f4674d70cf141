#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "gandan/dates.hpp"
#include "gandan/notebook.hpp"
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr Text kAbout{
    "Gần Dân – ghi sổ dân chủ cơ sở và vận động giải phóng mặt bằng khi không có mạng, gửi đi có mã hoá và "
    "chữ "
    "ký, chứng minh được là không ai xoá hay sửa lùi ngày.",
    "Records of grassroots democracy and site clearance: written without a network, sent encrypted and "
    "signed, "
    "and provably neither removed nor back-dated."};

constexpr Text kFooter{
    R"(Mật khẩu của sổ: hỏi trên màn hình, hoặc biến GANDAN_PASSPHRASE, hoặc --passphrase-file. Sổ mới: ít nhất 8 ký tự.
Mã hồ sơ: ghi như máy đã hiện (n69g-1), hoặc mấy chữ cuối của mã đầy đủ.
Ghi thêm --lang vi hoặc --lang en để chỉ xem một thứ tiếng.

Mã thoát:
  0  xong
  1  không làm được
  2  gõ lệnh sai
  3  dữ liệu đưa vào chưa đúng
  4  sổ: sai mật khẩu, đang có chương trình khác mở, hỏng, mới hơn, hết chỗ
  5  mạng hoặc máy chủ
  6  bằng chứng hoặc chữ ký không khớp)",
    R"(The vault's passphrase: asked for on the terminal, or GANDAN_PASSPHRASE, or --passphrase-file. A new vault's
has 8 characters at least. Ids of records: as they are shown (n69g-1), or the end of the whole id.
Add --lang vi or --lang en to see one language alone.

Exit status:
  0  done
  1  failed
  2  wrong use
  3  bad input
  4  vault: passphrase, open elsewhere, damaged, newer, disk full
  5  network or server
  6  a proof or signature does not hold)"};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// "a.b=text", "a.b=" or "a.b:=JSON" into `out`.
void take_set(const std::string& text, json::object& out) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw usage::wrong("--set", "“" + text + "”: phải ghi MỤC=nội dung.",
                       "“" + text + "”: must be FIELD=text.");
  if (text[equals - 1] != ':') {
    const std::string value = text.substr(equals + 1);
    out[text.substr(0, equals)] = value.empty() ? json::value(nullptr) : json::value(value);
    return;
  }
  auto value = json::parse(text.substr(equals + 1));
  if (!value.ok())
    throw usage::wrong("--set",
                       "“" + text + "”: sau := phải là JSON, ví dụ team:=[{\"name\":\"Cán bộ xã\"}].",
                       "“" + text + "”: after := comes JSON, e.g. team:=[{\"name\":\"An official\"}].");
  out[text.substr(0, equals - 1)] = std::move(*value);
}

// Whether the program itself brings that kind of record; a realm may have published others.
bool is_built_in(const std::string& kind) {
  std::string error;
  const auto notebook = Notebook::open({}, {}, error);
  if (notebook == nullptr) return false;
  const json::object request{{"method", "record.kinds"}, {"params", json::object{{"kind", kind}}}};
  const auto answer = json::parse(notebook->request(json::compact(request)), {std::size_t{1} << 30, 64});
  return answer.ok() && answer->is_object() && json::find_object(answer->get_object(), "ok") != nullptr;
}

}  // namespace

Verb::Verb(CLI::App& parent, usage::Language language, const std::string& name, std::string method,
           const Text& help)
    : app_(parent.add_subcommand(name, usage::say(language, help))), language_(language) {
  app_->fallthrough();
  command_.method = std::move(method);
}

CLI::Option* Verb::text_option(const std::string& word, const std::string& param, const Text& help) {
  std::string& place = texts_.emplace_back();
  CLI::Option* option = app_->add_option(word, place, say(help));
  takers_.push_back([option, &place, param](json::object& out) {
    if (option->count() > 0) out[param] = place;
  });
  return option;
}

std::vector<std::string>& Verb::list_of(const std::string& param) {
  auto& place = lists_.emplace_back();
  takers_.push_back([&place, param](json::object& out) {
    if (place.empty()) return;
    json::array values;
    for (const auto& text : place) values.push_back(json::value(text));
    out[param] = std::move(values);
  });
  return place;
}

CLI::Option* Verb::list_option(const std::string& word, const std::string& param, const Text& help) {
  CLI::Option* option = app_->add_option(word, list_of(param), say(help))->expected(1)->take_all();
  option->allow_extra_args(false);
  return option;
}

Verb& Verb::required(const std::string& word, const std::string& param, const Text& help) {
  text_option(word, param, help)->required();
  return *this;
}
Verb& Verb::optional(const std::string& word, const std::string& param, const Text& help) {
  text_option(word, param, help);
  return *this;
}
Verb& Verb::required_file(const std::string& word, const std::string& param, const Text& help,
                          const std::vector<std::string>& endings) {
  required(word, param, help);
  return ends_in(word, param, endings);
}
Verb& Verb::optional_file(const std::string& word, const std::string& param, const Text& help,
                          const std::vector<std::string>& endings) {
  optional(word, param, help);
  return ends_in(word, param, endings);
}
Verb& Verb::ends_in(const std::string& word, const std::string& param,
                    const std::vector<std::string>& endings) {
  takers_.push_back([word, param, endings](json::object& out) {
    if (json::find(out, param) == nullptr) return;
    const std::string name = json::find_text(out, param).value_or("");
    std::string vi, en;
    for (const auto& ending : endings) {
      if (name.size() > ending.size() && name.ends_with(ending)) return;
      vi += (vi.empty() ? "" : " hoặc ") + ending;
      en += (en.empty() ? "" : " or ") + ending;
    }
    throw usage::wrong(word, "“" + name + "”: tên tệp phải kết thúc bằng " + vi + ".",
                       "“" + name + "”: the name must end in " + en + ".");
  });
  return *this;
}
Verb& Verb::choice(const std::string& word, const std::string& param, const Text& help,
                   std::vector<std::string> choices, bool is_required) {
  text_option(word, param, help)->required(is_required)->check(usage::one_of(std::move(choices)));
  return *this;
}

Verb& Verb::date(const std::string& word, const std::string& param, const Text& help, bool is_required) {
  std::string& place = texts_.emplace_back();
  CLI::Option* option = app_->add_option(word, place, say(help))->required(is_required);
  takers_.push_back([option, &place, param](json::object& out) {
    if (option->count() > 0) out[param] = typed_date(place);
  });
  return *this;
}

Verb& Verb::integer(const std::string& word, const std::string& param, const Text& help, std::int64_t shift) {
  std::int64_t& place = numbers_.emplace_back(0);
  CLI::Option* option = app_->add_option(word, place, say(help));
  takers_.push_back([option, &place, param, shift](json::object& out) {
    if (option->count() > 0) out[param] = place + shift;
  });
  return *this;
}

Verb& Verb::flag(const std::string& word, const std::string& param, const Text& help, bool value) {
  bool& place = flags_.emplace_back(false);
  app_->add_flag(word, place, say(help));
  takers_.push_back([&place, param, value](json::object& out) {
    if (place) out[param] = value;
  });
  return *this;
}

Verb& Verb::many(const std::string& word, const std::string& param, const Text& help) {
  list_option(word, param, help);
  return *this;
}

Verb& Verb::some(const std::string& word, const std::string& param, const Text& help) {
  app_->add_option(word, list_of(param), say(help))->required();
  return *this;
}

Verb& Verb::typed(const std::string& word, const std::string& param, const Text& help, const Text& prompt) {
  text_option(word, param, help);
  command_.typed = {param, say(prompt)};
  return *this;
}

Verb& Verb::words(const std::string& word, const std::string& param, const Text& help) {
  auto& place = lists_.emplace_back();
  app_->add_option(word, place, say(help));
  takers_.push_back([&place, param](json::object& out) {
    if (!place.empty()) out[param] = joined(place);
  });
  return *this;
}

Verb& Verb::sets(const std::string& param, const Text& help) {
  auto& place = lists_.emplace_back();
  app_->add_option("--set", place, say(help))->expected(1)->take_all()->allow_extra_args(false);
  takers_.push_back([&place, param](json::object& out) {
    if (place.empty()) return;
    json::object values;
    for (const auto& text : place) take_set(text, values);
    out[param] = std::move(values);
  });
  return *this;
}

Verb& Verb::pairs(const std::string& word, const std::string& param, const std::string& key_name,
                  const std::string& text_name, const Text& help) {
  auto& place = lists_.emplace_back();
  app_->add_option(word, place, say(help))->expected(1)->take_all()->allow_extra_args(false);
  takers_.push_back([&place, word, param, key_name, text_name](json::object& out) {
    if (place.empty()) return;
    json::array rows;
    for (const auto& text : place) {
      const auto equals = text.find('=');
      if (equals == std::string::npos || equals == 0)
        throw usage::wrong(word, "“" + text + "”: phải ghi A=B.", "“" + text + "”: must be A=B.");
      rows.push_back(json::object{{key_name, text.substr(0, equals)}, {text_name, text.substr(equals + 1)}});
    }
    out[param] = std::move(rows);
  });
  return *this;
}

Verb& Verb::wants_one_of(std::vector<std::string> words) {
  takers_.push_back([this, words = std::move(words)](json::object& out) {
    if (std::any_of(words.begin(), words.end(), [&](const auto& word) { return app_->count(word) > 0; }))
      return;
    if (const auto kind = json::find_text(out, "kind");
        kind && command_.method == "record.add" && !is_built_in(*kind))
      return;
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    throw usage::wrong(words.front(), "Chưa có nội dung gì: cần một trong " + all + ".",
                       "There is nothing to write: give one of " + all + ".");
  });
  return *this;
}

Verb& Verb::fixed(const std::string& param, const std::string& value) {
  command_.params[param] = value;
  return *this;
}

Verb& Verb::instead(const std::string& word, const std::string& param, std::string method, const Text& help) {
  instead_ = text_option(word, param, help);
  other_method_ = std::move(method);
  return *this;
}

Verb& Verb::instead_many(const std::string& word, const std::string& param, std::string method,
                         const Text& help) {
  instead_ = list_option(word, param, help);
  other_method_ = std::move(method);
  return *this;
}

Verb& Verb::picture(const std::string& member) {
  command_.picture.member = member;
  app_->add_flag("--qr", command_.picture.terminal,
                 say({"Hiện mã QR trên màn hình", "Show it as a QR code on the terminal"}));
  app_->add_option(
      "--qr-file", command_.picture.file,
      say({"Ghi mã QR ra tệp ảnh .svg hoặc .png", "Write it as a QR code to this .svg or .png file"}));
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
Verb& Verb::serves_app() {
  command_.serves_app = true;
  return *this;
}
Verb& Verb::serves_feed() {
  command_.serves_feed = true;
  return *this;
}
Verb& Verb::secret(Secret which, const std::string& file_word, const Text& help) {
  app_->add_option(file_word, command_.secrets.emplace_back(SecretWanted{which, {}}).file, say(help));
  return *this;
}

Verb& Verb::sends_keystore() {
  command_.sends_keystore = true;
  return *this;
}

Command Verb::command() const {
  Command out = command_;
  for (const auto& take : takers_) take(out.params);
  if (instead_ != nullptr && instead_->count() > 0) {
    out.method = other_method_;
    out.typed = {};
  }
  const std::string& image = out.picture.file;
  const std::string ending = image.size() > 4 ? image.substr(image.size() - 4) : std::string();
  if (!image.empty() && ending != ".svg" && ending != ".png")
    throw usage::wrong("--qr-file", "“" + image + "”: tên tệp phải kết thúc bằng .svg hoặc .png.",
                       "“" + image + "”: the name must end in .svg or .png.");
  return out;
}

CLI::App& Verbs::group(CLI::App& app, const std::string& name, const Text& help) {
  CLI::App* out = app.add_subcommand(name, usage::say(language_, help));
  out->require_subcommand(1);
  out->fallthrough();
  return *out;
}

const Verb* Verbs::chosen() const {
  for (const auto& verb : verbs_)
    if (verb.chosen()) return &verb;
  return nullptr;
}

Parsed parse(int argc, char** argv) {
  Parsed out;
  const usage::Language language = usage::language_of(argc, argv, "GANDAN_LANG");
  const auto say = [language](const Text& text) { return usage::say(language, text); };
  out.globals.language = language == usage::Language::en ? Language::en : Language::vi;
  out.globals.one_language = language != usage::Language::both;
  CLI::App app(say(kAbout), "gandan");
  usage::speak(app, language);
  app.footer(say(kFooter));
  app.require_subcommand(1);
  app.set_version_flag("--version", "gandan " + std::string(Notebook::version()),
                       say({"Phiên bản", "The version"}));
  app.add_option("--vault", out.globals.vault, say({"Thư mục của sổ", "Folder of the vault"}))
      ->envname("GANDAN_VAULT");
  app.add_flag("--read-only", out.globals.read_only,
               say({"Chỉ đọc: không ghi, không gửi, không nhận gì",
                    "For reading alone: nothing is saved, sent or taken in"}));
  app.add_option(
      "--passphrase-file", out.globals.passphrase_file,
      say({"Tệp chứa mật khẩu của sổ (dòng đầu)", "File with the vault's passphrase (its first line)"}));
  app.add_option(
         "--with", out.globals.opened_with,
         say({"Mở sổ không bằng mật khẩu mà bằng: recovery (mã khôi phục), pin, keystore, token (thiết bị "
              "khoá); xem 'keys list'",
              "Open the vault not with its passphrase but with: recovery, pin, keystore, token; see 'keys "
              "list'"}))
      ->check(usage::one_of({"recovery", "pin", "keystore", "token"}));
  app.add_option("--as", out.globals.holder,
                 say({"Với --with pin: mã PIN của ai", "With --with pin: whose PIN"}));
  app.add_option("--keystore-file", out.globals.keystore_file,
                 say({"Tệp 32 byte do kho khoá của máy giữ (ví dụ systemd-creds)",
                      "File with the 32 bytes that this machine's keystore gave out (e.g. systemd-creds)"}));
  app.add_option("--token-module", out.globals.token_module,
                 say({"Trình điều khiển PKCS#11 của thiết bị khoá; không nêu: những trình máy đã biết",
                      "The token's PKCS#11 module; absent: those that the system knows"}))
      ->envname("GANDAN_TOKEN_MODULE");
  app.add_flag("--json", out.globals.json,
               say({"In câu trả lời nguyên dạng JSON, cho chương trình khác đọc",
                    "Print the answer as it is, JSON for programs"}));
  std::string lang;
  app.add_option("--lang", lang,
                 say({"Chỉ nói tiếng này: vi hoặc en; không nêu: tiếng Việt, trợ giúp và lỗi thì cả hai",
                      "Only this language, vi or en; absent: Vietnamese, help and errors in both"}))
      ->check(usage::one_of({"vi", "en"}))
      ->envname("GANDAN_LANG");
  app.fallthrough();

  Verbs verbs(language);
  add_organise_verbs(app, verbs);
  add_key_verbs(app, verbs);
  add_work_verbs(app, verbs);
  add_act_verbs(app, verbs);
  add_erase_verbs(app, verbs);
  add_app_verbs(app, verbs);
  try {
    app.parse(argc, argv);
    if (const Verb* verb = verbs.chosen()) out.command = verb->command();
  } catch (const CLI::ParseError& error) {
    out.command.reset();
    if (error.get_exit_code() == 0) {  // help, version
      app.exit(error, std::cout, std::cerr);
    } else {
      for (int i = 1; i < argc; ++i) out.globals.json |= std::string_view(argv[i]) == "--json";
      out.wrong = usage::error_of(error, app);
    }
  }
  return out;
}

}  // namespace gandan::cli
