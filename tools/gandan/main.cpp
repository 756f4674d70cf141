// gandan: the command line. Words become one request to the notebook, its answer becomes text or JSON.
//
//   parse ─> open (passphrase) ─> Notebook::request ─> present ─> exit status
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "crypto/secret.hpp"
#include "crypto/token.hpp"
#include "gandan/app/serve.hpp"
#include "gandan/dates.hpp"
#include "gandan/hints.hpp"
#include "gandan/notebook.hpp"
#include "gandan/odata/serve.hpp"
#include "gandan/picture.hpp"
#include "gandan/present.hpp"
#include "gandan/terminal.hpp"
#include "network/network.hpp"
#include "office/docx/docx.hpp"
#include "office/xlsx/xlsx.hpp"
#ifdef GANDAN_TOKENS
#include "crypto/pkcs11/pkcs11.hpp"
#endif

namespace {

using namespace gandan;
using namespace gandan::cli;

constexpr auto kPatience = std::chrono::seconds(3);  // for a vault that another program has open
constexpr auto kLook = std::chrono::milliseconds(100);

// What an interrupt stops. A signal handler can reach nothing else.
std::atomic<Notebook*> running{nullptr};

extern "C" void on_interrupt(int) {
  std::signal(SIGINT, SIG_DFL);  // a second one ends the program: what was acknowledged is on the disk anyway
  if (Notebook* notebook = running.load()) notebook->cancel();
}

// An error of the shell itself, in the form of the notebook's.
std::string error_answer(const Error& error) {
  const CodeInfo& about = info(error.code);
  json::array fields;
  for (const auto& field : error.fields)
    fields.push_back(
        json::object{{"path", field.path}, {"code", field.code}, {"vi", field.vi}, {"en", field.en}});
  return json::compact(json::object{{"error", json::object{{"code", about.text},
                                                           {"vi", about.vi},
                                                           {"en", about.en},
                                                           {"retry", about.retry},
                                                           {"exit", about.exit_code},
                                                           {"detail", error.detail},
                                                           {"fields", std::move(fields)}}}});
}

json::object parse_answer(const std::string& answer) {
  auto parsed = json::parse(answer, {std::size_t{1} << 30, 64});
  return parsed.ok() && parsed->is_object() ? std::move(parsed->get_object()) : json::object{};
}

// Says an error and returns the exit status.
int tell(const std::string& answer, const Globals& globals, const Command* command = nullptr) {
  const json::object parsed = parse_answer(answer);
  const json::object* error = json::find_object(parsed, "error");
  if (globals.json)
    std::cout << answer << std::endl;
  else if (error != nullptr)
    std::cerr << present_error(*error, globals.language, globals.one_language)
              << (command == nullptr ? std::string() : hint(*error, *command, globals)) << std::flush;
  return error == nullptr ? 1 : static_cast<int>(number(*error, "exit"));
}

Error no_vault_named() {
  return {Code::vault_missing,
          "--vault",
          {{"--vault", "required", "Hãy nêu thư mục của sổ (--vault hoặc GANDAN_VAULT).",
            "Name the vault's folder (--vault or GANDAN_VAULT)."}}};
}

Result<std::uint16_t> port_of(const json::object& params) {
  const std::int64_t port = json::find_integer(params, "port").value_or(0);
  if (port < 0 || port > UINT16_MAX) return Error{Code::no_port, std::to_string(port)};
  return static_cast<std::uint16_t>(port);
}

// Of what is served on loopback.
void say_address(const std::string& address, const Globals& globals, const char* vi, const char* en) {
  if (globals.json)
    std::cout << json::compact(json::object{{"ok", json::object{{"address", address}}}}) << std::endl;
  else
    std::cout << (globals.language == Language::vi ? vi : en) << "\n  " << address << std::endl;
}

// What this program brings to a notebook: the network, spreadsheets, tokens.
struct Wiring {
  explicit Wiring([[maybe_unused]] const Globals& globals) {
    seams.transport = shell::connect;
    seams.spreadsheets = &office::xlsx();
    seams.word_files = &office::docx();
#ifdef GANDAN_TOKENS
    tokens = crypto::pkcs11_tokens(globals.token_module);
    seams.tokens = tokens.get();
#endif
  }
  std::unique_ptr<crypto::Tokens> tokens;
  Seams seams;
};

class Shell {
 public:
  explicit Shell(const Parsed& parsed) : globals_(parsed.globals), command_(*parsed.command) {}

