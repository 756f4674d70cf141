// gandan-server: the command line. Exit codes are those of errors.def; what went wrong is said in Vietnamese
// and English on standard error.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "app/settings.hpp"
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

constexpr Text kSettings{
    R"(Cấu hình: tuỳ chọn của 'run', --data, --store cũng đặt được trong biến môi trường (--device-rate là
GANDAN_DEVICE_RATE) và trong tệp nêu ở --config (device-rate = 200). Gõ trong lệnh thắng biến môi trường, biến môi
trường thắng tệp.)",
    R"(Settings: the options of 'run', --data and --store may also stand in the environment (--device-rate is
GANDAN_DEVICE_RATE) and in the file of --config (device-rate = 200). What is typed goes before the environment, and
the environment before the file.)"};

int complain(const Error& error) {
  const auto& about = info(error.code);
  std::cerr << about.vi << '\n' << about.en << '\n' << "[" << about.text << "]";
  if (!error.detail.empty()) std::cerr << ' ' << error.detail;
  std::cerr << '\n';
  for (const auto& field : error.fields)
    std::cerr << "  · " << field.path << ": " << field.vi << " / " << field.en << " [" << field.code << "]\n";
  std::cerr.flush();
  return about.exit_code;
}

using Action = Status (*)(const Arguments&);

