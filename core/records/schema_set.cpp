#include "records/schema_set.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/codec.hpp"
#include "base/json.hpp"
#include "crypto/hash.hpp"

namespace gandan::records {
namespace {

constexpr std::uint8_t kVersion = 1;

bool good_path(std::string_view path) {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || path.size() > 120 || path.size() < slash + 7 ||
      path.substr(path.size() - 5) != ".json")
    return false;
  const auto folder = path.substr(0, slash);
  if (folder != "records" && folder != "rules" && folder != "reports" && folder != "calendars") return false;
  const auto name = path.substr(slash + 1, path.size() - slash - 6);
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

struct SetBytes {
  std::uint8_t version = kVersion;
  std::map<std::string, std::string> files;
  template <class A>
  void serialize(A& a) {
    a(version, files);
  }
};

bool in_folder(const SchemaFile& file, std::string_view folder) {
  return file.path.rfind(std::string(folder) + "/", 0) == 0;
}

// A file of rules or of their sentences, opened; others are as they are.
struct Layer {
  SchemaFile file;
  std::optional<json::object> root;
  bool changed = false;
};

std::optional<json::object> object_of(const SchemaFile& file) {
  auto root = json::parse(file.text);
  if (!root.ok() || !root->is_object()) return std::nullopt;
  return std::move(root->get_object());
}

std::vector<Layer> open_layers(std::vector<SchemaFile> files) {
  std::vector<Layer> out;
  for (auto& file : files) {
    Layer layer;
    if (in_folder(file, "rules")) layer.root = object_of(file);
    layer.file = std::move(file);
    out.push_back(std::move(layer));
  }
  return out;
}

std::vector<SchemaFile> close_layers(std::vector<Layer> layers) {
  std::vector<SchemaFile> out;
  for (auto& layer : layers) {
    if (layer.changed) layer.file.text = json::compact(*layer.root);
    out.push_back(std::move(layer.file));
  }
  return out;
}

// With the law of its file, so that it may stand in another.
json::object row_of(const json::object& root, const json::object& row) {
  json::object out = row;
  if (const auto* law = json::find(root, "law"); law != nullptr && json::find(row, "law") == nullptr)
    out["law"] = *law;
  return out;
}

bool same_rule(const json::object& a, const json::object& b) {
  return json::find_text(a, "id") == json::find_text(b, "id") &&
         json::find_integer(a, "version") == json::find_integer(b, "version");
}

bool says_the_same(json::object a, json::object b) {
  for (auto* row : {&a, &b})
    for (const auto name : kMayChange) row->erase(name);
  return json::value(std::move(a)) == json::value(std::move(b));
}

Layer* find_layer(std::vector<Layer>& layers, std::string_view path) {
  const auto found =
      std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.file.path == path; });
  return found == layers.end() ? nullptr : &*found;
}

// Calls use(layer, row) for the row of that rule; false when there is none.
template <class Use>
bool with_rule(std::vector<Layer>& layers, const json::object& wanted, Use use) {
  for (auto& layer : layers) {
    auto* rows = layer.root ? layer.root->if_contains("rules") : nullptr;
    if (rows == nullptr || !rows->is_array()) continue;
    for (auto& row : rows->get_array()) {
      if (!row.is_object() || !same_rule(row.get_object(), wanted)) continue;
      use(layer, row.get_object());
      return true;
    }
  }
  return false;
}

void lay_rules(std::vector<Layer>& layers, const SchemaFile& file, json::object root) {
  Layer* same = find_layer(layers, file.path);
  json::array fresh;
  for (auto& row : root["rules"].get_array()) {
    if (!row.is_object()) {
      fresh.push_back(std::move(row));  // the loader says what is wrong
      continue;
    }
    json::object whole = row_of(root, row.get_object());
    const bool there = with_rule(layers, whole, [&](Layer& layer, json::object& old) {
      layer.changed = layer.changed || row_of(*layer.root, old) != whole;
      old = whole;
    });
    if (!there) fresh.push_back(std::move(whole));
  }
  auto* rows = same != nullptr && same->root ? same->root->if_contains("rules") : nullptr;
  if (rows != nullptr && rows->is_array()) {
    for (auto& row : fresh) rows->get_array().push_back(std::move(row));
    same->changed = same->changed || !fresh.empty();
    return;
  }
  root["rules"] = std::move(fresh);
  layers.push_back({file, std::move(root), true});
}

void lay_sentences(std::vector<Layer>& layers, const SchemaFile& file, json::object root) {
  for (auto& layer : layers) {
    auto* there = layer.root ? layer.root->if_contains("sentences") : nullptr;
    if (there == nullptr || !there->is_object()) continue;
    for (const auto& member : root["sentences"].get_object())
      there->get_object()[member.key()] = member.value();
    if (auto* ending = root.if_contains("next_working_day"))
      (*layer.root)["next_working_day"] = std::move(*ending);
    layer.changed = true;
    return;
  }
  layers.push_back({file, std::move(root), false});
}

