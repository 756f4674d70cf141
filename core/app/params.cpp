#include "app/params.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxText = 32 * 1024;
constexpr std::size_t kMaxSentence = 4000;

}  // namespace

const json::value* Params::take(std::string_view name) {
  asked_.emplace(name);
  const json::value* found = json::find(values_, name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

void Params::fault(std::string_view name, std::string_view code, std::string_view vi, std::string_view en) {
  faults_.push_back({std::string(name), std::string(code), std::string(vi), std::string(en)});
}
void Params::wrong_type(std::string_view name, std::string_view vi, std::string_view en) {
  fault(name, "type", "Phải là " + std::string(vi) + ".", "Must be " + std::string(en) + ".");
}
void Params::missing(std::string_view name) { fault(name, "required", "Còn thiếu.", "Is missing."); }

std::string Params::required(std::string_view name, const std::optional<std::string>& found) {
  if (found && !found->empty()) return *found;
  if (take(name) == nullptr || (found && found->empty())) missing(name);
  return {};
}

std::string Params::text(std::string_view name) { return required(name, optional_text(name)); }

std::vector<std::string> Params::texts(std::string_view name, std::size_t most) {
  const json::value* found = take(name);
  if (found == nullptr || !found->is_array()) return {text(name)};
  std::vector<std::string> out;
  for (const auto& one : found->get_array()) {
    auto normal =
        one.is_string() ? nfc(std::string_view(one.get_string())) : Result<std::string>(Code::bad_request);
    if (!normal.ok() || normal->empty() || normal->size() > kMaxText) {
      wrong_type(name, "mảng các chữ", "an array of texts");
      return {};
    }
    out.push_back(std::move(*normal));
  }
  if (out.empty()) missing(name);
  if (out.size() > most) fault(name, "too_many", "Quá nhiều mục.", "There are too many.");
  return out;
}

std::string Params::path(std::string_view name) { return required(name, optional_path(name)); }

std::optional<std::string> Params::optional_text(std::string_view name) {
  const auto found = optional_path(name);
  if (!found) return std::nullopt;
  auto normal = nfc(*found);
  if (normal.ok()) return std::move(*normal);
  wrong_type(name, "chữ UTF-8", "UTF-8 text");
  return std::nullopt;
}

std::optional<std::string> Params::optional_path(std::string_view name) {
  const json::value* found = take(name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) {
    wrong_type(name, "chữ", "text");
    return std::nullopt;
  }
  const auto& text = found->get_string();
  if (text.size() > kMaxText) {
    fault(name, "too_long", "Dài quá giới hạn.", "Is too long.");
    return std::nullopt;
  }
  return std::string(text.data(), text.size());
}

std::string Params::text_or(std::string_view name, std::string_view otherwise) {
  return optional_text(name).value_or(std::string(otherwise));
}

std::string Params::sentence(std::string_view name) {
  if (take(name) == nullptr) missing(name);
  return optional_sentence(name);
}

std::string Params::optional_sentence(std::string_view name) {
  const auto given = optional_text(name);
  if (!given) return {};
  const auto normal = printable(*given);
  if (!normal || normal->size() > kMaxSentence) {
    fault(name, "too_long", "Dài quá 4000 byte, hoặc có ký tự không in được.",
          "Is longer than 4000 bytes, or has characters that cannot be printed.");
    return {};
  }
  if (normal->find_first_not_of(" \t\r\n") != std::string::npos) return *normal;
  missing(name);
  return {};
}

bool Params::flag(std::string_view name) { return flag_or(name, false); }

bool Params::flag_or(std::string_view name, bool otherwise) {
  const json::value* found = take(name);
  if (found == nullptr) return otherwise;
  if (found->is_bool()) return found->get_bool();
  wrong_type(name, "true hoặc false", "true or false");
  return otherwise;
}

std::int64_t Params::integer_or(std::string_view name, std::int64_t otherwise, std::int64_t low,
                                std::int64_t high) {
  if (take(name) == nullptr) return otherwise;
  const auto found = json::find_integer(values_, name);
  if (!found) {
    wrong_type(name, "số nguyên", "an integer");
    return otherwise;
  }
  if (*found >= low && *found <= high) return *found;
  const std::string range = std::to_string(low) + " – " + std::to_string(high);
  fault(name, "range", "Phải trong khoảng " + range + ".", "Must be within " + range + ".");
  return otherwise;
}

const json::object& Params::object(std::string_view name) {
  const json::object* found = optional_object(name);
  if (found != nullptr) return *found;
  if (take(name) == nullptr) missing(name);
  return empty_;
}

const json::object* Params::optional_object(std::string_view name) {
  const json::value* found = take(name);
  if (found == nullptr) return nullptr;
  if (found->is_object()) return &found->get_object();
  wrong_type(name, "một đối tượng JSON", "a JSON object");
  return nullptr;
}

const json::value* Params::any(std::string_view name) {
  asked_.emplace(name);
  return json::find(values_, name);
}

std::string Params::date(std::string_view name) {
  const std::string found = optional_date(name);
  if (found.empty() && take(name) == nullptr) missing(name);
  return found;
}

std::string Params::optional_date(std::string_view name) {
  const auto found = optional_text(name);
  if (!found) return {};
  if (parse_date(*found)) return *found;
  const std::string given = "“" + std::string(cut_text(*found, 40)) + "”";
  fault(name, "type", given + " không phải là một ngày; cần ngày có thật, như 2026-02-05.",
        given + " is no day; give one that exists, like 2026-02-05.");
  return {};
}

Hash Params::hash(std::string_view name) {
  const auto found = optional_hash(name);
  if (!found && take(name) == nullptr) missing(name);
  return found.value_or(Hash{});
}

std::optional<Hash> Params::optional_hash(std::string_view name) {
  const auto found = optional_text(name);
  if (!found) return std::nullopt;
  const auto bytes = from_hex(*found);
  if (bytes && bytes->size() == Hash::size) return Hash::from(*bytes);
  wrong_type(name, "64 chữ số thập lục phân", "64 hexadecimal digits");
  return std::nullopt;
}

Status Params::done() {
  for (const auto& member : values_) {
    const std::string_view name(member.key().data(), member.key().size());
    if (asked_.count(name) == 0)
      fault(name, "unknown", "Không có tham số này.", "There is no such parameter.");
  }
  if (faults_.empty()) return {};
  return Error{Code::bad_request, "parameters", std::move(faults_)};
}

}  // namespace gandan::app
