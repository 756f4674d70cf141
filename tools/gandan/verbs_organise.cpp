// Verbs of the administrator: realm, unit, device, holder, vault.
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr Text kUnitHelp{"Đơn vị: mã, tên, hoặc mấy chữ cuối của mã đầy đủ (xem 'unit list')",
                         "The unit: its code, its name, or the end of its id"};
constexpr Text kFieldsHelp{"Mục khác của mẫu, ví dụ place_name=Lạng Sơn",
                           "Other fields of its form, e.g. place_name=…"};

}  // namespace

void add_organise_verbs(CLI::App& app, Verbs& verbs) {
  auto& realm = verbs.group(app, "realm", {"Hệ thống của một tỉnh", "The realm of one province"});
  verbs
      .add(realm, "create", "realm.create",
           {"Lập hệ thống mới cho một tỉnh", "Found the realm of a province"})
      .required("NAME", "name", {"Tên tỉnh", "The province's name"})
      .optional("--code", "code", {"Mã tỉnh, ví dụ 20", "The province's code"})
      .sets("fields", kFieldsHelp)
      .required("--ledger-key", "ledger_key",
                {"Khoá sổ cái: dòng chữ số mà 'gandan-server init' in ra",
                 "The server's ledger key, as 'gandan-server init' prints it"})
      .optional("--root-key", "root_key_file",
                {"Tệp sẽ chứa khoá gốc; cất riêng, không để cùng máy", "Gets the root key; keep it apart"})
      .optional("--root-token", "root_token",
                {"Hoặc: địa chỉ khoá gốc Ed25519 trên thiết bị khoá, ví dụ 'pkcs11:token=goc;object=goc'",
                 "Or: address of an Ed25519 root key on a token, e.g. 'pkcs11:token=root;object=root'"})
      .wants_one_of({"--root-key", "--root-token"})
      .required("--card", "card_file",
                {"Tệp sẽ chứa thẻ của tỉnh, đem đưa cho máy chủ", "Gets the realm's card, for the server"})
      .secret(Secret::new_root_passphrase, "--root-passphrase-file",
              {"Tệp chứa mật khẩu của khoá gốc, hoặc biến GANDAN_ROOT_PASSPHRASE; không có thì hỏi",
               "File with the root key's passphrase, or GANDAN_ROOT_PASSPHRASE; else asked for"})
      .secret(Secret::root_token_pin, "--token-pin-file",
              {"Tệp chứa mã PIN của thiết bị khoá, hoặc biến GANDAN_TOKEN_PIN; không có thì hỏi",
               "File with the token's PIN, or GANDAN_TOKEN_PIN; else asked for"})
      .creates_vault();
  verbs.add(realm, "info", "realm.info",
            {"Vân tay của hệ thống, để các máy đọc cho nhau mà đối chiếu; sổ cái đã thấy tới đâu",
             "The realm's fingerprint, to compare between devices, and the ledger that was seen"});
  verbs
      .add(realm, "card", "realm.card",
           {"Thẻ của hệ thống: máy đã duyệt chỉ cần thẻ này rồi đồng bộ. Chỉ đưa cho máy của mình",
            "The realm's card: an approved device needs this alone, then syncs. For members only"})
      .optional("--out", "file", {"Ghi thẻ ra tệp này; không có thì in ra", "Write it here; else print it"})
      .picture("card");
  verbs
      .add(realm, "join", "realm.join",
           {"Máy này nhận thẻ của hệ thống, hoặc phiếu kết nạp quét từ mã QR",
            "This device takes the realm's card, or a welcome that was scanned"})
      .required("CARD", "card_file",
                {"Tệp thẻ, hoặc tệp có đủ các phần của phiếu kết nạp",
                 "The card's file, or one with all parts of the welcome"})
      .optional(
          "--root", "root",
          {"Vân tay của hệ thống, do người quản trị đọc", "The realm's fingerprint, as it was read out"});

  auto& unit = verbs.group(app, "unit", {"Các đơn vị, thôn bản", "The tree of units"});
  verbs.add(unit, "add", "unit.add", {"Thêm đơn vị hoặc thôn", "Add a unit or a village"})
      .required("NAME", "name", {"Tên", "Its name"})
      .required("--parent", "parent", {"Thuộc đơn vị nào: mã hoặc tên", "The unit above: its code or name"})
      .required(
          "--kind", "kind",
          {"Loại: office (cơ quan tiếp nhận), xa (xã), phuong (phường), other (khác); thon (thôn), ban "
           "(bản), to_dan_pho (tổ dân phố), khoi_pho (khối phố)",
           "Kind: office, xa (commune), phuong (ward), other; villages: thon, ban, to_dan_pho, khoi_pho"})
      .optional("--code", "code", {"Mã đơn vị", "Its code"})
      .sets("fields", kFieldsHelp);
  verbs.add(unit, "list", "unit.list", {"Liệt kê đơn vị", "List the units"})
      .flag("--villages", "villages", {"Kèm thôn, bản", "With villages"});

  verbs
      .add(unit, "move", "unit.move",
           {"Chuyển đơn vị, cùng mọi thứ bên dưới, sang thuộc đơn vị khác; khoá được thay mới",
            "Put a unit, with all below it, under another; its keys change"})
      .required("UNIT", "unit", kUnitHelp)
      .required("--parent", "parent", {"Từ nay thuộc đơn vị nào: mã hoặc tên", "The unit above from now on"});
  verbs
      .add(unit, "rotate", "unit.rotate",
           {"Thay khoá của đơn vị theo định kỳ", "Give a unit a new key, on a schedule"})
      .required("UNIT", "unit", kUnitHelp)
      .flag("--subtree", "subtree", {"Cùng mọi đơn vị bên dưới", "And all units below it"})
      .integer("--older-than", "older_than",
               {"Chỉ những đơn vị đã dùng khoá quá số ngày này, ví dụ 365",
                "Only units that have had their key for more days than that, e.g. 365"})
      .flag("--lost", "lost",
            {"Khoá hiện thời mất theo máy đã lập: bỏ qua, thay khoá mới (phần viết dưới khoá ấy chỉ máy "
             "có khoá ấy đọc được)",
             "The present key was lost with its device: pass over it (what was written under it opens only "
             "where "
             "it is)"});

  auto& device = verbs.group(app, "device", {"Các máy (điện thoại, máy tính)", "Devices"});
  verbs
      .add(device, "request", "device.request",
           {"Máy này xin vào: lập sổ và đơn xin", "This device asks to join: make a vault and a request"})
      .required("LABEL", "label",
                {"Tên gọi của máy, không nêu tên người, ví dụ may-1", "A neutral label, e.g. phone-1"})
      .optional("--out", "file",
                {"Ghi đơn ra tệp này; không có thì in ra", "Write the request here; else print it"})
      .picture("request")
      .creates_vault();
  verbs
      .add(device, "read-request", "device.read_request",
           {"Xem đơn của máy nào, và mã đối chiếu; không duyệt gì",
            "Whose request it is, and its comparison code; changes nothing"})
      .required("REQUEST", "request_file", {"Tệp đơn", "The request's file"})
      .no_vault();
  verbs
      .add(device, "approve", "device.approve",
           {"Duyệt đơn xin vào, sau khi người cầm máy đọc mã đối chiếu. Nhiều máy một lúc: --list",
            "Approve a join request, after its person read out the comparison code. Many at once: --list"})
      .optional("REQUEST", "request_file", {"Tệp đơn", "The request's file"})
      .optional(
          "--code", "code",
          {"Mã đối chiếu mà người cầm máy đọc; khác mã của đơn thì không duyệt",
           "The comparison code as it was read out; where the request's is another, nothing is approved"})
      .instead(
          "--list", "list_file", "device.approve_many",
          {"Bảng .xlsx hoặc .csv với các cột Đơn (tệp hoặc chữ), Vai trò, Đơn vị, Mã đối chiếu, Tên máy; có "
           "dòng sai thì không duyệt máy nào",
           "A table, .xlsx or .csv, with the columns request (file or text), role, unit, code, label; a "
           "wrong row approves nothing"})
      .choice(
          "--role", "role",
          {"Vai trò: cadre (cán bộ), office (cơ quan tiếp nhận), supervisor (giám sát), auditor (chỉ kiểm "
           "tra), admin (quản trị)",
           "Role: cadre, office, supervisor, auditor, admin"},
          {"admin", "cadre", "office", "supervisor", "auditor"}, false)
      .optional("--unit", "unit", kUnitHelp)
      .optional("--person", "person",
                {"Máy quản trị thứ hai của cùng một người: mã một máy đã có của người ấy. Hai máy của một "
                 "người chỉ tính là một khi duyệt",
                 "An administrator's further device: a device of the same person. Devices of one person "
                 "approve as one"})
      .optional("--root-key", "root_key_file",
                {"Ký bằng khoá gốc trong tệp này, khi không còn ai quản trị",
                 "Sign with the root key in this file, when nobody administers any more"})
      .optional("--root-token", "root_token",
                {"Hoặc khoá gốc trên thiết bị khoá", "Or with the root key on this token"})
      .secret(Secret::root_passphrase, "--root-passphrase-file",
              {"Tệp chứa mật khẩu của khoá gốc, hoặc biến GANDAN_ROOT_PASSPHRASE; không có thì hỏi",
               "File with the root key's passphrase, or GANDAN_ROOT_PASSPHRASE; else asked for"})
      .secret(Secret::root_token_pin, "--token-pin-file",
              {"Tệp chứa mã PIN của thiết bị khoá, hoặc biến GANDAN_TOKEN_PIN; không có thì hỏi",
               "File with the token's PIN, or GANDAN_TOKEN_PIN; else asked for"})
      .optional("--out", "out",
                {"Ghi gói cho máy ấy nhận ('bundle import'); với --list là thư mục, mỗi đơn vị một gói",
                 "Write a bundle for it to import; with --list a folder, one bundle for each unit"})
      .flag("--no-records", "records",
            {"Gói không kèm hồ sơ đã có của đơn vị", "Without the unit's records in the bundle"}, false);
  verbs
      .add(device, "welcome", "device.welcome",
           {"Phiếu kết nạp của một máy đã duyệt, vừa vài mã QR khi hệ thống còn nhỏ",
            "An approved device's welcome: a few QR codes, while the realm is small"})
      .required("DEVICE", "device",
                {"Mã máy, mấy chữ cuối, hoặc tên gọi", "Its id, the end of it, or its label"})
      .optional("--out", "file",
                {"Ghi mọi phần ra tệp này; không có thì in ra", "Write all parts here; else print them"})
      .picture("parts");
  verbs.add(device, "list", "device.list", {"Liệt kê các máy", "List the devices"});
  verbs.add(device, "revoke", "device.revoke", {"Thu hồi một máy", "Remove a device"})
      .required("DEVICE", "device",
                {"Mã máy, mấy chữ cuối, hoặc tên gọi", "Its id, the end of it, or its label"})
      .optional("--unit", "unit", {"Chỉ thu hồi ở đơn vị này", "In this unit only"})
      .choice("--reason", "reason",
              {"Lý do: left (nghỉ việc), lost (mất máy), replaced (đổi máy), misuse (dùng sai)",
               "Why: left, lost, replaced, misuse"},
              {"left", "lost", "replaced", "misuse"}, false);
  verbs.add(device, "held", "device.held",
            {"Xem phần nộp muộn chưa được tính: của máy đã thu hồi, hoặc của đơn vị đã chuyển đi",
             "Late work that does not count: of removed devices, or in units that had moved"});
  verbs
      .add(device, "accept", "device.accept",
           {"Người quản trị cho tính phần nộp muộn của một máy",
            "An administrator lets a device's late work count"})
      .required("DEVICE", "device",
                {"Mã máy, mấy chữ cuối, hoặc tên gọi", "Its id, the end of it, or its label"})
      .optional("--reason", "reason", {"Vì sao; ghi vào hồ sơ của đơn vị", "Why; the unit's records say it"})
      .optional("--unit", "unit", {"Chỉ phần ở đơn vị này", "In this unit only"})
      .integer("--up-to", "up_to",
               {"Chỉ từ phần đầu đến phần thứ N, theo 'device held'",
                "Up to part N and no later one, as 'device held' counts them"});
  verbs
      .add(device, "refuse", "device.refuse",
           {"Không cho tính phần nộp muộn; lý do ghi vào hồ sơ của đơn vị",
            "Do not let it count; the unit's records say why"})
      .required("DEVICE", "device",
                {"Mã máy, mấy chữ cuối, hoặc tên gọi", "Its id, the end of it, or its label"})
      .required("--reason", "reason", {"Vì sao", "Why"});
  verbs.add(device, "info", "device.info", {"Máy này: mã, vai trò, ai đang ghi", "This device"});

  auto& holder = verbs.group(
      app, "holder", {"Người dùng máy, gọi theo mã, không cần họ tên", "Who uses a device, by neutral code"});
  verbs.add(holder, "add", "holder.add", {"Thêm người", "Add one"})
      .required("CODE", "code", {"Mã người, ví dụ CB-01", "A neutral code, e.g. CB-01"})
      .optional(
          "--role", "role",
          {"Vai trò, ví dụ cadre (cán bộ), village_head (trưởng thôn), front (Mặt trận), office, supervisor",
           "Role, e.g. cadre, village_head, front, office, supervisor"})
      .optional("--display", "display", {"Chức danh; không cần họ tên", "A title; no name is needed"})
      .optional("--unit", "unit", kUnitHelp)
      .flag("--use", "use", {"Từ bây giờ là người này ghi", "Writes from now on"});
  verbs.add(holder, "list", "holder.list", {"Liệt kê", "List them"}).optional("--unit", "unit", kUnitHelp);
  verbs.add(holder, "use", "holder.use", {"Đổi người đang ghi trên máy này", "Who writes from now on"})
      .required("HOLDER", "holder", {"Mã người", "Code or id"});

  auto& vault = verbs.group(app, "vault", {"Sổ trên máy này", "The vault on this device"});
  verbs.add(vault, "check", "vault.check", {"Đọc soát cả sổ, không sửa gì", "Read it all, change nothing"});
  verbs.add(vault, "rebuild", "vault.rebuild",
            {"Dựng lại hồ sơ từ nhật ký đã ghi", "Make the records anew from the log"});
  verbs.add(vault, "passphrase", "vault.passphrase", {"Đổi mật khẩu của sổ", "Change the passphrase"})
      .secret(Secret::new_passphrase, "--new-passphrase-file",
              {"Tệp chứa mật khẩu mới, hoặc biến GANDAN_NEW_PASSPHRASE; không có thì hỏi",
               "File with the new passphrase, or GANDAN_NEW_PASSPHRASE; else asked for"});
}

}  // namespace gandan::cli
