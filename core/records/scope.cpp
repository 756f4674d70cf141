#include "records/scope.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/search_text.hpp"
#include "changelog/personal_value.hpp"
#include "records/format.hpp"

namespace gandan::records {
namespace {

using changelog::Value;
using What = Slot::What;

Error unknown(std::string_view name, const std::string& why) {
  return Error{Code::bad_expression, "unknown name " + std::string(name) + (why.empty() ? "" : ": " + why)};
}

// Whether `name` begins with `head` and "__"; `rest` is what follows.
bool begins(std::string_view name, const std::string& head, std::string_view& rest) {
  if (name.size() < head.size() + 3 || name.substr(0, head.size()) != head ||
      name.substr(head.size(), 2) != "__") {
    return false;
  }
  rest = name.substr(head.size() + 2);
  return true;
}

std::string joined(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

// What comes behind a list's name: "count", or a field of its items and what to make of it.
bool resolve_aggregate(const std::vector<Field>& fields, const std::string& prefix, std::string_view name,
                       Slot& slot) {
  for (const auto& field : fields) {
    std::string_view rest;
    if (!begins(name, field.name, rest)) continue;
    if (field.type == FieldType::group) {
      if (resolve_aggregate(field.children, joined(prefix, field.name), rest, slot)) return true;
      continue;
    }
    slot.field = joined(prefix, field.name);
    if (rest == "filled") slot.what = What::filled;
    if (rest == "distinct") slot.what = What::distinct;
    if (rest == "repeated" && field.type == FieldType::text && !field.personal) slot.what = What::repeated;
    if (rest == "sum" && (field.type == FieldType::integer || field.type == FieldType::calculate))
      slot.what = What::sum;
    if (rest == "min") slot.what = What::least;
    if (rest == "max") slot.what = What::most;
    if (rest == "run" && field.type == FieldType::date) slot.what = What::run;
    if (rest == "true" && field.type == FieldType::boolean) slot.what = What::yes;
    if (rest.substr(0, 4) == "is__" && field.choice(rest.substr(4)) != nullptr) {
      slot.what = What::chosen;
      slot.code = rest.substr(4);
    }
    slot.personal = field.personal;
    if (slot.what != What::value) return true;
  }
  return false;
}

bool resolve_in(const std::vector<Field>& fields, const std::string& prefix, std::string_view name,
                const Names& names, Slot& slot) {
  for (const auto& field : fields) {
    const std::string path = joined(prefix, field.name);
    std::string_view rest;
    if (name == field.name && field.holds_value()) {
      // A linked record comes without its calculations: it is the caller's own copy.
      if (field.type == FieldType::calculate && !slot.links.empty()) return false;
      slot.path = path;
      slot.leaf = &field;
      slot.personal = field.personal;
      return true;
    }
    if (!begins(name, field.name, rest)) continue;
    if (field.type == FieldType::group && resolve_in(field.children, path, rest, names, slot)) return true;
    if (field.type == FieldType::repeat) {
      slot.path = path;
      slot.what = rest == "count" ? What::count : What::value;
      if (slot.what == What::count || resolve_aggregate(field.children, "", rest, slot)) return true;
    }
    if (field.type == FieldType::link && slot.links.size() < 3) {
      const RecordType* target = names.linked(field.link);
      if (target == nullptr) continue;
      slot.links.push_back(path);
      if (rest == "state" || rest == "id" || rest == "finalized_at") {
        slot.what = rest == "id" ? What::id : rest == "state" ? What::state : What::finalized_at;
        return true;
      }
      if (resolve_in(target->fields, "", rest, names, slot)) return true;
      slot.links.pop_back();
    }
  }
  return false;
}

bool holds_code(const Value* value, const std::string& code) {
  if (value == nullptr) return false;
  const auto* choices = std::get_if<changelog::Choices>(value);
  return choices != nullptr &&
         std::find(choices->codes.begin(), choices->codes.end(), code) != choices->codes.end();
}

// Of days as texts: how many follow each other without a gap, at most.
std::int64_t longest_run(const std::set<Scalar>& days) {
  std::int64_t longest = 0;
  std::int64_t run = 0;
  std::optional<std::int32_t> before;
  for (const auto& scalar : days) {  // texts YYYY-MM-DD stand in order of time
    const auto* text = std::get_if<std::string>(&scalar);
    const auto day = text == nullptr ? std::nullopt : parse_date(*text);
    if (!day) continue;
    run = before && *day == *before + 1 ? run + 1 : 1;
    longest = std::max(longest, run);
    before = day;
  }
  return longest;
}

// The texts of a field that more than one item has, by their words (one_form), as the later one wrote them.
Scalar repeated(const Slot& slot, const std::vector<Item>* items) {
  constexpr std::size_t kMostNamed = 5;
  std::map<Scalar, std::size_t> seen;
  std::vector<std::string> twice;
  const std::vector<Item> none;
  for (const auto& item : items == nullptr ? none : *items) {
    const Value* value = item.tree.value(slot.field);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text != nullptr && !text->empty() && ++seen[one_form(*value)] == 2) twice.push_back(*text);
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(twice.size(), kMostNamed); ++i) out += (i > 0 ? ", " : "") + twice[i];
  if (twice.size() > kMostNamed) out += ", …";
  return out.empty() ? Scalar{} : Scalar{out};
}

Scalar aggregate(const Slot& slot, const std::vector<Item>* items) {
  std::int64_t count = 0;
  std::int64_t sum = 0;
  Scalar best;
  std::set<Scalar> different;
  const std::vector<Item> none;
  for (const auto& item : items == nullptr ? none : *items) {
    const Value* value = item.tree.value(slot.field);
    if (value == nullptr) continue;
    const Scalar scalar = slot.personal ? Scalar{std::int64_t{1}} : to_scalar(*value);
    if (is_null(scalar)) continue;
    switch (slot.what) {
      case What::filled:
        ++count;
        break;
      case What::distinct:
        different.insert(slot.personal ? scalar : one_form(*value));
        break;
      case What::run:
        different.insert(scalar);
        break;
      case What::yes:
        count += truth(scalar) == true ? 1 : 0;
        break;
      case What::chosen:
        count += holds_code(value, slot.code) ? 1 : 0;
        break;
      case What::sum:
        if (const auto* n = std::get_if<std::int64_t>(&scalar)) {
          if (__builtin_add_overflow(sum, *n, &sum)) return {};  // no total rather than a wrong one
        }
        break;
      case What::least:
        if (is_null(best) || scalar < best) best = scalar;
        break;
      case What::most:
        if (is_null(best) || best < scalar) best = scalar;
        break;
      default:
        break;
    }
  }
  switch (slot.what) {
    case What::sum:
      return sum;
    case What::least:
    case What::most:
      return best;
    case What::run:
      return longest_run(different);
    case What::distinct:
      return static_cast<std::int64_t>(different.size());
    default:
      return count;
  }
}

// The tree at which a slot's path begins, after its links; `document` becomes the linked one.
const Tree* root_of(const Slot& slot, const Where& where, const Document*& document) {
  const Tree* tree = &where.document->tree;
  if (slot.level > 0) {
    if (slot.level > where.items.size()) return nullptr;
    tree = where.items[slot.level - 1];
  }
  document = where.document;
  for (const auto& link : slot.links) {
    const Value* value = tree->value(link);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text == nullptr || where.links == nullptr || !*where.links) return nullptr;
    const auto id = id_from_text<RecordId>(*text);
    if (!id.ok()) return nullptr;
    document = (*where.links)(*document, *id);
    if (document == nullptr) return nullptr;
    tree = &document->tree;
  }
  return tree;
}

}  // namespace

