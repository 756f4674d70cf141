// Methods schema.publish, schema.list, and the catalog that a session goes by.
#include "app/schema_sets.hpp"

#include <algorithm>
#include <functional>

#include "app/dispatch.hpp"
#include "app/schema_folder.hpp"
#include "base/calendar.hpp"
#include "base/codec.hpp"
#include "crypto/hash.hpp"
#include "records/schema_set.hpp"
#include "report/figures.hpp"
#include "report/print.hpp"
#include "vault/schemas.hpp"

namespace gandan::app {
namespace {

using records::SchemaFile;

constexpr std::size_t kHashPrefix = 12;  // hexadecimal digits by which a set is named

// What was found of the sets under one program, so that the next opening need not try each again.
struct Checked {
  Hash inputs;
  std::vector<std::uint32_t> good;
  std::vector<std::uint32_t> told;  // whose faults stand among the findings
  Hash files;                       // for which titles, search and links were made
  template <class A>
  void serialize(A& a) {
    a(inputs, good, told, files);
  }
};

Hash hash_of(const std::vector<SchemaFile>& files) {
  crypto::Sha256 hash;
  for (const auto& file : files) {
    for (const auto* part : {&file.path, &file.text}) {
      hash.add(as_bytes(std::to_string(part->size()) + ":"));
      hash.add(as_bytes(*part));
    }
  }
  return hash.finish();
}

// A set as it is here.
struct FoundSet {
  roster::SchemaInfo info;
  SetState state = SetState::waiting;
  std::vector<SchemaFile> files;
  std::optional<Error> fault;
};

// A set's files; an error says why there are none, nothing that they have not arrived.
Result<std::optional<std::vector<SchemaFile>>> files_of(vault::Vault& vault, const roster::SchemaInfo& info) {
  GANDAN_TRY(const auto bytes, vault::schema_bytes(vault, info.body));
  if (!bytes) return std::optional<std::vector<SchemaFile>>();
  GANDAN_TRY(auto files, records::decode_schema_set(*bytes));
  return std::optional<std::vector<SchemaFile>>(std::move(files));
}

// Sets that another one overtook and that nobody has published again.
Result<std::vector<roster::SchemaInfo>> overtaken_sets(vault::Vault& vault) {
  std::vector<roster::SchemaInfo> out;
  if (!vault.in_realm()) return out;
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& info : roster->overtaken_schemas()) {
    const auto same = [&](const auto& other) { return other.body.hash == info.body.hash; };
    const auto& used = roster->schemas();
    if (std::none_of(used.begin(), used.end(), same) && std::none_of(out.begin(), out.end(), same))
      out.push_back(info);
  }
  return out;
}

// What is here of the sets, in order. One that is not here keeps no other from being used.
Result<std::vector<FoundSet>> find_sets(vault::Vault& vault) {
  std::vector<FoundSet> out;
  if (!vault.in_realm()) return out;
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& info : roster->schemas()) {
    FoundSet set;
    set.info = info;
    auto bytes = vault::schema_bytes(vault, info.body);
    if (!bytes.ok()) {
      if (bytes.error().code != Code::schema_changed) return bytes.error();
      set.state = SetState::changed;
      set.fault = bytes.error();
    } else if (*bytes) {
      auto files = records::decode_schema_set(**bytes);
      set.state = files.ok() ? SetState::in_use : SetState::faulty;
      if (files.ok())
        set.files = std::move(*files);
      else
        set.fault = files.error();
    }
    out.push_back(std::move(set));
  }
  return out;
}

Hash inputs_of(const std::vector<FoundSet>& sets) {
  crypto::Sha256 hash;
  hash.add(hash_of(records::builtin_schema()).view());
  for (const auto& set : sets) {
    if (set.state == SetState::waiting) continue;
    hash.add(as_bytes(std::to_string(set.info.body.number) + ":"));
    hash.add(set.info.body.hash.view());
  }
  return hash.finish();
}

