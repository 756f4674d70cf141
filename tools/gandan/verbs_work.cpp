// Verbs of daily work: records, attachments, search, conflicts, exchange, audit, report, status.
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
constexpr const char* kStateHelp = "draft (nháp), finalized (đã chốt) hoặc withdrawn (đã rút) / only these";
constexpr const char* kConflictsHelp = "Chỉ hồ sơ có chỗ ghi trùng / only those with a conflict";
constexpr const char* kFromHelp = "Từ ngày, dd/mm/yyyy / from, also YYYY-MM-DD";
constexpr const char* kUntilHelp = "Đến hết ngày / until, inclusive";
constexpr const char* kIdHelp = "Mã hồ sơ hoặc mấy chữ cuối / the record's id or the end of it";
constexpr const char* kSetHelp = "đường.dẫn=giá trị, lặp lại được; path:=JSON / path=value, may be repeated";
constexpr const char* kReasonHelp =
    "Lý do; bắt buộc khi hồ sơ đã chốt / why; wanted when the record is finalised";
constexpr const char* kNumberedHelp = "Cấp số kế tiếp nếu chưa có / give the next number if it has none";
constexpr const char* kOldTextHelp =
    "Chữ TCVN3, VNI: convert (đổi) hay keep (giữ nguyên); không nêu thì hỏi / text in an old encoding; "
    "absent: asks";
constexpr const char* kRowsFileHelp =
    "Bảng .xlsx hoặc .csv: mỗi dòng thành một mục của danh sách / a table whose rows become items of a list";
constexpr const char* kRowsHelp =
    "Danh sách nào, không nêu thì danh sách đầu / which list; absent: the first";
constexpr const char* kFileHelp = "Tệp JSON nội dung hồ sơ / JSON file with the record's fields";

