// Verbs of a vault's keys: the ways to open it.
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr Text kSlotHelp{"Số của cách mở, xem 'keys list'", "Its number, see 'keys list'"};
constexpr Text kLabelHelp{"Tên gọi, không nêu tên người; hiện rõ trong tệp khoá",
                          "A neutral label; it stands in clear in the key file"};

}  // namespace

void add_key_verbs(CLI::App& app, Verbs& verbs) {
  auto& keys =
      verbs.group(app, "keys",
                  {"Các cách mở sổ: mật khẩu, mã khôi phục, mã PIN, kho khoá của máy, thiết bị khoá",
                   "The ways to open the vault: passphrases, recovery code, PINs, keystore, tokens"});
  verbs.add(keys, "list", "keys.list", {"Liệt kê", "List them"});
  verbs.add(keys, "add-passphrase", "keys.add", {"Thêm một mật khẩu nữa", "One more passphrase"})
      .fixed("kind", "passphrase")
      .optional("--label", "label", kLabelHelp)
      .secret(Secret::added_passphrase, "--new-passphrase-file",
              {"Tệp chứa mật khẩu mới, hoặc biến GANDAN_NEW_PASSPHRASE; không có thì hỏi",
               "File with the new passphrase, or GANDAN_NEW_PASSPHRASE; else asked for"});
  verbs
      .add(keys, "add-recovery", "keys.add",
           {"Mã khôi phục, phòng khi quên mật khẩu: chỉ hiện một lần, hãy in ra và cất riêng",
            "A recovery code, for a forgotten passphrase: shown once; print it, keep it apart"})
      .fixed("kind", "recovery")
      .optional("--label", "label", kLabelHelp);
  verbs
      .add(keys, "add-pin", "keys.add",
           {"Mã PIN của một người dùng chung máy. Cần kho khoá của máy (--keystore-file); không có thì mỗi "
            "lần chạy "
            "chương trình phải mở bằng mật khẩu trước",
            "The PIN of one who shares this device. It goes by the machine's keystore (--keystore-file); "
            "without "
            "it, the passphrase comes first after each start of the program"})
      .fixed("kind", "pin")
      .required("HOLDER", "holder", {"Mã người", "The person's code or id"})
      .secret(Secret::new_pin, "--new-pin-file",
              {"Tệp chứa mã PIN (6 đến 12 chữ số), hoặc biến GANDAN_NEW_PIN; không có thì hỏi",
               "File with the PIN (6 to 12 digits), or GANDAN_NEW_PIN; else asked for"})
      .sends_keystore();
  verbs
      .add(keys, "add-keystore", "keys.add",
           {"Mở bằng kho khoá của máy (--keystore-file), không cần gõ gì",
            "Opens with the machine's keystore (--keystore-file), nothing is typed"})
      .fixed("kind", "keystore")
      .optional("--label", "label", kLabelHelp)
      .sends_keystore();
  verbs
      .add(keys, "add-token", "keys.add",
           {"Mở bằng thiết bị khoá ở cơ quan (thẻ, USB, HSM) có khoá AES hoặc RSA",
            "Opens with an office's security token (card, USB key, HSM) that has an AES or RSA key"})
      .fixed("kind", "token")
      .required("URI", "token",
                {"Địa chỉ khoá, ví dụ 'pkcs11:token=co-quan;object=so'",
                 "The key's address, e.g. 'pkcs11:token=office;object=vault'"})
      .optional("--label", "label", kLabelHelp)
      .secret(Secret::token_pin, "--token-pin-file",
              {"Tệp chứa mã PIN của thiết bị, hoặc biến GANDAN_TOKEN_PIN; không có thì hỏi",
               "File with the token's PIN, or GANDAN_TOKEN_PIN; else asked for"});
  verbs
      .add(keys, "change", "keys.change",
           {"Đổi mật khẩu, mã PIN, khoá của kho khoá, hay mã khôi phục của một cách mở",
            "Another passphrase, PIN, keystore's secret or recovery code for one of them"})
      .integer("SLOT", "slot", kSlotHelp)
      .secret(Secret::slot, "--new-passphrase-file",
              {"Tệp chứa mật khẩu hoặc mã PIN mới; không có thì hỏi",
               "File with the new passphrase or PIN; else asked for"})
      .sends_keystore();
  verbs.add(keys, "remove", "keys.remove", {"Bỏ một cách mở", "End one of them"})
      .integer("SLOT", "slot", kSlotHelp);
  verbs
      .add(keys, "auto-lock", "vault.auto_lock",
           {"Sổ tự khoá sau bao nhiêu giây không ai dùng, trên điện thoại; 0 là không tự khoá",
            "After how many idle seconds the vault locks itself, on phones; 0 for never"})
      .integer("SECONDS", "seconds", {"Số giây", "Seconds"});

  auto& escrow = verbs.group(
      app, "escrow",
      {"Khoá của cả tỉnh chia thành nhiều phần, cất riêng, phòng khi mất hết máy quản trị",
       "The realm's secret in shares, kept apart, for when all administrators' devices are gone"});
  verbs
      .add(escrow, "make", "escrow.make",
           {"Chia khoá hiện tại của đơn vị đứng đầu; thay khoá rồi thì phải chia lại",
            "Share out the top unit's present secret; to be done again after its key has changed"})
      .integer("--threshold", "threshold",
               {"Cần mấy phần mới mở được; không nêu là 2", "How many shares it takes; default 2"})
      .integer("--printed", "printed", {"Bao nhiêu phần in ra giấy", "How many are for paper"})
      .many("--for", "devices",
            {"Máy giữ một phần, chỉ máy ấy mở được; nêu được nhiều lần",
             "A device that keeps one, which it alone can open; may be repeated"})
      .optional("--out", "out",
                {"Thư mục cho các tệp share-1.txt, …; không có thì in ra",
                 "Folder for the files share-1.txt, …; else printed"});
  verbs
      .add(escrow, "open", "escrow.open",
           {"Mở phần khoá giao cho máy này giữ", "Open the share that this device keeps"})
      .required("FILE", "file", {"Tệp của phần ấy", "The share's file"});
  verbs
      .add(escrow, "recover", "escrow.recover",
           {"Ghép các phần lại: máy này đọc được cả tỉnh",
            "Put shares together: this device then reads the realm"})
      .many("--share", "files", {"Tệp của một phần; nêu nhiều lần", "A share's file; repeated"})
      .wants_one_of({"--share"});
}

}  // namespace gandan::cli
