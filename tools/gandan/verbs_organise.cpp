// Verbs of the administrator: realm, unit, device, holder, vault.
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

CLI::App& group(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* out = app.add_subcommand(name, help);
  out->require_subcommand(1);
  out->fallthrough();
  return *out;
}

constexpr const char* kUnitHelp = "Đơn vị: mã, tên hoặc đuôi mã / unit: code, name or end of its id";

}  // namespace

void add_organise_verbs(CLI::App& app, Verbs& verbs) {
  auto& realm = group(app, "realm", "Hệ thống của một tỉnh / the realm of one province");
  verbs.emplace_back(realm, "create", "realm.create", "Lập hệ thống mới / found a realm")
      .required("NAME", "name", "Tên tỉnh / the province's name")
      .optional("--code", "code", "Mã tỉnh, ví dụ 20 / the province's code")
      .sets("fields", "Mục khác, ví dụ place_name=… / other fields of its form")
      .required("--ledger-key", "ledger_key",
                "Khoá sổ cái do máy chủ in ra / the server's ledger key, in hex")
      .required("--root-key", "root_key_file",
                "Tệp sẽ chứa khoá gốc, cất riêng / gets the root key; keep it apart")
      .required("--card", "card_file",
                "Tệp thẻ hệ thống, đưa cho máy chủ / gets the realm's card, for the server")
      .secret(Secret::root_passphrase, "--root-passphrase-file",
              "Tệp chứa mật khẩu khoá gốc, hoặc GANDAN_ROOT_PASSPHRASE / the root key's passphrase")
      .creates_vault();
  verbs.emplace_back(realm, "info", "realm.info",
                     "Vân tay hệ thống, sổ cái đã thấy / fingerprint and ledger");

  auto& unit = group(app, "unit", "Cây đơn vị / the tree of units");
  verbs.emplace_back(unit, "add", "unit.add", "Thêm đơn vị hoặc thôn / add a unit or a village")
      .required("NAME", "name", "Tên / its name")
      .required("--parent", "parent", kUnitHelp)
      .required("--kind", "kind",
                "Loại: office, xa, phuong, other; thôn: thon, ban, to_dan_pho, khoi_pho / kind")
      .optional("--code", "code", "Mã đơn vị / its code")
      .sets("fields", "Mục khác, ví dụ place_name=… / other fields of its form");
  verbs.emplace_back(unit, "list", "unit.list", "Liệt kê / list")
      .flag("--villages", "villages", "Kèm thôn, bản / with villages");

  auto& device = group(app, "device", "Thiết bị / devices");
  verbs
      .emplace_back(device, "request", "device.request",
                    "Lập sổ và đơn xin tham gia / make a vault and ask to join")
      .required("LABEL", "label", "Nhãn trung tính, ví dụ “may-1” / a neutral label")
      .optional("--out", "file", "Ghi đơn ra tệp / write the request to a file")
      .creates_vault();
  verbs.emplace_back(device, "approve", "device.approve", "Duyệt đơn / approve a join request")
      .required("REQUEST", "request_file", "Tệp đơn / the request's file")
      .choice("--role", "role", "Vai trò / role", {"admin", "cadre", "office", "supervisor", "auditor"}, true)
      .required("--unit", "unit", kUnitHelp)
      .optional("--out", "out", "Ghi gói kết nạp cho thiết bị / write an enrolment bundle for the device")
      .flag("--no-records", "records", "Gói không kèm hồ sơ của đơn vị / without the unit's records", false);
  verbs.emplace_back(device, "list", "device.list", "Liệt kê / list");
  verbs.emplace_back(device, "revoke", "device.revoke", "Thu hồi / revoke")
      .required("DEVICE", "device", "Mã, đuôi mã hoặc nhãn / its id, the end of it, or its label")
      .optional("--unit", "unit", "Chỉ ở đơn vị này / in this unit only")
      .choice("--reason", "reason", "Lý do / reason", {"left", "lost", "replaced", "misuse"}, false);
  verbs.emplace_back(device, "info", "device.info", "Thiết bị này / this device");

  auto& holder =
      group(app, "holder", "Người dùng máy, theo mã trung tính / who uses a device, by neutral code");
  verbs.emplace_back(holder, "add", "holder.add", "Thêm / add")
      .required("CODE", "code", "Mã trung tính, ví dụ CB-01 / a neutral code")
      .optional("--role", "role", "Vai trò: cadre, village_head, front, office, supervisor … / role")
      .optional("--display", "display", "Chức danh; không cần họ tên / a title; no name is needed")
      .optional("--unit", "unit", kUnitHelp)
      .flag("--use", "use", "Dùng luôn từ bây giờ / use it from now on");
  verbs.emplace_back(holder, "list", "holder.list", "Liệt kê / list").optional("--unit", "unit", kUnitHelp);
  verbs.emplace_back(holder, "use", "holder.use", "Ai đang ghi / who writes from now on")
      .required("HOLDER", "holder", "Mã người / code or id");

  auto& vault = group(app, "vault", "Sổ trên máy này / the vault on this device");
  verbs.emplace_back(vault, "check", "vault.check",
                     "Đọc soát cả sổ, không sửa / read it all, change nothing");
  verbs.emplace_back(vault, "rebuild", "vault.rebuild",
                     "Dựng lại hồ sơ từ nhật ký / make records anew from the log");
  verbs.emplace_back(vault, "passphrase", "vault.passphrase", "Đổi mật khẩu / change the passphrase")
      .secret(Secret::new_passphrase, "--new-passphrase-file",
              "Tệp chứa mật khẩu mới, hoặc GANDAN_NEW_PASSPHRASE / the new passphrase");
}

}  // namespace gandan::cli
