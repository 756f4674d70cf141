// Signatures of people on what was finalised: by a device's key, drawn, on scanned paper; of which content.
#include "records/signature.hpp"
#include "support/province.hpp"

namespace signature_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Signed : Province {
  Signed() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    id = visit("p1");
  }
  json::object signatures(const std::string& by) { return shell(by).ok("record.signatures", {{"id", id}}); }
  std::string image(const std::string& name) {
    const std::string path = folder.path(name);
    const bool pdf = name.substr(name.size() - 4) == ".pdf";
    std::ofstream(path) << (pdf ? "%PDF-1.7\n" : "\x89PNG\r\n\x1a\n") << "the beginning of " << name;
    return path;
  }
  std::string id;
};

}  // namespace

TEST_CASE_METHOD(Signed,
                 "chair, secretary and household sign the hash, on two devices; everybody can check") {
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}}) == "record.not_finalized");
  shell("p1").ok("record.finalize", {{"id", id}});
  carry("p1", "p2");
  shell("p1").ok("record.sign", {{"id", id}, {"as", "chair"}, {"name", "Trưởng thôn"}});
  shell("p1").ok("record.sign",
                 {{"id", id}, {"as", "household"}, {"name", "H017"}, {"drawn", image("h017.png")}});
  clock.advance(60'000);
  shell("p2").ok("record.sign", {{"id", id}, {"as", "secretary"}});
  shell("p2").ok("record.sign", {{"id", id}, {"scan", image("paper.pdf")}});
  carry("p1", "p2");
  carry("p2", "p1");
  for (const char* device : {"p1", "p2"}) {
    const auto all = signatures(device);
    INFO(json::compact(all));
    CHECK(at(all, "valid") == json::value(4));
    REQUIRE(at(all, "signatures").get_array().size() == 4);
    CHECK(text_at(all, "signatures.0.as") == "chair");
    CHECK(text_at(all, "signatures.0.how") == "device");
    CHECK(text_at(all, "signatures.0.author.device") == devices["p1"]);
    CHECK(text_at(all, "signatures.1.file.name") == "h017.png");
    CHECK(text_at(all, "signatures.2.author.device") == devices["p2"]);
    CHECK(text_at(all, "signatures.3.how") == "scan");
    CHECK(text_at(all, "signatures.0.content_hash") == text_at(all, "content_hash"));
    CHECK(text_at(all, "signatures.0.vi").find("Chủ tọa (Trưởng thôn)") == 0);
  }
  // The images are attachments that arrive and can be read; the record itself is as it was signed.
  const auto files = at(shell("p2").ok("attachment.list", {{"record", id}}), "attachments");
  CHECK(files.get_array().size() == 2);
  shell("p2").ok("attachment.read", {{"record", id}, {"path", "h017.png"}, {"out", folder.path("copy.png")}});
  CHECK(file_text(folder.path("copy.png")) == "\x89PNG\r\n\x1a\nthe beginning of h017.png");
  const auto shown = show("p2", id);
  CHECK(text_at(shown, "workflow.state") == "finalized");
  CHECK(at(shown, "document.late").get_array().empty());
  CHECK(at(shell("p2").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Signed,
                 "a signature binds its content alone: after an amendment it is of an older version") {
  shell("p1").ok("record.finalize", {{"id", id}});
  shell("p1").ok("record.sign", {{"id", id}, {"as", "chair"}});
  shell("p1").ok(
      "record.edit",
      {{"id", id}, {"record", {{"outcome", "agreed"}}}, {"late", true}, {"reason", "Hộ đã đồng ý"}});
  CHECK(text_at(signatures("p1"), "signatures.0.about") == "current");  // the signed state still stands
  shell("p1").ok("record.finalize", {{"id", id}});
  auto all = signatures("p1");
  CHECK(text_at(all, "signatures.0.about") == "older");
  CHECK(at(all, "signatures.0.version") == json::value(1));
  CHECK(at(all, "signatures.0.valid") == json::value(true));
  CHECK(at(all, "valid") == json::value(0));
  shell("p1").ok("record.sign", {{"id", id}, {"as", "chair"}});
  all = signatures("p1");
  CHECK(at(all, "valid") == json::value(1));
  CHECK(text_at(all, "signatures.1.about") == "current");
}

TEST_CASE_METHOD(Signed, "a signature that a device did not make does not hold, and none can be rewritten") {
  shell("p1").ok("record.finalize", {{"id", id}});
  const auto mine = shell("p1").ok("record.sign", {{"id", id}, {"as", "chair"}, {"name", "Trưởng thôn"}});
  carry("p1", "p2");
  const std::string path = "@sign_" + text_at(mine, "signatures.0.id");
  // Another device writes over it: that is no part of the signature.
  forge("p2", id, {{path + "_name", std::string("Người khác")}, {path, changelog::Null{}}});
  carry("p2", "p1");
  for (const char* device : {"p1", "p2"}) {
    CHECK(text_at(signatures(device), "signatures.0.name") == "Trưởng thôn");
    CHECK(at(signatures(device), "valid") == json::value(1));
  }
  // Its own device writes the same key's signature under another name, with an id it made itself.
  const auto hash = Hash::from(*from_hex(text_at(mine, "content_hash")));
  records::PersonSignature forged;
  auto other = *id_from_text<ItemId>(text_at(mine, "signatures.0.id"));
  other.bytes.back() ^= 0x55;
  forged.id = to_text(other);
  forged.content = hash;
  forged.capacity = "secretary";
  forged.key_signature = Signature{};
  forge("p1", id, records::signature_marks(forged, std::nullopt));
  carry("p1", "p2");
  const auto all = signatures("p2");
  REQUIRE(at(all, "signatures").get_array().size() == 2);
  CHECK(at(all, "signatures.1.valid") == json::value(false));
  CHECK(at(all, "valid") == json::value(1));
}

TEST_CASE_METHOD(Signed, "what cannot be signed so is refused, each fault named") {
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(shell("p1").error("record.sign", {{"id", id}}) == "request.bad");
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "king"}}) == "request.bad");
  CHECK(text_at(at(shell("p1").last_error, "fields.0"), "path") == "as");
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}, {"drawn", "a"}, {"scan", "b"}}) ==
        "request.bad");
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}, {"drawn", folder.path("none")}}) ==
        "file.unreadable");
  // Any file is no signature, whatever it is called.
  const auto other = [&](const std::string& name, const std::string& content) {
    std::ofstream(folder.path(name)) << content;
    return folder.path(name);
  };
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}, {"drawn", other("x.png", "")}}) ==
        "request.bad");
  CHECK(text_at(shell("p1").last_error, "fields.0.code") == "not_a_picture");
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"scan", other("roll.csv", "H01,Chủ hộ\n")}}) ==
        "request.bad");
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}, {"drawn", image("drawn.pdf")}}) ==
        "request.bad");
  CHECK(at(signatures("p1"), "signatures").get_array().empty());
  CHECK(at(shell("p1").ok("record.sign", {{"id", id}, {"scan", other("jpg", "\xff\xd8\xff\xe0 JFIF")}}),
           "valid") == json::value(1));
  shell("p1").ok("record.withdraw", {{"id", id}, {"reason", "Ghi nhầm"}});
  CHECK(shell("p1").error("record.sign", {{"id", id}, {"as", "chair"}}) == "record.withdrawn");
}

