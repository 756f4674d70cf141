// Verbs of exchange: the server, and bundles that are carried by hand.
#include "gandan/work_words.hpp"

namespace gandan::cli {

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

}  // namespace gandan::cli
