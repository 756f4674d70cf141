// What a removed phone handed over, where it takes two to let it count: what the second sees, and in which
// order.
#include "guarded.hpp"

namespace late_work_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE_METHOD(Guarded, "who approves late work sees what it is, and approves none that he cannot see") {
  const auto record = visit("a");
  clock.advance(3'600'000);
  visit("a");
  shell("a").ok("bundle.export", {{"file", folder.path("late")}, {"everything", true}});
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"reason", "lost"}});
  gone.insert("a");
  all();
  shell("admin").ok("bundle.import", {{"file", folder.path("late")}});
  const auto answer = shell("admin").ok("device.accept", {{"device", devices["a"]}});
  const auto proposal = text_at(at(answer, "proposals.0"), "proposal");
  all();
  const auto shown = [&] {
    const json::value all_of_them = at(shell("second").ok("act.list"), "proposals");
    for (const auto& one : all_of_them.as_array())
      if (text_at(one, "proposal") == proposal) return one.as_object();
    FAIL("not listed");
    return json::object{};
  };
  // The proposer alone has it: his device says why the other's phone was removed, and that it has nothing.
  CHECK(at(shown(), "late.here") == json::value(false));
  CHECK(text_at(shown(), "late.removal.reason") == "lost");
  CHECK(text_at(shown(), "late.removal.by") == text_at(shell("admin").ok("device.info"), "id"));
  CHECK_FALSE(text_at(shown(), "late.removal.at").empty());
  CHECK(shell("second").error("act.approve", {{"proposals", proposal}}) == "not_found");
  CHECK(text_at(at(shell("second").last_error, "fields.0"), "code") == "not_here");

  shell("second").ok("bundle.import", {{"file", folder.path("late")}});
  const auto late = at(shown(), "late").as_object();
  CHECK(at(late, "here") == json::value(true));
  CHECK(at(late, "opens") == json::value(true));
  CHECK(at(late, "part") == json::value(1));
  CHECK(at(late, "parts") == json::value(1));
  const json::value records = at(late, "records");
  REQUIRE(records.as_array().size() == 2);
  bool named = false;
  for (const auto& one : records.as_array()) {
    CHECK(text_at(one, "kind") == "mobilisation_visit");
    CHECK_FALSE(text_at(one, "title").empty());
    named |= text_at(one, "id") == record;
  }
  CHECK(named);
  CHECK(at(late, "changes").to_number<std::int64_t>() > 2);
  CHECK(text_at(late, "first") < text_at(late, "last"));
  CHECK(text_at(at(shown(), "unit"), "code") == "06463");
  CHECK(approve("second", proposal) == "approved");
  CHECK(text_at(show("second", record), "document.kind") == "mobilisation_visit");
}

TEST_CASE_METHOD(Guarded,
                 "of what a removed phone handed over the first parts count alone, the others stay apart") {
  std::vector<std::string> records;
  for (int i = 0; i < 3; ++i) {  // each export seals what there is: a part
    records.push_back(visit("a"));
    shell("a").ok("bundle.export", {{"file", folder.path("late" + std::to_string(i))}, {"everything", true}});
  }
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"reason", "left"}});
  gone.insert("a");
  all();
  for (const char* name : {"admin", "second"})
    shell(name).ok("bundle.import", {{"file", folder.path("late2")}});
  const json::value parts = at(shell("admin").ok("device.held"), "held.0.parts");
  REQUIRE(parts.as_array().size() == 3);
  CHECK(at(parts.as_array()[1].as_object(), "part") == json::value(2));
  CHECK(at(parts.as_array()[1].as_object(), "records") == json::value(1));
  CHECK(text_at(at(shell("admin").ok("device.held"), "held.0"), "removal.reason") == "left");
  CHECK(shell("admin").error("device.accept", {{"device", devices["a"]}, {"up_to", 4}}) == "request.bad");
  CHECK(shell("admin").error("device.accept", {{"device", devices["a"]}, {"unit", "20"}, {"up_to", 1}}) ==
        "not_found");
  const auto answer = shell("admin").ok("device.accept", {{"device", devices["a"]}, {"up_to", 2}});
  CHECK(at(answer, "segments") == json::value(2));
  all();
  const json::value proposals = at(answer, "proposals");
  json::array names;
  for (const auto& one : proposals.as_array()) names.push_back(one.as_object().at("proposal"));
  REQUIRE(names.size() == 2);
  CHECK(shell("second").error("act.approve", {{"proposals", names[1]}}) ==
        "request.bad");  // not without the first
  CHECK(text_at(at(shell("second").last_error, "fields.0"), "code") == "earlier");
  shell("second").ok("act.approve", {{"proposals", names}});
  all();
  for (const char* name : {"admin", "second", "watch"}) {  // the ledger has the two
    CHECK(text_at(show(name, records[1]), "document.kind") == "mobilisation_visit");
    CHECK(shell(name).error("record.show", {{"id", records[2]}}) == "not_found");
  }
  CHECK(at(shell("admin").ok("device.held"), "held.0.segments") == json::value(1));
  CHECK(at(shell("admin").ok("status"), "unsent_segments") == json::value(0));
  // The rest, later.
  const auto rest =
      at(shell("admin").ok("device.accept", {{"device", devices["a"]}}), "proposals").as_array();
  all();
  shell("second").ok("act.approve", {{"proposals", rest[0].as_object().at("proposal")}});
  all();
  CHECK(text_at(show("watch", records[2]), "document.kind") == "mobilisation_visit");
}

TEST_CASE_METHOD(Guarded, "no first part is taken that ends inside a save") {
  json::array segments;
  for (int i = 0; i < 300; ++i) segments.push_back(json::object{{"hash", std::to_string(i)}});
  shell("a").ok("record.add", {{"kind", "late_work"},
                               {"record",
                                {{"device", "x"},
                                 {"decision", "refused"},
                                 {"reason", "thử"},
                                 {"decided_on", "2026-03-09"},
                                 {"segments", segments}}}});
  shell("a").ok("bundle.export", {{"file", folder.path("late")}, {"everything", true}});
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"reason", "left"}});
  gone.insert("a");
  all();
  shell("admin").ok("bundle.import", {{"file", folder.path("late")}});
  const json::value parts = at(shell("admin").ok("device.held"), "held.0.parts");
  REQUIRE(parts.as_array().size() > 1);
  CHECK(at(parts.as_array().front().as_object(), "joined") == json::value(true));
  CHECK(at(parts.as_array().back().as_object(), "joined") == json::value(false));
  CHECK(shell("admin").error("device.accept", {{"device", devices["a"]}, {"up_to", 1}}) == "request.bad");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "code") == "inside_save");
  shell("admin").ok("device.accept", {{"device", devices["a"]}, {"up_to", parts.as_array().size()}});
}

}  // namespace late_work_test