  // 'gandan odata': until told to end.
  int serve_feed() {
    FeedOptions options;
    options.open.read_only = true;
    if (auto failed = read_keys(options.open); !failed.empty()) return tell(failed, globals_, &command_);
    const auto port = port_of(command_.params);
    if (!port) return tell(error_answer(port.error()), globals_);
    options.port = *port;
    options.token_file = json::find_text(command_.params, "token_file").value_or("");
    const auto done = cli::serve_feed(options, wiring_.seams, [&](const std::string& address) {
      say_address(address, globals_,
                  "Nguồn OData, để nhập vào Excel hoặc Power BI trên máy này (ai có địa chỉ thì đọc được); "
                  "dừng: Ctrl-C",
                  "The OData feed, for Excel or Power BI on this machine (who has the address reads it); to "
                  "stop: Ctrl-C");
    });
    return done ? 0 : tell(error_answer(done.error()), globals_);
  }

  int run() {
    if (auto failed = prepare(); !failed.empty()) return tell(failed, globals_, &command_);
    running.store(notebook_.get());
    std::signal(SIGINT, on_interrupt);
    read_dates(command_, ask());
    ask_comparison_code();
    const Typed& typed = command_.typed;
    if (!typed.param.empty() && json::find(command_.params, typed.param) == nullptr)
      command_.params[typed.param] = read_input(typed.prompt);
    if (!confirms_finalizing()) {
      running.store(nullptr);
      return 1;
    }
    const std::string answer = request(command_.method, command_.params);
    if (progress_shown_) std::cerr << "\r\033[K";
    const int status = finish(answer);
    running.store(nullptr);
    return status;
  }

 private:
  // Empty, or the answer that says why not.
  std::string prepare() {
    OpenOptions options;
    options.create = command_.creates_vault && !globals_.read_only;
    options.read_only = globals_.read_only;
    if (command_.needs_vault)
      if (auto failed = read_keys(options); !failed.empty()) return failed;
    if (auto failed = ask_secrets(options.passphrase); !failed.empty()) return failed;
    if (is_terminal(2) && !globals_.json)
      options.progress = [this](const std::string& event) { show(event); };
    return open(options, wiring_.seams);
  }

  // What opens the vault.
  std::string read_keys(OpenOptions& options) {
    if (globals_.vault.empty()) return error_answer(no_vault_named());
    options.folder = globals_.vault;
    if (auto failed = read_keystore(options); !failed.empty()) return failed;
    return globals_.opened_with.empty() ? read_passphrase(options) : read_other_key(options);
  }

  std::string read_passphrase(OpenOptions& options) {
    const bool fresh = command_.creates_vault && !Notebook::has_vault(globals_.vault);
    auto passphrase = read_secret(globals_.passphrase_file, "GANDAN_PASSPHRASE",
                                  fresh ? say("Mật khẩu cho sổ mới, ít nhất 8 ký tự",
                                              "Passphrase for the new vault, 8 characters at least")
                                        : say("Mật khẩu của sổ", "Passphrase of the vault"),
                                  fresh ? say("Gõ lại mật khẩu", "The passphrase again") : "");
    if (!passphrase.ok()) return error_answer(passphrase.error());
    options.passphrase = *passphrase;
    return {};
  }

  std::string read_keystore(OpenOptions& options) {
    if (globals_.keystore_file.empty()) return {};
    std::ifstream in(globals_.keystore_file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in || bytes.size() != 32)
      return error_answer(
          {Code::file_unreadable,
           "--keystore-file",
           {{"--keystore-file", "size", "Phải là tệp đúng 32 byte.", "Must be a file of 32 bytes."}}});
    if (command_.sends_keystore) command_.params["keystore"] = to_hex(as_bytes(bytes));
    if (globals_.opened_with == "keystore" || globals_.opened_with == "pin")
      options.keystore = std::move(bytes);
    return {};
  }

  std::string read_other_key(OpenOptions& options) {
    const std::string& with = globals_.opened_with;
    if (with == "keystore") {
      if (options.keystore.empty())
        return error_answer({Code::bad_request,
                             "--keystore-file",
                             {{"--keystore-file", "required", "Mở bằng kho khoá thì cần tệp này.",
                               "Opening with the keystore needs this file."}}});
      return {};
    }
    auto typed =
        with == "recovery" ? read_secret("", "GANDAN_RECOVERY_CODE", say("Mã khôi phục", "Recovery code"), "")
        : with == "token"
            ? read_secret("", "GANDAN_TOKEN_PIN", say("Mã PIN của thiết bị khoá", "The token's PIN"), "")
            : read_secret("", "GANDAN_PIN", say("Mã PIN", "PIN"), "");
    if (!typed.ok()) return error_answer(typed.error());
    (with == "recovery" ? options.recovery : with == "token" ? options.token_pin : options.pin) = *typed;
    options.holder = globals_.holder;
    return {};
  }

