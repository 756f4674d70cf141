#include "app/conflict_words.hpp"

#include <algorithm>
#include <set>

#include "app/story.hpp"
#include "base/calendar.hpp"
#include "records/format.hpp"

namespace gandan::app {
namespace {

using changelog::Mark;
using changelog::OpEntry;

std::int64_t written_ms(const OpEntry& op) { return changelog::hlc_ms(op.stamp.hlc); }

// “Diện tích”: “200”, “250”; of the fields in which signed versions differ.
Words differences(Documents& documents, const Loaded& loaded, const changelog::FieldView& finals) {
  std::vector<changelog::Fields> signed_by;
  std::set<std::string_view> paths;
  for (const auto* head : finals.heads) {
    const auto* mark = std::get_if<Mark>(&head->value);
    if (mark == nullptr) continue;
    signed_by.push_back(changelog::fields_seen(loaded.state, mark->seen));
    for (const auto& [path, field] : signed_by.back()) paths.insert(path);
  }
  const auto reveal = documents.reveal(loaded);
  Phrases out;
  for (const auto path : paths) {
    const changelog::Value none = changelog::Null{};
    std::vector<const changelog::Value*> values;
    for (const auto& fields : signed_by) {
      const auto found = fields.find(path);
      values.push_back(found == fields.end() ? &none : &found->second.shown());
    }
    if (std::all_of(values.begin(), values.end(),
                    [&](const auto* value) { return *value == *values.front(); }))
      continue;
    const records::Field* about = loaded.type == nullptr ? nullptr : loaded.type->find(path);
    Words one = in_quotes(label_words(loaded.type, path)) + same(": ");
    for (std::size_t i = 0; i < values.size(); ++i)
      one =
          one + same(i == 0 ? "" : ", ") + in_quotes(value_words(documents, about, reveal(path, *values[i])));
    out.add(std::move(one));
  }
  if (out.empty()) return {"; nội dung giống nhau", "; they say the same"};
  return Words{"; khác nhau ở ", "; they differ in "} + out.joined();
}

Words what_head_did(std::string_view path, const changelog::FieldView& field, const OpEntry& head) {
  if (path == changelog::kFinalMark) return {" chốt", " finalised it"};
  const bool row = path != changelog::kDeletedMark;
  if (&head == field.heads.front())
    return row ? Words{" ghi tiếp vào dòng", " wrote on in the row"}
               : Words{" ghi tiếp vào hồ sơ", " wrote on in the record"};
  return row ? Words{" bỏ dòng", " removed the row"} : Words{" rút hồ sơ", " withdrew the record"};
}

}  // namespace

Words head_words(Documents& documents, const Loaded& loaded, std::string_view path,
                 const changelog::FieldView& field, const OpEntry& head) {
  if (path == changelog::kFinalMark) {
    for (const auto& version : versions_of(loaded))
      if (version.op == &head) {
        const std::string n = std::to_string(version.number);
        return {"Bản " + n, "Version " + n};
      }
    return {"(không chốt)", "(not finalised)"};
  }
  if (changelog::is_delete(path)) {
    if (&head == field.heads.front()) return {"Giữ lại", "Keep it"};
    const auto* mark = std::get_if<Mark>(&head.value);
    if (mark == nullptr || mark->reason.empty()) return {"Bỏ", "Remove it"};
    return Words{"Rút, lý do ", "Withdraw it, because "} + same(quotation(mark->reason));
  }
  const records::Field* about = loaded.type == nullptr ? nullptr : loaded.type->find(path);
  return value_words(documents, about, documents.reveal(loaded)(path, head.value));
}

Words conflict_words(Documents& documents, const Loaded& loaded, std::string_view path,
                     const changelog::FieldView& field) {
  const bool of_fields = path != changelog::kFinalMark && !changelog::is_delete(path);
  auto heads = field.heads;
  std::sort(heads.begin(), heads.end(),
            [](const OpEntry* a, const OpEntry* b) { return a->stamp < b->stamp; });
  const auto day = [](const OpEntry* op) { return local_days(written_ms(*op)); };
  const bool one_day = std::all_of(heads.begin(), heads.end(),
                                   [&](const OpEntry* op) { return day(op) == day(heads.front()); });
  Words out = of_fields ? label_words(loaded.type, path) + same(": ") : Words{};
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const std::string at = one_day ? records::instant_for_people(written_ms(*heads[i])).substr(11)
                                   : records::instant_for_people(written_ms(*heads[i]));
    out = out + same(i == 0 ? "" : ", ") + device_words(documents.names().author(*heads[i])) +
          (of_fields
               ? Words{" ghi ", " wrote "} + in_quotes(head_words(documents, loaded, path, field, *heads[i]))
               : what_head_did(path, field, *heads[i])) +
          Words{" lúc ", " at "} + same(at);
    if (heads[i]->suspect)
      out = out + Words{" (đồng hồ máy này chạy sai)", " (this device's clock was wrong)"};
  }
  if (one_day) out = out + Words{" ngày ", " on "} + same(records::date_for_people(day(heads.front())));
  out = out + (heads.size() == 2 ? Words{", hai bên chưa thấy của nhau", ", neither had seen the other"}
                                 : Words{", các bên chưa thấy của nhau", ", none had seen the others"});
  if (path == changelog::kFinalMark) out = out + differences(documents, loaded, field);
  return out + same(".");
}

}  // namespace gandan::app
