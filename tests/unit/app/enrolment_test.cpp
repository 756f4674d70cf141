// How a device comes into a realm: the code against a swapped request, approving one and many, the welcome,
// the card.
#include <filesystem>

#include "app/carried.hpp"
#include "support/golden.hpp"
#include "support/province.hpp"

namespace enrolment_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Enrolment : Province {
  Shell& admin() { return shell("admin"); }

  json::object request(const std::string& name, const std::string& label = {}) {
    return shell(name).ok("device.request", {{"label", label.empty() ? name : label}});
  }
  std::string request_file(const std::string& name) {
    shell(name).ok("device.request", {{"label", name}, {"file", folder.path(name + ".don")}});
    return folder.path(name + ".don");
  }
  std::size_t devices_known() { return at(admin().ok("device.list"), "devices").get_array().size(); }
  std::size_t statements() {
    std::int64_t out = 0;
    unchecked("admin", [&](vault::Vault& vault) {
      out = vault.db().integer("SELECT count(*) FROM statement").value().value();
    });
    return static_cast<std::size_t>(out);
  }
  std::set<std::string> fault_paths() {
    std::set<std::string> out;
    const json::value fields = at(admin().last_error, "fields");
    for (const auto& field : fields.get_array())
      out.insert(text_at(field, "path") + " " + text_at(field, "code"));
    return out;
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder.path(name), std::ios::binary) << text;
    return folder.path(name);
  }
  std::size_t files_in(const std::string& name) {
    std::size_t out = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path(name))) ++out;
    return out;
  }
  void works(const std::string& name) {  // in the only unit where it may write
    shell(name).ok("holder.add", {{"code", "CB-" + name}, {"use", true}});
    visit(name);
  }
};

// "x" where the text had another letter than x there.
std::string with_other_letter(std::string text, std::size_t place) {
  text[place] = text[place] == 'A' || text[place] == 'a' ? 'B' : 'A';
  return text;
}

}  // namespace

TEST_CASE_METHOD(Enrolment, "both devices show one comparison code, and it speaks of the label, too") {
  const auto mine = request("may1");
  const std::string code = text_at(mine, "code");
  CHECK(code.size() == 19);
  const auto read = admin().ok("device.read_request", {{"request", text_at(mine, "request")}});
  CHECK(text_at(read, "code") == code);
  CHECK(text_at(read, "device") == text_at(mine, "device"));
  CHECK(text_at(read, "label") == "may1");
  CHECK(text_at(request("may1"), "code") == code);
  CHECK(text_at(request("may1", "may-1"), "code") != code);
  CHECK(text_at(request("may2", "may1"), "code") != code);
}

TEST_CASE("a code counts as people write it, and a wrong one never does") {
  const std::string code = "012 087 553 910 264";
  for (const char* same : {"012 087 553 910 264", "012087553910264", "012-087-553-910-264",
                           "012.087.553.910.264", " 12087553910264\n", "12 087 553 910 264"})
    CHECK(app::same_code(code, same));
  for (const char* other : {"", " ", "012 087 553 910 265", "012 087 553 910", "0012 087 553 910 264",
                            "012 087 553 910 26A", "412 087 553 910 264", "-"})
    CHECK_FALSE(app::same_code(code, other));
}

TEST_CASE_METHOD(Enrolment,
                 "a request that was swapped on its way is refused by the code, and nothing is done") {
  const auto mine = request("may1");
  const auto swapped = request("stranger", "may1");
  const auto before = statements();
  const json::object wish{{"role", "cadre"}, {"unit", "06463"}, {"code", text_at(mine, "code")}};
  const auto with = [&](const json::object& about) {
    json::object out = wish;
    out["request"] = text_at(about, "request");
    out["out"] = folder.path("goi");
    return out;
  };
  CHECK(admin().error("device.approve", with(swapped)) == "roster.other_code");
  CHECK(devices_known() == 1);
  CHECK(statements() == before);
  CHECK_FALSE(std::filesystem::exists(folder.path("goi")));

  const auto approved = admin().ok("device.approve", with(mine));
  CHECK(at(approved, "compared") == json::value(true));
  CHECK(text_at(approved, "device") == text_at(mine, "device"));
}

TEST_CASE_METHOD(Enrolment,
                 "without a code the answer says that nobody compared, and which code to ask for") {
  const auto mine = request("may1");
  const auto approved = admin().ok(
      "device.approve", {{"request", text_at(mine, "request")}, {"role", "cadre"}, {"unit", "06463"}});
  CHECK(at(approved, "compared") == json::value(false));
  CHECK(text_at(approved, "code") == text_at(mine, "code"));
}

