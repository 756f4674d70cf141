// Records' keys on their way: planted ones, refused ones, and servers that say what is not so.
#include "complaints.hpp"

namespace record_keys_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::complaints;

TEST_CASE_METHOD(Complaints,
                 "nobody of another unit gives a record a key, and no planted one is written with") {
  neighbour();
  const auto id = complaint("a", {});
  const auto own = complaint("m", {});
  for (const char* name : {"a", "m", "office"}) sync(name);
  // Under its own unit's name, for a record of another: not taken by the server, nor by a device.
  plant("m", unit_of("m", own), record_of(id));
  const auto refused = sync_answer("m");
  CHECK(json::compact(at(refused, "ok.rejected")).find("format.malformed") != std::string::npos);
  unchecked("office", [&](vault::Vault& vault) {
    const auto realm = vault.keyring().realm();
    const auto unit = must(vault::find(vault, record_of(own))).unit;
    const auto key = changelog::new_record_key(realm, vault.random());
    const auto epoch = *vault.keyring().latest(unit);
    must(vault::keep_entry(vault, changelog::wrap_record_key(realm, unit, record_of(id), key, epoch,
                                                             *vault.keyring().secret(unit, epoch))));
    must(vault::open_entries(vault));
    CHECK_FALSE(must(vault::find_key(vault, record_of(id), key.id)));
  });
  // A member's own, for a record to come: it is there, and nobody writes with it.
  auto next = record_of(id);
  ++next.bytes[15];
  const auto planted = plant("colleague", unit_of("a", id), next);
  exchange("colleague", "a");
  const auto made = complaint("a");
  CHECK(record_of(made) == next);
  exchange("a", "office");
  unchecked("a", [&](vault::Vault& vault) {
    CHECK(must(vault::find_key(vault, next, planted.id)));
    const auto state = must(vault::load_state(vault, next));
    const auto view = changelog::view(state);
    const auto text = changelog::personal_text(view.fields.find("person_name")->second.shown()).value();
    CHECK(text.key != planted.id);
  });
  CHECK(shell("office")
            .answer("record.edit", {{"id", made}, {"record", {{"address", kAddress}}}, {"reason", "bổ sung"}})
            .count("ok") == 1);
  exchange("office", "a");
  CHECK(field("a", made, "address") == kAddress);
  unchecked("office", [&](vault::Vault& vault) {
    const auto state = must(vault::load_state(vault, next));
    const auto view = changelog::view(state);
    const auto text = changelog::personal_text(view.fields.find("address")->second.shown()).value();
    CHECK(text.key != planted.id);
  });
}

TEST_CASE_METHOD(Complaints, "a key's name that another took before stands in nobody's way") {
  const auto id = complaint("a");
  const UnitId unit = unit_of("a", id);
  KeyId name;
  unchecked("a", [&](vault::Vault& vault) { name = must(vault::own_key(vault, record_of(id)))->id; });
  unchecked("colleague", [&](vault::Vault& vault) {
    auto key = changelog::new_record_key(vault.keyring().realm(), vault.random());
    key.id = name;
    must(vault::keep_new_key(vault, unit, record_of(id), key));
  });
  sync("colleague");
  sync("office");
  exchange("a", "office");
  CHECK(unsent("a") == 0);
  CHECK(field("office", id, "person_name") == kName);
}

TEST_CASE_METHOD(Complaints, "keys that one member plants keep nobody else's out") {
  const auto id = complaint("a", {});
  sync("a");
  auto next = record_of(id);
  ++next.bytes[15];
  const UnitId unit = unit_of("a", id);
  unchecked("colleague", [&](vault::Vault& vault) {
    for (int i = 0; i < 64; ++i)
      must(vault::keep_new_key(vault, unit, next,
                               changelog::new_record_key(vault.keyring().realm(), vault.random())));
  });
  sync("colleague");
  const auto made = complaint("a");
  CHECK(record_of(made) == next);
  CHECK(at(sync("a"), "rejected").get_array().empty());
  CHECK(unsent("a") == 0);
  sync("office");
  CHECK(field("office", made, "person_name") == kName);
}

TEST_CASE_METHOD(Complaints, "keys that the server does not take let others go first") {
  complaint("a");
  complaint("a", {{"person_name", "Hai wvx902"}});
  unchecked("a", [](vault::Vault& vault) {
    must(vault::seal(vault));
    std::set<KeyId> sent;
    for (int i = 0; i < 2; ++i) {
      const auto keys = must(vault::keys_to_send(vault, 1, {}));
      REQUIRE(keys.keys.size() == 1);
      CHECK(keys.more);
      sent.insert(keys.keys[0].key);
      must(vault::key_not_taken(vault, keys.keys[0].record, keys.keys[0].key));
    }
    CHECK(sent.size() == 2);
    CHECK(must(vault::unsent_keys(vault)) == 2);
  });
}

