// gandan-server: the command line. Exit codes are those of errors.def; what went wrong is said in Vietnamese
// and English on standard error.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "crypto/secret.hpp"
#include "usage/usage.hpp"

namespace gandan::server {
namespace {

using usage::Text;

constexpr Text kAbout{
    "gandan-server: máy chủ nhận và chuyển hồ sơ của Gần Dân. Máy chủ không đọc được nội dung.",
    "gandan-server: receives and hands on the records of Gần Dân, and cannot read what is in them."};

constexpr Text kFooter{
    R"(Mã thoát:
  0  xong
  1  không làm được
  2  gõ lệnh hoặc cấu hình sai
  3  dữ liệu đưa vào chưa đúng
  4  kho: chưa thiết lập, đang chạy, hỏng, hết chỗ
  6  kiểm tra thấy chỗ không khớp)",
    R"(Exit status:
  0  done
  1  failed
  2  wrong use or configuration
  3  bad input
  4  store: not set up, in use, damaged, disk full
  6  verify found what does not hold)"};

int complain(const Error& error) {
  const auto& about = info(error.code);
  std::cerr << about.vi << '\n' << about.en << '\n' << "[" << about.text << "]";
  if (!error.detail.empty()) std::cerr << ' ' << error.detail;
  std::cerr << '\n';
  for (const auto& field : error.fields)
    std::cerr << "  · " << field.path << ": " << field.vi << " / " << field.en << '\n';
  std::cerr.flush();
  return about.exit_code;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

using Action = Status (*)(const Arguments&);

class CommandLine {
 public:
  explicit CommandLine(usage::Language language)
      : language_(language), app_(usage::say(language, kAbout), "gandan-server") {
    usage::speak(app_, language);
    arguments_.english = language == usage::Language::en;
    // Read here and not by CLI11's envname: every command has this option over one place, and CLI11 reads the
    // environment of the commands that were not given too, over what was.
    arguments_.store = {environment("GANDAN_STORE"), environment("GANDAN_SINGLE_COPY") == "1"};
    app_.footer(usage::say(language, kFooter));
    app_.set_version_flag("--version", "gandan-server " GANDAN_VERSION, say({"Phiên bản", "The version"}));
    app_.add_option("--lang", lang_,
                    say({"Tiếng của phần hướng dẫn: vi, en", "Language of the help: vi, en"}))
        ->check(usage::one_of({"vi", "en"}))
        ->envname("GANDAN_LANG");
    app_.require_subcommand(1);
    app_.fallthrough();
    add_setting_up();
    add_run();
  }
  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
      return complain(usage::error_of(error, app_));
    }
    const auto done = action_(arguments_);
    return done.ok() ? 0 : complain(done.error());
  }

 private:
  std::string say(const Text& text) const { return usage::say(language_, text); }

  CLI::App& command(CLI::App& parent, const char* name, const Text& help, Action action) {
    CLI::App& sub = *parent.add_subcommand(name, say(help));
    sub.fallthrough();
    sub.add_option("--data", arguments_.data, say({"Thư mục của máy chủ", "The server's folder"}))
        ->required();
    sub.add_option(
        "--store", arguments_.store.url,
        say({"Kho: để trống là tệp trong thư mục của máy chủ; hoặc postgresql://… cho nhiều máy chủ chung "
             "(không gõ thì lấy GANDAN_STORE)",
             "The store: nothing for a file in the server's folder, or postgresql://… for several "
             "servers (GANDAN_STORE where it is not given)"}));
    sub.callback([this, action] { action_ = action; });
    return sub;
  }
  template <class T>
  void number(CLI::App& command, const char* word, T& place, std::int64_t least, std::int64_t most,
              const Text& help) {
    command.add_option(word, place, say(help))->capture_default_str()->check(usage::between(least, most));
  }

  void single_copy(CLI::App& command) {
    command.add_flag("--single-copy", arguments_.store.single_copy,
                     say({"Cơ sở dữ liệu không có bản sao đồng bộ, và chỉ có một máy chủ: hỏng đĩa là mất "
                          "(hoặc GANDAN_SINGLE_COPY=1)",
                          "The database has no synchronous replica, and there is one server: what its disk "
                          "loses is lost (or GANDAN_SINGLE_COPY=1)"}));
  }