  // Another program may have the vault for a moment, e.g. a sync in the background: that is waited for.
  std::string open(const OpenOptions& options, const Seams& seams) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      std::string error;
      notebook_ = Notebook::open(options, seams, error);
      if (notebook_ != nullptr || std::chrono::steady_clock::now() >= until) return error;
      const json::object answer = parse_answer(error);
      if (text(part(answer, "error"), "code") != info(Code::vault_locked).text) return error;
      std::this_thread::sleep_for(kLook);
    }
  }

  struct Asked {
    const char *variable, *param;
    bool twice;
    std::string prompt;
  };
  // Nothing: the command does without it.
  std::optional<Asked> asked_for(Secret which) {
    const auto given = [this](const char* param) { return json::find(command_.params, param) != nullptr; };
    const auto root = say("Mật khẩu khoá gốc", "Passphrase of the root key");
    const auto pin = say("Mã PIN của thiết bị khoá", "The token's PIN");
    switch (which) {
      case Secret::new_passphrase:
        return Asked{"GANDAN_NEW_PASSPHRASE", "new", true, say("Mật khẩu mới", "New passphrase")};
      case Secret::added_passphrase:
        return Asked{"GANDAN_NEW_PASSPHRASE", "passphrase", true, say("Mật khẩu mới", "New passphrase")};
      case Secret::new_pin:
        return Asked{"GANDAN_NEW_PIN", "pin", true, say("Mã PIN mới", "New PIN")};
      case Secret::token_pin:
        return Asked{"GANDAN_TOKEN_PIN", "token_pin", false, pin};
      case Secret::slot: {
        const auto of_slot = secret_of_slot();
        return of_slot ? asked_for(*of_slot) : std::nullopt;
      }
      case Secret::new_root_passphrase:
        if (given("root_token")) return std::nullopt;
        return Asked{"GANDAN_ROOT_PASSPHRASE", "root_passphrase", true, root};
      case Secret::root_passphrase:
        if (!given("root_key_file")) return std::nullopt;
        return Asked{"GANDAN_ROOT_PASSPHRASE", "root_passphrase", false, root};
      case Secret::root_token_pin:
        if (!given("root_token")) return std::nullopt;
        return Asked{"GANDAN_TOKEN_PIN", "token_pin", false, pin};
      case Secret::new_key_passphrase:
        return Asked{"GANDAN_KEY_PASSPHRASE", "passphrase", true,
                     say("Mật khẩu của tệp khoá mới", "Passphrase of the new key file")};
      case Secret::key_passphrase:
        return Asked{"GANDAN_KEY_PASSPHRASE", "passphrase", false,
                     say("Mật khẩu của tệp khoá", "Passphrase of the key file")};
    }
    return std::nullopt;
  }
  // What a verb needs beside the vault's own key.
  std::string ask_secrets(const std::string& passphrase) {
    for (const auto& wanted : command_.secrets) {
      const auto about = asked_for(wanted.which);
      if (!about) continue;
      auto secret = read_secret(wanted.file, about->variable, about->prompt,
                                about->twice ? say("Gõ lại", "Once more") : "");
      if (!secret.ok()) return error_answer(secret.error());
      command_.params[about->param] = *secret;
      if (wanted.which == Secret::new_passphrase) command_.params["old"] = passphrase;
    }
    return {};
  }

  // What the slot that is to be changed asks for; the list of slots is there without opening the vault.
  std::optional<Secret> secret_of_slot() {
    OpenOptions options;
    options.folder = globals_.vault;
    options.locked = true;
    std::string error;
    const auto locked = Notebook::open(options, {}, error);
    if (locked == nullptr) return std::nullopt;
    const json::object answer = parse_answer(locked->request(R"({"method":"keys.list"})"));
    const json::object& ok = part(answer, "ok");
    for (const auto& row : list(ok, "slots")) {
      const auto& slot = row.get_object();
      if (number(slot, "slot") != number(command_.params, "slot")) continue;
      const std::string kind = text(slot, "kind");
      if (kind == "passphrase") return Secret::added_passphrase;
      if (kind == "pin") return Secret::new_pin;
      if (kind == "token") return Secret::token_pin;
    }
    return std::nullopt;
  }

  // Whoever approves on a terminal is asked for the code that the device's person reads out, so that nobody
  // forgets.
  void ask_comparison_code() {
    const bool asks = command_.method == "device.approve" && json::find(command_.params, "code") == nullptr &&
                      json::find(command_.params, "request_file") != nullptr && !globals_.json &&
                      is_terminal(0) && is_terminal(2);
    if (!asks) return;
    const auto about =
        ask()("device.read_request", {{"request_file", *json::find(command_.params, "request_file")}});
    if (about.empty()) return;  // the approval will say why
    std::cerr << text(about, "label") << "  " << text(about, "device") << "\n";
    const std::string typed = read_line(say("Mã đối chiếu mà người cầm máy đọc (bỏ trống: chưa đối chiếu)",
                                            "The comparison code as it is read out (empty: not compared)"));
    if (!typed.empty()) command_.params["code"] = typed;
  }

  // Finalising cannot be taken back: on a terminal what the rules find wrong is shown before it, and asked
  // about. Conditions that stop it are the core's to name.
  bool confirms_finalizing() {
    if (command_.method != "record.finalize" || globals_.json || !is_terminal(0) || !is_terminal(2))
      return true;
    const auto shown = ask()("record.show", {{"id", text(command_.params, "id")}});
    const std::string failing = present_failing(shown, globals_.language, ask());
    if (failing.empty()) return true;
    std::cerr << say("Còn điều chưa đạt:\n", "These do not hold:\n") << failing;
    const std::string typed =
        read_line(say("Chốt rồi thì chỉ sửa được bên cạnh, kèm lý do. Vẫn chốt? (c: có; bỏ trống: chưa)",
                      "Once finalised it is only corrected beside, with a reason. Finalise all the same? (y: "
                      "yes; empty: no)"));
    if (typed == "c" || typed == "C" || typed == "y" || typed == "Y" || typed == "có") return true;
    std::cerr << say("Chưa chốt; hồ sơ vẫn nguyên.\n", "Not finalised; the record is unchanged.\n");
    return false;
  }

  std::string request(std::string_view method, const json::object& params) {
    return notebook_->request(json::compact(json::object{{"method", method}, {"params", params}}));
  }

  int finish(const std::string& answer) {
    const json::object parsed = parse_answer(answer);
    const json::object* ok = json::find_object(parsed, "ok");
    if (ok == nullptr) return tell(answer, globals_, &command_);
    std::string drawing;
    if (command_.picture.wanted()) {
      if (globals_.json) command_.picture.terminal = false;
      auto drawn = draw(*ok, command_.picture, globals_.language);
      if (!drawn.ok()) return tell(error_answer(drawn.error()), globals_);
      drawing = std::move(*drawn);
    }
    if (globals_.json)
      std::cout << answer << "\n";
    else
      std::cout << drawing
                << present(command_.method, *ok, globals_.language, ask(), command_.picture.wanted());
    std::cout.flush();
    return exit_of(command_.method, *ok);
  }

  Ask ask() {
    return [this](std::string_view method, json::object params) {
      json::object parsed = parse_answer(request(method, params));
      const json::object* ok = json::find_object(parsed, "ok");
      return ok == nullptr ? json::object{} : *ok;
    };
  }

  void show(const std::string& event) {
    std::string line;
    for (const auto& member : parse_answer(event))
      if (member.key() != "method")
        line += " " + std::string(member.key()) + " " + value_text(member.value());
    std::cerr << "\r\033[K…" << line << std::flush;
    progress_shown_ = true;
  }

  const char* say(const char* vi, const char* en) const {
    return globals_.language == Language::vi ? vi : en;
  }

  const Globals& globals_;
  Command command_;
  Wiring wiring_{globals_};
  std::unique_ptr<Notebook> notebook_;
  bool progress_shown_ = false;
};