TEST_CASE_METHOD(Enrolment, "approving a device again for the same role says so and signs nothing") {
  const std::string text = text_at(request("may1"), "request");
  const json::object wish{{"request", text}, {"role", "cadre"}, {"unit", "06463"}};
  CHECK(at(admin().ok("device.approve", wish), "already") == json::value(false));
  const auto before = statements();
  json::object again = wish;
  again["out"] = folder.path("goi");  // a lost bundle can be written again
  CHECK(at(admin().ok("device.approve", again), "already") == json::value(true));
  CHECK(statements() == before);
  CHECK(std::filesystem::file_size(folder.path("goi")) > 0);

  const json::object more{{"request", text}, {"role", "office"}, {"unit", "20.A"}};
  CHECK(at(admin().ok("device.approve", more), "already") == json::value(false));
  const std::string device = text_at(admin().ok("device.approve", more), "device");
  admin().ok("device.revoke", {{"device", device}, {"reason", "left"}});
  CHECK(at(admin().ok("device.approve", wish), "already") == json::value(false));
}

TEST_CASE_METHOD(Enrolment, "a list with a wrong row does nothing, and names every fault by its row") {
  const auto good = request_file("may1");
  const auto other = text_at(request("may2"), "code");
  const auto list = write("ds.csv",
                          "Đơn;Vai trò;Đơn vị;Mã đối chiếu\n"
                          "may1.don;cán bộ;06463;\n" +
                              ("may1.don;cadre;20.A;" + other) +
                              "\nmay1.don;boss;06463;\n"
                              "may1.don;cadre;99999;\n"
                              "khong-co.don;cadre;06463;\n"
                              ";cadre;06463;\n"
                              "may1.don;cadre;06463;\n"
                              "may1.don;;06463;\n");
  std::filesystem::create_directory(folder.path("goi"));
  const auto before = statements();
  CHECK(admin().error("device.approve_many", {{"list_file", list}, {"out", folder.path("goi")}}) ==
        "table.bad");
  CHECK(fault_paths() == std::set<std::string>{"3.code roster.other_code", "4.role choice",
                                               "5.unit roster.unknown_unit", "6.request file.unreadable",
                                               "7.request required", "8.request duplicate",
                                               "9.role required"});
  CHECK(devices_known() == 1);
  CHECK(statements() == before);
  CHECK(files_in("goi") == 0);

  CHECK(admin().error("device.approve_many", {{"list_file", write("x.csv", "Đơn,Màu\na,b\n")}}) ==
        "table.bad");
  CHECK(admin().error("device.approve_many", {{"list_file", good}}) == "table.bad");
  CHECK(admin().error("device.approve_many", {{"requests", json::array{7}}}) == "table.bad");
  CHECK(admin().error("device.approve_many") == "request.bad");
}

TEST_CASE_METHOD(Enrolment,
                 "a list approves its devices, each unit gets one bundle, and sent again it says so") {
  const std::vector<std::string> names{"may1", "may2", "may3"};
  std::string table = "DANH SÁCH MÁY\nSTT,Đơn,Vai trò,Đơn vị,Mã đối chiếu,Tên máy\n";
  for (const auto& name : names) {
    const std::string code = text_at(request(name), "code");
    request_file(name);
    const bool office = name == "may3";
    table += "1," + name + ".don," + (office ? "cơ quan tiếp nhận,20.A," : ",,") + code + "," +
             (office ? "Máy cơ quan" : "") + "\n";
  }
  std::filesystem::create_directory(folder.path("goi"));
  json::object wish{{"list_file", write("ds.csv", table)}, {"role", "cadre"}, {"unit", "06463"}};
  json::object first = wish;
  first["out"] = folder.path("goi");
  const auto done = admin().ok("device.approve_many", first);
  CHECK(at(done, "approved") == json::value(3));
  CHECK(at(done, "rows.0.compared") == json::value(true));
  CHECK(at(done, "rows.0.row") == json::value(3));
  CHECK(text_at(done, "rows.2.role") == "office");
  CHECK(text_at(done, "rows.2.label") == "Máy cơ quan");
  CHECK(files_in("goi") == 2);
  CHECK(text_at(done, "rows.0.file") == folder.path("goi") + "/06463.bundle");
  for (const auto& name : {"may1", "may2"}) {
    shell(name).ok("bundle.import", {{"file", folder.path("goi/06463.bundle")}});
    works(name);
  }
  shell("may3").ok("bundle.import", {{"file", folder.path("goi/20.A.bundle")}});
  works("may3");

  const auto before = statements();
  const auto again = admin().ok("device.approve_many", wish);
  CHECK(at(again, "approved") == json::value(0));
  CHECK(at(again, "already") == json::value(3));
  CHECK(statements() == before);
  // What is in the way of a bundle is seen before anything is signed.
  request_file("may4");
  write("them.csv", "request,role,unit\nmay4.don,cadre,06463\n");
  CHECK(admin().error("device.approve_many", {{"list_file", folder.path("them.csv")},
                                              {"out", folder.path("goi")}}) == "file.exists");
  CHECK(statements() == before);
}

