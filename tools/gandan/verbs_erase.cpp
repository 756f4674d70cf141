#include "gandan/verb.hpp"

namespace gandan::cli {

void add_erase_verbs(CLI::App& app, Verbs& verbs) {
  constexpr Text kRecordHelp{"Mã hồ sơ như máy hiện (n69g-1), hoặc mấy chữ cuối",
                             "The record's id as it is shown (n69g-1), or the end of it"};
  auto& erase =
      verbs.group(app, "erase", {"Xoá dữ liệu cá nhân của hồ sơ", "Erase a record's personal data"});
  verbs
      .add(erase, "propose", "erase.propose",
           {"Đề nghị xoá; có hiệu lực khi một quản trị khác, trên máy khác, duyệt ('act approve') và máy chủ "
            "nhận",
            "Propose it; in effect when another administrator on another device approves ('act approve') and "
            "the server has it"})
      .required("RECORD", "record", kRecordHelp)
      .choice(
          "--reason", "reason",
          {"Căn cứ: person (yêu cầu của người có dữ liệu), retention (hết thời hạn lưu), order (quyết định "
           "của "
           "toà án, cơ quan có thẩm quyền), wrong_person (ghi nhầm người)",
           "Why: person (request of the person), retention (its retention is over), order (of a court or an "
           "authority), wrong_person"},
          {"person", "retention", "order", "wrong_person"}, true);
  verbs
      .add(erase, "hold", "erase.hold",
           {"Giữ hồ sơ lại, không cho xoá dữ liệu cá nhân, kèm lý do",
            "Hold a record: its personal data is kept, for a reason"})
      .required("RECORD", "record", kRecordHelp)
      .required("--reason", "reason", {"Lý do", "Why"})
      .flag("--lift", "lift", {"Thôi giữ", "No longer"});
  verbs.add(
      erase, "register", "erase.register",
      {"Sổ xử lý dữ liệu cá nhân: loại hồ sơ nào có mục nào, để làm gì, lưu theo văn bản nào, bao nhiêu hồ "
       "sơ, bao nhiêu đang giữ, đã xoá",
       "The register of processing: which kinds of records have which personal fields, what for, kept under "
       "which text, how many, how many held and erased"});
}

}  // namespace gandan::cli
