// The verb that is no request: the screens.
#include "gandan/verb.hpp"

namespace gandan::cli {

void add_app_verb(CLI::App& app, Verbs& verbs) {
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
}

}  // namespace gandan::cli
