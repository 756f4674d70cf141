// archive, archive-check, archive-restore.
#include <iostream>

#include "app/commands.hpp"
#include "base/calendar.hpp"
#include "relay/archive.hpp"
#include "relay/relay.hpp"

namespace gandan::server {
namespace {

void tell_archived(const Arguments& arguments, const char* vi, const char* en, const Archived& done) {
  std::cout << (arguments.english ? en : vi) << done.segments
            << (arguments.english ? " segments, " : " phần nhật ký, ") << done.bytes
            << (arguments.english ? " bytes, files: " : " byte, số tệp: ") << done.files << '\n';
}

}  // namespace

Status archive(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::copy));
  GANDAN_TRY(const auto realm, find_realm(*store, arguments.realm));
  const Signer signer(std::move(key), arguments.data);
  ArchiveOptions options{arguments.to, system_clock().wall_ms() - arguments.older_than_days * kDayMs};
  GANDAN_TRY(const auto done, archive_bodies(*store, signer, realm, options));
  tell_archived(arguments, "Đã chuyển ra: ", "Archived: ", done);
  return {};
}

Status archive_check(const Arguments& arguments) {
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::inspect));
  GANDAN_TRY(const auto moment, store->moment());
  Store& looked_at = moment ? *moment : *store;
  GANDAN_TRY(const auto realm, find_realm(looked_at, arguments.realm));
  GANDAN_TRY(const auto report, check_archive(looked_at, realm, arguments.from));
  for (const auto& finding : report.findings)
    std::cout << finding.realm << ' ' << info(finding.code).text << ": " << finding.what << "\n  "
              << info(finding.code).vi << "\n  " << info(finding.code).en << '\n';
  tell_archived(arguments, "Trong tệp: ", "In files: ", report.found);
  if (report.missing != 0)
    return Error{Code::archived,
                 std::to_string(report.missing),
                 {{"FOLDER", "missing",
                   "Còn " + std::to_string(report.missing) + " phần kho đã chuyển ra mà không tệp nào có.",
                   std::to_string(report.missing) + " segments that the store gave away are in no file."}}};
  if (!report.findings.empty()) return report.findings.front().code;
  return {};
}

Status archive_restore(const Arguments& arguments) {
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::copy));
  for (const auto& file : arguments.files) {
    GANDAN_TRY(const auto done, restore_archive(*store, file));
    tell_archived(arguments, "Đã đưa về: ", "Put back: ", done);
  }
  return {};
}

}  // namespace gandan::server