// What a set would come to on top of `base`; an error says why not.
Result<std::unique_ptr<records::Catalog>> try_set(Clock& clock, const std::vector<SchemaFile>& base,
                                                  const std::vector<SchemaFile>& set) {
  auto changed = records::changed_rows(base, set);
  if (!changed.empty()) return Error{Code::bad_schema, changed.front().path, std::move(changed)};
  GANDAN_TRY(auto catalog, records::Catalog::load(records::lay_over(base, set), clock));
  GANDAN_CHECK(report::check_templates(*catalog));
  for (const auto& file : catalog->reports()) {
    const auto root = json::parse(file.text);
    if (!root.ok() || !root->is_object() || json::find(root->get_object(), "figures") == nullptr) continue;
    const auto opened =
        report::PeriodReport::open(*catalog, json::find_text(root->get_object(), "id").value_or(""));
    if (!opened.ok()) return opened.error();
  }
  return catalog;
}

// Puts those out of use that `fault` finds something against. It may be that they build on one that is not
// here yet: then they wait for it.
void put_out_of_use(std::vector<FoundSet>& sets,
                    const std::function<std::optional<Error>(FoundSet&)>& fault) {
  bool waits = false;
  for (auto& set : sets) {
    waits = waits || set.state == SetState::waiting;
    if (set.state != SetState::in_use) continue;
    auto found = fault(set);
    if (!found) continue;
    set.state = waits ? SetState::waiting : SetState::faulty;
    if (!waits) set.fault = std::move(found);
  }
}

// Tries each set on top of the good ones before it.
void judge(Clock& clock, std::vector<FoundSet>& sets) {
  std::vector<SchemaFile> base = records::builtin_schema();
  put_out_of_use(sets, [&](FoundSet& set) -> std::optional<Error> {
    auto tried = try_set(clock, base, set.files);
    if (!tried.ok()) return tried.error();
    base = records::lay_over(std::move(base), set.files);
    return std::nullopt;
  });
}

std::vector<SchemaFile> files_in_use(const std::vector<FoundSet>& sets) {
  std::vector<SchemaFile> out = records::builtin_schema();
  for (const auto& set : sets)
    if (set.state == SetState::in_use) out = records::lay_over(std::move(out), set.files);
  return out;
}

bool listed(const std::vector<std::uint32_t>& numbers, const FoundSet& set) {
  return std::find(numbers.begin(), numbers.end(), set.info.body.number) != numbers.end();
}

Result<Checked> remembered(vault::Vault& vault) {
  GANDAN_TRY(const auto stored, vault.meta("schemas"));
  if (!stored) return Checked{};
  const auto checked = decode<Checked>(*stored);
  return checked.ok() ? *checked : Checked{};
}

// Whether it was found before, under these inputs; then only what was good is in use.
bool judge_or_recall(Clock& clock, const Checked& checked, const Hash& inputs, std::vector<FoundSet>& sets) {
  if (checked.inputs != inputs) {
    judge(clock, sets);
    return false;
  }
  put_out_of_use(sets, [&](const FoundSet& set) -> std::optional<Error> {
    return listed(checked.good, set) ? std::nullopt : std::optional<Error>(Error{Code::bad_schema});
  });
  return true;
}

