// Result: a value or an Error that must be looked at. Errors carry a stable code whose
// sentences in Vietnamese and English stand in errors.def.
//
// Threading: plain values.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gandan {

enum class Code {
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) name,
#include "base/errors.def"
#undef GANDAN_ERROR
};

struct CodeInfo {
  const char* text;  // stable, e.g. "vault.wrong_passphrase"; never renamed
  bool retry;        // whether the same call may succeed later, unchanged
  int exit_code;     // the command line's exit status, see tools/gandan
  const char* vi;
  const char* en;
};
const CodeInfo& info(Code code);
std::optional<Code> code_from_text(std::string_view text);  // the code with that stable text

// One wrong field of a record or request.
struct FieldError {
  std::string path;  // a.b[item-id].c
  std::string code;  // stable, e.g. "required"
  std::string vi;
  std::string en;
};

struct [[nodiscard]] Error {
  Code code;
  std::string detail = {};  // technical, in English; never content of records, never a secret
  std::vector<FieldError> fields = {};
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(Code code) : Result(Error{code}) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() & {
    if (!ok()) std::abort();
    return *std::get_if<0>(&state_);
  }
  T&& value() && { return std::move(value()); }
  const T& value() const& {
    if (!ok()) std::abort();
    return *std::get_if<0>(&state_);
  }
  const Error& error() const {
    if (ok()) std::abort();
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  Result(Code code) : error_(Error{code}) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (ok()) std::abort();
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

#define GANDAN_CONCAT_(a, b) a##b
#define GANDAN_CONCAT(a, b) GANDAN_CONCAT_(a, b)
// GANDAN_TRY(auto x, f()): x is f()'s value, or the enclosing function returns its error.
#define GANDAN_TRY(target, expression) GANDAN_TRY_(target, expression, GANDAN_CONCAT(gandan_try_, __LINE__))
#define GANDAN_TRY_(target, expression, name) \
  auto name = (expression);                   \
  if (!name.ok()) return name.error();        \
  target = std::move(name).value()
// GANDAN_CHECK(f()): the enclosing function returns f()'s error, if there is one.
#define GANDAN_CHECK(expression)                                                              \
  do {                                                                                        \
    if (auto gandan_check_ = (expression); !gandan_check_.ok()) return gandan_check_.error(); \
  } while (0)

}  // namespace gandan
