#include "dataset/labels.hpp"

namespace gandan::dataset {
namespace {

template <class Ids>
json::array id_list(const Ids& ids) {
  json::array out;
  for (const auto& id : ids) out.push_back(json::value(to_text(id)));
  return out;
}

template <class Id>
Status read_ids(const json::object& from, const char* name, std::set<Id>& out) {
  const auto* list = json::find(from, name);
  if (list == nullptr || !list->is_array()) return Error{Code::malformed, name};
  for (const auto& one : list->get_array()) {
    const auto* text = one.if_string();
    if (text == nullptr) return Error{Code::malformed, name};
    GANDAN_TRY(const auto id, id_from_text<Id>(std::string_view(text->data(), text->size())));
    out.insert(id);
  }
  return {};
}

}  // namespace

json::object to_json(const Labels& labels) {
  json::array planted, odd;
  for (const auto& label : labels.all) {
    json::object one{{"story", label.story}, {"why", label.why}};
    if (label.planted()) {
      json::array indicators;
      for (const auto& id : label.indicators) indicators.push_back(json::value(id));
      one["indicators"] = std::move(indicators);
    }
    one["records"] = id_list(label.records);
    one["feeds"] = id_list(label.feeds);
    (label.planted() ? planted : odd).push_back(std::move(one));
  }
  return {{"seed", std::to_string(labels.seed)},
          {"records", labels.records},
          {"from", labels.from},
          {"until", labels.until},
          {"asked", labels.asked},
          {"planted", std::move(planted)},
          {"odd", std::move(odd)}};
}

Result<Labels> labels_from(const json::object& text) {
  Labels out;
  out.seed = std::stoull(json::find_text(text, "seed").value_or("0"));
  out.records = static_cast<std::uint64_t>(json::find_integer(text, "records").value_or(0));
  out.from = json::find_text(text, "from").value_or("");
  out.until = json::find_text(text, "until").value_or("");
  out.asked = json::find_text(text, "asked").value_or("");
  for (const char* group : {"planted", "odd"}) {
    const auto* list = json::find(text, group);
    if (list == nullptr || !list->is_array()) return Error{Code::malformed, group};
    for (const auto& one : list->get_array()) {
      if (!one.is_object()) return Error{Code::malformed, group};
      const auto& about = one.get_object();
      Label label;
      label.story = json::find_text(about, "story").value_or("");
      label.why = json::find_text(about, "why").value_or("");
      if (const auto* indicators = json::find(about, "indicators"))
        for (const auto& id : indicators->as_array())
          label.indicators.emplace_back(id.as_string().data(), id.as_string().size());
      GANDAN_CHECK(read_ids(about, "records", label.records));
      GANDAN_CHECK(read_ids(about, "feeds", label.feeds));
      out.all.push_back(std::move(label));
    }
  }
  return out;
}

}  // namespace gandan::dataset
