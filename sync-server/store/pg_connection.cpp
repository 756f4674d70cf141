#include "store/pg_connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <limits>

namespace gandan::server {
namespace {

// Of pg_type; they never change.
constexpr unsigned kBytea = 17, kInt8 = 20, kText = 25, kByteaArray = 1001, kTextArray = 1009,
                   kInt8Array = 1016;

template <class Integer>
void pg_put(Bytes& out, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
}

// One dimension, no NULLs, counted from 1.
Bytes pg_array_head(unsigned type, std::size_t count) {
  Bytes out;
  pg_put(out, std::int32_t{count == 0 ? 0 : 1});
  pg_put(out, std::int32_t{0});
  pg_put(out, static_cast<std::int32_t>(type));
  if (count == 0) return out;
  pg_put(out, static_cast<std::int32_t>(count));
  pg_put(out, std::int32_t{1});
  return out;
}

Bytes pg_array_of(unsigned type, std::span<const ByteView> values) {
  Bytes out = pg_array_head(type, values.size());
  std::size_t size = out.size();
  for (const auto& value : values) size += 4 + value.size();
  out.reserve(size);
  for (const auto& value : values) {
    pg_put(out, static_cast<std::int32_t>(value.size()));
    append(out, value);
  }
  return out;
}

std::int64_t pg_clamped(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

// What an SQLSTATE means to a server (PostgreSQL, appendix A).
Code pg_code_of(std::string_view state) {
  const auto group = state.substr(0, 2);
  if (state == "53100") return Code::disk_full;
  if (group == "08" || group == "57" || group == "53" || state == "25006") return Code::store_unreachable;
  if (group == "40" || group == "55" || group == "23" || group == "25") return Code::server_busy;
  if (group == "XX") return Code::store_damaged;
  if (state == "42P01" || state == "3F000") return Code::server_not_set_up;
  if (group == "28" || group == "3D" || state == "42501") return Code::bad_configuration;
  return Code::disk_failed;
}

std::string pg_first_line(const char* text) {
  const std::string_view view = text == nullptr ? "" : text;
  return std::string(view.substr(0, view.find('\n')));
}

}  // namespace

PgParams& PgParams::add(unsigned type, Bytes bytes) {
  values_.push_back({type, std::move(bytes)});
  return *this;
}
PgParams& PgParams::add(std::int64_t value) {
  Bytes bytes;
  pg_put(bytes, value);
  return add(kInt8, std::move(bytes));
}
PgParams& PgParams::add(std::uint64_t value) { return add(pg_clamped(value)); }
PgParams& PgParams::add(ByteView bytes) { return add(kBytea, to_bytes(bytes)); }
PgParams& PgParams::add_text(std::string_view text) { return add(kText, to_bytes(as_bytes(text))); }
PgParams& PgParams::add(const std::vector<std::int64_t>& values) {
  Bytes out = pg_array_head(kInt8, values.size());
  for (const auto value : values) {
    pg_put(out, std::int32_t{8});
    pg_put(out, value);
  }
  return add(kInt8Array, std::move(out));
}
PgParams& PgParams::add(const std::vector<ByteView>& values) {
  return add(kByteaArray, pg_array_of(kBytea, values));
}
PgParams& PgParams::add_texts(const std::vector<std::string_view>& values) {
  std::vector<ByteView> views;
  for (const auto& value : values) views.push_back(as_bytes(value));
  return add(kTextArray, pg_array_of(kText, views));
}

void PgRows::Clear::operator()(pg_result* result) const { PQclear(result); }

std::size_t PgRows::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }

ByteView PgRows::bytes(std::size_t row, int column) const {
  const auto at = static_cast<int>(row);
  return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_.get(), at, column)),
          static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::int64_t PgRows::integer(std::size_t row, int column) const {
  const ByteView value = bytes(row, column);
  if (value.empty()) return 0;
  std::uint64_t out = value.size() > 1 && value[0] >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const auto byte : value) out = out << 8 | byte;
  return static_cast<std::int64_t>(out);
}

