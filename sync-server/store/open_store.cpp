#include "store/open_store.hpp"

#include "store/pg_connection.hpp"
#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"

namespace gandan::server {

Status check_choice(const StoreChoice& choice) {
  const auto begins = [&](std::string_view with) { return choice.url.rfind(with, 0) == 0; };
  if (choice.in_folder() && choice.single_copy)
    return Error{Code::bad_configuration,
                 "--single-copy",
                 {{"--single-copy", "store", "Chỉ dùng cùng --store postgresql://….",
                   "Goes with --store postgresql://… only."}}};
  if (choice.in_folder()) return {};
  if (begins("postgresql://") || begins("postgres://")) return PgConnection::check_url(choice.url);
  return Error{Code::bad_configuration,
               "--store",
               {{"--store", "store", "Ghi địa chỉ cơ sở dữ liệu, ví dụ postgresql://may-chu/gandan.",
                 "Give the address of a database, e.g. postgresql://host/gandan."}}};
}

Status create_store(const std::filesystem::path& data, const StoreChoice& choice) {
  GANDAN_CHECK(check_choice(choice));
  if (!choice.in_folder()) return PostgresStore::create({choice.url, choice.single_copy});
  if (std::filesystem::exists(data / "server.db")) return {};
  GANDAN_TRY([[maybe_unused]] const auto made, SqliteStore::open(data, SqliteStore::Mode::create));
  return {};
}

Result<std::unique_ptr<Store>> open_store(const std::filesystem::path& data, const StoreChoice& choice,
                                          Purpose purpose) {
  GANDAN_CHECK(check_choice(choice));
  if (choice.in_folder()) {
    GANDAN_TRY(auto store, SqliteStore::open(data, SqliteStore::Mode::open));
    return std::unique_ptr<Store>(std::move(store));
  }
  GANDAN_TRY(auto store, PostgresStore::open({choice.url, choice.single_copy}, purpose));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace gandan::server
