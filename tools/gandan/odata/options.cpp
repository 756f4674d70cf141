#include "gandan/odata/options.hpp"

#include <algorithm>
#include <charconv>

#include "base/calendar.hpp"
#include "gandan/app/loopback.hpp"

namespace gandan::cli {
namespace {

constexpr std::size_t kMaxComparisons = 16;

Error wrong(const std::string& option, std::string vi, std::string en) {
  return {Code::bad_request, option, {{option, "format", std::move(vi), std::move(en)}}};
}
Error not_offered(const std::string& what) {
  return {Code::unknown_method,
          what,
          {{what, "not_offered", "Nguồn dữ liệu này không làm được: " + what + ".",
            "This feed does not do this: " + what + "."}}};
}

// Of a query: a plus sign is a blank there.
std::optional<std::string> decoded(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return percent_decoded(out);
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// Words of a filter: a literal in quotes is one, its doubled quotes undone and the first kept as its mark.
Result<std::vector<std::string>> filter_words(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (text[i] == '(' || text[i] == ')') {
      out.emplace_back(1, text[i++]);
    } else if (text[i] == '\'') {
      std::string literal = "'";
      for (++i;; ++i) {
        if (i >= text.size())
          return wrong("$filter", "Dấu nháy mở mà không đóng.", "A quote is opened and never closed.");
        if (text[i] == '\'' && (i + 1 >= text.size() || text[i + 1] != '\'')) break;
        if (text[i] == '\'') ++i;
        literal += text[i];
      }
      ++i;
      out.push_back(std::move(literal));
    } else {
      const auto end = std::min(text.find_first_of(" ()'", i), text.size());
      out.emplace_back(text.substr(i, end - i));
      i = end;
    }
  }
  return out;
}

std::optional<Comparison::Is> comparison(std::string_view word) {
  using Is = Comparison::Is;
  constexpr std::pair<std::string_view, Is> kNames[] = {{"eq", Is::equal}, {"ne", Is::unequal},
                                                        {"lt", Is::below}, {"le", Is::at_most},
                                                        {"gt", Is::above}, {"ge", Is::at_least}};
  for (const auto& [name, is] : kNames)
    if (name == word) return is;
  return std::nullopt;
}

Result<json::value> literal_of(const Property& property, const std::string& word) {
  const auto bad = wrong("$filter", "Giá trị “" + word + "” không hợp với mục " + property.name + ".",
                         "The value “" + word + "” does not fit the property " + property.name + ".");
  if (word == "null") return json::value(nullptr);
  const bool quoted = word.front() == '\'';
  switch (property.type) {
    case Edm::text:
      if (!quoted) return bad;
      return json::value(word.substr(1));
    case Edm::boolean:
      if (word != "true" && word != "false") return bad;
      return json::value(word == "true");
    case Edm::integer:
    case Edm::decimal: {
      const auto number = json::parse(word);
      if (!number || !(number->is_int64() || number->is_double() || number->is_uint64())) return bad;
      return *number;
    }
    case Edm::date:
      if (!parse_date(word)) return bad;
      return json::value(word);
    case Edm::instant:
      if (!parse_instant(word)) return bad;
      return json::value(word);
  }
  return bad;
}

Result<std::vector<Comparison>> read_filter(const EntitySet& set, std::string_view text) {
  GANDAN_TRY(auto words, filter_words(text));
  // One pair of parentheses around a comparison, as programs write them.
  words.erase(
      std::remove_if(words.begin(), words.end(), [](const auto& word) { return word == "(" || word == ")"; }),
      words.end());
  std::vector<Comparison> out;
  for (std::size_t i = 0; i < words.size(); i += 4) {
    const auto at = [&](std::size_t k) { return i + k < words.size() ? words[i + k] : std::string(); };
    const auto is = comparison(at(1));
    if (!is || at(2).empty()) return not_offered("$filter " + trimmed(text));
    const auto* property = set.property(at(0));
    if (property == nullptr)
      return wrong("$filter", "Không có mục “" + at(0) + "”.", "There is no property “" + at(0) + "”.");
    GANDAN_TRY(auto literal, literal_of(*property, at(2)));
    out.push_back({property, *is, std::move(literal)});
    if (!at(3).empty() && at(3) != "and") return not_offered("$filter … " + at(3));
    if (out.size() > kMaxComparisons) return not_offered("$filter: " + std::to_string(out.size()));
  }
  return out;
}

Result<std::vector<std::string>> read_select(const EntitySet& set, std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const std::string name = trimmed(text.substr(at, end - at));
    if (name == "*") return std::vector<std::string>{};
    if (set.property(name) == nullptr)
      return wrong("$select", "Không có mục “" + name + "”.", "There is no property “" + name + "”.");
    out.push_back(name);
    at = end + 1;
  }
  return out;
}

// "120-5-30": passed, skip, top; "120-5-": all that is left.
std::optional<Place> read_place(std::string_view text) {
  const auto first = text.find('-');
  const auto second = first == std::string_view::npos ? first : text.find('-', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto passed = whole(text.substr(0, first));
  const auto skip = whole(text.substr(first + 1, second - first - 1));
  const auto rest = text.substr(second + 1);
  Place out;
  if (!rest.empty()) {
    out.top = whole(rest);
    if (!out.top) return std::nullopt;
  }
  if (!passed || !skip) return std::nullopt;
  out.passed = *passed;
  out.skip = *skip;
  return out;
}

template <class F>
Status each_option(std::string_view query, const F& take) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto part = query.substr(0, end);
    const auto sign = std::min(part.find('='), part.size());
    const auto name = decoded(part.substr(0, sign));
    const auto value = decoded(part.substr(std::min(sign + 1, part.size())));
    if (!name || !value)
      return wrong("?", "Địa chỉ có dấu % viết sai.", "A percent sign of the address is malformed.");
    if (!name->empty()) GANDAN_CHECK(take(*name, *value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

int compare_numbers(double a, double b) { return a < b ? -1 : a > b ? 1 : 0; }

// Below, equal or above; nothing where one of them is empty or they cannot be compared.
std::optional<int> compare(Edm type, const json::value& ours, const json::value& theirs) {
  if (type == Edm::integer || type == Edm::decimal) {
    const auto a = json::as_integer(ours), b = json::as_integer(theirs);
    if (a && b) return *a < *b ? -1 : *a > *b ? 1 : 0;
    if (!ours.is_number() || !theirs.is_number()) return std::nullopt;
    return compare_numbers(ours.to_number<double>(), theirs.to_number<double>());
  }
  if (type == Edm::boolean) {
    if (!ours.is_bool() || !theirs.is_bool()) return std::nullopt;
    return static_cast<int>(ours.get_bool()) - static_cast<int>(theirs.get_bool());
  }
  if (!ours.is_string() || !theirs.is_string()) return std::nullopt;
  const std::string_view a = ours.get_string(), b = theirs.get_string();
  if (type == Edm::instant) {
    const auto at = parse_instant(a), other = parse_instant(b);
    if (!at || !other) return std::nullopt;
    return *at < *other ? -1 : *at > *other ? 1 : 0;
  }
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

bool holds(const Comparison& one, const json::object& entity) {
  using Is = Comparison::Is;
  const auto* found = entity.if_contains(one.property->name);
  const json::value ours = found == nullptr ? json::value(nullptr) : *found;
  if (one.literal.is_null() || ours.is_null()) {  // only equality says anything of null
    const bool same = one.literal.is_null() && ours.is_null();
    return (one.is == Is::equal && same) || (one.is == Is::unequal && !same);
  }
  const auto order = compare(one.property->type, ours, one.literal);
  if (!order) return false;
  switch (one.is) {
    case Is::equal:
      return *order == 0;
    case Is::unequal:
      return *order != 0;
    case Is::below:
      return *order < 0;
    case Is::at_most:
      return *order <= 0;
    case Is::above:
      return *order > 0;
    case Is::at_least:
      return *order >= 0;
  }
  return false;
}

}  // namespace

Result<Options> read_options(const EntitySet& set, std::string_view query) {
  Options out;
  std::optional<Place> token;
  const auto number = [](const std::string& name, const std::string& value,
                         std::optional<std::uint64_t>& into) -> Status {
    into = whole(value);
    if (!into)
      return wrong(name, name + " phải là số nguyên không âm.",
                   name + " must be a whole number, not below 0.");
    return {};
  };
  const auto take = [&](const std::string& name, const std::string& value) -> Status {
    if (name == "$filter") {
      GANDAN_TRY(out.filter, read_filter(set, value));
    } else if (name == "$select") {
      GANDAN_TRY(out.select, read_select(set, value));
    } else if (name == "$top") {
      return number(name, value, out.from.top);
    } else if (name == "$skip") {
      std::optional<std::uint64_t> skip;
      const auto read = number(name, value, skip);
      out.from.skip = skip.value_or(0);
      return read;
    } else if (name == "$count") {
      out.count = value == "true";
    } else if (name == "$skiptoken") {
      token = read_place(value);
      if (!token) return wrong(name, "Địa chỉ trang sau không đúng.", "This is no address of a next page.");
    } else if (name == "$format") {
      if (value != "json" && value.compare(0, 16, "application/json") != 0)
        return not_offered(name + "=" + value);
    } else if (name.front() == '$') {
      return not_offered(name);
    } else {
      out.custom[name] = value;
    }
    return {};
  };
  GANDAN_CHECK(each_option(query, take));
  if (token) out.from = *token;
  return out;
}

bool passes(const Options& options, const json::object& entity) {
  return std::all_of(options.filter.begin(), options.filter.end(),
                     [&](const auto& one) { return holds(one, entity); });
}

json::object selected(const Options& options, json::object entity) {
  if (options.select.empty()) return entity;
  json::object out;
  for (const auto& name : options.select)
    if (const auto* value = entity.if_contains(name)) out[name] = *value;
  return out;
}

std::string next_query(std::string_view query, const Place& place) {
  std::string out;
  while (!query.empty()) {  // as it was sent, but for where it begins
    const auto end = std::min(query.find('&'), query.size());
    const auto part = query.substr(0, end);
    const auto name = decoded(part.substr(0, std::min(part.find('='), part.size()))).value_or("");
    if (name != "$skip" && name != "$top" && name != "$skiptoken" && !part.empty())
      out += std::string(part) + "&";
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return out + "$skiptoken=" + std::to_string(place.passed) + "-" + std::to_string(place.skip) + "-" +
         (place.top ? std::to_string(*place.top) : std::string());
}

}  // namespace gandan::cli