std::size_t PgRows::affected() const {
  const std::string text = PQcmdTuples(result_.get());
  return text.empty() ? 0 : std::stoul(text);
}

Status PgConnection::check_url(const std::string& url) {
  const auto bad = [](const char* vi, const char* en) {
    return Error{Code::bad_configuration, "--store", {{"--store", "store", vi, en}}};
  };
  char* said = nullptr;  // it holds parts of the address, maybe of a password: not for people
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), &said), &PQconninfoFree);
  PQfreemem(said);
  if (!options)
    return bad("Địa chỉ cơ sở dữ liệu không đọc được.", "The address of the database cannot be read.");
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    if (std::string_view(option->keyword) == "password" && option->val != nullptr)
      return bad("Không ghi mật khẩu vào địa chỉ: ai xem tiến trình cũng thấy. Dùng tệp PGPASSFILE.",
                 "No password in the address, where everybody sees it: use PGPASSFILE.");
  return {};
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const std::string& url) {
  // Before the URL: what it may change. After it: what it may not.
  // Whoever stands between would acknowledge everything: TLS with a name that is checked, unless the URL says
  // less. A Unix socket has none.
  const char* words[] = {"connect_timeout",
                         "keepalives_idle",
                         "keepalives_interval",
                         "keepalives_count",
                         "tcp_user_timeout",
                         "application_name",
                         "sslmode",
                         "dbname",
                         "target_session_attrs",
                         nullptr};
  const char* values[] = {"3",           "5",         "2",          "3",    "10000", "gandan-server",
                          "verify-full", url.c_str(), "read-write", nullptr};
  std::unique_ptr<PgConnection> out(new PgConnection(PQconnectdbParams(words, values, 1)));
  if (out->conn_ == nullptr) return Code::out_of_memory;
  if (PQstatus(out->conn_) != CONNECTION_OK)
    return Error{Code::store_unreachable, pg_first_line(PQerrorMessage(out->conn_))};
  PQsetNoticeReceiver(out->conn_, &PgConnection::heard, out.get());
  // A session that a server left in the middle of a transaction lets go of its locks. There is no limit on
  // statements: it would cut a commit's wait for its replica, which then looks like a commit.
  GANDAN_CHECK(
      // What it has half heard of a server that lost its power, the database finds out by asking.
      out->script("SET client_min_messages = warning; SET idle_in_transaction_session_timeout = '10s'; "
                  "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; "
                  "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000; "
                  "SET statement_timeout = 0; SET default_transaction_isolation = 'read committed'; "
                  "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
                  "WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)"));
  return out;
}

PgConnection::~PgConnection() { PQfinish(conn_); }

void PgConnection::heard(void* self, const pg_result* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (severity != nullptr && std::string_view(severity) == "WARNING")
    static_cast<PgConnection*>(self)->warning_ = message == nullptr ? "a warning" : message;
}

bool PgConnection::alive() const { return !gone_ && PQstatus(conn_) == CONNECTION_OK; }

// The first line of the message only, never its details: they may hold keys of rows.
Error PgConnection::failure(const pg_result* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) {  // of libpq itself: the connection, also where libpq has not noticed yet
    gone_ = true;
    return Error{Code::store_unreachable, pg_first_line(PQerrorMessage(conn_))};
  }
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  gone_ = gone_ || pg_code_of(state) == Code::store_unreachable;
  return Error{pg_code_of(state), std::string(state) + ' ' + (message == nullptr ? "" : message)};
}

void PgConnection::drain() {
  while (pg_result* rest = PQgetResult(conn_)) {
    const bool more = PQresultStatus(rest) != PGRES_COPY_IN && PQresultStatus(rest) != PGRES_COPY_OUT;
    PQclear(rest);
    if (!more) return;
  }
  posted_ = false;
}

