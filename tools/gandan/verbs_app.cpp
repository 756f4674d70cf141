// The verbs that are no request: what is served on loopback.
#include "gandan/verb.hpp"

namespace gandan::cli {

void add_app_verbs(CLI::App& app, Verbs& verbs) {
  verbs
      .add(
          app, "app", "",
          {"Giao diện trong trình duyệt, trên máy này thôi: in ra địa chỉ để mở (dùng một lần), chạy cho đến "
           "khi được bảo dừng (Ctrl-C). Chưa có sổ thì lập ở đó",
           "The screens in a browser, on this machine alone: prints the address to open (it works once) and "
           "serves until told to stop (Ctrl-C). A vault that is not there yet is made there"})
      .optional("--files", "files",
                {"Thư mục các tệp của giao diện; không nêu: nơi đã cài hoặc đã dựng",
                 "Folder of the screens' files; absent: where they are installed or built"})
      .integer("--port", "port",
               {"Cổng trên 127.0.0.1; không nêu: hệ điều hành chọn",
                "The port on 127.0.0.1; absent: the system chooses"})
      .serves_app();
  verbs
      .add(
          app, "odata", "",
          {"Nguồn dữ liệu OData cho Excel, Power BI trên máy này thôi: in ra địa chỉ, chạy cho đến khi được "
           "bảo dừng (Ctrl-C). Chỉ đọc; ai có địa chỉ thì đọc được như người giữ sổ, trừ mục niêm phong và "
           "mục riêng tư",
           "An OData feed for Excel and Power BI, on this machine alone: prints its address and serves until "
           "told to stop (Ctrl-C). It only reads; who has the address reads as the vault's owner does, but "
           "for sealed and personal fields"})
      .integer("--port", "port",
               {"Cổng trên 127.0.0.1; không nêu: hệ điều hành chọn",
                "The port on 127.0.0.1; absent: the system chooses"})
      .optional(
          "--token-file", "token_file",
          {"Tệp giữ phần bí mật của địa chỉ, chưa có thì lập: cùng tệp và cùng cổng thì địa chỉ như cũ, "
           "bảng tính làm mới được",
           "File that keeps the secret part of the address, made where there is none: with the same file "
           "and port the address stays, so that a workbook can be refreshed"})
      .serves_feed();
}

}  // namespace gandan::cli
