// What restoring does inside a vault: ops, marks, ids and texts that move to the next incarnation, and power
// that is cut while they do.
#include "changelog/personal_value.hpp"
#include "changelog/sealed_value.hpp"
#include "crypto/hash.hpp"
#include "records/signature.hpp"
#include "support/on_disk.hpp"
#include "unit/vault/segments_fixture.hpp"
#include "vault/branches.hpp"
#include "vault/key_box.hpp"

namespace restore_test {

using namespace gandan;
using namespace gandan::test;
using changelog::Mark;
using changelog::Op;

namespace {

// A phone whose vault is copied: `twin` has the copy, and goes on where the phone was then.
struct Copied : Realm {
  std::unique_ptr<Device> phone = enrolled("phone", roster::Role::cadre, commune);
  std::unique_ptr<Device> twin;
  RecordId shared = phone->write(commune, {text("title", "chung")});

  void copy() {
    must(vault::seal(*phone->vault));
    phone->vault.reset();
    std::filesystem::copy(folder.path("phone"), folder.path("twin"),
                          std::filesystem::copy_options::recursive);
    phone->reopen();
    twin =
        std::make_unique<Device>(folder.path("twin"), vault::Seams{clock, random, nullptr}, Device::existing);
    clock.advance(1000);
  }
  // The ledger has what the phone wrote; the twin hears of it.
  vault::IngestReport hear(Device& of, Device& from, std::uint64_t index = 100) {
    auto ingest = must(vault::Ingest::begin(*of.vault));
    for (const auto& one : segments_of(from))
      must(ingest->segment(one.feed, one.sequence, one.previous, one.bytes,
                           vault::Receipt{index++, clock.wall_ms()}));
    return must(ingest->commit());
  }
  FeedId feed_of(Device& device) { return must(device.vault->own_feed(commune)).value().id; }
  changelog::RecordState state(Device& device, const RecordId& record) {
    return must(vault::load_state(*device.vault, record));
  }
  vault::Change mark(Device& device, const RecordId& record, const std::string& path) {
    Mark mark;
    mark.seen = state(device, record).seen();
    if (path == changelog::kFinalMark)
      mark.content = changelog::content_hash((*device.vault->roster())->realm(), commune, record,
                                             state(device, record), mark.seen);
    return {path, mark};
  }
};

}  // namespace

TEST_CASE_METHOD(Copied, "stamps, ids, texts and marks move to the new feed, what both copies have stays") {
  const FeedId from = random_id<FeedId>(random), to = random_id<FeedId>(random),
               other = random_id<FeedId>(random);
  vault::Branches branches;
  branches.add({from, to, 100, 7});
  Op op;
  op.record = changelog::make_record_id(from, 6);
  op.holder = HolderId::from(changelog::make_record_id(from, 9).view());
  const auto item = to_text(changelog::make_item_id(from, 7));
  const auto moved_item = to_text(changelog::make_item_id(to, 7));
  op.path = "agenda[" + item + "].text";
  op.value = "xem " + item + ", " + to_text(changelog::make_record_id(from, 6)) + " và " +
             to_text(changelog::make_record_id(other, 8)) + item.substr(0, 20);
  op.stamp = {101, from};
  op.save = 101;
  op.replaces = {{90, from}, {95, other}, {100, from}};
  auto moved = branches.moved(op);
  CHECK(moved.record == op.record);  // made before the copies parted
  CHECK(moved.holder == HolderId::from(changelog::make_record_id(to, 9).view()));
  CHECK(moved.path == "agenda[" + moved_item + "].text");
  CHECK(std::get<std::string>(moved.value) ==
        "xem " + moved_item + ", " + to_text(changelog::make_record_id(from, 6)) + " và " +
            to_text(changelog::make_record_id(other, 8)) + item.substr(0, 20));
  CHECK(moved.stamp == changelog::Stamp{101, to});
  CHECK(moved.replaces == op.replaces);
  op.replaces = {{90, from}, {101, from}, {101, other}};
  op.stamp.hlc = op.save = 102;
  must(changelog::check_op(branches.moved(op)));  // what it replaces is in order again
  Mark mark;
  mark.seen = {{from, 105}, {other, 500}};
  op.value = mark;
  CHECK(std::get<Mark>(branches.moved(op).value).seen ==
        changelog::Seen{{from, 100}, {to, 105}, {other, 500}});
  mark.seen = {{from, 99}};
  op.value = mark;
  CHECK(std::get<Mark>(branches.moved(op).value).seen == mark.seen);
  CHECK(vault::ids_named(from, op) == 8);
  CHECK(vault::ids_named(other, op) == 0);
}

TEST_CASE_METHOD(Copied, "a sealed text moves without being opened, and opens for its recipients") {
  const FeedId from = random_id<FeedId>(random), to = random_id<FeedId>(random);
  vault::Branches branches;
  branches.add({from, to, 100, 7});
  const auto office = crypto::BoxKey::generate(random);
  const auto office_id = random_id<DeviceId>(random);
  Op op;
  op.record = changelog::make_record_id(from, 8);
  op.path = "identity";
  op.stamp = {101, from};
  const changelog::SealPlace place{(*phone->vault->roster())->realm(), commune, op.record, op.path};
  const auto text = must(changelog::seal_text(place, "Hộ 17", {{office_id, office.public_key()}}, random));
  op.value = changelog::encode_sealed(text);
  const auto read = [&](const Op& at) {
    const auto sealed = *changelog::sealed_text(at.value);
    const auto where = changelog::place_of({place.realm, commune, at.record, at.path}, sealed);
    return must(changelog::open_text(
        where, sealed, must(changelog::unwrap_seal(where, sealed, sealed.wraps, office_id, office))));
  };
  const Op moved = branches.moved(op);
  CHECK(moved.record == changelog::make_record_id(to, 8));
  CHECK(read(moved) == "Hộ 17");
  CHECK(changelog::sealed_text(moved.value)->commitment == text.commitment);
  // Once more: it still says where it was sealed first.
  const FeedId third = random_id<FeedId>(random);
  vault::Branches again;
  again.add({to, third, 100, 7});
  CHECK(read(again.moved(moved)) == "Hộ 17");
  op.record = changelog::make_record_id(from, 6);  // made before: nothing about it changes
  op.stamp.hlc = 99;
  CHECK(branches.moved(op) == op);
}

TEST_CASE_METHOD(Copied,
                 "a delete on a restored phone does not take what its own tail had changed meanwhile") {
  copy();
  phone->edit(commune, shared, {text("title", "sửa ở máy chủ")});
  clock.advance(5000);
  twin->edit(commune, shared, {mark(*twin, shared, "@deleted")});
  CHECK(changelog::view(state(*twin, shared)).deleted);
  const auto report = hear(*twin, *phone);
  CHECK(report.restored.value().kept == 1);
  CHECK(report.restored.value().renamed == 0);
  // The edit was not seen by the delete, whatever the clocks say: the record lives.
  CHECK_FALSE(changelog::view(state(*twin, shared)).deleted);
  CHECK(twin->document(shared).find("sửa ở máy chủ") != std::string::npos);
}

TEST_CASE_METHOD(Copied, "a finalisation and signatures made on a restored phone hold under the moved ids") {
  copy();
  phone->write(commune, {text("title", "của máy chủ")});  // takes the id
  const auto record = twin->write(commune, {text("title", "biên bản")});
  twin->edit(commune, record, {mark(*twin, record, "@final")});
  {
    const auto feed = must(vault::open_feed(*twin->vault, commune));
    vault::IdMaker ids(feed);
    records::PersonSignature signature;
    signature.id = to_text(ids.item());
    signature.content = std::get<Mark>(changelog::view(state(*twin, record)).final_op->value).content;
    signature.capacity = "chair";
    signature.name = "Chủ tọa";
    signature.key_signature = twin->vault->identity().sign.sign(
        records::signature_message((*twin->vault->roster())->realm(), record, signature.content, HolderId{},
                                   signature.capacity, signature.name));
    std::vector<vault::Change> changes;
    for (auto& [path, value] : records::signature_marks(signature, std::nullopt))
      changes.emplace_back(path, value);
    must(vault::save(*twin->vault, commune, record, changes, HolderId{}, ids));
  }
  must(vault::seal(*twin->vault));
  hear(*twin, *phone);
  const auto moved = changelog::make_record_id(feed_of(*twin), 1);
  REQUIRE(twin->document(moved).find("biên bản") != std::string::npos);
  CHECK(twin->document(record).find("của máy chủ") != std::string::npos);
  const auto now = state(*twin, moved);
  const auto view = changelog::view(now);
  REQUIRE(view.finalized);
  const auto& final = std::get<Mark>(view.final_op->value);
  const auto realm = (*twin->vault->roster())->realm();
  CHECK(final.content == changelog::content_hash(realm, commune, moved, now, final.seen));
  const auto signatures = records::signatures_of(now);
  REQUIRE(signatures.size() == 1);
  CHECK(signatures[0].content == final.content);
  CHECK(
      crypto::verify(twin->vault->identity().sign.public_key(),
                     records::signature_message(realm, moved, final.content, HolderId{}, "chair", "Chủ tọa"),
                     signatures[0].key_signature.value()));
}

TEST_CASE_METHOD(Copied, "personal texts of a record that moved open with a key of its own") {
  copy();
  phone->write(commune, {text("title", "của máy chủ")});  // takes the id
  const auto record = twin->write(commune, {text("title", "đơn")});
  const auto realm = (*twin->vault->roster())->realm();
  const auto key = changelog::new_record_key(realm, random);
  must(vault::keep_new_key(*twin->vault, commune, record, key));
  const auto personal = [&](const char* path, const char* what) {
    return vault::Change{path, changelog::encode_personal(must(
                                   changelog::seal_personal({realm, commune, record, path}, what, key)))};
  };
  twin->edit(commune, record, {personal("person_name", "Hộ 17"), personal("address", "Nà Pàn")});
  twin->edit(commune, record, {mark(*twin, record, "@final")});
  must(vault::seal(*twin->vault));
  hear(*twin, *phone);
  const auto moved = changelog::make_record_id(feed_of(*twin), 1);
  REQUIRE(moved != record);
  const auto now = state(*twin, moved);
  const auto view = changelog::view(now);
  const auto read = [&](const std::string& path) {
    const auto sealed = changelog::personal_text(view.fields.find(path)->second.heads.front()->value).value();
    CHECK(sealed.key != key.id);
    const auto found = must(vault::find_key(*twin->vault, moved, sealed.key));
    REQUIRE(found);
    return must(changelog::open_personal({realm, commune, moved, path}, sealed, *found));
  };
  CHECK(read("person_name") == "Hộ 17");
  CHECK(read("address") == "Nà Pàn");
  CHECK_FALSE(must(vault::find_key(*twin->vault, record, key.id)));  // nothing is left under the other id
  REQUIRE(view.finalized);
  const auto& final = std::get<Mark>(view.final_op->value);
  CHECK(final.content == changelog::content_hash(realm, commune, moved, now, final.seen));
  const auto document = twin->document(moved);
  must(vault::rebuild(*twin->vault));
  CHECK(twin->document(moved) == document);
}

TEST_CASE_METHOD(Copied, "links and the chosen holder follow the records that moved") {
  copy();
  phone->write(commune, {text("title", "của máy chủ")});
  const auto person = twin->write(commune, {text("kind", "holder"), text("title", "mã")});
  must(twin->vault->set_meta("holder", person.view()));
  twin->edit(commune, shared, {text("link", to_text(person))});
  hear(*twin, *phone);
  const auto moved = changelog::make_record_id(feed_of(*twin), 1);
  CHECK(twin->document(shared).find("link=" + to_text(moved)) != std::string::npos);
  CHECK(must(twin->vault->meta("holder")).value() == to_bytes(moved.view()));
  // And new ids go on behind those that moved.
  CHECK(twin->write(commune, {text("title", "tiếp")}) == changelog::make_record_id(feed_of(*twin), 2));
}

TEST_CASE_METHOD(Copied, "a copy that its file betrays writes in a feed of its own at once") {
  if (!vault::birth_of(folder.path("phone"))) return;  // this file system tells no births
  copy();
  twin.reset();
  twin = std::make_unique<Device>(folder.path("twin"), vault::Seams{clock, random}, Device::existing);
  const FeedId old = feed_of(*phone);
  CHECK_FALSE(must(twin->vault->own_feed(commune)));
  const auto theirs = phone->write(commune, {text("title", "của máy cũ")});
  const auto ours = twin->write(commune, {text("title", "của bản sao")});
  CHECK(theirs != ours);
  CHECK(feed_of(*twin) != old);
  phone->reopen();  // it still lies where it lay
  CHECK(feed_of(*phone) == old);
  const auto report = hear(*twin, *phone);
  CHECK(report.restored.value().fetched == 1);
  CHECK(report.restored.value().kept == 0);
  CHECK(twin->document(ours).find("của bản sao") != std::string::npos);
  // By hand, without a server, both arrive.
  auto third = enrolled("third", roster::Role::cadre, commune);
  third->take(*phone);
  CHECK(third->take(*twin).refused_count == 0);
  CHECK(third->document(ours) == twin->document(ours));
  CHECK(third->document(theirs) == twin->document(theirs));
  twin->reopen();
  CHECK(must(twin->vault->own_feed(commune)));  // no new feed at every opening
}

TEST_CASE_METHOD(Copied, "a part of the tail that is missing holds the move back, and nothing else") {
  copy();
  phone->edit(commune, shared, {text("a", "1")});
  must(vault::seal(*phone->vault));
  phone->edit(commune, shared, {text("b", "2")});
  const auto kept = twin->write(commune, {text("title", "ở đây")});
  const auto theirs = segments_of(*phone);
  REQUIRE(theirs.size() == 3);
  const auto first = give(*twin, {theirs[2]}, vault::Receipt{9, clock.wall_ms()});
  CHECK(first.restored.value().kept == 0);
  CHECK(must(vault::seal(*twin->vault)) == 0);  // not at a place that another copy has taken
  CHECK(twin->document(kept).find("ở đây") != std::string::npos);
  const auto then = twin->write(commune, {text("title", "vẫn ghi được")});
  const auto second = give(*twin, {theirs[1]}, vault::Receipt{8, clock.wall_ms()});
  CHECK(second.restored.value().kept == 2);
  CHECK(must(vault::seal(*twin->vault)) == 1);
  for (const auto* word : {"ở đây", "vẫn ghi được", "b=2"}) {
    bool shown = false;
    for (const auto& row : must(vault::list(*twin->vault, {})))
      shown |= row.document.find(word) != std::string::npos;
    CHECK(shown);
  }
  const auto before = must(vault::projections_hash(*twin->vault));
  must(vault::rebuild(*twin->vault));
  CHECK(must(vault::projections_hash(*twin->vault)) == before);
  (void)then;
}

TEST_CASE_METHOD(Copied, "the losing segments' stubs are kept and verify") {
  copy();
  phone->edit(commune, shared, {text("a", "1")});
  twin->edit(commune, shared, {text("b", "2")});
  must(vault::seal(*twin->vault));
  hear(*twin, *phone);
  auto rows = must(twin->vault->db().query(
      "SELECT code, sequence, evidence FROM finding WHERE length(evidence) > 0 ORDER BY id"));
  REQUIRE(must(rows.step()));
  CHECK(rows.text(0) == "feed.restored");
  CHECK(rows.integer(1) == 1);
  const auto stub = must(protocol::decode_stub(rows.blob(2)));
  const auto author = must(crypto::Verifier::create(twin->vault->identity().sign.public_key()));
  CHECK(protocol::verify_segment((*twin->vault->roster())->realm(), stub, author));
}

TEST_CASE("power that is cut while a restored phone parts from its past loses nothing") {
  const auto loss = GENERATE(CrashVfs::Loss::nothing, CrashVfs::Loss::unsynced, CrashVfs::Loss::torn);
  Copied realm;
  realm.copy();
  for (int i = 0; i < 2; ++i) {
    realm.phone->write(realm.commune, {text("title", "máy chủ " + std::to_string(i))});
    must(vault::seal(*realm.phone->vault));
  }
  std::vector<std::string> words{"chung"};
  for (int i = 0; i < 3; ++i) {
    words.push_back("ở đây " + std::to_string(i));
    realm.twin->write(realm.commune, {text("title", words.back())});
    if (i == 1) must(vault::seal(*realm.twin->vault));
  }
  const auto theirs = segments_of(*realm.phone);
  const auto take = [&](vault::Vault& vault) -> Status {
    GANDAN_TRY(auto ingest, vault::Ingest::begin(vault));
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      const auto& one = theirs[i];
      GANDAN_TRY([[maybe_unused]] const auto hash,
                 ingest->segment(one.feed, one.sequence, one.previous, one.bytes,
                                 vault::Receipt{20 + i, realm.clock.wall_ms()}));
    }
    GANDAN_TRY([[maybe_unused]] const auto report, ingest->commit());
    GANDAN_TRY([[maybe_unused]] const auto made, vault::seal(vault));
    return {};
  };
  realm.twin->vault.reset();
  CrashVfs disk;
  std::uint64_t cuts = 0;
  for (std::uint64_t n = 1;; ++n) {
    const std::string folder = realm.folder.path("n" + std::to_string(n));
    std::filesystem::copy(realm.folder.path("twin"), folder, std::filesystem::copy_options::recursive);
    disk.forget();
    disk.cut_power_at(n);
    {
      const OnDisk here(disk);
      const Bytes key(32, 7);
      const PlainProjector projector;
      auto vault = vault::Vault::open_raw(folder, key, projector, {realm.clock, realm.random, nullptr});
      if (vault) (void)take(**vault).ok();
    }
    const bool cut = disk.power_is_cut();
    disk.restore_power(loss, n);
    std::filesystem::rename(folder, realm.folder.path("again"));
    {
      Device again(realm.folder.path("again"), {realm.clock, realm.random, nullptr}, Device::existing);
      must(again.vault->db().check_integrity());
      must(take(*again.vault));
      CHECK(must(vault::counts(*again.vault)).records == 6);
      for (const auto& word : words) {
        int shown = 0;
        for (const auto& row : must(vault::list(*again.vault, {})))
          shown += row.document.find("title=" + word + "\n") != std::string::npos ? 1 : 0;
        REQUIRE(shown == 1);
      }
      const auto before = must(vault::projections_hash(*again.vault));
      must(vault::rebuild(*again.vault));
      REQUIRE(must(vault::projections_hash(*again.vault)) == before);
      CHECK(must(vault::counts(*again.vault)).pending_ops == 0);
    }
    std::filesystem::remove_all(realm.folder.path("again"));
    if (!cut) break;
    ++cuts;
  }
  CHECK(cuts > 10);
}

}  // namespace restore_test
