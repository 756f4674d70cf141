// Verbs of daily work: records, attachments, search, conflicts, exchange, audit, report, status.
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr Text kWorkUnitHelp{"Đơn vị: mã, tên, hoặc mấy chữ cuối của mã đầy đủ (xem 'unit list')",
                             "The unit: its code, its name, or the end of its id"};
constexpr Text kStateHelp{
    "Chỉ hồ sơ: draft (đang ghi), finalized (đã chốt, kể cả đã được nhận, bị trả lại hay sửa sau khi chốt) "
    "hoặc withdrawn (đã rút)",
    "Only these: draft, finalized (also what was accepted, handed back or amended since) or withdrawn"};
constexpr Text kConflictsHelp{"Chỉ hồ sơ có chỗ hai người ghi khác nhau", "Only those with a conflict"};
constexpr Text kIdHelp{"Mã hồ sơ như máy hiện (n69g-1), hoặc mấy chữ cuối",
                       "The record's id as it is shown (n69g-1), or the end of it"};
constexpr Text kSetHelp{
    "MỤC=nội dung, ghi được nhiều lần; MỤC= là để trống. Tên mục: xem 'record kinds'. Hồ sơ khác: "
    "village=n69g-1. Dòng trong bảng: team[n69g-2].name=…, mã dòng ở 'record show'; thêm dòng: "
    "team:=[{\"name\":\"…\"}]; bỏ dòng: team[n69g-2]=",
    "FIELD=text, may be repeated; FIELD= empties it. The fields: see 'record kinds'. Another record: "
    "village=n69g-1. An item of a list: team[n69g-2].name=…, its id as 'record show' has it; a new one: "
    "team:=[{\"name\":\"…\"}]; to remove one: team[n69g-2]="};
constexpr Text kReasonHelp{"Lý do; phải có khi hồ sơ đã chốt", "Why; wanted when the record is finalised"};
constexpr Text kLateHelp{"Cho ghi bên cạnh bản đã chốt, kèm --reason; bản đã chốt vẫn giữ nguyên",
                         "Allow it beside the signed version, with --reason; that one stays as it is"};
constexpr Text kNumberedHelp{"Cấp luôn số kế tiếp nếu chưa có số", "Give it the next number if it has none"};
constexpr Text kOldTextHelp{
    "Chữ phông cũ (TCVN3, VNI): convert là đổi, keep là để nguyên; không nêu thì cho xem trước",
    "Text of old fonts (TCVN3, VNI): convert it, or keep it; absent: shows it first"};
constexpr Text kRowsFileHelp{"Bảng .xlsx hoặc .csv: mỗi dòng thành một dòng của danh sách",
                             "A table, .xlsx or .csv, whose rows become items of a list"};
constexpr Text kRowsHelp{"Danh sách nào; không nêu thì danh sách đầu", "Which list; absent: the first"};
constexpr Text kFileHelp{"Tệp nội dung hồ sơ (JSON, ví dụ ở README)",
                         "File with the record's fields (JSON, see README)"};
constexpr Text kKindHelp{"Loại hồ sơ, xem 'record kinds'", "The kind, see 'record kinds'"};
constexpr Text kPeriodHelp{
    "Kỳ: 2026, 2026-H1 (6 tháng), 2026-Q3 (quý), 2026-03 (tháng); hoặc --from, --until",
    "The period: 2026, 2026-H1 (six months), 2026-Q3 (quarter), 2026-03 (month); or --from, --until"};
constexpr Text kFromHelp{"Từ ngày, ghi ngày/tháng/năm", "From this day, as day/month/year"};
constexpr Text kUntilHelp{"Đến hết ngày, ghi ngày/tháng/năm", "Until this day, inclusive"};
constexpr Text kFilterHelp{"Theo bộ lọc đã lưu (xem 'filter list'); mục nào nêu thêm thì theo mục nêu thêm",
                           "By a saved filter (see 'filter list'); what is given besides takes its place"};