TEST_CASE_METHOD(Signed,
                 "a household that is not on the record's roll is said to be none, and who is on it is not") {
  const auto add = [&](const char* kind, const json::object& record) {
    return text_at(shell("p1").ok("record.add", {{"kind", kind}, {"record", record}}), "id");
  };
  const auto village = add("village", {{"name", "Khòn Nưa"}, {"kind", "thon"}});
  const auto roll =
      add("household_roll",
          {{"village", village},
           {"as_of", "2026-02-01"},
           {"households", json::array{json::object{{"code", "H01"}, {"representative", "Chủ hộ số 1"}}}}});
  shell("p1").ok("record.finalize", {{"id", roll}});
  const auto meeting =
      add("community_meeting",
          {{"village", village},
           {"roll", roll},
           {"subject", "Đường"},
           {"form", "meeting"},
           {"notice_date", "2026-02-02"},
           {"start", "2026-02-06T01:30:00Z"},
           {"end", "2026-02-06T04:00:00Z"},
           {"place", "Nhà văn hoá"},
           {"chair", "Trưởng thôn"},
           {"secretary", "Thư ký"},
           {"agenda", json::array{json::object{{"text", "Bàn"}}}},
           {"attendance", json::array{json::object{{"household", "H01"}, {"present", true}}}}});
  shell("p1").ok("record.finalize", {{"id", meeting}});
  for (const char* name : {"H01", "h01", "chủ hộ số 1", "H999"})
    shell("p1").ok("record.sign", {{"id", meeting}, {"as", "household"}, {"name", name}});
  const auto all = shell("p1").ok("record.signatures", {{"id", meeting}});
  const auto said = [&](int place) {
    return text_at(all, "signatures." + std::to_string(place) + ".vi").find("KHÔNG có hộ này") !=
           std::string::npos;
  };
  CHECK_FALSE(said(0));
  CHECK_FALSE(said(1));
  CHECK_FALSE(said(2));
  CHECK(said(3));
}

