#include "storage/statement.hpp"

#include "storage/connection.hpp"

namespace gandan::storage {

Statement::Statement(Connection& connection, Shelf* shelf, sqlite3_stmt* handle)
    : connection_(&connection), shelf_(shelf), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      shelf_(other.shelf_),
      handle_(std::exchange(other.handle_, nullptr)),
      bind_error_(other.bind_error_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  if (this != &other) {
    give_back();
    connection_ = other.connection_;
    shelf_ = other.shelf_;
    handle_ = std::exchange(other.handle_, nullptr);
    bind_error_ = other.bind_error_;
  }
  return *this;
}

Statement::~Statement() { give_back(); }

void Statement::give_back() {
  if (handle_ == nullptr) return;
  if (shelf_ != nullptr) {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    shelf_->push_back(handle_);
  } else {
    sqlite3_finalize(handle_);
  }
  handle_ = nullptr;
}

void Statement::note(int result) {
  if (result != SQLITE_OK && bind_error_ == SQLITE_OK) bind_error_ = result;
}

Statement& Statement::bind(int index, std::nullptr_t) {
  note(sqlite3_bind_null(handle_, index));
  return *this;
}

Statement& Statement::bind_integer(int index, std::int64_t value) {
  note(sqlite3_bind_int64(handle_, index, value));
  return *this;
}

Statement& Statement::bind(int index, ByteView value) {
  // An empty view may hold no pointer, which SQLite would take for NULL.
  const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
  note(sqlite3_bind_blob64(handle_, index, data, value.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_view(int index, ByteView value) {
  const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
  note(sqlite3_bind_blob64(handle_, index, data, value.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  note(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK) return connection_->error(std::exchange(bind_error_, SQLITE_OK));
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return connection_->error(result);
}

Status Statement::run() {
  for (;;) {
    auto more = step();
    if (more && *more) continue;
    reset();
    if (!more) return more.error();
    return {};
  }
}

Statement& Statement::reset() {
  sqlite3_reset(handle_);
  return *this;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

ByteView Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

}  // namespace gandan::storage