Result<Slot> resolve(std::string_view name, const Names& names) {
  if (names.extra != nullptr) {
    const auto found = std::find(names.extra->begin(), names.extra->end(), name);
    if (found != names.extra->end()) {
      Slot slot;
      slot.what = What::extra;
      slot.extra = static_cast<std::size_t>(found - names.extra->begin());
      return slot;
    }
  }
  if (names.figures != nullptr && name.substr(0, 5) == "value") {
    const auto key = name == "value"                 ? std::string_view("value")
                     : name.substr(0, 6) == "value_" ? name.substr(6)
                                                     : "";
    const auto found = names.figures->find(std::string(key));
    if (found != names.figures->end()) {
      Slot slot;
      slot.what = What::figure;
      slot.figure = found->second;
      return slot;
    }
  }
  if (name == "record__state" || name == "record__schema" || name == "record__finalized_at") {
    Slot slot;
    slot.what = name == "record__state"    ? What::state
                : name == "record__schema" ? What::schema
                                           : What::finalized_at;
    return slot;
  }
  for (std::size_t level = names.lists.size() + 1; level-- > 0;) {
    Slot slot;
    slot.level = level;
    const auto& fields = level == 0 ? names.type->fields : names.lists[level - 1]->children;
    if (resolve_in(fields, "", name, names, slot)) return slot;
  }
  return unknown(name, "");
}

