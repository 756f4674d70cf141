#include "app/old_text.hpp"

#include <algorithm>

#include "base/legacy_text.hpp"
#include "base/text.hpp"
#include "records/workflow.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMostShown = 30;      // texts that a question shows
constexpr std::size_t kMostLetters = 80;    // of each
constexpr std::size_t kMarkBytes = 30'000;  // of one mark: changelog::kMaxValueBytes, with room

// A text where it lies, to be read and replaced.
struct Place {
  std::string path;
  std::string_view text;
  std::function<void(std::string)> put;
};

void places_in(const std::string& path, json::value& value, std::vector<Place>& out) {
  if (auto* text = value.if_string()) {
    out.push_back(
        {path, {text->data(), text->size()}, [&value](std::string now) { value = std::move(now); }});
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) places_in(path + "." + std::string(member.key()), member.value(), out);
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      places_in(path + "[#" + std::to_string(i + 1) + "]", (*array)[i], out);
  }
}

std::string shortened(std::string_view text) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && letters++ == kMostLetters)
      return std::string(text.substr(0, i)) + "…";
  return std::string(text);
}

Error question(const std::vector<ConvertedText>& found) {
  Error error{Code::old_text, std::to_string(found.size()) + " texts", {}};
  for (const auto& one : found) {
    if (error.fields.size() == kMostShown) break;
    const std::string change = "“" + shortened(one.was) + "” → “" + shortened(one.now) + "”, ";
    error.fields.push_back({one.place, to_text(one.encoding), change + "chữ " + name_of(one.encoding),
                            change + "text in " + name_of(one.encoding)});
  }
  if (const auto more = std::to_string(found.size() - error.fields.size()); more != "0")
    error.fields.push_back({"…", "more", "và " + more + " chỗ nữa", "and " + more + " more"});
  return error;
}

// Everything in a request is judged together: what could be both follows the rest.
Result<std::vector<ConvertedText>> settle(std::vector<Place>& places, OldText choice) {
  std::vector<ConvertedText> out;
  if (choice == OldText::keep) return out;
  std::vector<std::string_view> texts;
  for (const auto& place : places) texts.push_back(place.text);
  auto converted = convert_legacy(texts);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (converted[i])
      out.push_back({places[i].path, std::string(texts[i]), converted[i]->text, converted[i]->encoding});
  if (choice == OldText::ask && !out.empty()) return question(out);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (converted[i]) places[i].put(std::move(converted[i]->text));
  return out;
}

}  // namespace

OldText read_old_text(Params& p) {
  const auto choice = p.optional_text("old_text");
  if (!choice) return OldText::ask;
  if (*choice == "convert") return OldText::convert;
  if (*choice != "keep")
    p.fault("old_text", "choice", "Phải là convert (đổi) hoặc keep (giữ nguyên).",
            "Must be convert or keep.");
  return OldText::keep;
}

Result<std::vector<ConvertedText>> settle_old_text(json::object& patch, OldText choice) {
  std::vector<Place> places;
  for (auto& member : patch) places_in(member.key(), member.value(), places);
  return settle(places, choice);
}

Result<std::vector<ConvertedText>> settle_old_text(office::Workbook& workbook, OldText choice) {
  std::vector<Place> places;
  for (auto& sheet : workbook.sheets)
    for (auto& row : sheet.rows)
      for (auto& cell : row.cells)
        if (cell.kind == office::Cell::Kind::text)
          places.push_back(
              {sheet.name + " " + office::column_letters(cell.column) + std::to_string(row.number), cell.text,
               [&cell](std::string now) { cell.text = std::move(now); }});
  return settle(places, choice);
}

// A list of {path, was}, as one JSON text over as many marks as it takes.
Marks keep_originals(const std::vector<ConvertedText>& converted) {
  Marks out;
  if (converted.empty()) return out;
  json::array rows;
  for (const auto& one : converted)
    rows.push_back(json::object{{"path", one.place}, {"was", one.was}, {"encoding", to_text(one.encoding)}});
  std::string text = json::compact(rows);
  while (!text.empty()) {
    std::size_t end = std::min(kMarkBytes, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    const std::string number = out.empty() ? "" : "_" + std::to_string(out.size() + 1);
    out.emplace_back(std::string(records::kConvertedMark) + number, text.substr(0, end));
    text.erase(0, end);
  }
  return out;
}

std::vector<ConvertedText> without_personal(const records::RecordType& type,
                                            std::vector<ConvertedText> converted) {
  const auto personal = [&type](const ConvertedText& one) {
    const auto* field = type.find(one.place);
    return field != nullptr && field->personal;
  };
  converted.erase(std::remove_if(converted.begin(), converted.end(), personal), converted.end());
  return converted;
}

bool has_personal(const std::vector<records::Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const records::Field& field) {
    return field.personal || has_personal(field.children);
  });
}

}  // namespace gandan::app
