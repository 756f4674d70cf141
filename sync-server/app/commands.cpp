#include "app/commands.hpp"

#include <cstdio>
#include <iostream>
#include <set>

#include "app/tell.hpp"
#include "crypto/random.hpp"
#include "relay/migrate.hpp"

namespace gandan::server {
namespace {

Result<std::unique_ptr<Store>> stored(const Arguments& arguments) {
  return open_store(arguments.data, arguments.store, Purpose::inspect);
}

bool is_url(const std::string& place) { return place.find("://") != std::string::npos; }

const char* state_of(const RealmRow& realm) {
  return realm.state == RealmState::open        ? "open"
         : realm.state == RealmState::suspended ? "suspended"
                                                : "incoming";
}

}  // namespace

Status tell(const VerifyReport& report) {
  for (const auto& finding : report.findings)
    std::cout << finding.realm << ' ' << info(finding.code).text << ": " << finding.what << "\n  "
              << info(finding.code).vi << "\n  " << info(finding.code).en << '\n';
  std::printf("%llu realms, %llu entries, %llu statements, %llu segments, %llu wraps: %s\n",
              static_cast<unsigned long long>(report.realms), static_cast<unsigned long long>(report.entries),
              static_cast<unsigned long long>(report.statements),
              static_cast<unsigned long long>(report.segments), static_cast<unsigned long long>(report.wraps),
              report.findings.empty() ? "everything holds" : "NOT everything holds");
  if (report.archived != 0)
    std::printf(
        "%llu segments are archived: their contents lie in files (archive-check)\n"
        "%llu phần nhật ký đã lưu trữ: nội dung nằm trong tệp (archive-check)\n",
        static_cast<unsigned long long>(report.archived), static_cast<unsigned long long>(report.archived));
  std::puts(report.findings.empty() ? "Mọi thứ trong kho đều khớp." : "CÓ CHỖ KHÔNG KHỚP trong kho.");
  if (!report.findings.empty()) return report.findings.front().code;
  return {};
}

Status init(const Arguments& arguments) {
  GANDAN_CHECK(init_server(arguments.data, arguments.name, crypto::system_random(), arguments.store));
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  std::cout << to_hex(key.public_key().view()) << '\n';
  return {};
}

Status print_key(const Arguments& arguments) {
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  std::cout << to_hex(key.public_key().view()) << '\n';
  return {};
}

Status admit(const Arguments& arguments) {
  GANDAN_TRY(const auto key, load_ledger_key(arguments.data));
  const auto card = read_small_file(arguments.card);
  if (!card.ok())
    return card.error().code == Code::too_large ? card.error()
                                                : Error{Code::file_unreadable, card.error().detail};
  const auto decoded = roster::decode_card(*card);
  if (!decoded.ok()) return Error{decoded.error().code, arguments.card + ": " + decoded.error().detail};
  GANDAN_TRY(const auto store, stored(arguments));
  GANDAN_CHECK(admit_realm(*store, key, *card, arguments.quota));
  std::cout << (arguments.english ? "Admitted; the realm's address: " : "Đã nhận hệ thống, địa chỉ: ")
            << to_text(decoded->address) << '\n';
  return {};
}

Status list(const Arguments& arguments) {
  GANDAN_TRY(const auto store, stored(arguments));
  GANDAN_TRY(const auto realms, store->realms());
  std::printf("%-16s  %-26s  %-9s  %10s  %14s  %14s\n", "realm", "address", "state", "entries", "used",
              "quota");
  for (const auto& realm : realms) {
    GANDAN_TRY(const auto progress, store->progress(realm.number));
    std::printf(
        "%-16s  %-26s  %-9s  %10llu  %14llu  %14llu\n", to_hex(realm.id.view().first(8)).c_str(),
        to_text(realm.address).c_str(), state_of(realm), static_cast<unsigned long long>(progress.size),
        static_cast<unsigned long long>(progress.used_bytes), static_cast<unsigned long long>(realm.quota));
  }
  return {};
}

Status verify(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  GANDAN_TRY(const auto lock, FileLock::take(std::filesystem::path(arguments.data) / "server.lock"));
  GANDAN_TRY(const auto store, stored(arguments));
  const Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto moment, store->moment());  // other servers may go on meanwhile
  GANDAN_TRY(const auto report, verify_store(moment ? *moment : *store, signer));
  return tell(report);
}

Status migrate(const Arguments& arguments) {
  GANDAN_TRY(auto key, load_ledger_key(arguments.data));
  std::vector<FileLock> locks;
  for (const std::string& folder : std::set<std::string>{arguments.data, arguments.from, arguments.to}) {
    std::error_code ignored;
    if (is_url(folder)) continue;
    std::filesystem::create_directories(folder, ignored);
    GANDAN_TRY(auto lock, FileLock::take(std::filesystem::path(folder) / "server.lock"));
    locks.push_back(std::move(lock));
  }
  const auto choice = [&](const std::string& place) {
    return is_url(place) ? StoreChoice{place, arguments.store.single_copy} : StoreChoice{};
  };
  GANDAN_TRY(const auto from, open_store(arguments.from, choice(arguments.from), Purpose::copy));
  GANDAN_CHECK(create_store(arguments.to, choice(arguments.to)));
  GANDAN_TRY(const auto to, open_store(arguments.to, choice(arguments.to), Purpose::copy));
  const Signer signer(std::move(key), arguments.data);
  GANDAN_TRY(const auto report, migrate_store(*from, *to, signer));
  return tell(report);
}

}  // namespace gandan::server