TEST_CASE_METHOD(Enrolment, "an approval is carried back by the texts of a few QR codes") {
  admin().ok("device.approve",
             {{"request", text_at(request("may1"), "request")}, {"role", "cadre"}, {"unit", "06463"}});
  const auto welcome = admin().ok("device.welcome", {{"device", "may1"}, {"file", folder.path("phieu")}});
  const json::array parts = at(welcome, "parts").get_array();
  REQUIRE(parts.size() >= 2);
  const std::string root = text_at(admin().ok("realm.info"), "fingerprint");

  std::string scanned;  // backwards, one twice
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    scanned += std::string(part->get_string()) + "\r\n";
  scanned += parts.front().get_string();
  CHECK(shell("may1").error("realm.join", {{"card", std::string(parts[1].get_string())}}) ==
        "roster.welcome_parts");
  CHECK(text_at(shell("may1").last_error, "fields.0.path") == "1/" + std::to_string(parts.size()));
  CHECK(shell("may1").error("realm.join", {{"card", scanned}, {"root", std::string(64, '0')}}) ==
        "roster.wrong_realm");
  CHECK(at(shell("may1").ok("device.info"), "enrolled") == json::value(false));

  const auto joined = shell("may1").ok("realm.join", {{"card", scanned}, {"root", root}});
  CHECK(at(joined, "joined") == json::value(true));
  CHECK(at(joined, "enrolled") == json::value(true));
  works("may1");
  carry("may1", "admin");
  CHECK(at(shell("may1").ok("realm.join", {{"card_file", folder.path("phieu")}}), "joined") ==
        json::value(false));

  // It opens for nobody else.
  const auto stranger = shell("stranger").ok("realm.join", {{"card", scanned}});
  CHECK(at(stranger, "enrolled") == json::value(false));
}