Scalar to_scalar(const Value& value) {
  struct Visitor {
    Scalar operator()(changelog::Null) const { return {}; }
    Scalar operator()(bool v) const { return std::int64_t{v ? 1 : 0}; }
    Scalar operator()(std::int64_t v) const { return v; }
    Scalar operator()(const std::string& v) const { return v.empty() ? Scalar{} : Scalar{v}; }
    Scalar operator()(changelog::Date v) const { return date_text(v.days); }
    Scalar operator()(changelog::Instant v) const { return instant_text(v.ms); }
    Scalar operator()(const changelog::Choices& v) const {
      std::string out;
      for (const auto& code : v.codes) out += (out.empty() ? "" : " ") + code;
      return out.empty() ? Scalar{} : Scalar{out};
    }
    Scalar operator()(const changelog::Position& v) const {
      return std::to_string(v.latitude_e7) + " " + std::to_string(v.longitude_e7) + " " +
             std::to_string(v.accuracy_cm);
    }
    Scalar operator()(const changelog::BlobRef& v) const {
      if (changelog::is_closed(v)) return std::int64_t{1};  // filled, and no more
      return v.name;
    }
    Scalar operator()(const changelog::Sealed&) const { return std::int64_t{1}; }    // the same
    Scalar operator()(const changelog::Personal&) const { return std::int64_t{1}; }  // the same
    Scalar operator()(const changelog::Mark&) const { return {}; }
  };
  return std::visit(Visitor{}, value);
}

Scalar one_form(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (auto words = search_forms(*text).exact; !words.empty()) return words;
  }
  return to_scalar(value);
}

const Value* read_value(const Slot& slot, const Where& where) {
  if (slot.what != What::value) return nullptr;
  const Document* document = nullptr;
  const Tree* tree = root_of(slot, where, document);
  return tree == nullptr ? nullptr : tree->value(slot.path);
}

const std::vector<Item>* read_list(const Slot& slot, const Where& where, const Document*& document) {
  const Tree* tree = root_of(slot, where, document);
  return tree == nullptr ? nullptr : tree->list(slot.path);
}

DistinctSet read_distinct(const Slot& slot, const Where& where) {
  const Document* document = nullptr;
  const auto* items = read_list(slot, where, document);
  if (document == nullptr) return nullptr;
  DistinctSet* kept =
      where.sets == nullptr || items == nullptr ? nullptr : &(*where.sets)[{items, slot.field}];
  if (kept != nullptr && *kept != nullptr) return *kept;
  auto out = std::make_shared<std::set<Scalar>>();
  const std::vector<Item> none;
  for (const auto& item : items == nullptr ? none : *items) {
    const Value* value = item.tree.value(slot.field);
    if (value != nullptr && !is_null(to_scalar(*value))) out->insert(one_form(*value));
  }
  if (kept != nullptr) *kept = out;
  return out;
}

Scalar read(const Slot& slot, const Where& where) {
  if (slot.what == What::figure) return slot.figure;
  if (slot.what == What::extra) {
    return where.extra != nullptr && slot.extra < where.extra->size() ? (*where.extra)[slot.extra] : Scalar{};
  }
  const Document* document = nullptr;
  const Tree* tree = root_of(slot, where, document);
  if (tree == nullptr) return {};
  switch (slot.what) {
    case What::value: {
      const Value* value = tree->value(slot.path);
      if (value == nullptr) return {};
      return slot.personal && slot.leaf != where.typed ? Scalar{std::int64_t{1}} : to_scalar(*value);
    }
    case What::state:
      return document->state;
    case What::schema:
      return std::int64_t{document->schema};
    case What::id:
      return gandan::to_text(document->id);
    case What::finalized_at:
      // What is amended was signed once: it is the record's own matter to be judged as not signed yet.
      if (slot.links.empty() && document->state != "finalized") return {};
      return document->finalized_ms > 0 ? Scalar{instant_text(document->finalized_ms)} : Scalar{};
    case What::count: {
      const auto* items = tree->list(slot.path);
      return static_cast<std::int64_t>(items == nullptr ? 0 : items->size());
    }
    case What::distinct:
      if (slot.personal || where.sets == nullptr) return aggregate(slot, tree->list(slot.path));
      return static_cast<std::int64_t>(read_distinct(slot, where)->size());
    case What::repeated:
      return repeated(slot, tree->list(slot.path));
    default:
      return aggregate(slot, tree->list(slot.path));
  }
}