void add_record_verbs(CLI::App& app, Verbs& verbs) {
  auto& record = group(app, "record", "Hồ sơ / records");
  verbs
      .emplace_back(record, "kinds", "record.kinds",
                    "Các loại hồ sơ và mẫu / kinds of records and their forms")
      .optional("KIND", "kind", "Chỉ loại này / this one only")
      .no_vault();
  verbs.emplace_back(record, "add", "record.add", "Ghi hồ sơ mới / write a new record")
      .required("KIND", "kind", "Loại hồ sơ / kind")
      .optional("--file", "record_file", kFileHelp)
      .optional("--rows-from", "rows_file", kRowsFileHelp)
      .optional("--rows", "rows", kRowsHelp)
      .sets("record", kSetHelp)
      .optional("--unit", "unit", kUnitHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs
      .emplace_back(record, "copy", "record.copy",
                    "Lập hồ sơ mới từ hồ sơ trước; ngày, số liệu, kết quả để trống / start a new record from "
                    "an earlier one")
      .required("ID", "id", kIdHelp)
      .sets("record", kSetHelp)
      .optional("--unit", "unit", kUnitHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs.emplace_back(record, "edit", "record.edit", "Sửa / edit")
      .required("ID", "id", kIdHelp)
      .optional("--file", "record_file", kFileHelp)
      .optional("--rows-from", "rows_file", kRowsFileHelp)
      .optional("--rows", "rows", kRowsHelp)
      .sets("record", kSetHelp)
      .flag("--late", "late", "Cho ghi thêm bên cạnh bản đã chốt / allow it beside a finalised state")
      .optional("--reason", "reason", kReasonHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs.emplace_back(record, "show", "record.show", "Xem / show")
      .required("ID", "id", kIdHelp)
      .flag("--signed", "signed", "Chỉ bản đã chốt / the signed state alone")
      .integer("--version", "version", "Bản đã chốt số mấy / a signed version by its number");
  verbs.emplace_back(record, "list", "record.list", "Liệt kê / list")
      .optional("--kind", "kind", "Loại hồ sơ / kind")
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kUnitHelp)
      .optional("--state", "state", kStateHelp)
      .flag("--deleted", "deleted", "Kể cả đã rút / withdrawn ones, too")
      .flag("--conflicts", "conflicts", kConflictsHelp)
      .choice("--order", "order", "newest: mới trước; title: theo tên / newest first or by title",
              {"newest", "title"}, false)
      .integer("--limit", "limit", "Nhiều nhất / at most")
      .integer("--offset", "offset", "Bỏ qua / skip");
  verbs
      .emplace_back(record, "links", "record.links",
                    "Nối tới đâu, và hồ sơ nào nối tới đây / what it names, and what names it")
      .required("ID", "id", kIdHelp);
  verbs.emplace_back(record, "history", "record.history", "Ai sửa gì, khi nào, đã tới chưa / every change")
      .required("ID", "id", kIdHelp);
  verbs.emplace_back(record, "finalize", "record.finalize", "Chốt hồ sơ / sign it as it stands")
      .required("ID", "id", kIdHelp)
      .pairs("--override", "overrides", "rule", "reason",
             "QUY_TẮC=lý do, để chốt khi điều kiện chưa đạt / RULE=reason, to go on against a condition")
      .optional("--reason", "reason", "Vì sao chốt lại / why it is finalised again")
      .flag("--numbered", "numbered", kNumberedHelp);
  verbs
      .emplace_back(record, "accept", "record.accept",
                    "Cơ quan tiếp nhận nhận hồ sơ / the office takes a finalised record")
      .required("ID", "id", kIdHelp);
  verbs
      .emplace_back(record, "return", "record.return",
                    "Trả hồ sơ kèm câu hỏi / hand a finalised record back with a question")
      .required("ID", "id", kIdHelp)
      .required("--question", "question", "Câu hỏi, yêu cầu / the question");
  verbs
      .emplace_back(record, "sign", "record.sign",
                    "Ký vào hồ sơ đã chốt; không nêu tệp thì ký bằng khoá của máy này / sign a finalised "
                    "record; without a file this device's key signs")
      .required("ID", "id", kIdHelp)
      .optional("--as", "as",
                "Tư cách: chair, secretary, village_head, front_head, household, official, witness, other")
      .optional("--name", "name", "Chức danh hoặc mã hộ / title or household code")
      .optional("--drawn", "drawn", "Tệp ảnh chữ ký vẽ trên máy / image of a drawn signature")
      .optional("--scan", "scan", "Tệp quét bản giấy đã ký / scan of the signed paper");
  verbs
      .emplace_back(record, "signatures", "record.signatures",
                    "Ai đã ký, đúng nội dung nào / who signed which content")
      .required("ID", "id", kIdHelp);
  verbs
      .emplace_back(record, "withdraw", "record.withdraw",
                    "Rút hồ sơ; nhật ký vẫn giữ / withdraw; the log keeps it")
      .required("ID", "id", kIdHelp)
      .required("--reason", "reason", "Lý do / why");
  verbs.emplace_back(record, "print", "record.print", "In biên bản (HTML, khổ A4) / minutes for printing")
      .required("ID", "id", kIdHelp)
      .required("--out", "out", "Tệp HTML / the HTML file")
      .optional("--template", "report", "Mẫu in khác / another template")
      .integer("--version", "version", "Bản đã chốt số mấy / a signed version by its number")
      .optional("--number", "number", "In số khác / print another number")
      .flag("--numbered", "numbered", kNumberedHelp)
      .optional("--superior", "superior", "Cơ quan cấp trên / the agency above")
      .optional("--organisation", "organisation", "Cơ quan ban hành / who issues it")
      .optional("--place", "place", "Địa danh / place of the date line");
}

void add_number_verbs(CLI::App& app, Verbs& verbs) {
  auto& number = group(app, "number", "Số văn bản theo đơn vị, ký hiệu, năm / document numbers");
  verbs
      .emplace_back(number, "assign", "number.assign",
                    "Cấp số, hoặc đổi số kèm lý do / give or change a number")
      .required("ID", "id", kIdHelp)
      .integer("--number", "number", "Số; bỏ trống: số kế tiếp / absent: the next one")
      .optional("--symbol", "symbol", "Ký hiệu, ví dụ BB-CĐDC / symbol")
      .integer("--year", "year", "Năm / year")
      .optional("--reason", "reason", "Lý do; bắt buộc khi đổi số / why; wanted to change one");
  verbs.emplace_back(number, "list", "number.list", "Sổ cấp số: số trống, số trùng / gaps and doubles")
      .optional("--unit", "unit", kUnitHelp)
      .optional("--symbol", "symbol", "Ký hiệu / symbol")
      .integer("--year", "year", "Năm / year");
}

void add_attachment_verbs(CLI::App& app, Verbs& verbs) {
  verbs.emplace_back(app, "attach", "attachment.add", "Đính kèm tệp vào hồ sơ / attach a file to a record")
      .required("ID", "record", kIdHelp)
      .required("FILE", "file", "Tệp, tối đa 32 MiB / the file")
      .optional("--path", "path", "Mục nhận tệp / the form's file field")
      .optional("--name", "name", "Tên khác / another name")
      .optional("--type", "media_type", "Kiểu nội dung / media type")
      .sets("fields", "Mục đi kèm tệp, ví dụ chú thích / fields beside the file")
      .flag("--late", "late", "Cho thêm bên cạnh bản đã chốt / allow it beside a finalised state")
      .optional("--reason", "reason", kReasonHelp);
  auto& attachment = group(app, "attachment", "Tệp đính kèm / attachments");
  verbs.emplace_back(attachment, "list", "attachment.list", "Liệt kê / list")
      .required("ID", "record", kIdHelp);
  verbs.emplace_back(attachment, "read", "attachment.read", "Ghi tệp đính kèm ra / write one to a file")
      .required("ID", "record", kIdHelp)
      .required("--out", "out", "Tệp ra / output file")
      .optional("--path", "path", "Mục hoặc tên tệp / its field or name");
}

}  // namespace

void add_work_verbs(CLI::App& app, Verbs& verbs) {
  add_record_verbs(app, verbs);
  add_number_verbs(app, verbs);
  add_attachment_verbs(app, verbs);
  verbs
      .emplace_back(app, "search", "search",
                    "Tìm, có dấu hay không đều được / search, with or without diacritics")
      .words("WORDS", "text", "Từ cần tìm; trong \"…\" là cụm từ liền nhau / words; in quotes: together")
      .optional("--kind", "kind", "Loại hồ sơ / kind")
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kUnitHelp)
      .optional("--state", "state", kStateHelp)
      .flag("--conflicts", "conflicts", kConflictsHelp)
      .integer("--limit", "limit", "Nhiều nhất / at most")
      .integer("--offset", "offset", "Bỏ qua / skip");
  verbs
      .emplace_back(app, "conflicts", "conflict.list",
                    "Những chỗ hai người cùng ghi / fields that two people wrote")
      .optional("ID", "record", kIdHelp)
      .optional("--unit", "unit", kUnitHelp);
  verbs
      .emplace_back(app, "duplicates", "duplicate.list",
                    "Những hồ sơ, dòng có thể đã ghi hai lần / what may have been written twice")
      .optional("ID", "record", kIdHelp)
      .optional("--kind", "kind", "Loại hồ sơ / kind")
      .date("--from", "from", kFromHelp)
      .date("--until", "until", kUntilHelp)
      .optional("--unit", "unit", kUnitHelp)
      .integer("--limit", "limit", "Nhiều nhất / at most");
  verbs.emplace_back(app, "resolve", "conflict.resolve", "Chọn bản đúng / choose for a field")
      .required("ID", "record", kIdHelp)
      .required("PATH", "path", "Mục / the field's path")
      .integer("--pick", "pick", "Số thứ tự trong bảng, từ 1 / its number in the table, from 1", -1)
      .optional("--value", "value", "Hoặc giá trị mới / or a new value")
      .optional("--reason", "reason", kReasonHelp)
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);

  verbs.emplace_back(app, "sync", "sync.run", "Gửi và nhận qua máy chủ / send and fetch")
      .required("--server", "server", "https://máy:cổng / https://host:port")
      .optional("--ca", "ca_file", "Chứng thư của nơi bảo đảm máy chủ (PEM) / the authority's certificate")
      .flag("--no-attachments", "attachments", "Không tải tệp đính kèm / do not fetch attachments", false)
      .flag("--keep-ledger", "keep_ledger", "Giữ cả sổ cái để kiểm tra / keep the whole ledger, for audits");
  auto& bundle = group(app, "bundle", "Gói chuyển tay / bundles, carried by hand");
  verbs.emplace_back(bundle, "export", "bundle.export", "Ghi gói / write a bundle")
      .required("FILE", "file", "Tệp gói / the bundle")
      .optional("--unit", "unit", kUnitHelp)
      .flag("--everything", "everything", "Kể cả phần máy chủ đã nhận / also what the server has")
      .flag("--no-attachments", "attachments", "Không kèm tệp / without attachments", false);
  verbs.emplace_back(bundle, "import", "bundle.import", "Nhận gói / take a bundle")
      .required("FILE", "file", "Tệp gói / the bundle")
      .optional("--root", "root",
                "Vân tay hệ thống người quản trị đã đọc cho / the realm's fingerprint, as the administrator "
                "gave it")
      .creates_vault();

  auto& audit = group(app, "audit", "Kiểm tra, giám sát / supervision");
  verbs.emplace_back(audit, "verify", "audit.verify",
                     "Soát mọi nhật ký và sổ cái / check every feed and the ledger");
  verbs.emplace_back(audit, "prove", "audit.prove", "Lập tệp bằng chứng cho một hồ sơ / prove one record")
      .required("ID", "record", kIdHelp)
      .required("--out", "out", "Tệp bằng chứng / the proof's file");
  verbs
      .emplace_back(audit, "verify-proof", "audit.verify_proof",
                    "Soát tệp bằng chứng, không cần sổ, không cần mạng / check a proof with no vault")
      .required("FILE", "file", "Tệp bằng chứng / the proof")
      .required("--root", "root", "Vân tay hệ thống / the realm's fingerprint")
      .no_vault();

  auto& schema = group(app, "schema", "Mẫu biểu, quy tắc / forms and rules");
  verbs
      .emplace_back(schema, "import", "schema.import",
                    "Lấy mẫu XLSForm (ODK, Kobo) thành loại hồ sơ / a record type from an XLSForm")
      .required("FILE", "file", "Bảng tính .xlsx / the spreadsheet")
      .optional("--out", "out",
                "Tệp JSON hoặc thư mục; mặc định: thư mục này / JSON file or folder; default: here")
      .optional("--kind", "kind", "Tên loại hồ sơ, thay cho form_id / kind, instead of form_id")
      .integer("--version-number", "version", "Phiên bản, thay cho của mẫu / version, instead of the form's")
      .flag("--strict", "strict",
            "Không ghi gì nếu có phần không chuyển được / write nothing unless all comes along")
      .fixed("out", ".")
      .no_vault()
      .choice("--old-text", "old_text", kOldTextHelp, {"convert", "keep"}, false);
  verbs
      .emplace_back(schema, "export", "schema.export",
                    "Ghi loại hồ sơ thành XLSForm / an XLSForm of a record type")
      .required("KIND", "kind", "Loại hồ sơ / kind")
      .required("--out", "out", "Bảng tính .xlsx / the spreadsheet")
      .integer("--version-number", "version", "Phiên bản; mặc định: mới nhất / version; default: the newest")
      .no_vault();
  verbs
      .emplace_back(schema, "check", "schema.check",
                    "Soát mẫu biểu, quy tắc, báo cáo, lịch / check forms, rules, reports, calendars")
      .required("DIR", "folder", "Thư mục bày như schema/ / a folder laid out as schema/")
      .no_vault();

  verbs.emplace_back(app, "report", "report.period", "Số liệu một kỳ / a period's figures")
      .date("--from", "from", kFromHelp, true)
      .date("--until", "until", kUntilHelp, true)
      .optional("--unit", "unit", kUnitHelp)
      .optional("--report", "report", "Mẫu báo cáo khác / another report");
  verbs.emplace_back(app, "tasks", "task.list", "Việc phải làm: hạn, cam kết, hồ sơ bị trả / what is due")
      .integer("--days", "days", "Trong bao nhiêu ngày tới, mặc định 7 / within so many days")
      .optional("--unit", "unit", kUnitHelp)
      .flag("--only-unit", "below", "Không kể đơn vị bên dưới / without the units below", false)
      .flag("--mine", "mine", "Chỉ việc của tôi / mine only")
      .integer("--limit", "limit", "Nhiều nhất / at most");
  verbs.emplace_back(app, "status", "status", "Tình hình máy này; hồ sơ đã tới chưa / did it arrive?")
      .optional("ID", "record", kIdHelp)
      .integer("--limit", "limit", "Bao nhiêu hồ sơ mới nhất / how many of the newest records");
}

}  // namespace gandan::cli