constexpr Text kIndicatorHelp{"Chỉ dấu hiệu này, ví dụ text.alike; ghi được nhiều lần",
                              "This indicator alone, e.g. text.alike; may be repeated"};
constexpr Text kDeletedHelp{"Kể cả hồ sơ đã rút", "Withdrawn ones, too"};
constexpr Text kOrderHelp{"Xếp theo: newest (mới trước) hoặc title (theo tên)",
                          "In this order: newest or title"};
constexpr Text kLimitHelp{"Nhiều nhất bao nhiêu", "At most so many"};
constexpr Text kOffsetHelp{"Bỏ qua bao nhiêu hồ sơ đầu", "Skip so many"};
constexpr Text kVersionHelp{"Bản đã chốt số mấy", "A signed version by its number"};

// A period by name, or by its days.
Verb& in_period(Verb& verb) {
  return verb.optional("--period", "period", kPeriodHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp);
}

void add_seal_verbs(CLI::App& record, Verbs& verbs) {
  constexpr Text kFieldHelp{"Mục niêm phong, ví dụ identity", "The sealed field, e.g. identity"};
  constexpr Text kPickHelp{"Bản số mấy, khi hai người cùng niêm phong", "Which one, where two were sealed"};
  verbs
      .add(record, "seal", "record.seal",
           {"Niêm phong một mục: chỉ những máy được nêu mở được. Nội dung: gõ khi được hỏi, hoặc đưa qua đầu "
            "vào chuẩn",
            "Seal a field: only the devices that are named can open it. Its text is asked for, or read from "
            "standard input"})
      .required("ID", "id", kIdHelp)
      .required("FIELD", "path", kFieldHelp)
      .many("--for", "for",
            {"Máy được mở: mã hoặc tên máy, xem 'device list'; ghi được nhiều lần. Máy này cũng mở được",
             "A device that may open it, as 'device list' names it; may be repeated. This one may, too"})
      .flag("--not-me", "not_me", {"Máy này không mở lại được", "This device cannot open it again"})
      .typed("--value", "value",
             {"Nội dung; còn lại trong lịch sử dòng lệnh, nên chỉ để thử",
              "The text; it stays in the shell's history, so for trials only"},
             {"Nội dung niêm phong", "The text to seal"})
      .instead_many("--add", "for", "record.seal_add",
                    {"Cho thêm máy được mở, bởi máy đang mở được; nội dung giữ nguyên",
                     "Let another device open it, by one that can; the text stays as it is"})
      .integer("--pick", "pick", kPickHelp, -1)
      .flag("--late", "late", kLateHelp)
      .optional("--reason", "reason", kReasonHelp);
  verbs
      .add(record, "unseal", "record.unseal",
           {"Mở mục niêm phong; việc mở được ghi vào hồ sơ, ai cũng thấy ai đã mở",
            "Open a sealed field; the opening is written into the record, for all to see"})
      .required("ID", "id", kIdHelp)
      .required("FIELD", "path", kFieldHelp)
      .integer("--pick", "pick", kPickHelp, -1);
}

