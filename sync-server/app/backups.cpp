// backup, restore and restore-check; give-back.
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "app/tell.hpp"
#include "relay/backup.hpp"
#include "relay/give_back.hpp"

namespace gandan::server {
namespace {

// A folder of its own below the system's for temporary ones, gone at the end.
class Scratch {
 public:
  static Result<Scratch> make() {
    std::string name = (std::filesystem::temp_directory_path() / "gandan-restore-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return Error{Code::disk_failed, name};
    return Scratch(name);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Result<Restored> restored(const Arguments& arguments, const std::string& to) {
  GANDAN_TRY(auto done, restore({arguments.from, to, arguments.data, arguments.highest_lost}));
  GANDAN_CHECK(tell(done.report));
  for (const auto& one : done.behind)
    std::cout << one.realm << ": " << one.entries
              << (arguments.english ? ", given out since: " : ", máy chủ đã phát ra tới: ") << one.given_out
              << '\n';
  return done;
}

}  // namespace

Status backup(const Arguments& arguments) {
  GANDAN_TRY(const auto done, back_up(arguments.data, arguments.store, arguments.to, arguments.with_keys));
  std::cout << (arguments.english ? "Backed up; realms: " : "Đã sao lưu; số hệ thống: ") << done.realms
            << (arguments.english ? ", entries: " : ", số mục sổ cái: ") << done.entries << '\n';
  return {};
}

Status restore_to(const Arguments& arguments) {
  GANDAN_TRY(const auto done, restored(arguments, arguments.to));
  if (!done.behind.empty()) return Code::ledger_behind;
  return {};
}

Status check_restore(const Arguments& arguments) {
  GANDAN_TRY(const auto scratch, Scratch::make());
  GANDAN_TRY([[maybe_unused]] const auto done, restored(arguments, scratch.path()));
  return {};
}

Status give_back_from(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::copy));
  Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto given, give_back(*store, signer, arguments.from));
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  if (arguments.english)
    std::cout << given.realm << ": given back " << given.size - given.before << " entries ("
              << given.statements << " statements, " << given.segments << " segments); the ledger has "
              << given.size << '\n';
  else
    std::cout << given.realm << ": đã trả lại " << given.size - given.before << " mục (" << given.statements
              << " quyết định, " << given.segments << " phần nhật ký); sổ cái nay có " << given.size << '\n';
  if (given.size >= given.given_out) return {};
  const std::string missing = count(given.given_out - given.size);
  return Error{
      Code::ledger_behind,
      "size " + count(given.size) + ", given out " + count(given.given_out),
      {{"FILE", "short",
        "Còn thiếu " + missing + " mục, hệ thống vẫn đóng. Hãy trả lại tiếp từ tệp của máy giám sát khác.",
        missing + " entries are still missing, so the realm stays closed. Give back what another "
                  "supervisor has kept, too."}}};
}

}  // namespace gandan::server
