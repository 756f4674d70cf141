// Holds: what keeps a record from being erased, and who may end that.
#include "erasing.hpp"

namespace erasure_hold_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::erasing;

TEST_CASE_METHOD(Erasing, "a hold and an open deadline keep a record, until they are gone") {
  const auto id = reception("a");
  all();
  CHECK(shell("a").error("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}}) == "erase.not_keeper");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  CHECK(json::compact(json::value(shell("admin").last_error)).find("đang thanh tra") != std::string::npos);
  CHECK(json::compact(json::value(shell("admin").ok("record.history", {{"id", id}})))
            .find("GIỮ dữ liệu cá nhân") != std::string::npos);
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "thanh tra xong"}, {"lift", true}});
  CHECK(shell("office").error("erase.hold", {{"record", id}, {"reason", "x"}, {"lift", true}}) ==
        "request.bad");
  all();
  // Held between proposal and approval: the second administrator's device refuses.
  const auto proposal = propose("admin", id);
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "khiếu nại tiếp"}});
  all();
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "erase.held");

  const auto complaint = text_at(shell("a").ok("record.add", {{"kind", "complaint"},
                                                              {"record",
                                                               {{"number", "12/KN"},
                                                                {"person_code", "KN012"},
                                                                {"received_on", "2026-03-09"},
                                                                {"field", "land"},
                                                                {"subject", "Bồi thường"},
                                                                {"person_name", kName}}}}),
                                 "id");
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", complaint}, {"reason", "person"}}) == "erase.held");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "code") == "deadline");
}

TEST_CASE_METHOD(
    Erasing, "a hold that the approver's device had not fetched stops the erasure everywhere all the same") {
  const auto id = reception("a");
  all();
  const auto proposal = propose("admin", id);
  sync("admin");
  sync("second");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "đang thanh tra"}});
  sync("office");
  // The second administrator has heard nothing of it: his program approves.
  CHECK(text_at(at(shell("second").ok("act.approve", {{"proposals", proposal}}), "proposals.0"), "state") ==
        "approved");
  all();
  for (const char* name : {"admin", "second", "a", "office"}) {
    CHECK(field(name, id) == kName);
    CHECK(state(name) == "held");
  }
  CHECK(keys_at_server() == 1);
  // Lifted: the old yes is none, a new one is.
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "erase.held");
  CHECK(field("a", id) == kName);
  erase(id);
  all();
  CHECK(field("a", id) == kErased);
  CHECK(keys_at_server() == 0);
}

TEST_CASE_METHOD(Erasing, "a hold whose reason has not come keeps a record, and can be lifted") {
  const auto id = reception("a");
  all();
  unchecked("office", [&](vault::Vault& vault) {
    must(vault::issue(vault, roster::HoldBody{must(id_from_text<RecordId>(id))}));
  });
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  // What is proven of another feed's record goes by a roster that has the hold, and so needs what it is
  // about.
  const auto other = reception("late");
  all();
  const auto proof = folder.path("proof");
  shell("office").ok("audit.prove", {{"record", other}, {"out", proof}});
  const auto root = text_at(shell("office").ok("realm.info"), "fingerprint");
  CHECK(text_at(shell("office").ok("audit.verify_proof", {{"file", proof}, {"root", root}}), "record") ==
        other);
  // Who was not told why does not lift it; who said it does.
  shell("admin").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  shell("office").ok("erase.hold", {{"record", id}, {"reason", "xong"}, {"lift", true}});
  all();
  erase(id);
  all();
  CHECK(shell("office").error("erase.hold", {{"record", id}, {"reason", "muộn"}}) == "record.erased");
  // One that stands in the record alone, as an earlier version's does, keeps honest programs from it still.
  const auto old = reception("a");
  all();
  forge("office", old, {{std::string(records::kHoldMark), records::hold_text("đang thanh tra", false)}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", old}, {"reason", "person"}}) == "erase.held");
}

TEST_CASE_METHOD(Erasing, "a hold that a lost device never gave a reason for is lifted by who is left") {
  const auto id = reception("a");
  all();
  unchecked("office", [&](vault::Vault& vault) {
    must(vault::issue(vault, roster::HoldBody{must(id_from_text<RecordId>(id))}));
  });
  sync("office");
  sync("admin");
  shell("admin").ok("device.revoke", {{"device", devices["office"]}, {"reason", "lost"}});
  CHECK(shell("admin").error("erase.propose", {{"record", id}, {"reason", "person"}}) == "erase.held");
  shell("admin").ok("erase.hold", {{"record", id}, {"reason", "máy giữ đã mất"}, {"lift", true}});
  sync("admin");
  propose("admin", id);
}

TEST_CASE_METHOD(
    Erasing, "a hold is an office's or an administrator's word: another member's neither sets nor lifts it") {
  const auto held = reception("a"), free = reception("a");
  all();
  shell("office").ok("erase.hold", {{"record", held}, {"reason", "đang thanh tra"}});
  all();
  const std::string mark(records::kHoldMark);
  forge("a", held, {{mark, records::hold_text("xong", true)}});
  forge("a", free, {{mark, records::hold_text("chặn", false)}});
  all();
  CHECK(shell("admin").error("erase.propose", {{"record", held}, {"reason", "person"}}) == "erase.held");
  CHECK(json::compact(json::value(shell("admin").last_error)).find("đang thanh tra") != std::string::npos);
  propose("admin", free);
  // The office still lifts what it set, whatever was written over it.
  shell("office").ok("erase.hold", {{"record", held}, {"reason", "thanh tra xong"}, {"lift", true}});
  all();
  propose("admin", held);
}

}  // namespace erasure_hold_test