void add_record_verbs(CLI::App& app, Verbs& verbs) {
  auto& record = verbs.group(app, "record", {"Hồ sơ", "Records"});
  verbs
      .add(record, "kinds", "record.kinds",
           {"Có những loại hồ sơ nào; mỗi loại hỏi những mục gì", "The kinds of records, and what each asks"})
      .optional("KIND", "kind", {"Xem kỹ loại này", "This one, with its fields"})
      .no_vault();
  verbs.add(record, "add", "record.add", {"Ghi hồ sơ mới", "Write a new record"})
      .required("KIND", "kind", kKindHelp)
      .optional("--file", "record_file", kFileHelp)
      .optional("--rows-from", "rows_file", kRowsFileHelp)
      .optional("--rows", "rows", kRowsHelp)
      .sets("record", kSetHelp)
      .wants_one_of({"--set", "--file", "--rows-from"})
      .optional("--unit", "unit", kWorkUnitHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs
      .add(record, "copy", "record.copy",
           {"Lập hồ sơ mới từ hồ sơ trước; ngày, số liệu, kết quả để trống",
            "Start a new record from an earlier one; dates, figures and outcomes stay empty"})
      .required("ID", "id", kIdHelp)
      .sets("record", kSetHelp)
      .optional("--unit", "unit", kWorkUnitHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs.add(record, "edit", "record.edit", {"Sửa hồ sơ", "Edit a record"})
      .required("ID", "id", kIdHelp)
      .optional("--file", "record_file", kFileHelp)
      .optional("--rows-from", "rows_file", kRowsFileHelp)
      .optional("--rows", "rows", kRowsHelp)
      .sets("record", kSetHelp)
      .flag("--late", "late", kLateHelp)
      .optional("--reason", "reason", kReasonHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs.add(record, "show", "record.show", {"Xem hồ sơ", "Show a record"})
      .required("ID", "id", kIdHelp)
      .flag("--signed", "signed", {"Chỉ bản đã chốt", "The signed version alone"})
      .integer("--version", "version", kVersionHelp);
  verbs.add(record, "list", "record.list", {"Liệt kê hồ sơ", "List records"})
      .optional("--filter", "filter", kFilterHelp)
      .optional("--kind", "kind", kKindHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--state", "state", kStateHelp)
      .flag("--deleted", "deleted", kDeletedHelp)
      .flag("--conflicts", "conflicts", kConflictsHelp)
      .choice("--order", "order", kOrderHelp, {"newest", "title"}, false)
      .integer("--limit", "limit", kLimitHelp)
      .integer("--offset", "offset", kOffsetHelp);
  verbs
      .add(record, "links", "record.links",
           {"Nối tới hồ sơ nào, và hồ sơ nào nối tới đây", "What it names, and what names it"})
      .required("ID", "id", kIdHelp);
  verbs
      .add(record, "history", "record.history",
           {"Ai ghi gì, khi nào, đã tới máy chủ chưa", "Who wrote what, when, and whether it arrived"})
      .required("ID", "id", kIdHelp);
  verbs.add(record, "finalize", "record.finalize", {"Chốt hồ sơ", "Finalise: sign it as it stands"})
      .required("ID", "id", kIdHelp)
      .optional(
          "--links", "links",
          {"Chốt lại khi hồ sơ liên kết đã có bản mới: then (giữ bản lúc chốt trước) hoặc now (theo bản "
           "mới)",
           "Again, when linked records were signed again: then (as before) or now (as they are)"})
      .pairs(
          "--override", "overrides", "rule", "reason",
          {"QUY_TẮC=lý do: vẫn chốt khi điều kiện ấy chưa đạt; lý do ở lại trong hồ sơ. Tên quy tắc: máy nêu "
           "khi chưa cho chốt",
           "RULE=reason: go on against a condition; the reason stays in the record. The rule's name is in "
           "the "
           "refusal"})
      .optional("--reason", "reason", {"Vì sao chốt lại", "Why it is finalised again"})
      .flag("--numbered", "numbered", kNumberedHelp);
  verbs
      .add(record, "accept", "record.accept",
           {"Cơ quan tiếp nhận nhận hồ sơ đã chốt", "The office takes a finalised record"})
      .required("ID", "id", kIdHelp);
  verbs
      .add(record, "return", "record.return",
           {"Trả hồ sơ kèm câu hỏi", "Hand a finalised record back with a question"})
      .required("ID", "id", kIdHelp)
      .required("--question", "question", {"Câu hỏi, yêu cầu", "The question"});
  verbs
      .add(record, "answer", "record.answer",
           {"Trả lời câu hỏi bằng lời, khi hồ sơ không phải sửa gì",
            "Answer a question in words, where the record needs no change"})
      .required("ID", "id", kIdHelp)
      .required("--answer", "answer", {"Lời trả lời", "The answer"});
  verbs
      .add(record, "sign", "record.sign",
           {"Ký vào hồ sơ đã chốt; không nêu tệp thì ký bằng khoá của máy này",
            "Sign a finalised record; without a file this device's key signs"})
      .required("ID", "id", kIdHelp)
      .optional("--as", "as",
                {"Tư cách (bắt buộc, trừ khi --scan): chair (chủ tọa), secretary (thư ký), village_head "
                 "(trưởng thôn), front_head (Mặt trận), "
                 "household (hộ dân), official (cán bộ), witness (làm chứng), other (khác)",
                 "As (required, unless --scan): chair, secretary, village_head, front_head, household, "
                 "official, witness, other"})
      .optional("--name", "name", {"Chức danh hoặc mã hộ", "A title or a household's code"})
      .optional("--drawn", "drawn",
                {"Ảnh chữ ký vẽ trên máy (PNG, JPEG)", "Picture of a drawn signature (PNG, JPEG)"})
      .optional(
          "--scan", "scan",
          {"Bản giấy đã ký, quét hoặc chụp (PDF, PNG, JPEG)", "Scan of the signed paper (PDF, PNG, JPEG)"});
  verbs
      .add(record, "signatures", "record.signatures",
           {"Ai đã ký, ký đúng nội dung nào", "Who signed, and which content"})
      .required("ID", "id", kIdHelp);
  add_seal_verbs(record, verbs);
  verbs
      .add(record, "withdraw", "record.withdraw",
           {"Rút hồ sơ; nhật ký vẫn giữ", "Withdraw a record; the log keeps it"})
      .required("ID", "id", kIdHelp)
      .required("--reason", "reason", {"Lý do", "Why"});
  verbs
      .add(record, "print", "record.print",
           {"Ghi biên bản khổ A4 ra tệp: .html để in (mở bằng trình duyệt), .docx để sửa tiếp bằng Word",
            "Minutes for A4: .html to print, .docx to go on with in Word"})
      .required("ID", "id", kIdHelp)
      .required_file(
          "--out", "out",
          {"Tệp biên bản, tên kết thúc bằng .html hoặc .docx", "The file, its name ends in .html or .docx"},
          {".html", ".docx"})
      .optional("--template", "report", {"Mẫu in khác", "Another template"})
      .integer("--version", "version", kVersionHelp)
      .optional("--number", "number", {"In số khác", "Print another number"})
      .flag("--numbered", "numbered",
            {"Cấp luôn số kế tiếp nếu chưa có số; hồ sơ phải chốt rồi",
             "Give it the next number if it has none; it has to be finalised"})
      .optional("--superior", "superior", {"Cơ quan cấp trên", "The agency above"})
      .optional("--organisation", "organisation", {"Cơ quan ban hành", "Who issues it"})
      .optional("--place", "place", {"Địa danh ở dòng ngày tháng", "Place of the date line"});
}

void add_report_verb(CLI::App& app, Verbs& verbs) {
  in_period(verbs.add(app, "report", "report.period",
                      {"Số liệu một kỳ, so với kỳ trước; trên màn hình, hoặc ra tệp để ký, để tính",
                       "A period's figures beside those of the one before; on screen, or as a file"}))
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--report", "report", {"Mẫu báo cáo khác", "Another report"})
      .flag("--with-predecessors", "predecessors",
            {"Tính cả hồ sơ của đơn vị trước sáp nhập", "With the records of the unit's predecessors"}, true)
      .optional_file(
          "--out", "out",
          {"Ra tệp: .docx, .html theo thể thức văn bản; .xlsx, .csv để tính. Lập từ mốc sổ cái, làm lại "
           "được đúng từng byte",
           "Into a file: .docx, .html as a paper; .xlsx, .csv to reckon with. Made from the checkpoint: "
           "the same bytes again"},
          {".docx", ".html", ".xlsx", ".csv"})
      .flag("--unsent", "unsent",
            {"Tính cả thay đổi chưa lên sổ cái; tệp ghi rõ là không làm lại được",
             "With what is in no ledger yet; the file says that it cannot be made again"},
            true)
      .integer("--checkpoint", "checkpoint",
               {"Lập từ một mốc sổ cái trước: số mục của mốc", "From an earlier checkpoint, by its size"})
      .choice("--head", "head",
              {"Thể thức: state (Nhà nước, Nghị định 30/2020) hoặc party (Đảng, HD 36-HD/VPTW)",
               "Head: state (Decree 30/2020) or party (Instruction 36-HD/VPTW)"},
              {"state", "party"}, false)
      .optional("--number", "number", {"Số, ký hiệu của báo cáo", "Its number"})
      .optional("--superior", "superior", {"Cơ quan cấp trên", "The agency above"})
      .optional("--organisation", "organisation", {"Cơ quan ban hành", "Who issues it"})
      .optional("--place", "place", {"Địa danh ở dòng ngày tháng", "Place of the date line"})
      .date("--date", "date", {"Ngày ký; không nêu: để chỗ trống", "Day of signing; absent: dots"});
}

void add_number_verbs(CLI::App& app, Verbs& verbs) {
  auto& number = verbs.group(app, "number", {"Số văn bản theo đơn vị, ký hiệu, năm", "Document numbers"});
  verbs
      .add(number, "assign", "number.assign",
           {"Cấp số cho hồ sơ, hoặc đổi số kèm lý do", "Give a record a number, or change it"})
      .required("ID", "id", kIdHelp)
      .integer("--number", "number", {"Số; không nêu thì lấy số kế tiếp", "The number; absent: the next one"})
      .optional("--symbol", "symbol", {"Ký hiệu, ví dụ BB-CĐDC", "The symbol, e.g. BB-CĐDC"})
      .integer("--year", "year", {"Năm", "The year"})
      .optional("--reason", "reason", {"Lý do; phải có khi đổi số", "Why; wanted to change one"});
  verbs
      .add(number, "list", "number.list",
           {"Sổ cấp số; chỗ nào trống số, trùng số", "The numbers given, with gaps and doubles"})
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--symbol", "symbol", {"Ký hiệu", "The symbol"})
      .integer("--year", "year", {"Năm", "The year"});
}

void add_attachment_verbs(CLI::App& app, Verbs& verbs) {
  verbs.add(app, "attach", "attachment.add", {"Đính kèm ảnh, tệp vào hồ sơ", "Attach a file to a record"})
      .required("ID", "record", kIdHelp)
      .required("FILE", "file", {"Tệp, nặng nhất 32 MiB", "The file, at most 32 MiB"})
      .optional("--path", "path", {"Mục nhận tệp", "The form's file field"})
      .optional("--name", "name", {"Tên khác cho tệp", "Another name"})
      .optional("--type", "media_type", {"Loại tệp, ví dụ image/jpeg", "The media type, e.g. image/jpeg"})
      .sets("fields", {"Mục đi kèm tệp, ví dụ chú thích: MỤC=nội dung", "Fields beside the file: FIELD=text"})
      .flag("--late", "late", kLateHelp)
      .optional("--reason", "reason", kReasonHelp);
  auto& attachment = verbs.group(app, "attachment", {"Tệp đính kèm", "Attachments"});
  verbs.add(attachment, "list", "attachment.list", {"Liệt kê tệp của hồ sơ", "List a record's files"})
      .required("ID", "record", kIdHelp);
  verbs.add(attachment, "read", "attachment.read", {"Lấy tệp đính kèm ra", "Write one to a file"})
      .required("ID", "record", kIdHelp)
      .required("--out", "out", {"Ghi ra tệp này", "The file to write"})
      .optional("--path", "path", {"Mục hoặc tên tệp", "Its field or its name"});
}

void add_exchange_verbs(CLI::App& app, Verbs& verbs) {
  verbs.add(app, "sync", "sync.run", {"Gửi và nhận qua máy chủ", "Send and fetch through the server"})
      .optional("--server", "server",
                {"Máy chủ, ghi https://máy:cổng; lần sau không cần nêu lại",
                 "The server, as https://host:port; it is remembered for the next time"})
      .optional("--ca", "ca_file",
                {"Tệp chứng thư của nơi cấp chứng thư cho máy chủ (PEM); được nhớ cùng máy chủ",
                 "The authority's certificate (PEM); remembered with the server"})
      .integer(
          "--wait", "wait",
          {"Chưa có gì mới thì chờ ở máy chủ, nhiều nhất bấy nhiêu giây (đến 45)",
           "Where there is nothing new, wait for it at the server for so many seconds at most (up to 45)"})
      .integer(
          "--recent", "recent",
          {"Máy mới: lấy trước phần máy chủ nhận trong bấy nhiêu ngày; phần cũ hơn chỉ lấy chữ ký và mã băm",
           "A new device: take first what the server received in so many days; of what is older, "
           "signatures and hashes only"})
      .flag("--old", "old",
            {"Lấy về cả phần cũ mà --recent đã để lại", "Fetch the old part that --recent left, too"})
      .flag("--no-attachments", "attachments", {"Không tải tệp đính kèm", "Do not fetch attachments"}, false)
      .flag("--keep-ledger", "keep_ledger",
            {"Giữ cả sổ cái, để giám sát kiểm tra", "Keep the whole ledger, for audits"});
  auto& bundle = verbs.group(app, "bundle", {"Gói chuyển tay (USB, thẻ nhớ)", "Bundles, carried by hand"});
  verbs.add(bundle, "export", "bundle.export", {"Ghi gói", "Write a bundle"})
      .required("FILE", "file", {"Tệp gói", "The bundle"})
      .optional("--unit", "unit", kWorkUnitHelp)
      .flag("--everything", "everything", {"Kể cả phần máy chủ đã nhận", "Also what the server has"})
      .flag("--no-attachments", "attachments", {"Không kèm tệp đính kèm", "Without attachments"}, false)
      .flag("--renew", "renewals",
            {"Kèm phiếu gia hạn cho các máy của đơn vị; máy quản trị mới làm được",
             "With renewals for the unit's devices; by an administrator"});
  verbs.add(bundle, "import", "bundle.import", {"Nhận gói", "Take a bundle"})
      .required("FILE", "file", {"Tệp gói", "The bundle"})
      .optional("--root", "root",
                {"Vân tay hệ thống, như người quản trị đã đọc cho",
                 "The realm's fingerprint, as the administrator gave it"})
      .creates_vault();
}

void add_filter_verbs(CLI::App& app, Verbs& verbs) {
  constexpr Text kNameHelp{"Tên bộ lọc, ví dụ \"Nháp xã A\"", "The filter's name, e.g. \"Drafts of A\""};
  auto& filter = verbs.group(app, "filter", {"Bộ lọc đã lưu trên máy này", "Saved filters, on this device"});
  verbs
      .add(filter, "save", "filter.save",
           {"Lưu bộ lọc để dùng lại với --filter; trùng tên thì thay", "Save one, for --filter"})
      .required("NAME", "name", kNameHelp)
      .optional("--kind", "kind", kKindHelp)
      .optional("--period", "period", kPeriodHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--state", "state", kStateHelp)
      .flag("--deleted", "deleted", kDeletedHelp)
      .flag("--conflicts", "conflicts", kConflictsHelp)
      .choice("--order", "order", kOrderHelp, {"newest", "title"}, false)
      .optional("--text", "text", {"Từ cần tìm, dùng với search", "Words, for search"})
      .many("--indicator", "indicators", kIndicatorHelp);
  verbs.add(filter, "list", "filter.list", {"Liệt kê bộ lọc", "List them"});
  verbs.add(filter, "delete", "filter.delete", {"Xoá bộ lọc", "Forget one"})
      .required("NAME", "name", kNameHelp);
}

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
  in_period(
      verbs
          .add(audit, "prove", "audit.prove",
               {"Lập tệp bằng chứng cho một hồ sơ, cho nhật ký một người trong một kỳ (--holder), hoặc cho "
                "số liệu của báo cáo một kỳ (--figure)",
                "Write the proof of one record, of a person's log of a period (--holder), or of figures "
                "of a period's report (--figure)"})
          .optional("ID", "record", kIdHelp)
          .optional("--holder", "holder",
                    {"Nhật ký của người này trong kỳ: đủ cả, không thiếu phần nào",
                     "This person's log of the period: all of it, and none missing"})
          .many("--figure", "figures",
                {"Số liệu này của báo cáo, theo mã chỉ tiêu, ví dụ visits; ghi được nhiều lần",
                 "This figure of the report by its id, e.g. visits; may be repeated"}))
      .optional("--unit", "unit", kWorkUnitHelp)
      .integer("--checkpoint", "checkpoint",
               {"Của số liệu: số mục của mốc sổ cái in trên báo cáo; không ghi: mốc sau cùng",
                "Of figures: the size of the checkpoint that the report prints; absent: the last"})
      .optional("--file", "printed",
                {"Của số liệu: tệp báo cáo, để bằng chứng nêu đúng tệp ấy",
                 "Of figures: the report's file, for the proof to name it"})
      .optional("--report", "report", {"Của số liệu: mẫu báo cáo khác", "Of figures: another report"})
      .flag("--with-predecessors", "predecessors",
            {"Của số liệu: tính cả đơn vị trước sáp nhập", "Of figures: with the unit's predecessors"}, true)
      .optional("--kind", "kind",
                {"Loại hồ sơ được nêu; không ghi: phiếu vận động",
                 "The kind of record that is disclosed; absent: mobilisation visits"})
      .required("--out", "out", {"Tệp bằng chứng", "The proof's file"});
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

void add_schema_verbs(CLI::App& app, Verbs& verbs) {
  auto& schema = verbs.group(
      app, "schema", {"Mẫu biểu, quy tắc (người soạn mẫu dùng)", "Forms and rules, for their authors"});
  verbs
      .add(schema, "import", "schema.import",
           {"Lấy mẫu khảo sát XLSForm (ODK, Kobo) thành loại hồ sơ",
            "A record type from an XLSForm (ODK, Kobo)"})
      .required("FILE", "file", {"Bảng tính .xlsx", "The spreadsheet, .xlsx"})
      .optional("--out", "out",
                {"Tệp hoặc thư mục ghi ra; không nêu: thư mục này", "File or folder to write; absent: here"})
      .optional("--kind", "kind", {"Tên loại hồ sơ, thay cho form_id", "The kind, instead of form_id"})
      .integer("--version-number", "version",
               {"Phiên bản, thay cho của mẫu", "The version, instead of the form's"})
      .flag("--strict", "strict",
            {"Không ghi gì nếu có phần không chuyển được", "Write nothing unless all comes along"})
      .fixed("out", ".")
      .no_vault()
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs
      .add(schema, "export", "schema.export", {"Ghi loại hồ sơ thành XLSForm", "An XLSForm of a record type"})
      .required("KIND", "kind", kKindHelp)
      .required("--out", "out", {"Bảng tính .xlsx", "The spreadsheet, .xlsx"})
      .integer("--version-number", "version",
               {"Phiên bản; không nêu: mới nhất", "The version; absent: the newest"})
      .no_vault();
  verbs
      .add(schema, "check", "schema.check",
           {"Soát mẫu biểu, quy tắc, báo cáo, lịch", "Check forms, rules, reports, calendars"})
      .required("DIR", "folder", {"Thư mục bày như schema/", "A folder laid out as schema/"})
      .no_vault();
  verbs
      .add(schema, "publish", "schema.publish",
           {"Ban hành bộ mẫu biểu, quy tắc, lịch của tỉnh", "Publish the realm's forms, rules and calendars"})
      .optional(
          "DIR", "folder",
          {"Thư mục bày như schema/, chỉ có phần mới", "A folder laid out as schema/, with what is new"})
      .optional("--again", "again",
                {"Bộ mà người khác đã ban hành trước cùng số (schema list)",
                 "A set that another one overtook (schema list)"});
  verbs.add(schema, "list", "schema.list",
            {"Các bộ đã ban hành, bộ nào đang dùng", "The published sets, and which are in use"});
}

}  // namespace

void add_work_verbs(CLI::App& app, Verbs& verbs) {
  add_record_verbs(app, verbs);
  add_number_verbs(app, verbs);
  add_attachment_verbs(app, verbs);
  verbs
      .add(app, "search", "search",
           {"Tìm hồ sơ, gõ có dấu hay không dấu đều được", "Search, with or without diacritics"})
      .words("WORDS", "text",
             {"Từ cần tìm; trong \"…\" là cụm từ liền nhau", "The words; in quotes: together"})
      .optional("--filter", "filter", kFilterHelp)
      .optional("--kind", "kind", kKindHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kWorkUnitHelp)
      .optional("--state", "state", kStateHelp)
      .flag("--conflicts", "conflicts", kConflictsHelp)
      .integer("--limit", "limit", kLimitHelp)
      .integer("--offset", "offset", kOffsetHelp);
  verbs
      .add(app, "conflicts", "conflict.list",
           {"Những chỗ hai người ghi khác nhau", "Fields that two people wrote differently"})
      .optional("ID", "record", kIdHelp)
      .optional("--unit", "unit", kWorkUnitHelp);
  verbs
      .add(app, "duplicates", "duplicate.list",
           {"Những hồ sơ, dòng có thể đã ghi hai lần", "What may have been written twice"})
      .optional("ID", "record", kIdHelp)
      .optional("--kind", "kind", kKindHelp)
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kWorkUnitHelp)
      .integer("--limit", "limit", kLimitHelp);
  verbs
      .add(app, "resolve", "conflict.resolve",
           {"Chọn bản đúng cho chỗ hai người ghi khác nhau", "Choose what holds in a conflict"})
      .required("ID", "record", kIdHelp)
      .required("FIELD", "path", {"Mục, như lệnh conflicts nêu", "The field, as 'conflicts' names it"})
      .integer("--pick", "pick", {"Chọn bản số mấy trong bảng", "Its number in the table, from 1"}, -1)
      .optional("--value", "value", {"Hoặc ghi nội dung mới", "Or a new value"})
      .optional("--reason", "reason", kReasonHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);

  add_exchange_verbs(app, verbs);
  add_audit_verbs(app, verbs);
  add_schema_verbs(app, verbs);

  add_report_verb(app, verbs);
  add_filter_verbs(app, verbs);
  verbs
      .add(app, "tasks", "task.list",
           {"Việc phải làm: sắp đến hạn, cam kết với dân, hồ sơ bị trả",
            "What is due: deadlines, commitments, records handed back"})
      .integer("--days", "days", {"Trong bao nhiêu ngày tới; không nêu: 7", "Within so many days; absent: 7"})
      .optional("--unit", "unit", kWorkUnitHelp)
      .flag("--only-unit", "below", {"Không kể đơn vị bên dưới", "Without the units below"}, false)
      .flag("--mine", "mine", {"Chỉ việc của tôi", "Mine only"})
      .integer("--limit", "limit", kLimitHelp);
  verbs
      .add(app, "status", "status",
           {"Máy này ra sao; hồ sơ đã tới nơi chưa", "How this device stands; did the records arrive?"})
      .optional("ID", "record", kIdHelp)
      .integer("--limit", "limit", {"Bao nhiêu hồ sơ mới nhất", "How many of the newest records"});
}

}  // namespace gandan::cli