  void add_setting_up() {
    CLI::App& init_command = command(
        app_, "init",
        {"Lập thư mục, khoá sổ cái (chỉ chủ thư mục đọc được) và kho trống; in ra khoá công khai",
         "Make the folder, the ledger's key (readable by its owner only) and an empty store; prints the "
         "public key"},
        init);
    init_command.add_option(
        "--name", arguments_.name,
        say({"Tên cho người đọc, chỉ nằm trong thư mục", "A name for people, in the folder only"}));
    command(app_, "key",
            {"In lại khoá công khai của sổ cái, dùng cho 'gandan realm create --ledger-key'",
             "Print the ledger's public key again, for 'gandan realm create --ledger-key'"},
            print_key);
    CLI::App& realm =
        *app_.add_subcommand("realm", say({"Các tỉnh máy chủ này phục vụ", "The realms that are served"}));
    realm.require_subcommand(1);
    realm.fallthrough();
    CLI::App& admit_command =
        command(realm, "admit",
                {"Nhận một tỉnh bằng thẻ của tỉnh, hoặc đổi hạn mức; máy chủ đang chạy biết ngay; in ra địa "
                 "chỉ của hệ thống",
                 "Admit a realm by its card, or change its quota; a running server notices within a second; "
                 "prints the realm's address"},
                admit);
    admit_command
        .add_option(
            "CARD", arguments_.card,
            say({"Tệp thẻ do 'gandan realm create' ghi ra", "The card that 'gandan realm create' wrote"}))
        ->required();
    admit_command
        .add_option("--quota", arguments_.quota,
                    say({"Được giữ bao nhiêu, ví dụ 10GiB; 0: không giới hạn (mặc định)",
                         "How much to keep for it, e.g. 10GiB; 0: no limit (usual)"}))
        ->transform(CLI::AsSizeValue(false).description(""))
        ->check(usage::between(0, INT64_MAX));
    command(realm, "list", {"Liệt kê các tỉnh và dung lượng đã dùng", "List the realms and what they use"},
            list);
    command(app_, "verify",
            {"Soát lại mọi thứ trong kho khi máy chủ không chạy, nêu chỗ không khớp",
             "Recompute everything in a store that is not being served, and name what does not hold"},
            verify);
    CLI::App& migrate_command = command(
        app_, "migrate-store",
        {"Chép cả kho sang kho trống khác rồi soát lại từng mã băm; trong lúc chép không máy chủ nào chạy",
         "Copy a whole store into an empty one and check every hash of it; no server runs meanwhile"},
        migrate);
    migrate_command
        .add_option("FROM", arguments_.from,
                    say({"Kho nguồn: thư mục của máy chủ, hoặc postgresql://…",
                         "The source: a server's folder, or postgresql://…"}))
        ->required();
    migrate_command
        .add_option("TO", arguments_.to,
                    say({"Kho đích, đang trống: thư mục, hoặc postgresql://…",
                         "The target, which is empty: a folder, or postgresql://…"}))
        ->required();
    single_copy(migrate_command);
  }

  void add_run() {
    CLI::App& run_command = command(
        app_, "run",
        {"Chạy cho đến khi được bảo dừng (SIGTERM, SIGINT)", "Serve until told to stop (SIGTERM, SIGINT)"},
        server::run);
    run_command
        .add_option("--listen", arguments_.listen,
                    say({"Địa chỉ IP và cổng; cổng 0: hệ điều hành chọn",
                         "IP address and port; port 0: the system chooses"}))
        ->capture_default_str();
    run_command
        .add_option("--cert", arguments_.certificate,
                    say({"Tệp chứng thư của máy chủ kèm các chứng thư trên nó (PEM)",
                         "The server's certificate with its chain (PEM)"}))
        ->required();
    run_command
        .add_option("--key", arguments_.key,
                    say({"Tệp khoá riêng của chứng thư (PEM)", "The certificate's private key (PEM)"}))
        ->required();
    single_copy(run_command);
    run_command.add_option("--port-file", arguments_.port_file,
                           say({"Ghi số cổng vào tệp này khi đã mở", "Write the port here once it is open"}));
    run_command.add_option("--app", arguments_.app,
                           say({"Thư mục giao diện đã dựng; máy chủ đưa ra ở https://…/app/ cho điện thoại "
                                "cài. Đổi tệp thì chạy "
                                "lại",
                                "Folder of the built app, served at https://…/app/ for phones to install; "
                                "restart after a change"}));
    number(run_command, "--threads", arguments_.threads, 1, 64,
           {"Số luồng lo việc mạng", "Threads for the network"});
    number(run_command, "--workers", arguments_.workers, 1, 64,
           {"Số luồng soát chữ ký", "Threads that check signatures"});
    number(run_command, "--max-connections", arguments_.max_connections, 1, 1'000'000,
           {"Nhiều nhất bao nhiêu máy nối vào cùng lúc", "Connections at a time"});
    number(
        run_command, "--drain-seconds", arguments_.drain_seconds, 0, 3600,
        {"Khi dừng, chờ việc dở dang bao nhiêu giây", "Seconds for requests under way, when told to stop"});
    number(run_command, "--device-rate", arguments_.device_rate, 0, 1'000'000,
           {"Một máy được gửi bao nhiêu yêu cầu mỗi giây, tính lâu dài; 0: không giới hạn",
            "Requests a second that one device may make for long; 0: no limit"});
    run_command
        .add_option("--log-level", arguments_.log_level,
                    say({"Ghi nhật ký từ mức nào: debug, info, warning, error",
                         "The least that is logged: debug, info, warning, error"}))
        ->capture_default_str()
        ->check(usage::one_of({"debug", "info", "warning", "error"}));
  }

  usage::Language language_;
  Arguments arguments_;
  std::string lang_;
  Action action_ = nullptr;
  CLI::App app_;
};

}  // namespace
}  // namespace gandan::server

int main(int argc, char** argv) {
  using namespace gandan;
  crypto::forbid_memory_dumps();
  if (crypto::lock_secret_memory() == crypto::SecretMemory::not_locked)
    std::cerr << "keys could not be locked in memory and may be swapped out (ulimit -l)\n";
  try {
    return server::CommandLine(usage::language_of(argc, argv, "GANDAN_LANG")).run(argc, argv);
  } catch (const std::exception& error) {
    return server::complain({Code::internal, error.what()});
  }
}
