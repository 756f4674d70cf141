// A notebook's life: opening, passphrases, who may open, cancelling.
#include <filesystem>

#include "support/seams.hpp"
#include "support/shell.hpp"

namespace notebook_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr const char* kKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

std::string open_code(const OpenOptions& options) {
  std::string error;
  const auto notebook = Notebook::open(options, {}, error);
  if (notebook != nullptr) return "opened";
  auto parsed = json::parse(error);
  REQUIRE(parsed.ok());
  return text_at(*parsed, "error.code");
}

OpenOptions at_folder(const std::string& folder, const std::string& passphrase, bool create = false) {
  OpenOptions options;
  options.folder = folder;
  options.passphrase = passphrase;
  options.create = create;
  return options;
}

json::object found_realm(Shell& shell, const TempFolder& folder) {
  return shell.ok("realm.create", {{"name", "Lạng Sơn"},
                                   {"code", "20"},
                                   {"ledger_key", kKey},
                                   {"root_passphrase", "mật khẩu gốc"},
                                   {"root_key_file", folder.path("root.key")},
                                   {"card_file", folder.path("card")}});
}

}  // namespace

TEST_CASE("a vault opens with its passphrase in any normal form, and with no other") {
  TempFolder folder;
  const std::string vault = folder.path("so");
  CHECK(open_code(at_folder(vault, "đường về thôn")) == "vault.missing");
  CHECK(open_code(at_folder(vault, "", true)) == "vault.wrong_passphrase");
  CHECK(open_code(at_folder(vault, "đường về thôn", true)) == "opened");
  CHECK(open_code(at_folder(vault, "đường về thôn")) == "opened");
  CHECK(open_code(at_folder(vault, "đường về thôn")) == "opened");  // NFD, as iPhones type
  CHECK(open_code(at_folder(vault, "duong ve thon")) == "vault.wrong_passphrase");
}

TEST_CASE("a new vault wants a passphrase of eight characters; one that is there opens with its own") {
  TempFolder folder;
  const std::string vault = folder.path("so");
  CHECK_FALSE(Notebook::has_vault(vault));
  CHECK(open_code(at_folder(vault, "bảy chữ", true)) == "vault.short_passphrase");
  CHECK_FALSE(std::filesystem::exists(vault));
  CHECK(open_code(at_folder(vault, "tám chữ!", true)) == "opened");
  CHECK(Notebook::has_vault(vault));
  CHECK(open_code(at_folder(vault, "ngắn", true)) == "vault.wrong_passphrase");
}

TEST_CASE("a new passphrase replaces the old one, and a wrong old one changes nothing") {
  const Api api;
  TempFolder folder;
  const std::string vault = folder.path("so");
  {
    Shell shell(api, at_folder(vault, "mật khẩu cũ", true), {});
    CHECK(shell.error("vault.passphrase", {{"old", "sai mật khẩu"}, {"new", "mật khẩu mới"}}) ==
          "vault.wrong_passphrase");
    CHECK(shell.error("vault.passphrase", {{"old", "mật khẩu cũ"}, {"new", "ngắn"}}) == "request.bad");
    shell.ok("vault.passphrase", {{"old", "mật khẩu cũ"}, {"new", "mật khẩu mới"}});
  }
  CHECK(open_code(at_folder(vault, "mật khẩu cũ")) == "vault.wrong_passphrase");
  CHECK(open_code(at_folder(vault, "mật khẩu mới")) == "opened");
}

TEST_CASE("a raw key opens what it made; a key of another length is refused") {
  TempFolder folder;
  OpenOptions options;
  options.folder = folder.path("so");
  options.raw_key = std::string(32, 'k');
  options.create = true;
  CHECK(open_code(options) == "opened");
  options.raw_key = "short";
  CHECK(open_code(options) == "crypto.bad_key");
  options.raw_key = std::string(32, 'x');
  CHECK(open_code(options) == "vault.wrong_passphrase");
}

