// PgConnection: one connection to PostgreSQL over libpq, everything in its binary format.
//
//   run(sql, params) ─> rows            queue(sql, params) … flush() ─> rows of each: one round trip for all
//   of them
//
// Threading: a connection belongs to one thread at a time. Errors: store_unreachable when the connection is
// gone or the server is no primary (alive() is false then: throw it away), server_busy for what a retry
// mends, disk_full, disk_failed, store_damaged, server_not_set_up where the tables are missing. After an
// error within a transaction only ROLLBACK goes on.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

struct pg_conn;
struct pg_result;

namespace gandan::server {

// Parameters of one statement, in the order of $1, $2 …
class PgParams {
 public:
  PgParams& add(std::int64_t value);
  PgParams& add(std::uint64_t value);  // beyond bigint: its largest value
  PgParams& add(ByteView bytes);
  PgParams& add_text(std::string_view text);
  PgParams& add(const std::vector<std::int64_t>& values);
  PgParams& add(const std::vector<ByteView>& values);
  PgParams& add_texts(const std::vector<std::string_view>& values);

 private:
  friend class PgConnection;
  struct Value {
    unsigned type;  // OID
    Bytes bytes;
  };
  PgParams& add(unsigned type, Bytes bytes);
  std::vector<Value> values_;
};

class PgRows {
 public:
  explicit PgRows(pg_result* result) : result_(result) {}
  std::size_t size() const;
  std::int64_t integer(std::size_t row, int column) const;  // bigint, integer, smallint or boolean
  std::uint64_t count(std::size_t row, int column) const {
    return static_cast<std::uint64_t>(integer(row, column));
  }
  ByteView bytes(std::size_t row, int column) const;  // bytea or text
  std::string text(std::size_t row, int column) const { return std::string(as_text(bytes(row, column))); }
  template <class Id>
  Result<Id> id(std::size_t row, int column) const {
    const ByteView view = bytes(row, column);
    if (view.size() != Id::size) return Error{Code::store_damaged, "an id of a wrong size"};
    return Id::from(view);
  }
  std::size_t affected() const;  // by an UPDATE, INSERT or DELETE

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

class PgConnection {
 public:
  // Code::bad_configuration for what is no address, and for one with a password in it.
  static Status check_url(const std::string& url);
  // `url`: postgresql://…, or keywords and values, as psql takes them. Of several hosts the one that takes
  // writes.
  static Result<std::unique_ptr<PgConnection>> open(const std::string& url);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  Result<PgRows> run(std::string_view sql, const PgParams& params = {});
  // Several statements without parameters, in one transaction unless they say otherwise.
  Status script(const std::string& sql);

  void queue(std::string_view sql, const PgParams& params = {});
  Result<std::vector<PgRows>> flush();  // stops at the first error

  // Sends, and asks for no answer: it is taken with whatever runs next. For what nobody depends on.
  void post(const std::string& sql);
  // Waits for notifications of channels that were LISTENed to, and returns their payloads.
  Result<std::vector<std::string>> notifications(std::chrono::milliseconds patience);

  bool alive() const;
  // Whether the server warned since it was last asked: a commit that warns is not on every replica.
  std::string take_warning() { return std::exchange(warning_, {}); }

 private:
  explicit PgConnection(pg_conn* conn) : conn_(conn) {}
  static void heard(void* self, const pg_result* result);
  Result<const char*> prepared(std::string_view sql, const PgParams& params);
  bool send(const char* name, const PgParams& params);
  Error failure(const pg_result* result);
  void drain();

  pg_conn* conn_;
  std::map<std::string, std::string, std::less<>> names_;  // of prepared statements, by their text
  std::string warning_;
  bool posted_ = false;
  bool gone_ = false;  // the server said goodbye, is no primary any more, or broke off without a word
  struct Queued {
    std::string_view sql;
    PgParams params;
  };
  std::vector<Queued> queued_;
};

}  // namespace gandan::server
