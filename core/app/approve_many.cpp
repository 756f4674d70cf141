// Method device.approve_many: a list of devices. Everything is judged before anything is done, so that a list
// with a fault changes nothing; then all are signed in one transaction, and each unit gets one bundle for its
// devices.
#include <map>
#include <memory>
#include <set>

#include "app/approvals.hpp"
#include "app/carried.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/rows.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMostApprovals = 2000;
constexpr std::size_t kMostFaults = 50;

struct ListRow {
  std::int64_t number = 0;  // as a person counts: in the table, or from 1 in the array
  Result<Wish> wish;
};

// The list's columns, as a form has them: read by the reader of all tables (rows.hpp).
records::Field list_form() {
  const auto column = [](const char* name, const char* vi, const char* en) {
    records::Field out;
    out.name = name;
    out.path = std::string("requests[].") + name;
    out.label = {vi, en};
    return out;
  };
  records::Field out;
  out.name = out.path = "requests";
  out.type = records::FieldType::repeat;
  out.children = {column("request", "Đơn", "Request"), column("role", "Vai trò", "Role"),
                  column("unit", "Đơn vị", "Unit"), column("code", "Mã đối chiếu", "Comparison code"),
                  column("label", "Tên máy", "Device")};
  return out;
}

std::string text_of(const json::object& item, std::string_view name) {
  return std::string(json::find_text(item, name).value_or(std::string()));
}

Result<std::string> request_beside(const std::string& folder, const std::string& said) {
  if (said.empty())
    return Error{Code::bad_request, "", {{"request", "required", "Còn thiếu.", "Is missing."}}};
  if (is_request_text(said)) return said;
  return request_in(said.front() == '/' ? said : folder + said);
}

Result<std::vector<ListRow>> rows_of_file(Session& s, const std::string& path, const Wish& common) {
  GANDAN_TRY(const auto table, read_table(s.seams.spreadsheets, path));
  auto items = numbered_items(list_form(), table);
  if (!items.ok()) return Error{Code::bad_table, file_name(path), items.error().fields};
  const std::string folder = path.substr(0, path.size() - file_name(path).size());
  std::vector<ListRow> out;
  for (const auto& [number, item] : *items) {
    Wish wish = common;
    if (auto role = text_of(item, "role"); !role.empty()) wish.role = std::move(role);
    if (auto unit = text_of(item, "unit"); !unit.empty()) wish.unit = std::move(unit);
    wish.code = text_of(item, "code");
    wish.label = text_of(item, "label");
    const auto text = request_beside(folder, text_of(item, "request"));
    if (text.ok()) wish.request = *text;
    out.push_back({number, text.ok() ? Result<Wish>(std::move(wish)) : Result<Wish>(text.error())});
  }
  return out;
}

Result<Wish> wish_of(const json::value& row, const Wish& common) {
  if (!row.is_object())
    return Error{
        Code::bad_request, "", {{"request", "type", "Phải là một đối tượng.", "Must be an object."}}};
  Params p(row.get_object());
  Wish out = common;
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  out.role = p.text_or("role", common.role);
  out.unit = p.text_or("unit", common.unit);
  out.code = p.text_or("code", "");
  out.label = p.text_or("label", "");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(out.request, chosen_request(text, file));
  return out;
}

// Which cell an error speaks of, where it does not say so itself.
const char* cell_of(Code code) {
  switch (code) {
    case Code::other_code:
      return "code";
    case Code::unknown_unit:
    case Code::ambiguous:
    case Code::not_authorized:
    case Code::no_key:
      return "unit";
    default:
      return "request";
  }
}

// Faults of the whole list: "7.role" is the role in row 7.
class Faults {
 public:
  void add(std::int64_t row, const Error& error) {
    const std::string start = std::to_string(row) + ".";
    if (error.fields.empty()) {
      const CodeInfo& about = info(error.code);
      found_.push_back({start + cell_of(error.code), about.text, about.vi, about.en});
    }
    for (const auto& field : error.fields) {
      // The file's name is no cell of the list: it stands in the sentence.
      const bool file = error.code == Code::file_unreadable;
      if (file)
        found_.push_back({start + cell_of(error.code), info(error.code).text, field.path + ": " + field.vi,
                          field.path + ": " + field.en});
      else
        found_.push_back({start + field.path, field.code, field.vi, field.en});
    }
  }
  bool enough() const { return found_.size() >= kMostFaults; }
  Status done(const std::string& where) {
    if (found_.empty()) return {};
    return Error{Code::bad_table, where, std::move(found_)};
  }

 private:
  std::vector<FieldError> found_;
};