TEST_CASE("founding a realm leaves nothing behind when a file cannot be written or its code is none") {
  const Api api;
  TempFolder folder;
  Shell shell(api, at_folder(folder.path("so"), "mật khẩu", true), {});
  const json::object params{{"name", "Lạng Sơn"},
                            {"ledger_key", kKey},
                            {"root_passphrase", "mật khẩu gốc"},
                            {"root_key_file", folder.path("root.key")},
                            {"card_file", folder.path("no/such/folder/card")}};
  CHECK(shell.error("realm.create", params) == "file.unwritable");
  CHECK(!std::filesystem::exists(folder.path("root.key")));
  auto odd = params;
  odd["card_file"] = folder.path("card");
  odd["code"] = "hai mươi!";
  CHECK(shell.error("realm.create", odd) == "record.invalid");
  CHECK(!std::filesystem::exists(folder.path("root.key")));
  CHECK(at(shell.ok("device.info"), "enrolled") == json::value(false));
  found_realm(shell, folder);
  CHECK(std::filesystem::file_size(folder.path("root.key")) > 32);
  CHECK(file_text(folder.path("so/vault.db")).find("SQLite format") == std::string::npos);
}

TEST_CASE("what was acknowledged is there after the notebook went without a word") {
  const Api api;
  TempFolder folder;
  std::string id;
  {
    Shell shell(api, at_folder(folder.path("so"), "mật khẩu", true), {});
    found_realm(shell, folder);
    id = text_at(shell.ok("record.add", {{"kind", "dissemination_session"},
                                         {"record", {{"document_number", "1866-CV/TU"}, {"present", 42}}}}),
                 "id");
  }
  Shell shell(api, at_folder(folder.path("so"), "mật khẩu"), {});
  const auto shown = shell.ok("record.show", {{"id", id.substr(18)}});
  CHECK(text_at(shown, "document.fields.document_number") == "1866-CV/TU");
  CHECK(text_at(shown, "arrival.state") == "pending");
}

TEST_CASE("edits beside a finalised record need to be asked for, and stand beside it") {
  const Api api;
  TempFolder folder;
  Shell shell(api, at_folder(folder.path("so"), "mật khẩu", true), {});
  found_realm(shell, folder);
  const std::string id = text_at(
      shell.ok("record.add", {{"kind", "village"}, {"record", {{"kind", "thon"}, {"name", "Khòn Nưa"}}}}),
      "id");
  shell.ok("record.finalize", {{"id", id}});
  CHECK(shell.error("record.edit", {{"id", id}, {"record", {{"code", "T1"}}}}) == "record.finalized");
  const auto late =
      shell.ok("record.edit",
               {{"id", id}, {"record", {{"code", "T1"}}}, {"late", true}, {"reason", "Quên ghi mã thôn"}});
  CHECK(text_at(late, "document.state") == "finalized");
  CHECK(at(late, "document.late").get_array().size() == 1);
  CHECK(text_at(late, "document.late.0.path") == "code");
}

TEST_CASE("an incomplete record is not finalised, and each gap is named") {
  const Api api;
  TempFolder folder;
  Shell shell(api, at_folder(folder.path("so"), "mật khẩu", true), {});
  found_realm(shell, folder);
  const std::string id = text_at(
      shell.ok("record.add", {{"kind", "community_meeting"}, {"record", {{"subject", "Họp"}}}}), "id");
  CHECK(shell.error("record.finalize", {{"id", id}}) == "record.invalid");
  CHECK(at(shell.last_error, "fields").get_array().size() > 3);
}

TEST_CASE("a cancelled report ends with its own code") {
  const Api api;
  TempFolder folder;
  Notebook* notebook = nullptr;
  auto options = at_folder(folder.path("so"), "mật khẩu", true);
  options.progress = [&](const std::string&) { notebook->cancel(); };
  Shell shell(api, options, {});
  notebook = &shell.notebook();
  found_realm(shell, folder);
  CHECK(shell.error("report.period", {{"from", "2026-01-01"}, {"until", "2026-01-31"}}) == "cancelled");
  CHECK(at(shell.ok("status"), "enrolled") == json::value(true));
}

}  // namespace notebook_test
