#include "gandan/hints.hpp"

#include <map>

#include "gandan/present.hpp"

namespace gandan::cli {
namespace {

struct Hint {
  std::string vi, en;
};

// As the person named the record; the place of it where the command did not.
std::string record_of(const Command& command) {
  for (const char* name : {"id", "record"}) {
    const json::value* given = json::find(command.params, name);
    if (given != nullptr && given->is_string()) return value_text(*given);
  }
  return "…";
}

Hint of_finalized(const Command& command) {
  const std::string id = record_of(command);
  if (command.method == "record.finalize")
    return {
        "Hồ sơ đã chốt rồi, từ đó chưa ai ghi thêm gì nên không có gì để chốt lại. Muốn sửa: gandan record "
        "edit " +
            id + " --set … --late --reason \"lý do\", rồi gandan record finalize " + id,
        "It is finalised already, and nobody wrote anything since. To correct it: gandan record edit " + id +
            " --set … --late --reason \"why\", then gandan record finalize " + id};
  return {
      "Gõ thêm --late --reason \"lý do\": ghi bên cạnh, bản đã chốt vẫn giữ nguyên. Sau đó chốt bản mới: "
      "gandan "
      "record finalize " +
          id,
      "Add --late --reason \"why\": it is written beside the signed version, which stays. Then sign the next "
      "one: "
      "gandan record finalize " +
          id};
}

// What a command does that the error's own sentence names by its purpose.
const std::map<std::string, Hint>& by_code() {
  static const Hint full_bundle{"gandan bundle export TỆP --everything",
                                "gandan bundle export FILE --everything"};
  static const Hint ways{"Các cách mở: gandan keys list", "The ways to open it: gandan keys list"};
  static const Hint whole_ledger{"gandan sync --keep-ledger", "gandan sync --keep-ledger"};
  static const std::map<std::string, Hint> table{
      {"ledger.went_back", full_bundle},
      {"ledger.rewritten", full_bundle},
      {"feed.archived",
       {"gandan sync --old, hoặc gandan bundle import TỆP",
        "gandan sync --old, or gandan bundle import FILE"}},
      {"audit.report_too_large",
       {"Thêm --unit ĐƠN-VỊ, hoặc mỗi lần một --figure", "Add --unit UNIT, or one --figure at a time"}},
      {"ledger.split_view", {"gandan audit evidence --out TỆP", "gandan audit evidence --out FILE"}},
      {"net.certificate_foreign", {"Gõ thêm --ca TỆP-CHỨNG-THƯ", "Add --ca FILE"}},
      {"vault.no_slot", ways},
      {"vault.keys_older", ways},
      {"roster.welcome_large",
       {"gandan device approve … --out TỆP, hoặc gandan realm card",
        "gandan device approve … --out FILE, or gandan realm card"}},
      {"device.removed", {"gandan bundle export TỆP", "gandan bundle export FILE"}},
      {"unit.code_taken", {"Các đơn vị: gandan unit list", "The units: gandan unit list"}},
      {"holder.code_taken", {"Những người dùng: gandan holder list", "The people: gandan holder list"}},
      {"audit.not_received", whole_ledger},
      {"audit.no_ledger", whole_ledger},
      {"audit.no_map", whole_ledger},
      {"act.unknown", {"Các đề nghị: gandan act list", "The proposals: gandan act list"}},
      {"act.needs_approval",
       {"Quản trị khác: gandan act approve", "Another administrator: gandan act approve"}},
      {"root.no_recovery", {"Đặt khoá ấy: gandan root recovery", "To name them: gandan root recovery"}},
      {"lease.over",
       {"gandan sync; không có mạng: máy quản trị gandan device renew, máy này gandan device renewed",
        "gandan sync; without a network: gandan device renew there, gandan device renewed here"}},
      {"lease.other_device", {"Mã máy này: gandan device info", "This device's id: gandan device info"}},
      {"lease.own", {"Khoá gốc: --root-key TỆP", "The root key: --root-key FILE"}},
      {"record.no_reason", {"Gõ thêm --reason \"lý do\"", "Add --reason \"why\""}},
      {"text.old_encoding",
       {"Gõ lại lệnh, thêm --old-text convert (đổi) hoặc --old-text keep (để nguyên)",
        "The same command with --old-text convert, or --old-text keep"}},
      {"record.unknown_kind",
       {"Các loại hồ sơ: gandan record kinds", "The kinds of records: gandan record kinds"}}};
  return table;
}

// By what is wrong with a parameter of the request.
Hint of_fields(const json::object& error, const Command& command) {
  const auto* fields = json::find_array(error, "fields");
  if (fields == nullptr) return {};
  for (const auto& row : *fields) {
    const auto& field = row.get_object();
    const std::string path = text(field, "path"), why = text(field, "code");
    if (why == "sealed")
      return {"gandan record seal " + record_of(command) + " MỤC --for MÁY",
              "gandan record seal " + record_of(command) + " FIELD --for DEVICE"};
    if (command.method == "record.finalize" && path == "links" && why == "changed")
      return {"Gõ thêm --links then hoặc --links now", "Add --links then, or --links now"};
    if (command.method == "record.seal" && path == "for")
      return {"Gõ --for MÁY; trừ máy này ra: --not-me", "--for DEVICE; to leave this one out: --not-me"};
    if (command.method == "sync.run" && path == "server")
      return {"Gõ thêm --server https://máy:cổng --ca TỆP-CHỨNG-THƯ",
              "Add --server https://host:port --ca FILE"};
  }
  return {};
}

Hint hint_of(const json::object& error, const Command& command, const Globals& globals) {
  const std::string code = text(error, "code");
  if (code == "record.finalized") return of_finalized(command);
  if (code == "vault.missing" && !globals.vault.empty())
    return {"Thư mục “" + globals.vault +
                "” chưa có sổ: xem lại --vault. Chưa có sổ thì lập bằng 'device request' (xin vào) hoặc "
                "'realm create' "
                "(lập hệ thống)",
            "The folder “" + globals.vault +
                "” has no vault: look at --vault. A new one is made by 'device request' (to join) or 'realm "
                "create'"};
  if (command.method == "device.renewed" && code.rfind("format.", 0) == 0)
    return {"Phiếu có hai dòng: chép đủ cả hai, hoặc đưa cả tệp: gandan device renewed < TỆP",
            "A renewal has two lines: both are needed, or its file: gandan device renewed < FILE"};
  if (code == "record.not_finalized" && command.method == "record.print")
    return {"Bản nháp không tốn số văn bản: in không kèm --numbered, hoặc chốt trước (record finalize)",
            "A draft spends no document number: print it without --numbered, or finalise it first"};
  const auto known = by_code().find(code);
  return known == by_code().end() ? of_fields(error, command) : known->second;
}

}  // namespace

std::string hint(const json::object& error, const Command& command, const Globals& globals) {
  const Hint found = hint_of(error, command, globals);
  if (found.vi.empty()) return {};
  const bool vi_first = globals.language == Language::vi;
  std::string out = "  → " + (vi_first ? found.vi : found.en) + "\n";
  if (!globals.one_language) out += "    " + (vi_first ? found.en : found.vi) + "\n";
  return out;
}

}  // namespace gandan::cli