TEST_CASE_METHOD(Complaints, "a key waits for the segment that its record is in") {
  complaint("a");
  unchecked("a", [](vault::Vault& vault) {
    CHECK(must(vault::keys_to_send(vault, 9, {})).keys.empty());
    must(vault::seal(vault));
    CHECK(must(vault::keys_to_send(vault, 9, {})).keys.size() == 1);
    const auto feed = must(vault.db().query("SELECT id FROM feed WHERE own = 1"));
    auto rows = must(vault.db().query("SELECT id FROM feed WHERE own = 1"));
    REQUIRE(must(rows.step()));
    const auto id = FeedId::from(rows.blob(0));
    CHECK(must(vault::keys_to_send(vault, 9, {id})).keys.empty());
  });
}

TEST_CASE_METHOD(Complaints,
                 "a server that calls every refusal an erasure hides nothing and holds no phone") {
  const auto id = complaint("a");
  // More keys than a request takes, all refused under that name.
  const UnitId unit = unit_of("a", id);
  sync("a");
  unchecked("a", [&](vault::Vault& vault) {
    auto transaction = must(storage::Transaction::begin(vault.db()));
    for (std::uint16_t i = 0; i < 4001; ++i) {
      auto record = record_of(id);
      record.bytes[10] = 0;
      record.bytes[15] = 0;  // its own earlier ones; as many keys as wanted
      must(vault::keep_new_key(vault, unit, record,
                               changelog::new_record_key(vault.keyring().realm(), vault.random())));
    }
    must(transaction.commit());
  });
  bend.answer = [](Bend::Frames& frames) {
    Bend::Frames out;
    for (auto& frame : frames) {
      if (frame.type == protocol::FrameType::keys_next)
        frame.payload = protocol::encode(protocol::KeyCursor{0});
      if (frame.type == protocol::FrameType::key) continue;
      if (frame.type == protocol::FrameType::welcome) {
        auto welcome = must(protocol::decode_welcome(frame.payload));
        for (std::uint64_t i = 0; i < 256; ++i)
          welcome.rejected.push_back({FeedId{}, i + 2, "record.erased"});
        frame.payload = protocol::encode(welcome);
      }
      out.push_back(std::move(frame));
    }
    frames = std::move(out);
  };
  bend.exchanges = 0;
  const auto answer = sync_answer("a");
  CHECK(bend.exchanges < 5);
  CHECK(json::compact(json::value(answer)).find("record.erased") != std::string::npos);
}

TEST_CASE_METHOD(Complaints, "segments that are refused as of an erased record are told") {
  complaint("a");
  bend.request = [](Bend::Frames& frames) {  // they go nowhere
    Bend::Frames out;
    for (auto& frame : frames)
      if (frame.type != protocol::FrameType::run && frame.type != protocol::FrameType::segment)
        out.push_back(std::move(frame));
    frames = std::move(out);
  };
  bend.answer = [](Bend::Frames& frames) {
    auto welcome = must(protocol::decode_welcome(frames.front().payload));
    welcome.rejected = {{FeedId{}, 2, "record.erased"}};
    frames.front().payload = protocol::encode(welcome);
  };
  const auto rejected = json::compact(at(sync_answer("a"), "ok.rejected"));
  CHECK(rejected.find("record.erased") != std::string::npos);
}

TEST_CASE_METHOD(Complaints, "one answer with a cursor beyond everything blinds nobody for good") {
  const auto id = complaint("a");
  sync("a");
  bend.answer = [](Bend::Frames& frames) {
    Bend::Frames out;
    for (auto& frame : frames) {
      if (frame.type == protocol::FrameType::key) continue;
      if (frame.type == protocol::FrameType::keys_next)
        frame.payload = protocol::encode(protocol::KeyCursor{INT64_MAX});
      out.push_back(std::move(frame));
    }
    frames = std::move(out);
  };
  sync("office");
  CHECK(field("office", id, "person_name") == kWaiting);
  bend.answer = {};
  sync("office");
  sync("office");
  CHECK(field("office", id, "person_name") == kName);
  const auto later = complaint("a", {{"person_name", "Hai wvx902"}});
  exchange("a", "office");
  CHECK(field("office", later, "person_name") == "Hai wvx902");
}

TEST_CASE_METHOD(Complaints, "a cadre who was transferred brings the keys of what was accepted of him") {
  neighbour();
  const auto id = complaint("a");
  const auto request = text_at(shell("a").ok("device.request", {{"label", "a"}}), "request");
  shell("admin").ok(
      "device.approve",
      {{"request", request}, {"role", "cadre"}, {"unit", "06464"}, {"out", folder.path("a2.join")}});
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"unit", "06463"}, {"reason", "left"}});
  sync("admin");
  carry("a", "admin");
  CHECK(at(shell("a").ok("status"), "unsent_keys") == json::value(1));
  shell("admin").ok("device.accept", {{"device", devices["a"]}});
  for (int round = 0; round < 3; ++round)
    for (const char* name : {"admin", "a", "office", "colleague"}) sync(name);
  CHECK(at(shell("a").ok("status"), "unsent_keys") == json::value(0));
  for (const char* name : {"office", "colleague"}) CHECK(field(name, id, "person_name") == kName);
}

}  // namespace record_keys_test