Result<Scalar> BoundExpression::evaluate(const Where& where) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) values_[i] = read(slots_[i], where);
  return expression_.evaluate(values_);
}

bool BoundExpression::reads_personal() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.personal && slot.what != Slot::What::filled; });
}

Result<std::shared_ptr<BoundExpression>> bind_expression(Engine& engine, std::string_view text,
                                                         const Names& names) {
  GANDAN_TRY(auto expression, engine.compile(text));
  std::vector<Slot> slots;
  for (const auto& name : expression.names()) {
    GANDAN_TRY(auto slot, resolve(name, names));
    slots.push_back(std::move(slot));
  }
  return std::make_shared<BoundExpression>(std::move(expression), std::move(slots));
}

Result<TextTemplate> TextTemplate::parse(std::string_view text, const Names& names) {
  TextTemplate out;
  while (!text.empty()) {
    Part part;
    const auto open = text.find('{');
    part.literal = text.substr(0, open);
    text.remove_prefix(std::min(open, text.size()));
    if (!text.empty()) {
      const auto close = text.find('}');
      if (close == std::string_view::npos) return Error{Code::bad_expression, "{ without }"};
      auto name = text.substr(1, close - 1);
      const auto bar = name.find('|');
      if (bar != std::string_view::npos) {
        part.format = name.substr(bar + 1);
        name = name.substr(0, bar);
      }
      GANDAN_TRY(part.slot, resolve(name, names));
      part.has_slot = true;
      text.remove_prefix(close + 1);
    }
    out.parts_.push_back(std::move(part));
  }
  return out;
}

bool TextTemplate::reads_personal() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const Part& part) {
    return part.slot.personal && part.slot.what != Slot::What::filled;
  });
}

namespace {

// A day or an instant that no field holds, as a template's format writes it; other texts as they are.
std::string format_text(const Slot& slot, const std::string& text, std::string_view language,
                        std::string_view format) {
  if (slot.what != What::least && slot.what != What::most && slot.what != What::finalized_at) return text;
  if (const auto day = parse_date(text))
    return format_value(nullptr, changelog::Date{*day}, language, format);
  if (const auto ms = parse_instant(text))
    return format_value(nullptr, changelog::Instant{*ms}, language, format);
  return text;
}

// Letters of the words that forms put before a name begin with a to z; beyond them case is left as it is.
bool same_words(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

// Adds the value without the words that stand before it already: who is asked for a household's code may
// write "Hộ H017", and the title of the form begins with "hộ". Never all of it.
void add_once(std::string& out, std::string_view value) {
  constexpr int kMostWords = 3;  // "tổ dân phố"
  std::size_t end = 0;
  for (int i = 0; i < kMostWords; ++i) {
    end = value.find(' ', end);
    if (end == std::string_view::npos) break;
    const auto words = value.substr(0, ++end);  // with the space behind them
    if (out.size() < words.size()) break;
    const std::size_t at = out.size() - words.size();
    const bool begins = at == 0 || out[at - 1] == ' ' || out[at - 1] == '\n' || out[at - 1] == '(';
    if (begins && same_words(std::string_view(out).substr(at), words)) return void(out += value.substr(end));
  }
  out += value;
}

}  // namespace

std::string TextTemplate::fill(const Where& where, std::string_view language,
                               std::string_view missing) const {
  std::string out;
  for (const auto& part : parts_) {
    out += part.literal;
    if (!part.has_slot) continue;
    if (const Value* value = read_value(part.slot, where)) {
      add_once(out, format_value(part.slot.leaf, *value, language, part.format));
      continue;
    }
    const Scalar scalar = read(part.slot, where);
    if (const auto* n = std::get_if<std::int64_t>(&scalar)) {
      out += format_value(nullptr, *n, language, part.format);
    } else if (const auto* t = std::get_if<std::string>(&scalar)) {
      add_once(out, format_text(part.slot, *t, language, part.format));
    } else {
      out += missing;
    }
  }
  return out;
}

}  // namespace gandan::records
