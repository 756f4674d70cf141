#include "gandan/hints.hpp"

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

Hint hint_of(const std::string& code, const Command& command, const Globals& globals) {
  if (code == "record.finalized") return of_finalized(command);
  if (code == "record.no_reason") return {"Gõ thêm --reason \"lý do\"", "Add --reason \"why\""};
  if (code == "text.old_encoding")
    return {"Gõ lại lệnh, thêm --old-text convert (đổi) hoặc --old-text keep (để nguyên)",
            "The same command with --old-text convert, or --old-text keep"};
  if (code == "record.unknown_kind")
    return {"Các loại hồ sơ: gandan record kinds", "The kinds of records: gandan record kinds"};
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
  return {};
}

}  // namespace

std::string hint(const json::object& error, const Command& command, const Globals& globals) {
  const Hint found = hint_of(text(error, "code"), command, globals);
  if (found.vi.empty()) return {};
  const bool vi_first = globals.language == Language::vi;
  std::string out = "  → " + (vi_first ? found.vi : found.en) + "\n";
  if (!globals.one_language) out += "    " + (vi_first ? found.en : found.vi) + "\n";
  return out;
}

}  // namespace gandan::cli
