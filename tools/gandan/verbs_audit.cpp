// Verbs of supervision: what a ledger proves, what records leave to ask, and files for strangers.
#include "gandan/work_words.hpp"

namespace gandan::cli {

void add_audit_verbs(CLI::App& app, Verbs& verbs) {
  auto& audit = verbs.group(app, "audit", {"Kiểm tra, giám sát", "Supervision"});
  verbs.add(audit, "verify", "audit.verify",
            {"Soát mọi nhật ký và sổ cái", "Check every log and the ledger"});
  in_period(
      verbs.add(
          audit, "run", "audit.run",
          {"Xem hồ sơ một kỳ có gì cần hỏi lại: ghi chậm, chép lời nhau, đi lại vô lý, cam kết quá hạn…",
           "What a period's records leave to ask: late, copied, impossible, overdue …"}))
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--filter", "filter", kFilterHelp)
      .many("--indicator", "indicators", kIndicatorHelp)
      .integer("--limit", "limit", kLimitHelp);
  auto& prove =
      in_period(
          verbs
              .add(audit, "prove", "audit.prove",
                   {"Lập tệp bằng chứng cho một hồ sơ, cho nhật ký một người trong một kỳ (--holder), hoặc "
                    "cho số liệu của báo cáo một kỳ (--figure)",
                    "Write the proof of one record, of a person's log of a period (--holder), or of figures "
                    "of a period's report (--figure)"})
              .optional("ID", "record", kIdHelp)
              .optional("--holder", "holder",
                        {"Hồ sơ người này ghi trong kỳ, trong nhật ký của đơn vị không thiếu phần nào; thay "
                         "đổi nào không nêu thì nói rõ bao nhiêu",
                         "This person's records of the period, out of logs of which no segment is missing; "
                         "what is not shown is counted"})
              .many("--figure", "figures",
                    {"Số liệu này của báo cáo, theo mã chỉ tiêu, ví dụ visits; ghi được nhiều lần",
                     "This figure of the report by its id, e.g. visits; may be repeated"}))
          .optional("--unit", "unit", kWorkUnitHelp)
          .integer("--checkpoint", "checkpoint",
                   {"Của số liệu: số mục của mốc sổ cái in trên báo cáo; không ghi: mốc sau cùng",
                    "Of figures: the size of the checkpoint that the report prints; absent: the last"})
          .optional(
              "--file", "printed",
              {"Của số liệu: tệp báo cáo, để bằng chứng nêu đúng tệp ấy; số, ngày, cơ quan ghi trên đầu thì "
               "nêu lại",
               "Of figures: the report's file, for the proof to name it; with its head as it was given"})
          .optional("--report", "report", {"Của số liệu: mẫu báo cáo khác", "Of figures: another report"})
          .flag("--with-predecessors", "predecessors",
                {"Của số liệu: tính cả đơn vị trước sáp nhập", "Of figures: with the unit's predecessors"},
                true)
          .optional("--kind", "kind",
                    {"Loại hồ sơ được nêu; không ghi: phiếu vận động",
                     "The kind of record that is disclosed; absent: mobilisation visits"})
          .required("--out", "out", {"Tệp bằng chứng", "The proof's file"});
  headed(prove);
  verbs
      .add(audit, "verify-proof", "audit.verify_proof",
           {"Soát tệp bằng chứng; không cần sổ, không cần mạng",
            "Check a proof, with no vault and no network"})
      .required("FILE", "file", {"Tệp bằng chứng", "The proof"})
      .required("--root", "root", {"Vân tay hệ thống", "The realm's fingerprint"})
      .optional("--file", "printed",
                {"Tệp báo cáo, so với tệp mà bằng chứng của số liệu nêu",
                 "A report's file, held against the one that a proof of figures names"})
      .no_vault();
  verbs
      .add(audit, "evidence", "audit.evidence",
           {"Ghi chứng cứ máy chủ đã ký hai sổ cái", "Write evidence that the server signed two ledgers"})
      .required("--out", "out", {"Tệp chứng cứ", "The evidence's file"});
  verbs
      .add(audit, "verify-evidence", "audit.verify_evidence",
           {"Soát tệp chứng cứ đó; không cần sổ, không cần mạng",
            "Check such a file, with no vault and no network"})
      .required("FILE", "file", {"Tệp chứng cứ", "The evidence"})
      .required("--root", "root", {"Vân tay hệ thống", "The realm's fingerprint"})
      .no_vault();
  auto& ledger = verbs.group(app, "ledger", {"Sổ cái mà máy này giữ", "The ledger that this device keeps"});
  verbs
      .add(ledger, "export", "ledger.export",
           {"Ghi cả sổ cái ra tệp, để trả lại cho máy chủ bị mất phần cuối (gandan-server give-back)",
            "Write the whole ledger to a file, for a server that lost its end (gandan-server give-back)"})
      .required("--out", "out", {"Tệp sổ cái", "The ledger's file"})
      .integer(
          "--from", "from",
          {"Chỉ từ mục này trở đi; không ghi: từ đầu", "From this entry on only; absent: from the first"});
}

}  // namespace gandan::cli
