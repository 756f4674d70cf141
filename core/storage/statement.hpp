// Statement: one prepared statement on loan from its Database's cache. It goes back, reset and with its
// bindings cleared, when it is destroyed: so it must not outlive the Database, and an unfinished read must
// not outlive the transaction it belongs to.
//
//   GANDAN_TRY(auto rows, db.query("SELECT id, title FROM record WHERE kind = ?", kind));
//   for (;;) {
//     GANDAN_TRY(const bool more, rows.step());
//     if (!more) break;
//     use(rows.blob(0), rows.text(1));
//   }
//
// Threading: as the Database's.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

struct sqlite3_stmt;

namespace gandan::storage {

class Database;

class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters are numbered from 1. Values are copied. An error is kept and reported by the next step().
  Statement& bind(int index, std::nullptr_t);
  Statement& bind(int index, ByteView value);
  Statement& bind(int index, std::string_view value);  // UTF-8
  Statement& bind(int index, const char* value) { return bind(index, std::string_view(value)); }
  template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
  Statement& bind(int index, T value) {  // bool as 0 or 1; unsigned 64-bit values as their two's complement
    return bind_integer(index, static_cast<std::int64_t>(value));
  }
  template <std::size_t N, class Tag>
  Statement& bind(int index, const FixedBytes<N, Tag>& value) {
    return bind(index, value.view());
  }
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {  // absent: NULL
    return value ? bind(index, *value) : bind(index, nullptr);
  }
  // The same without a copy, for large blobs: `value` must stay where it is until reset() or destruction.
  Statement& bind_view(int index, ByteView value);
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }

  // True: there is a row. False: done. After an error the statement can be reset and tried again.
  Result<bool> step();
  // Steps to the end, ignoring rows, and resets: for what is run for its effect.
  Status run();
  // Makes it ready for the next round; bindings stay.
  Statement& reset();

  // Columns of the current row, numbered from 0. Views last until the next step, reset or destruction.
  // SQLite's own conversions apply: NULL reads as 0 or empty.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  ByteView blob(int column) const;
  template <class Id>
  std::optional<Id> id(int column) const {  // absent: not exactly the id's size
    const ByteView bytes = blob(column);
    if (bytes.size() != Id::size) return std::nullopt;
    return Id::from(bytes);
  }

 private:
  friend class Database;
  struct Connection;
  using Shelf = std::vector<sqlite3_stmt*>;  // idle statements with one SQL text
  Statement(Connection& connection, Shelf* shelf, sqlite3_stmt* handle);
  Statement& bind_integer(int index, std::int64_t value);
  void note(int result);
  void give_back();

  Connection* connection_ = nullptr;
  Shelf* shelf_ = nullptr;
  sqlite3_stmt* handle_ = nullptr;
  int bind_error_ = 0;
};

}  // namespace gandan::storage
