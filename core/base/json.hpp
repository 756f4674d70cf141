// JSON at the edges: Boost.JSON with limits, compiled once in json.cpp.
// Parsing refuses duplicate keys, so that nothing is silently dropped. Serialising keeps the order of keys,
// so that equal values built in the same order give equal bytes.
//
// Threading: pure functions.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gandan::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

struct Limits {
  std::size_t bytes = 8u << 20;
  std::size_t depth = 32;
};

// Code::bad_json with "line L, column C: what" (columns in bytes, from 1), or Code::too_large.
Result<value> parse(std::string_view text, Limits limits = {});

std::string compact(const value& v);  // one line, no spaces
std::string pretty(const value& v);   // two spaces, ends with a line feed

// Members by name; nothing when absent or of another type.
const value* find(const object& o, std::string_view key);
const object* find_object(const object& o, std::string_view key);
const array* find_array(const object& o, std::string_view key);
std::optional<std::string> find_text(const object& o, std::string_view key);
std::optional<std::int64_t> find_integer(const object& o,
                                         std::string_view key);  // a number or a decimal string
std::optional<std::int64_t> as_integer(const value& v);          // the same for a value
std::optional<bool> find_bool(const object& o, std::string_view key);

// The integers that every JSON reader keeps (up to 2^53) as numbers, others as strings.
value integer(std::int64_t v);

}  // namespace gandan::json