class CommandLine {
 public:
  CommandLine(int argc, char** argv)
      : language_(usage::language_of(argc, argv, "GANDAN_LANG")),
        settings_(argc, argv),
        app_(say(kAbout), "gandan-server") {
    usage::speak(app_, language_);
    arguments_.english = language_ == usage::Language::en;
    app_.footer(say(kSettings) + "\n\n" + say(kFooter));
    app_.set_version_flag("--version", "gandan-server " GANDAN_VERSION, say({"Phiên bản", "The version"}));
    app_.add_option("--lang", lang_,
                    say({"Tiếng của phần hướng dẫn: vi, en", "Language of the help: vi, en"}))
        ->check(usage::one_of({"vi", "en"}))
        ->envname("GANDAN_LANG");
    app_.add_option("--config", config_,
                    say({"Tệp cấu hình, mỗi dòng một mục: tên = giá trị (hoặc GANDAN_CONFIG)",
                         "File of settings, one a line: name = value (or GANDAN_CONFIG)"}));
    app_.require_subcommand(1);
    app_.fallthrough();
    add_setting_up();
    add_run();
  }
  int run(int argc, char** argv) {
    const auto read = settings_.read();
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() == 0) return app_.exit(error);  // --help, --version
      if (!read.ok()) return complain(read.error());  // what is missing may be for what could not be read
      auto wrong = usage::error_of(error, app_);
      for (const auto& field : wrong.fields)
        if (wrong.detail.empty()) wrong.detail = settings_.source(field.path);
      return complain(wrong);
    }
    if (!read.ok()) return complain(read.error());
    const auto done = action_(arguments_);
    return done.ok() ? 0 : complain(done.error());
  }

 private:
  std::string say(const Text& text) const { return usage::say(language_, text); }

  // It may stand in the environment and in the file, too.
  CLI::Option& setting(CLI::App& command, CLI::Option* option) {
    settings_.add(command, *option);
    return *option;
  }

  CLI::App& command(CLI::App& parent, const char* name, const Text& help, Action action) {
    CLI::App& sub = *parent.add_subcommand(name, say(help));
    sub.fallthrough();
    setting(sub,
            sub.add_option("--data", arguments_.data, say({"Thư mục của máy chủ", "The server's folder"})))
        .required();
    setting(sub,
            sub.add_option(
                "--store", arguments_.store.url,
                say({"Kho: để trống là tệp trong thư mục của máy chủ; hoặc postgresql://… cho nhiều máy "
                     "chủ chung",
                     "The store: nothing for a file in the server's folder, or postgresql://… for several "
                     "servers"})));
    sub.callback([this, action] { action_ = action; });
    return sub;
  }
  template <class T>
  void number(CLI::App& command, const char* word, T& place, std::int64_t least, std::int64_t most,
              const Text& help) {
    setting(command, command.add_option(word, place, say(help)))
        .capture_default_str()
        ->check(usage::between(least, most));
  }

  void single_copy(CLI::App& command) {
    setting(command,
            command.add_flag(
                "--single-copy", arguments_.store.single_copy,
                say({"Cơ sở dữ liệu không có bản sao đồng bộ, và chỉ có một máy chủ: hỏng đĩa là mất",
                     "The database has no synchronous replica, and there is one server: what its disk "
                     "loses is lost"})));
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
    add_realms(realm);
    command(realm, "list", {"Liệt kê các tỉnh và dung lượng đã dùng", "List the realms and what they use"},
            list);
    command(app_, "verify",
            {"Soát lại mọi thứ trong kho khi máy chủ không chạy, nêu chỗ không khớp",
             "Recompute everything in a store that is not being served, and name what does not hold"},
            verify);
    add_backups();
    add_archive();
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

  CLI::App& of_realm(CLI::App& parent, const char* name, const Text& help, Action action) {
    CLI::App& sub = command(parent, name, help, action);
    sub.add_option("REALM", arguments_.realm,
                   say({"Địa chỉ của hệ thống, hoặc ít nhất 8 chữ đầu ở cột 'realm' của 'realm list'",
                        "The realm's address, or at least the first 8 characters of 'realm list'"}))
        ->required();
    return sub;
  }

  void add_realms(CLI::App& realm) {
    const auto of_one = [&](const char* name, const Text& help, Action action) -> CLI::App& {
      return of_realm(realm, name, help, action);
    };
    of_one("suspend",
           {"Tạm dừng một tỉnh: máy của tỉnh bị từ chối, không xoá gì; máy chủ đang chạy biết ngay",
            "Suspend a realm: its devices are refused, nothing is deleted; a running server notices within a "
            "second"},
           suspend);
    of_one("resume", {"Cho một tỉnh chạy lại", "Serve a suspended realm again"}, resume);
    of_one("quota", {"Đổi hạn mức của một tỉnh", "Give a realm another quota"}, set_quota)
        .add_option("SIZE", arguments_.quota,
                    say({"Ví dụ 10GiB; 0: không giới hạn", "E.g. 10GiB; 0: no limit"}))
        ->required()
        ->transform(CLI::AsSizeValue(false).description(""))
        ->check(usage::between(0, INT64_MAX));
    CLI::App& export_command =
        of_one("export",
               {"Ghi riêng một tỉnh đã tạm dừng ra thư mục mới rồi soát lại, để tỉnh mang đi; kho để nguyên",
                "Write one realm, which is suspended, into a new folder and check it, to take away; the "
                "store stays as "
                "it is"},
               export_realm);
    export_command
        .add_option("--to", arguments_.to, say({"Thư mục mới, hoặc rỗng", "A new folder, or an empty one"}))
        ->required();
    export_command.add_flag(
        "--with-keys", arguments_.with_keys,
        say({"Kèm khoá sổ cái, để máy chủ khác chạy tiếp; khoá này chung cho mọi tỉnh ở đây",
             "The ledger's key, too, so that another server can go on; all realms here share it"}));
  }

  void add_backups() {
    CLI::App& backup_command = command(app_, "backup",
                                       {"Sao lưu kho vào một thư mục mới trong lúc máy chủ vẫn chạy",
                                        "Back the store up into a new folder, while the server goes on"},
                                       backup);
    backup_command
        .add_option("--to", arguments_.to, say({"Thư mục mới, hoặc rỗng", "A new folder, or an empty one"}))
        ->required();
    backup_command.add_flag("--with-keys", arguments_.with_keys,
                            say({"Kèm khoá sổ cái: ai có bản sao lưu thì ký được thay máy chủ",
                                 "The ledger's key, too: whoever has the backup can sign as the server"}));
    const auto restoring = [this](const char* name, const Text& help, Action action) -> CLI::App& {
      CLI::App& sub = command(app_, name, help, action);
      sub.add_option("BACKUP", arguments_.from,
                     say({"Thư mục do 'backup' ghi ra", "The folder that 'backup' wrote"}))
          ->required();
      sub.add_flag("--highest-lost", arguments_.highest_lost,
                   say({"Thư mục cũ (--data) không còn ledger-high; đọc OPERATIONS.md trước",
                        "The old folder (--data) has no ledger-high any more; read OPERATIONS.md first"}));
      return sub;
    };
    restoring("restore",
              {"Dựng lại thư mục máy chủ từ bản sao lưu, soát mọi mã băm; --data là thư mục cũ",
               "Make a server's folder of a backup again and check every hash; --data is the old folder"},
              restore_to)
        .add_option("--to", arguments_.to, say({"Thư mục mới, hoặc rỗng", "A new folder, or an empty one"}))
        ->required();
    restoring(
        "restore-check",
        {"Thử khôi phục bản sao lưu ở chỗ tạm rồi xoá: mọi mã băm có khớp không, thiếu bao nhiêu so với nay",
         "Restore a backup in a temporary place and throw that away: whether every hash holds, and how far "
         "it is "
         "behind"},
        check_restore);
    CLI::App& give_back_command = command(
        app_, "give-back",
        {"Trả lại phần cuối sổ cái bị mất từ tệp của máy giám sát ('gandan ledger export'), khi máy chủ "
         "không "
         "chạy",
         "Give the ledger's lost end back from a supervisor's file ('gandan ledger export'), while no server "
         "runs"},
        give_back_from);
    give_back_command
        .add_option(
            "FILE", arguments_.from,
            say({"Tệp do 'gandan ledger export' ghi ra", "The file that 'gandan ledger export' wrote"}))
        ->required();
    single_copy(give_back_command);
  }

  void add_archive() {
    CLI::App& archive_command = of_realm(
        app_, "archive",
        {"Chuyển nội dung nhật ký cũ của một tỉnh ra tệp lưu trữ khi máy chủ không chạy; sổ cái và mọi bằng "
         "chứng giữ nguyên",
         "Move the contents of a realm's old segments into files, while no server runs; the ledger and every "
         "proof stay as they are"},
        archive);
    archive_command
        .add_option("--older-than", arguments_.older_than_days,
                    say({"Chỉ phần máy chủ nhận trước đó từng này ngày: thời hạn lưu của tỉnh",
                         "Only what was received more than so many days ago: the realm's retention"}))
        ->required()
        ->check(usage::between(30, 36'500));
    archive_command
        .add_option("--to", arguments_.to,
                    say({"Thư mục lưu trữ; tệp có sẵn để nguyên", "The archive's folder; files there stay"}))
        ->required();
    single_copy(archive_command);
    of_realm(app_, "archive-check",
             {"Soát các tệp lưu trữ của một tỉnh với sổ cái, và xem có đủ mọi phần kho đã chuyển ra không",
              "Check a realm's archived files against the ledger, and whether they have all that the store "
              "gave away"},
             archive_check)
        .add_option("FOLDER", arguments_.from, say({"Thư mục lưu trữ", "The archive's folder"}))
        ->required();
    CLI::App& restore_command = command(
        app_, "archive-restore",
        {"Đưa nội dung trong tệp lưu trữ về lại kho, sau khi soát từng phần, khi máy chủ không chạy",
         "Put the contents of archived files back into the store, after checking each, while no server runs"},
        archive_restore);
    restore_command
        .add_option("FILE", arguments_.files,
                    say({"Các tệp do 'archive' ghi ra", "Files that 'archive' wrote"}))
        ->required();
    single_copy(restore_command);
  }

  void add_run() {
    CLI::App& run_command = command(
        app_, "run",
        {"Chạy cho đến khi được bảo dừng (SIGTERM, SIGINT)", "Serve until told to stop (SIGTERM, SIGINT)"},
        server::run);
    const auto text = [&](const char* word, std::string& place, const Text& help) -> CLI::Option& {
      return setting(run_command, run_command.add_option(word, place, say(help)));
    };
    text("--listen", arguments_.listen,
         {"Địa chỉ IP và cổng; cổng 0: hệ điều hành chọn", "IP address and port; port 0: the system chooses"})
        .capture_default_str();
    text("--metrics-listen", arguments_.metrics_listen,
         {"Địa chỉ và cổng cho /metrics, chỉ trên chính máy này, ví dụ 127.0.0.1:9464; để trống: không mở",
          "Address and port of /metrics, on this machine only, e.g. 127.0.0.1:9464; nothing: nowhere"});
    text("--cert", arguments_.certificate,
         {"Tệp chứng thư của máy chủ kèm các chứng thư trên nó (PEM)",
          "The server's certificate with its chain (PEM)"})
        .required();
    text("--key", arguments_.key,
         {"Tệp khoá riêng của chứng thư (PEM)", "The certificate's private key (PEM)"})
        .required();
    single_copy(run_command);
    text("--port-file", arguments_.port_file,
         {"Ghi số cổng vào tệp này khi đã mở; cổng của /metrics ở dòng sau",
          "Write the port here once it is open; that of /metrics on the next line"});
    text("--app", arguments_.app,
         {"Thư mục giao diện đã dựng; máy chủ đưa ra ở https://…/app/ cho điện thoại cài. Đổi tệp thì chạy "
          "lại",
          "Folder of the built app, served at https://…/app/ for phones to install; restart after a change"});
    number(run_command, "--threads", arguments_.threads, 1, 64,
           {"Số luồng lo việc mạng", "Threads for the network"});
    number(run_command, "--workers", arguments_.workers, 1, 64,
           {"Số luồng soát chữ ký", "Threads that check signatures"});
    number(run_command, "--max-connections", arguments_.max_connections, 1, 1'000'000,
           {"Nhiều nhất bao nhiêu máy nối vào cùng lúc", "Connections at a time"});
    number(run_command, "--address-connections", arguments_.strangers_of_address, 0, 1'000'000,
           {"Một địa chỉ mạng được mở bao nhiêu kết nối chưa rõ là của máy nào; 0: không giới hạn, khi có "
            "máy chuyển "
            "tiếp đứng trước",
            "Connections of one network address that no device has shown to be its; 0: no limit, where a "
            "proxy stands "
            "in front"});
    number(
        run_command, "--drain-seconds", arguments_.drain_seconds, 0, 3600,
        {"Khi dừng, chờ việc dở dang bao nhiêu giây", "Seconds for requests under way, when told to stop"});
    number(run_command, "--device-rate", arguments_.device_rate, 0, 1'000'000,
           {"Một máy được gửi bao nhiêu yêu cầu mỗi giây, tính lâu dài; 0: không giới hạn",
            "Requests a second that one device may make for long; 0: no limit"});
    number(run_command, "--map-minutes", arguments_.map_minutes, 0, 10'080,
           {"Cứ bao nhiêu phút thì ghi vào sổ cái một bảng kê nhật ký, nếu có gì mới; 0: không ghi, khi ấy "
            "không chứng minh được là đủ cả",
            "Minutes between two feed maps in the ledger, where something came; 0: none, and then nobody can "
            "prove that nothing is missing"});
    text("--log-level", arguments_.log_level,
         {"Ghi nhật ký từ mức nào: debug, info, warning, error",
          "The least that is logged: debug, info, warning, error"})
        .capture_default_str()
        ->check(usage::one_of({"debug", "info", "warning", "error"}));
    number(run_command, "--silent-days", arguments_.silent_days, 1, 3650,
           {"Sau bao nhiêu ngày không thấy máy nào thì /metrics nêu máy ấy",
            "Days without a sign of a device after which /metrics names it"});
    run_command.add_flag(
        "--check-config", arguments_.check_only,
        say({"Chỉ soát: chứng thư và khoá, địa chỉ, thư mục, kho; không phục vụ ai, không ghi gì",
             "Only check: certificate and key, addresses, folder, store; serves nobody, writes nothing"}));
  }

  usage::Language language_;
  Settings settings_;
  Arguments arguments_;
  std::string lang_, config_;
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
    return server::CommandLine(argc, argv).run(argc, argv);
  } catch (const std::exception& error) {
    return server::complain({Code::internal, error.what()});
  }
}