TEST_CASE_METHOD(Enrolment,
                 "a welcome is refused for whoever has no role, and where the realm has outgrown it") {
  const auto approved =
      admin().ok("device.approve",
                 {{"request", text_at(request("may1"), "request")}, {"role", "cadre"}, {"unit", "06463"}});
  const std::string device = text_at(approved, "device");
  for (int i = 0; i < 40; ++i)
    admin().ok("unit.add", {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã " + std::to_string(i)}});
  CHECK(admin().error("device.welcome", {{"device", device}}) == "roster.welcome_large");
  admin().ok("device.revoke", {{"device", device}, {"reason", "left"}});
  CHECK(admin().error("device.welcome", {{"device", device}}) == "roster.unknown_device");
}

TEST_CASE_METHOD(Enrolment, "the card goes as text or as bytes, and joins without a role") {
  const auto card = admin().ok("realm.card", {{"file", folder.path("the")}});
  std::string typed = text_at(card, "card");
  for (std::size_t i = typed.find('\n'); i < typed.size(); ++i)
    if (typed[i] >= 'A' && typed[i] <= 'Z') typed[i] = static_cast<char>(typed[i] - 'A' + 'a');
  CHECK(at(shell("may1").ok("realm.join", {{"card", typed}}), "enrolled") == json::value(false));
  CHECK(at(shell("may2").ok("realm.join", {{"card_file", folder.path("the")}}), "joined") ==
        json::value(true));
  CHECK(text_at(shell("may2").ok("realm.join", {{"card_file", folder.path("the")}}), "fingerprint") ==
        text_at(card, "fingerprint"));
  CHECK(shell("may3").error("realm.join", {{"card", with_other_letter(typed, typed.size() / 2)}}) ==
        "crypto.bad_signature");
  CHECK(shell("may3").error("realm.join", {{"card", typed.substr(0, typed.size() - 5)}}) != "");
}

TEST_CASE_METHOD(Enrolment, "odd requests are refused with a word, and an honest one survives its way") {
  const std::string text = text_at(request("may1"), "request");
  const auto read = [&](const std::string& odd) {
    return admin().error("device.read_request", {{"request", odd}});
  };
  CHECK(read("") == "format.malformed");
  CHECK(read("gandan-join-request v2\nAAAA") == "format.malformed");
  CHECK(read("gandan-join-request v1\n") != "");
  CHECK(read("gandan-join-request v1\nkhông phải base64") == "format.malformed");
  CHECK(read(text.substr(0, text.size() / 2)) != "");
  CHECK(read(text + "AAAA") != "");
  CHECK(read(with_other_letter(text, 80)) == "crypto.bad_signature");
  CHECK(read(text + std::string(5000, ' ')) == "format.too_large");
  CHECK(admin().error("device.read_request") == "request.bad");
  CHECK(admin().error("device.read_request", {{"request_file", folder.path("khong-co")}}) ==
        "file.unreadable");

  std::string wrapped = "\r\n  ";
  for (const char c : text) wrapped += c == '\n' ? std::string("\r\n  ") : std::string(1, c);
  CHECK(text_at(admin().ok("device.read_request", {{"request", wrapped}}), "label") == "may1");
}

TEST_CASE("welcomes hold together: parts of two do not mix, and what was changed is seen") {
  Bytes one(1500, 7), two(1500, 8);
  const auto a = app::welcome_texts(one).value();
  const auto b = app::welcome_texts(two).value();
  REQUIRE(a.size() == 3);
  const auto code = [](const std::string& text) { return app::read_welcome(text).error().code; };
  CHECK(app::read_welcome(a[2] + a[0] + a[1]).value() == one);
  CHECK(code(a[0] + b[1] + a[2]) == Code::malformed);
  CHECK(code(a[0] + a[1] + with_other_letter(a[2], 60)) == Code::malformed);
  CHECK(code(a[0] + a[2]) == Code::welcome_parts);
  CHECK(code("") == Code::malformed);
  for (const char* odd :
       {"gandan-welcome v1", "gandan-welcome v1 1", "gandan-welcome v1 0/0 aa", "gandan-welcome v1 2/1 aa",
        "gandan-welcome v1 1/99 aa", "gandan-welcome v1 -1/2 aa", "gandan-welcome v1 1/1 aa\n!!"})
    CHECK_FALSE(app::read_welcome(odd).ok());
  CHECK(code(std::string(40'000, 'A')) == Code::too_large);
  CHECK(app::welcome_texts(Bytes(app::kPartBytes * app::kMostParts)).ok());
  CHECK(app::welcome_texts(Bytes(app::kPartBytes * app::kMostParts + 1)).error().code == Code::welcome_large);
}

TEST_CASE_METHOD(Enrolment, "a device's roles end all together or not at all, one's own among them") {
  const auto active = [&](const std::string& by, const std::string& device) {
    std::size_t out = 0;
    const json::value all = at(shell(by).ok("device.list"), "devices");
    for (const auto& row : all.get_array())
      if (row.get_object().at("id") == json::value(device))
        for (const auto& grant : row.get_object().at("grants").get_array())
          out += grant.get_object().at("active") == json::value(true) ? 1 : 0;
    return out;
  };
  const auto also = [&](const std::string& name, const char* role, const char* unit) {
    admin().ok("device.approve",
               {{"request", text_at(request(name), "request")}, {"role", role}, {"unit", unit}});
  };
  enrol("huyen", "admin", "20.A");
  enrol("may", "cadre", "06463");
  for (int i = 0; i < 6; ++i) {
    const std::string code = "X" + std::to_string(i);
    admin().ok("unit.add", {{"parent", "20"}, {"name", code}, {"kind", "xa"}, {"code", code}});
    also("may", "cadre", code.c_str());
  }
  also("huyen", "cadre", "06463");
  also("huyen", "office", "20.A");
  carry("admin", "huyen");
  CHECK(shell("huyen").error("device.revoke", {{"device", devices["may"]}}) == "roster.not_authorized");
  CHECK(active("huyen", devices["may"]) == 7);
  shell("huyen").ok("device.revoke", {{"device", devices["may"]}, {"unit", "06463"}});
  CHECK(active("huyen", devices["may"]) == 6);
  REQUIRE(active("huyen", devices["huyen"]) == 3);
  shell("huyen").ok("device.revoke", {{"device", devices["huyen"]}});
  CHECK(active("huyen", devices["huyen"]) == 0);
}

TEST_CASE("what is carried keeps its form: request, code, welcome") {
  SeededRandom random(1);
  const auto key = crypto::SigningKey::generate(random);
  BoxPublicKey box;
  for (std::size_t i = 0; i < BoxPublicKey::size; ++i) box.bytes[i] = static_cast<std::uint8_t>(i);
  const auto request = roster::make_join_request(key, box, "máy-1");
  const auto pinned = [&](const std::string& name, const std::string& now) {
    CHECK(std::string(as_text(Golden("enrolment")(name, as_bytes(now)))) == now);
  };
  pinned("request", app::request_text(request));
  pinned("code", app::comparison_code(request).value());
  pinned("welcome", app::welcome_texts(as_bytes("một lời chào")).value().front());
}

}  // namespace enrolment_test
