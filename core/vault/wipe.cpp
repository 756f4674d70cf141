#include "vault/wipe.hpp"

#include <algorithm>
#include <filesystem>

#include "base/calendar.hpp"
#include "base/json.hpp"
#include "records/format.hpp"
#include "vault/files.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kFormat = "gandan-wiped v1";
constexpr std::string_view kMarker = "vault.wiped";
constexpr std::string_view kOfVault = "vault.";  // so begins the name of each of a vault's files
constexpr std::size_t kMaxMarker = 4096;         // bytes

std::string marker_path(const std::string& folder) { return folder + "/" + std::string(kMarker); }

// Keys before pages: a wipe that is interrupted leaves nothing that opens.
int rank_of(const std::string& name) {
  if (name.rfind("vault.key", 0) == 0) return 0;
  return name.rfind("vault.tries", 0) == 0 ? 1 : 2;
}

std::string marker_text(const Wiped& about) {
  return json::pretty(
      json::object{{"format", kFormat},
                   {"at", instant_text(about.at_ms)},
                   {"removed", instant_text(about.removed_ms)},
                   {"device", to_text(about.device)},
                   {"by", to_text(about.by)},
                   {"unsent", about.unsent},
                   {"lost_changes", json::integer(static_cast<std::int64_t>(about.lost_changes))},
                   {"lost_keys", json::integer(static_cast<std::int64_t>(about.lost_keys))}});
}

std::optional<Wiped> marker_from(const json::object& o) {
  const auto at = parse_instant(json::find_text(o, "at").value_or(""));
  const auto removed = parse_instant(json::find_text(o, "removed").value_or(""));
  const auto device = id_from_text<DeviceId>(json::find_text(o, "device").value_or(""));
  const auto by = id_from_text<DeviceId>(json::find_text(o, "by").value_or(""));
  if (json::find_text(o, "format") != std::string(kFormat) || !at || !removed || !device || !by)
    return std::nullopt;
  const auto number = [&](std::string_view name) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, json::find_integer(o, name).value_or(0)));
  };
  return Wiped{*at,
               *removed,
               *device,
               *by,
               json::find_text(o, "unsent").value_or(""),
               number("lost_changes"),
               number("lost_keys")};
}

}  // namespace

Result<std::optional<roster::Removal>> wipe_due(Vault& vault) {
  if (!vault.in_realm()) return std::optional<roster::Removal>();
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  const auto removal = roster->removal(vault.identity().id);
  const bool due = removal && removal->index && roster->policy().wipe && roster->policy_logged();
  return due ? removal : std::nullopt;
}

Result<std::optional<Wiped>> read_wiped(const std::string& folder) {
  const auto bytes = read_file(marker_path(folder), kMaxMarker);
  if (!bytes && bytes.error().code == Code::not_found) return std::optional<Wiped>();
  if (!bytes) return bytes.error();
  const auto parsed = json::parse(as_text(*bytes));
  auto out = parsed.ok() && parsed->is_object() ? marker_from(parsed->get_object()) : std::nullopt;
  if (!out) return Error{Code::vault_damaged, std::string(kMarker)};
  return out;
}

Status wipe(std::unique_ptr<Vault> vault, const Wiped& about) {
  const std::string folder = vault->folder();
  GANDAN_CHECK(write_file_atomically(marker_path(folder), as_bytes(marker_text(about))));
  vault.reset();
  return finish_wipe(folder);
}

Status finish_wipe(const std::string& folder) {
  if (!exists(marker_path(folder))) return {};
  GANDAN_TRY(const auto alone, lock_folder(folder));
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.rfind(kOfVault, 0) == 0 && name != kMarker) names.push_back(name);
  }
  if (error) return Error{Code::disk_failed, error.message()};
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(rank_of(a), a) < std::pair(rank_of(b), b);
  });
  for (const auto& name : names) GANDAN_CHECK(erase_file(folder + "/" + name));
  return {};
}

Error wiped_error(const std::string& folder, const Wiped& about) {
  const std::string by = short_id(to_text(about.by));
  Error out{Code::vault_wiped, "at " + instant_text(about.at_ms) + ", removed by " + to_text(about.by), {}};
  out.fields.push_back({"at", instant_text(about.at_ms),
                        "Tự xoá lúc " + records::instant_for_people(about.at_ms) + ".",
                        "Wiped at " + records::instant_for_people(about.at_ms) + "."});
  out.fields.push_back(
      {"removed_by", to_text(about.by),
       "Bị thu hồi lúc " + records::instant_for_people(about.removed_ms) + ", bởi máy " + by + ".",
       "Removed at " + records::instant_for_people(about.removed_ms) + ", by device " + by + "."});
  if (!about.unsent.empty()) {
    const std::string path = folder + "/" + about.unsent;
    out.fields.push_back({"unsent", path,
                          "Phần chưa gửi, vẫn mã hoá: " + path + ". Hãy mang đến người quản trị.",
                          "What had not been sent, encrypted: " + path + ". Take it to an administrator."});
  }
  const std::string changes = std::to_string(about.lost_changes), keys = std::to_string(about.lost_keys);
  if (about.lost_changes != 0)
    out.fields.push_back({"lost_changes", changes, changes + " thay đổi không đóng gói kịp nên đã mất.",
                          changes + " changes could not be sealed and are lost."});
  if (about.lost_keys != 0)
    out.fields.push_back(
        {"lost_keys", keys,
         keys + " khoá của dữ liệu cá nhân chưa kịp gửi nên đã mất: họ tên, địa chỉ trong các "
                "hồ sơ đó không mở lại được.",
         keys + " keys of personal data had not been sent and are lost: names and addresses in "
                "those records cannot be opened."});
  return out;
}

}  // namespace gandan::vault