Words set_words(const FoundSet& set) {
  const std::string n = std::to_string(set.info.body.number);
  switch (set.state) {
    case SetState::in_use:
      return {"Bộ mẫu biểu số " + n + " đang dùng.", "Schema set " + n + " is in use."};
    case SetState::waiting:
      return {"Bộ mẫu biểu số " + n + " chưa về tới máy này; dùng tiếp bộ trước.",
              "Schema set " + n + " has not arrived; the one before stays in use."};
    case SetState::changed:
      return {"Bộ mẫu biểu số " + n + " không khớp dấu đã ký; không dùng, dùng tiếp bộ trước.",
              "Schema set " + n + " is not what was signed; it is left out, the one before stays in use."};
    case SetState::overtaken: {
      const std::string hash = to_hex(set.info.body.hash.view()).substr(0, kHashPrefix);
      return {"Bộ mẫu biểu " + hash + ": lúc ban hành số " + n +
                  " thì người khác đã ban hành số đó trước; chưa dùng. Hãy ban hành lại bộ ấy.",
              "Schema set " + hash + ": somebody else had published a number " + n +
                  " before; it is not in use. Publish that set again."};
    }
    case SetState::faulty:
      return {"Bộ mẫu biểu số " + n + " có lỗi; không dùng, dùng tiếp bộ trước.",
              "Schema set " + n + " is faulty; it is left out, the one before stays in use."};
  }
  return {};
}

SchemaStanding standing_of(const std::vector<FoundSet>& sets) {
  SchemaStanding out;
  out.words = {"Đang dùng mẫu biểu của chương trình.", "The program's own forms are in use."};
  for (const auto& set : sets) {
    out.published = set.info.body.number;
    if (set.state == SetState::in_use) out.number = set.info.body.number;
  }
  if (!sets.empty()) out.words = set_words(sets.back());
  return out;
}

const char* to_text(SetState state) {
  constexpr const char* kNames[] = {"in_use", "faulty", "changed", "waiting", "overtaken"};
  return kNames[static_cast<std::size_t>(state)];
}

Result<std::vector<SchemaFile>> folder_files(const std::string& folder) {
  std::vector<FieldError> unread;
  GANDAN_TRY(auto files, read_schema_folder(folder, unread));
  if (!unread.empty()) return Error{Code::file_unreadable, unread.front().path, std::move(unread)};
  return files;
}

Result<std::vector<SchemaFile>> overtaken_files(vault::Vault& vault, const std::string& hash) {
  GANDAN_TRY(const auto sets, overtaken_sets(vault));
  for (const auto& info : sets) {
    if (hash.size() < kHashPrefix || to_hex(info.body.hash.view()).rfind(hash, 0) != 0) continue;
    GANDAN_TRY(auto files, files_of(vault, info));
    if (!files) return Error{Code::not_found, hash};
    return std::move(*files);
  }
  return Error{Code::not_found, hash};
}

}  // namespace

Status use_schemas(Session& s) {
  GANDAN_TRY(auto sets, find_sets(*s.vault));
  GANDAN_TRY(Checked checked, remembered(*s.vault));
  const Hash inputs = inputs_of(sets);
  const bool known = judge_or_recall(*s.seams.clock, checked, inputs, sets);
  s.schema = standing_of(sets);
  GANDAN_TRY(const auto overtaken, overtaken_sets(*s.vault));
  for (const auto& info : overtaken)
    if (info.issuer == s.vault->identity().id)
      s.schema.words = set_words(FoundSet{info, SetState::overtaken, {}, {}});
  if (known && s.schema_inputs == inputs) return {};
  const auto files = files_in_use(sets);
  GANDAN_TRY(auto catalog, records::Catalog::load(files, *s.seams.clock));
  s.catalog = std::move(catalog);
  s.projector->use(*s.catalog);
  s.schema_inputs = inputs;
  if (known) return {};

  const Hash hash = hash_of(files);
  checked.inputs = inputs;
  checked.good.clear();
  for (const auto& set : sets) {
    if (set.state == SetState::in_use) checked.good.push_back(set.info.body.number);
    if (!set.fault || listed(checked.told, set)) continue;
    checked.told.push_back(set.info.body.number);
    GANDAN_CHECK(
        s.vault->add_finding(set.fault->code, nullptr, 0, set_words(set).en + " " + set.fault->detail, {}));
  }
  if (checked.files != hash) GANDAN_CHECK(vault::reproject(*s.vault));
  checked.files = hash;
  return s.vault->set_meta("schemas", encode(checked));
}