// Indicators by id, and the parts of fields by kind: thresholds may change, for nothing that was judged rests
// on them.
void lay_indicators(std::vector<Layer>& layers, const SchemaFile& file, json::object root) {
  for (auto& layer : layers) {
    auto* there = layer.root ? layer.root->if_contains("indicators") : nullptr;
    if (there == nullptr || !there->is_array()) continue;
    const auto* rows = json::find_array(root, "indicators");
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      const auto& row = (*rows)[i];
      const auto same =
          std::find_if(there->get_array().begin(), there->get_array().end(), [&](const auto& old) {
            return old.is_object() && row.is_object() &&
                   json::find_text(old.get_object(), "id") == json::find_text(row.get_object(), "id");
          });
      if (same != there->get_array().end())
        *same = row;
      else
        there->get_array().push_back(row);
    }
    if (const auto* kinds = json::find_object(root, "kinds"))
      for (const auto& member : *kinds) {
        auto& known = (*layer.root)["kinds"];
        if (!known.is_object()) known = json::object();
        known.get_object()[member.key()] = member.value();
      }
    layer.changed = true;
    return;
  }
  layers.push_back({file, std::move(root), false});
}

// Versions of a form or calendar that the set brings without the one before.
std::vector<FieldError> skipped_versions(const std::vector<SchemaFile>& base,
                                         const std::vector<SchemaFile>& set) {
  struct Versions {
    std::set<std::int64_t> all;
    std::map<std::int64_t, std::string> added;  // by whose file
  };
  std::map<std::string, Versions> things;
  const auto note = [&](const SchemaFile& file, bool added) {
    const char* name = in_folder(file, "records")     ? "kind"
                       : in_folder(file, "calendars") ? "calendar"
                                                      : nullptr;
    const auto root = name == nullptr ? std::nullopt : object_of(file);
    const auto version = root ? json::find_integer(*root, "version") : std::nullopt;
    if (!version) return;  // the loader says so
    auto& thing = things[std::string(name) + " " + json::find_text(*root, name).value_or("")];
    if (thing.all.insert(*version).second && added) thing.added[*version] = file.path;
  };
  for (const auto& file : base) note(file, false);
  for (const auto& file : set) note(file, true);
  std::vector<FieldError> out;
  for (const auto& [name, thing] : things)
    for (const auto& [version, path] : thing.added) {
      if (version == 1 || thing.all.count(version - 1) != 0) continue;
      std::int64_t next = 1;
      while (thing.all.count(next) != 0) ++next;
      out.push_back({path + ": version", "schema", "Bản kế tiếp là " + std::to_string(next) + ".",
                     "The next version is " + std::to_string(next) + "."});
    }
  return out;
}

// The last day until which a rule's next versions go on from `until`, without a gap.
std::int32_t goes_on_until(const std::vector<Rule>& rules, const Rule& rule, std::int32_t until,
                           std::int32_t today) {
  for (const auto& next : rules) {
    const bool of_it = next.id == rule.id && next.version > rule.version && next.kind == rule.kind &&
                       next.list == rule.list && next.province == rule.province;
    const std::int32_t end = next.valid_to.value_or(today);
    if (of_it && end > until && !(next.valid_from && *next.valid_from > until + 1))
      return goes_on_until(rules, rule, end, today);
  }
  return until;
}

}  // namespace

Result<Bytes> encode_schema_set(const std::vector<SchemaFile>& files) {
  SetBytes set;
  for (const auto& file : files) {
    if (!good_path(file.path)) return Error{Code::bad_request, "not a path of a schema: " + file.path};
    if (!set.files.emplace(file.path, file.text).second)
      return Error{Code::bad_request, "twice: " + file.path};
  }
  if (set.files.empty()) return Error{Code::bad_request, "no files"};
  Bytes out = encode(set);
  if (out.size() > kMaxSchemaSetBytes) return Error{Code::too_large, "schema set"};
  return out;
}

Result<std::vector<SchemaFile>> decode_schema_set(ByteView bytes) {
  if (bytes.size() > kMaxSchemaSetBytes) return Error{Code::too_large, "schema set"};
  GANDAN_TRY(const auto set, decode<SetBytes>(bytes));
  if (set.version != kVersion) return Code::newer_format;
  std::vector<SchemaFile> out;
  for (const auto& [path, text] : set.files) {
    if (!good_path(path)) return Error{Code::malformed, "a path of a schema set"};
    out.push_back({path, text});
  }
  return out;
}

Hash schema_set_hash(const RealmId& realm, ByteView set) {
  return crypto::tagged_hash("gandan/schema/v1", realm, {set});
}