TEST_CASE_METHOD(Signed, "a paper says who signed the content that it prints, and of no other content") {
  const auto paper = [&](unsigned version = 0) {
    json::object request{{"id", id}};
    if (version > 0) request["version"] = version;
    return text_at(shell("p1").ok("record.print", request), "html");
  };
  const auto has = [](const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
  };
  const std::string heading = "Chữ ký điện tử gắn với nội dung này:";
  CHECK_FALSE(has(paper(), heading));
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK_FALSE(has(paper(), heading));
  shell("p1").ok("record.sign", {{"id", id}, {"as", "chair"}, {"name", "Trưởng đoàn"}});
  shell("p1").ok("record.sign",
                 {{"id", id}, {"as", "household"}, {"name", "H017"}, {"drawn", image("h017.png")}});
  shell("p1").ok("record.sign", {{"id", id}, {"scan", image("paper.pdf")}});
  const auto page = paper();
  CHECK(has(page, heading));
  CHECK(has(page, "- Chủ tọa (Trưởng đoàn): ký bằng khoá của "));
  CHECK(has(page, "- Đại diện hộ gia đình (H017): ký tay trên "));
  CHECK(has(page, "- bản giấy đã ký, quét bằng "));
  shell("p1").ok("record.edit",
                 {{"id", id}, {"late", true}, {"reason", "Ghi nhầm"}, {"record", {{"wishes", "Đất ở"}}}});
  shell("p1").ok("record.finalize", {{"id", id}, {"reason", "Ghi nhầm"}});
  CHECK_FALSE(has(paper(), heading));  // nobody has signed this content yet
  CHECK(has(paper(1), heading));
}

TEST_CASE("the signed message names realm, record, content, holder, capacity and name apart") {
  const auto message = [](std::uint8_t realm, std::uint8_t record, std::uint8_t content, std::uint8_t holder,
                          const char* capacity, const char* name) {
    const auto filled = [](auto id, std::uint8_t byte) {
      id.bytes.fill(byte);
      return id;
    };
    return records::signature_message(filled(RealmId{}, realm), filled(RecordId{}, record),
                                      filled(Hash{}, content), filled(HolderId{}, holder), capacity, name);
  };
  const std::set<Bytes> all{message(1, 1, 1, 1, "ab", "c"), message(2, 1, 1, 1, "ab", "c"),
                            message(1, 2, 1, 1, "ab", "c"), message(1, 1, 2, 1, "ab", "c"),
                            message(1, 1, 1, 2, "ab", "c"), message(1, 1, 1, 1, "a", "bc"),
                            message(1, 1, 1, 1, "ab", "")};
  CHECK(all.size() == 7);
}

TEST_CASE_METHOD(Signed,
                 "an office's or supervisor's key signs as guest only, and its role stands beside it") {
  enrol("office", "office", "20.A");
  enrol("boss", "supervisor", "20");
  shell("p1").ok("record.finalize", {{"id", id}});
  for (const std::string device : {"office", "boss"}) {
    carry("p1", device);
    for (const char* as : {"village_head", "front_head", "household", "chair", "secretary"}) {
      CHECK(shell(device).error("record.sign", {{"id", id}, {"as", as}}) == "request.bad");
      CHECK(text_at(shell(device).last_error, "fields.0.code") == "role");
    }
  }
  shell("office").ok("record.sign", {{"id", id}, {"as", "official"}});
  clock.advance(60'000);
  const auto all = shell("boss").ok("record.sign", {{"id", id}, {"as", "witness"}});
  CHECK(text_at(all, "signatures.0.vi").find(", giám sát, ") != std::string::npos);
  CHECK(text_at(all, "signatures.0.en").find(", supervisor, ") != std::string::npos);
}

}  // namespace signature_test