// A set is judged on top of those before it alone: what came later changes nothing of what was good then.
Result<FormsThen> forms_then(Session& s, std::uint64_t roster_size) {
  FormsThen out;
  GANDAN_TRY(auto sets, find_sets(*s.vault));
  GANDAN_TRY(const Checked checked, remembered(*s.vault));
  judge_or_recall(*s.seams.clock, checked, inputs_of(sets), sets);
  const auto later = std::find_if(sets.begin(), sets.end(),
                                  [&](const FoundSet& set) { return set.info.origin.from > roster_size; });
  const bool newer =
      std::any_of(later, sets.end(), [](const FoundSet& set) { return set.state == SetState::in_use; });
  sets.erase(later, sets.end());
  out.number = standing_of(sets).number;
  out.whole = std::none_of(sets.begin(), sets.end(),
                           [](const FoundSet& set) { return set.state == SetState::waiting; });
  if (!newer) return out;
  GANDAN_TRY(out.catalog, records::Catalog::load(files_in_use(sets), *s.seams.clock));
  return out;
}

Result<json::value> schema_publish(Session& s, Params& p) {
  const auto folder = p.optional_text("folder");
  const auto again = p.optional_text("again");
  if (folder.has_value() == again.has_value())
    p.fault("folder", "choose_one", "Nêu thư mục, hoặc bộ cần ban hành lại (again).",
            "Name a folder, or the set to be published again (again).");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto files, again ? overtaken_files(*s.vault, *again) : folder_files(*folder));
  GANDAN_TRY(const Bytes set, records::encode_schema_set(files));
  GANDAN_TRY(auto sets, find_sets(*s.vault));
  judge(*s.seams.clock, sets);
  GANDAN_TRY(const auto tried, try_set(*s.seams.clock, files_in_use(sets), files));
  auto silenced =
      records::silenced_rules(s.catalog->rules(), tried->rules(), local_days(s.seams.clock->wall_ms()));
  if (!silenced.empty()) return Error{Code::bad_schema, silenced.front().path, std::move(silenced)};
  GANDAN_TRY(const auto body, vault::issue_schema(*s.vault, set));
  GANDAN_CHECK(use_schemas(s));
  json::array paths;
  for (const auto& file : files) paths.push_back(json::value(file.path));
  return json::value(json::object{{"number", body.number},
                                  {"hash", to_hex(body.hash.view())},
                                  {"bytes", json::integer(static_cast<std::int64_t>(body.size))},
                                  {"files", std::move(paths)}});
}

Result<json::value> schema_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(auto sets, find_sets(*s.vault));
  judge(*s.seams.clock, sets);
  GANDAN_TRY(const auto overtaken, overtaken_sets(*s.vault));
  for (const auto& info : overtaken) {
    FoundSet set{info, SetState::overtaken, {}, {}};
    if (auto files = files_of(*s.vault, info); files.ok() && *files) set.files = std::move(**files);
    sets.push_back(std::move(set));
  }
  json::array out;
  for (const auto& set : sets) {
    const std::string issuer = gandan::to_text(set.info.issuer);
    json::array paths;
    for (const auto& file : set.files) paths.push_back(json::value(file.path));
    json::array faults;
    if (set.fault)
      for (const auto& field : set.fault->fields)
        faults.push_back(
            json::object{{"path", field.path}, {"code", field.code}, {"vi", field.vi}, {"en", field.en}});
    json::object row{{"number", set.info.body.number},
                     {"hash", to_hex(set.info.body.hash.view())},
                     {"bytes", json::integer(static_cast<std::int64_t>(set.info.body.size))},
                     {"issuer", issuer},
                     {"issuer_short", short_id(issuer)},
                     {"state", to_text(set.state)},
                     {"files", std::move(paths)},
                     {"faults", std::move(faults)}};
    put_words(row, set_words(set));
    out.push_back(std::move(row));
  }
  return json::value(json::object{{"sets", std::move(out)}});
}

}  // namespace gandan::app
