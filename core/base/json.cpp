#include "base/json.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#pragma GCC diagnostic pop

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace gandan::json {
namespace {

using boost::json::error_code;
using boost::json::kind;
using boost::json::string_view;

// Builds the value, and remembers the keys of every open object to refuse a second one of the same name.
struct Handler {
  constexpr static std::size_t max_object_size = 100'000;
  constexpr static std::size_t max_array_size = 1'000'000;
  constexpr static std::size_t max_key_size = 1000;
  constexpr static std::size_t max_string_size = std::size_t{64} << 20;

  boost::json::value_stack stack;
  std::vector<std::set<std::string>> keys;
  std::string key;
  bool duplicate = false;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    keys.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t n, error_code&) {
    keys.pop_back();
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(string_view s, std::size_t, error_code&) {
    key.append(s.data(), s.size());
    stack.push_chars(s);
    return true;
  }
  bool on_key(string_view s, std::size_t, error_code& ec) {
    key.append(s.data(), s.size());
    duplicate = !keys.back().insert(key).second;
    if (duplicate) {
      ec = make_error_code(boost::json::error::syntax);
      return false;
    }
    key.clear();
    stack.push_key(s);
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) {
    stack.push_chars(s);
    return true;
  }
  bool on_string(string_view s, std::size_t, error_code&) {
    stack.push_string(s);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t i, string_view, error_code&) {
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, string_view, error_code&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double d, string_view, error_code&) {
    stack.push_double(d);
    return true;
  }
  bool on_bool(bool b, error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

// Where a text stops being JSON, and why.
Error not_json(std::string_view text, std::size_t offset, const std::string& vi, const std::string& en) {
  const auto head = text.substr(0, std::min(offset, text.size()));
  const auto line = std::to_string(std::count(head.begin(), head.end(), '\n') + 1);
  const auto start = head.rfind('\n');
  const auto column = std::to_string(start == std::string_view::npos ? head.size() + 1 : head.size() - start);
  const std::string detail = "line " + line + ", column " + column + ": " + en;
  return Error{
      Code::bad_json, detail, {{"", "syntax", "Dòng " + line + ", cột " + column + ": " + vi, detail}}};
}

void put_pretty(std::string& out, const value& v, std::size_t indent) {
  const auto line = [&](std::size_t depth) { out += '\n' + std::string(depth * 2, ' '); };
  if (const auto* o = v.if_object(); o != nullptr && !o->empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : *o) {
      if (!first) out += ',';
      first = false;
      line(indent + 1);
      out += boost::json::serialize(value(member.key())) + ": ";
      put_pretty(out, member.value(), indent + 1);
    }
    line(indent);
    out += '}';
  } else if (const auto* a = v.if_array(); a != nullptr && !a->empty()) {
    out += '[';
    bool first = true;
    for (const auto& element : *a) {
      if (!first) out += ',';
      first = false;
      line(indent + 1);
      put_pretty(out, element, indent + 1);
    }
    line(indent);
    out += ']';
  } else {
    out += boost::json::serialize(v);
  }
}

}  // namespace

Result<value> parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes)
    return Error{Code::too_large, "JSON of " + std::to_string(text.size()) + " bytes"};
  if (text.substr(0, 3) == "\xef\xbb\xbf")
    text.remove_prefix(3);  // the mark that Windows' editors put in front
  try {
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::basic_parser<Handler> parser(options);
    error_code ec;
    const auto used = parser.write_some(false, text.data(), text.size(), ec);
    const bool follows = !ec && used < text.size();
    if ((ec || follows) && !valid_utf8(text)) return Code::not_utf8;
    if (parser.handler().duplicate) {
      const std::string& key = parser.handler().key;
      return not_json(text, used, "mục “" + key + "” ghi hai lần", "a second member named \"" + key + "\"");
    }
    if (ec)
      return not_json(text, used, "sai cú pháp JSON (thiếu hoặc thừa dấu ngoặc, dấu phẩy, dấu nháy?)",
                      ec.message());
    if (follows) return not_json(text, used, "còn chữ thừa ở phía sau", "something follows the value");
    return parser.handler().stack.release();
  } catch (const std::exception& e) {  // allocation, lengths
    return Error{Code::bad_json, e.what()};
  }
}

std::string compact(const value& v) { return boost::json::serialize(v); }

std::string pretty(const value& v) {
  std::string out;
  put_pretty(out, v, 0);
  out += '\n';
  return out;
}

const value* find(const object& o, std::string_view key) { return o.if_contains(key); }
const object* find_object(const object& o, std::string_view key) {
  const auto* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_object();
}
const array* find_array(const object& o, std::string_view key) {
  const auto* v = o.if_contains(key);
  return v == nullptr ? nullptr : v->if_array();
}
std::optional<std::string> find_text(const object& o, std::string_view key) {
  const auto* v = o.if_contains(key);
  if (v == nullptr || !v->is_string()) return std::nullopt;
  const auto& s = v->get_string();
  return std::string(s.data(), s.size());
}
std::optional<std::int64_t> find_integer(const object& o, std::string_view key) {
  const auto* v = o.if_contains(key);
  return v == nullptr ? std::nullopt : as_integer(*v);
}
std::optional<bool> find_bool(const object& o, std::string_view key) {
  const auto* v = o.if_contains(key);
  if (v == nullptr || !v->is_bool()) return std::nullopt;
  return v->get_bool();
}

std::optional<std::int64_t> as_integer(const value& v) {
  if (v.is_int64()) return v.get_int64();
  if (!v.is_string()) return std::nullopt;
  const auto& s = v.get_string();
  std::size_t i = !s.empty() && s[0] == '-' ? 1 : 0;
  const bool negative = i == 1;
  if (i == s.size() || s.size() > 20) return std::nullopt;
  std::int64_t out = 0;  // counted downwards: the least integer has no positive twin
  for (; i < s.size(); ++i) {
    if (s[i] < '0' || s[i] > '9') return std::nullopt;
    if (__builtin_mul_overflow(out, std::int64_t{10}, &out) ||
        __builtin_sub_overflow(out, std::int64_t{s[i] - '0'}, &out)) {
      return std::nullopt;
    }
  }
  if (negative) return out;
  if (out == INT64_MIN) return std::nullopt;
  return -out;
}

value integer(std::int64_t v) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (v > kExact || v < -kExact) return value(std::to_string(v));
  return value(v);
}

}  // namespace gandan::json