Result<std::vector<Approval>> judge_all(Session& s, Names& names, const std::vector<ListRow>& rows,
                                        const std::string& where) {
  Faults faults;
  std::vector<Approval> out;
  std::set<std::tuple<DeviceId, roster::Role, UnitId>> seen;
  for (const auto& row : rows) {
    const auto judged = row.wish.ok() ? judge(s, names, *row.wish) : Result<Approval>(row.wish.error());
    if (!judged.ok()) {
      faults.add(row.number, judged.error());
      if (faults.enough()) break;
      continue;
    }
    out.push_back(*judged);
    const auto& [request, role, unit] = judged->admission;
    if (!seen.insert({judged->device, role, unit}).second)
      faults.add(row.number, {Code::bad_request,
                              "",
                              {{"request", "duplicate", "Máy này đã có ở dòng trên, cùng vai trò và đơn vị.",
                                "This device stands in a row above, with the same role and unit."}}});
    if (!s.progress(json::object{{"judged", json::integer(static_cast<std::int64_t>(out.size()))}}))
      return Code::cancelled;
  }
  GANDAN_CHECK(faults.done(where));
  return out;
}

// One bundle for each unit, named by the unit's code, and one for its auditors, who get no records; the files
// are there before anything is signed.
class UnitBundles {
 public:
  Status reserve(Names& names, const std::string& folder, const std::vector<Approval>& approvals) {
    GANDAN_CHECK(make_folder(folder));
    std::set<std::string> taken;
    for (const auto& approval : approvals) {
      auto& bundle = bundles_[key_of(approval)];
      bundle.devices.push_back(approval.device);
      if (bundle.file != nullptr) continue;
      const auto& [unit, auditors] = key_of(approval);
      const std::string end = auditors ? "-auditor" : "";
      std::string name = safe(names.unit(unit).code);
      if (!name.empty()) name += end;
      if (name.empty() || !taken.insert(name).second) name = short_id(to_text(unit)) + end;
      bundle.path = folder + "/" + name + ".bundle";
      bundle.file = std::make_unique<ReservedFile>(bundle.path);
      GANDAN_CHECK(bundle.file->reserve());
    }
    return {};
  }
  Status fill(Session& s, bool records) {
    for (auto& [key, bundle] : bundles_) {
      GANDAN_TRY(const Bytes bytes, bundle_for(s, key.first, bundle.devices, records));
      GANDAN_CHECK(bundle.file->fill(bytes));
    }
    return {};
  }
  std::string path(const Approval& approval) const {
    const auto found = bundles_.find(key_of(approval));
    return found == bundles_.end() ? std::string() : found->second.path;
  }

 private:
  using Key = std::pair<UnitId, bool>;  // whether it is for auditors
  struct Bundle {
    std::string path;
    std::unique_ptr<ReservedFile> file;
    std::vector<DeviceId> devices;
  };
  static Key key_of(const Approval& approval) {
    return {approval.admission.unit, approval.admission.role == roster::Role::auditor};
  }
  static std::string safe(std::string_view code) {
    std::string out;
    for (const char c : code) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (plain || (!out.empty() && (c == '.' || c == '-' || c == '_'))) out += c;
    }
    return out;
  }
  std::map<Key, Bundle> bundles_;
};

}  // namespace

Result<json::value> device_approve_many(Session& s, Params& p) {
  const json::value* given = p.any("requests");
  const auto list = p.optional_path("list_file");
  Wish common;
  common.role = p.text_or("role", "");
  common.unit = p.text_or("unit", "");
  const auto folder = p.optional_path("out");
  const bool records = p.flag_or("records", true);
  if ((given != nullptr) == list.has_value() || (given != nullptr && !given->is_array()))
    p.fault("requests", "choose_one", "Đưa các đơn bằng requests (mảng) hoặc list_file (bảng).",
            "Give the requests as an array (requests) or as a table (list_file).");
  GANDAN_CHECK(p.done());
  std::vector<ListRow> rows;
  if (list) {
    GANDAN_TRY(rows, rows_of_file(s, *list, common));
  } else {
    for (const auto& row : given->get_array())
      rows.push_back({static_cast<std::int64_t>(rows.size()) + 1, wish_of(row, common)});
  }
  if (rows.size() > kMostApprovals) return Error{Code::too_large, "more than 2000 requests"};

  Names names(*s.vault);
  GANDAN_TRY(const auto approvals, judge_all(s, names, rows, list ? file_name(*list) : "requests"));
  UnitBundles bundles;
  if (folder) GANDAN_CHECK(bundles.reserve(names, *folder, approvals));
  GANDAN_TRY(auto proposals, admit(s, approvals));
  GANDAN_CHECK(bundles.fill(s, records));

  std::int64_t already = 0;
  json::array done;
  for (std::size_t i = 0; i < approvals.size(); ++i) {
    json::object row = approval_json(approvals[i], names);
    row["row"] = rows[i].number;
    row["file"] = bundles.path(approvals[i]);
    already += approvals[i].already ? 1 : 0;
    done.push_back(std::move(row));
  }
  return json::value(
      json::object{{"approved", static_cast<std::int64_t>(approvals.size() - proposals.size()) - already},
                   {"already", already},
                   {"proposals", std::move(proposals)},
                   {"rows", std::move(done)}});
}

}  // namespace gandan::app
