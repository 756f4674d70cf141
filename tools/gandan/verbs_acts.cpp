// Verbs of what takes more than one person: act, realm threshold and policy, root; and of devices that are
// out of reach.
#include "gandan/verb.hpp"

namespace gandan::cli {
namespace {

constexpr Text kProposalHelp{"Mã đề nghị, hoặc ít nhất 6 chữ đầu; xem 'act list'",
                             "The proposal's name, or its first six digits; see 'act list'"};
constexpr Text kRootHelp{"Nói thay khoá gốc: tệp khoá gốc", "Speak for the root: the root key's file"};
constexpr Text kRootTokenHelp{"Hoặc khoá gốc trên thiết bị khoá: địa chỉ",
                              "Or the root key on a token: its address"};
constexpr Text kTokenPinHelp{
    "Tệp chứa mã PIN của thiết bị khoá, hoặc biến GANDAN_TOKEN_PIN; không có thì hỏi",
    "File with the token's PIN, or GANDAN_TOKEN_PIN; else asked for"};
constexpr Text kRootPassphraseHelp{
    "Tệp chứa mật khẩu của khoá gốc, hoặc biến GANDAN_ROOT_PASSPHRASE; không có thì hỏi",
    "File with the root key's passphrase, or GANDAN_ROOT_PASSPHRASE; else asked for"};
constexpr Text kKeyPassphraseHelp{
    "Tệp chứa mật khẩu của tệp khoá, hoặc biến GANDAN_KEY_PASSPHRASE; không có thì hỏi",
    "File with the key file's passphrase, or GANDAN_KEY_PASSPHRASE; else asked for"};

Verb& with_root(Verb& verb) {
  return verb.optional("--root-key", "root_key_file", kRootHelp)
      .optional("--root-token", "root_token", kRootTokenHelp)
      .secret(Secret::root_passphrase, "--root-passphrase-file", kRootPassphraseHelp)
      .secret(Secret::root_token_pin, "--token-pin-file", kTokenPinHelp);
}

}  // namespace

void add_act_verbs(CLI::App& app, Verbs& verbs) {
  auto& act = verbs.group(
      app, "act", {"Việc hệ trọng, cần nhiều người đồng ý", "Grave acts, which take more than one person"});
  verbs.add(act, "list", "act.list",
            {"Các đề nghị và kết quả; cần mấy người đồng ý", "What was proposed, and what became of it"});
  with_root(verbs
                .add(act, "approve", "act.approve",
                     {"Đồng ý với đề nghị của quản trị khác", "Approve what another administrator proposed"})
                .some("PROPOSAL", "proposals", kProposalHelp));
  verbs
      .add(act, "withdraw", "act.withdraw",
           {"Rút đề nghị chưa có hiệu lực", "Withdraw a proposal that is not in effect"})
      .required("PROPOSAL", "proposal", kProposalHelp);

  auto& realm = *app.get_subcommand("realm");
  with_root(verbs
                .add(realm, "threshold", "realm.threshold",
                     {"Từ nay thêm hay thu hồi máy quản trị, nhận phần nộp sau thu hồi… cần mấy người đồng ý",
                      "How many persons it takes from now on to make or remove an administrator, to accept "
                      "what came after a removal, and so on"})
                .integer("PERSONS", "persons", {"Số người, từ 1 tới 7", "Persons, 1 to 7"}));
  with_root(
      verbs
          .add(
              realm, "policy", "realm.policy",
              {"Quy định cho mọi máy: lâu quá không liên lạc thì tạm khoá; máy bị thu hồi có tự xoá sổ không",
               "What the realm asks of every device: that it locks without contact, that it wipes itself "
               "when "
               "it was removed"})
          .integer("--lease-days", "lease_days",
                   {"Số ngày không liên lạc thì máy tạm khoá; 0: không khoá",
                    "Days without contact after which a device locks; 0: none does"})
          .flag("--wipe", "wipe",
                {"Máy bị thu hồi tự xoá sổ khi liên lạc với máy chủ; phần chưa gửi để lại trong một tệp mã "
                 "hoá. "
                 "Chỉ áp dụng cho máy thu hồi sau quy định này",
                 "A removed device wipes itself at its next contact with the server; what it had not sent "
                 "stays "
                 "in an encrypted file. Holds for those removed afterwards"})
          .flag("--no-wipe", "wipe", {"Máy bị thu hồi không tự xoá", "A removed device keeps what it has"},
                false));

  auto& device = *app.get_subcommand("device");
  with_root(verbs
                .add(device, "renew", "device.renew",
                     {"Phiếu gia hạn cho một máy lâu chưa liên lạc: máy ấy nhận bằng 'device renewed'",
                      "A renewal for a device without contact, which takes it by 'device renewed'"})
                .required("DEVICE", "device",
                          {"Mã máy, mấy chữ cuối, hoặc tên gọi", "Its id, the end of it, or its label"})
                .picture("renewal"));
  verbs
      .add(device, "renewed", "device.renewed",
           {"Máy này nhận phiếu gia hạn của mình", "This device takes its renewal"})
      .typed("TEXT", "renewal",
             {"Phiếu, đặt trong dấu nháy; không có thì đọc từ đầu vào",
              "The renewal, in quotes; else standard input"},
             {"Dán phiếu, rồi Ctrl-D:", "Paste the renewal, then Ctrl-D:"});

  auto& root = verbs.group(app, "root", {"Khoá gốc của hệ thống", "The realm's root key"});
  verbs
      .add(root, "keeper", "root.keeper",
           {"Người giữ lập một khoá khôi phục, cất riêng; in ra phần công khai để đưa cho quản trị",
            "A keeper makes a recovery key and keeps it apart; its public half is printed"})
      .required("FILE", "file", {"Tệp sẽ chứa khoá", "Gets the key"})
      .secret(Secret::new_key_passphrase, "--key-passphrase-file", kKeyPassphraseHelp)
      .no_vault();
  with_root(
      verbs
          .add(root, "recovery", "root.recovery",
               {"Đặt các khoá khôi phục: bao nhiêu trong số đó thì thay được khoá gốc",
                "Name the recovery keys, and how many of them replace the root key"})
          .some("KEY", "keys", {"Phần công khai, như 'root keeper' in ra", "As 'root keeper' prints it"})
          .integer("--needed", "needed", {"Cần mấy khoá", "How many it takes"}));
  with_root(verbs
                .add(root, "replace", "root.replace",
                     {"Đề nghị thay khoá gốc bằng khoá mới", "Propose a new root key"})
                .required("FILE", "file", {"Tệp sẽ chứa khoá gốc mới", "Gets the new root key"})
                .secret(Secret::new_key_passphrase, "--key-passphrase-file", kKeyPassphraseHelp));
  verbs
      .add(root, "recover-start", "root.recover_start",
           {"Khoá gốc mất: lập khoá gốc mới và phiếu xin chữ ký của những người giữ",
            "The root key is lost: make a new one, and a request that the keepers sign"})
      .required("FILE", "file", {"Tệp sẽ chứa khoá gốc mới", "Gets the new root key"})
      .secret(Secret::new_key_passphrase, "--key-passphrase-file", kKeyPassphraseHelp)
      .picture("request");
  verbs
      .add(root, "recover-sign", "root.recover_sign",
           {"Người giữ ký phiếu, sau khi đối chiếu mã qua lời nói",
            "A keeper signs the request, after its code was compared by voice"})
      .required("FILE", "file", {"Tệp khoá khôi phục", "The recovery key's file"})
      .required("--code", "code", {"Mã đối chiếu được đọc cho", "The code as it was read out"})
      .typed("--request", "request",
             {"Phiếu; không có thì đọc từ đầu vào", "The request; else standard input"},
             {"Dán phiếu, rồi Ctrl-D:", "Paste the request, then Ctrl-D:"})
      .secret(Secret::key_passphrase, "--key-passphrase-file", kKeyPassphraseHelp)
      .no_vault()
      .picture("signature");
  verbs
      .add(
          root, "recover-finish", "root.recover_finish",
          {"Đủ chữ ký: khoá gốc mới có hiệu lực và làm được mọi việc một mình, tới khi đặt lại ngưỡng",
           "With the signatures the new root key is in effect, and can do all alone until a threshold is set "
           "anew"})
      .required("FILE", "file", {"Tệp khoá gốc mới", "The new root key's file"})
      .many("--signature", "signatures",
            {"Chữ ký của một người giữ; nhắc lại cho từng người", "One keeper's signature; again for each"})
      .secret(Secret::key_passphrase, "--key-passphrase-file", kKeyPassphraseHelp);
}

}  // namespace gandan::cli