Result<const char*> PgConnection::prepared(std::string_view sql, const PgParams& params) {
  if (const auto known = names_.find(sql); known != names_.end()) return known->second.c_str();
  const std::string name = "s" + std::to_string(names_.size());
  std::vector<Oid> types;
  for (const auto& value : params.values_) types.push_back(value.type);
  pg_result* made =
      PQprepare(conn_, name.c_str(), std::string(sql).c_str(), static_cast<int>(types.size()), types.data());
  const PgRows holder(made);
  if (PQresultStatus(made) != PGRES_COMMAND_OK) return failure(made);
  return names_.emplace(sql, name).first->second.c_str();
}

bool PgConnection::send(const char* name, const PgParams& params) {
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const auto& value : params.values_) {
    values.push_back(reinterpret_cast<const char*>(value.bytes.data()));
    if (value.bytes.empty()) values.back() = "";  // nullptr would be NULL
    lengths.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(1);
  }
  return PQsendQueryPrepared(conn_, name, static_cast<int>(values.size()), values.data(), lengths.data(),
                             formats.data(), 1) == 1;
}

Result<PgRows> PgConnection::run(std::string_view sql, const PgParams& params) {
  if (posted_) drain();
  GANDAN_TRY(const char* name, prepared(sql, params));
  if (!send(name, params)) return failure(nullptr);
  pg_result* result = PQgetResult(conn_);
  PgRows rows(result);
  drain();
  const auto status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failure(result);
  return rows;
}

Status PgConnection::script(const std::string& sql) {
  if (posted_) drain();
  pg_result* result = PQexec(conn_, sql.c_str());
  const PgRows holder(result);
  const auto status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failure(result);
  return {};
}

void PgConnection::queue(std::string_view sql, const PgParams& params) { queued_.push_back({sql, params}); }

Result<std::vector<PgRows>> PgConnection::flush() {
  const auto queued = std::exchange(queued_, {});
  if (posted_) drain();
  std::vector<const char*> names;
  for (const auto& one : queued) {
    GANDAN_TRY(names.emplace_back(), prepared(one.sql, one.params));
  }
  if (PQenterPipelineMode(conn_) != 1) return failure(nullptr);
  std::optional<Error> failed;
  for (std::size_t i = 0; i < queued.size() && !failed; ++i)
    if (!send(names[i], queued[i].params)) failed = failure(nullptr);
  if (!failed && PQpipelineSync(conn_) != 1) failed = failure(nullptr);
  std::vector<PgRows> out;
  for (bool between = false; alive();) {
    pg_result* result = PQgetResult(conn_);
    if (result == nullptr) {  // between the results of two statements; twice: nothing more comes, ever
      gone_ = gone_ || std::exchange(between, true);
      continue;
    }
    between = false;
    PgRows rows(result);
    const auto status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
      out.push_back(std::move(rows));
    else if (!failed && status != PGRES_PIPELINE_ABORTED)
      failed = failure(result);
  }
  if (!alive() && !failed) failed = failure(nullptr);
  if (alive()) PQexitPipelineMode(conn_);
  if (failed) return *failed;
  return out;
}

void PgConnection::post(const std::string& sql) {
  if (posted_) drain();
  posted_ = PQsendQuery(conn_, sql.c_str()) == 1;
}

Result<std::vector<std::string>> PgConnection::notifications(std::chrono::milliseconds patience) {
  std::vector<std::string> out;
  const auto take = [&] {
    while (PGnotify* one = PQnotifies(conn_)) {
      out.emplace_back(one->extra);
      PQfreemem(one);
    }
  };
  take();
  pollfd waiting{PQsocket(conn_), POLLIN, 0};
  if (out.empty() && ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0) {
    if (PQconsumeInput(conn_) != 1) return failure(nullptr);
    take();
  }
  if (!alive()) return failure(nullptr);
  return out;
}

}  // namespace gandan::server