// 'gandan app': until told to end.
int serve_screens(const Parsed& parsed) {
  const Globals& globals = parsed.globals;
  const json::object& params = parsed.command->params;
  if (globals.vault.empty()) return tell(error_answer(no_vault_named()), globals);
  const auto port = port_of(params);
  if (!port) return tell(error_answer(port.error()), globals);
  const Wiring wiring(globals);
  const AppOptions options{globals.vault, json::find_text(params, "files").value_or(""), *port,
                           globals.read_only};
  const auto done = serve_app(options, wiring.seams, [&](const std::string& address) {
    say_address(address, globals,
                "Mở địa chỉ này bằng trình duyệt trên máy này (chỉ dùng được một lần); dừng: Ctrl-C",
                "Open this address in a browser on this machine (it works once); to stop: Ctrl-C");
  });
  return done ? 0 : tell(error_answer(done.error()), globals);
}

int run(const Parsed& parsed) {
  if (parsed.command->serves_app) return serve_screens(parsed);
  Shell shell(parsed);
  return parsed.command->serves_feed ? shell.serve_feed() : shell.run();
}

}  // namespace

int main(int argc, char** argv) {
  crypto::forbid_memory_dumps();
  const auto memory = crypto::lock_secret_memory();
  const Parsed parsed = parse(argc, argv);
  if (memory == crypto::SecretMemory::not_locked && parsed.command && !parsed.globals.json)
    std::cerr
        << (parsed.globals.language == Language::vi
                ? "Không giữ được khoá trong bộ nhớ không hoán đổi (xem ulimit -l); chương trình vẫn chạy.\n"
                : "Keys could not be locked in memory and may be swapped out (see ulimit -l); going on.\n");
  if (parsed.wrong) return tell(error_answer(*parsed.wrong), parsed.globals);
  if (!parsed.command) return 0;
  return run(parsed);
}