std::vector<SchemaFile> lay_over(std::vector<SchemaFile> base, const std::vector<SchemaFile>& set) {
  auto layers = open_layers(std::move(base));
  for (const auto& file : set) {
    auto root = in_folder(file, "rules") ? object_of(file) : std::nullopt;
    if (root && json::find_array(*root, "rules") != nullptr) {
      lay_rules(layers, file, std::move(*root));
    } else if (root && json::find_object(*root, "sentences") != nullptr) {
      lay_sentences(layers, file, std::move(*root));
    } else if (root &&
               (json::find(*root, "indicators") != nullptr || json::find(*root, "kinds") != nullptr)) {
      lay_indicators(layers, file, std::move(*root));
    } else if (Layer* there = find_layer(layers, file.path)) {
      *there = {file, std::move(root), false};
    } else {
      layers.push_back({file, std::move(root), false});
    }
  }
  return close_layers(std::move(layers));
}

std::vector<FieldError> changed_rows(const std::vector<SchemaFile>& base,
                                     const std::vector<SchemaFile>& set) {
  std::vector<FieldError> out = skipped_versions(base, set);
  auto layers = open_layers(base);
  for (const auto& file : set) {
    const auto root = object_of(file);
    if (!root) continue;  // the loader says so
    if (in_folder(file, "records") || in_folder(file, "calendars")) {
      const Layer* before = find_layer(layers, file.path);
      if (before == nullptr || object_of(before->file) == root) continue;
      out.push_back(
          {file.path, "schema",
           "Mẫu, lịch đã có thì không sửa: hãy thêm tệp mới với version kế tiếp, để hồ sơ cũ giữ bản cũ.",
           "A form or calendar that exists is not changed: add a file with its next version, so that old "
           "records keep theirs."});
    } else if (const auto* sentences = json::find_object(*root, "sentences");
               in_folder(file, "rules") && sentences != nullptr) {
      for (const auto& layer : layers) {
        const auto* there = layer.root ? json::find_object(*layer.root, "sentences") : nullptr;
        if (there == nullptr || !in_folder(layer.file, "rules")) continue;
        const auto* was = json::find_object(*layer.root, "next_working_day");
        const auto* now = json::find_object(*root, "next_working_day");
        if (was != nullptr && now != nullptr && !says_the_same(*was, *now))
          out.push_back({file.path + ": next_working_day", "schema",
                         "Điều luật về ngày cuối của thời hạn đã có thì không sửa, trừ verified_by.",
                         "The article by which a last day moves is not changed, except for verified_by."});
        for (const auto& member : *there)
          if (const auto* said = json::find(*sentences, member.key());
              said != nullptr && *said != member.value())
            out.push_back(
                {file.path + ": sentences." + std::string(member.key()), "schema",
                 "Câu chung đã có thì không sửa: hồ sơ đã xét sẽ nói khác đi.",
                 "A common sentence that exists is not changed: judgements that were made would say "
                 "something else."});
      }
    } else if (in_folder(file, "rules") && json::find_array(*root, "rules") != nullptr) {
      for (const auto& row : *json::find_array(*root, "rules")) {
        if (!row.is_object()) continue;
        const json::object whole = row_of(*root, row.get_object());
        with_rule(layers, whole, [&](const Layer& layer, const json::object& old) {
          if (says_the_same(row_of(*layer.root, old), whole)) return;
          out.push_back(
              {file.path + ": " + json::find_text(whole, "id").value_or("") + ": version", "schema",
               "Quy tắc đã có thì không sửa: hãy thêm dòng mới với version kế tiếp; dòng cũ chỉ đổi "
               "valid_to và verified_by, để hồ sơ đã xét giữ kết quả cũ.",
               "A rule that exists is not changed: add a row with its next version; of the old one "
               "only valid_to and verified_by change, so that judgements that were made stay."});
        });
      }
    }
  }
  return out;
}

std::vector<FieldError> silenced_rules(const std::vector<Rule>& before, const std::vector<Rule>& after,
                                       std::int32_t today) {
  std::vector<FieldError> out;
  for (const auto& rule : after) {
    if (!rule.valid_to || *rule.valid_to >= today) continue;
    const auto known = std::find_if(before.begin(), before.end(), [&](const Rule& other) {
      return other.id == rule.id && other.version == rule.version;
    });
    if (known == before.end() || known->valid_to == rule.valid_to ||
        goes_on_until(after, rule, *rule.valid_to, today) >= today)
      continue;
    out.push_back(
        {rule.file + ": " + rule.id + ": valid_to", "past",
         "Ngày này đã qua: việc từ ngày đó sẽ không còn được xét. Hãy chọn ngày chưa tới, hoặc thêm "
         "bản kế tiếp của quy tắc từ ngày hôm sau.",
         "This day has passed: what happened since would no longer be judged. Choose a day to come, or "
         "add the rule's next version from the day after."});
  }
  return out;
}

}  // namespace gandan::records
