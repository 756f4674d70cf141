// What a device carries for others goes as far as it may, and what it may not send holds nothing up.
#include "hand_server.hpp"
#include "vault/attachments.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Carriers : HandServer {
  Carriers() { must(sync(*admin)); }
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
};

}  // namespace

TEST_CASE_METHOD(Carriers, "attachments of another unit are carried on, and hold no sync up") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto far = enrolled("far", roster::Role::cadre, other);
  must(vault::keep_attachment(*far->vault, other, "xa.txt", "text/plain", as_bytes("bản xa")));
  must(vault::keep_attachment(*a->vault, commune, "gan.txt", "text/plain", as_bytes("bản gần")));
  a->take(*far, false);
  const auto report = must(sync(*a));
  CHECK(report.chunks_sent == 1);
  CHECK(chunks_put == std::vector<UnitId>{commune});
  CHECK(must(vault::counts(*a->vault)).unsent_chunks == 1);
  auto office = enrolled("office", roster::Role::office, top);
  office->take(*a, false);
  CHECK(must(sync(*office)).chunks_sent == 1);
  CHECK(chunks_put.back() == other);
}

TEST_CASE_METHOD(Carriers, "a statement that lost against the ledger's is kept, and sent no more") {
  auto second = enrolled("second", roster::Role::admin, top);
  must(sync(*admin));
  must(sync(*second));
  // The second administrator is removed; what it had decided meanwhile never was.
  must(vault::add_unit(*second->vault, top));
  remove_only(*admin, *second, top, roster::RevokeReason::left);
  must(sync(*admin));
  auto ingest = must(vault::Ingest::begin(*second->vault));
  // Behind the removal stand the new epochs that go with it.
  for (std::size_t i = log.size() - 3; i < log.size(); ++i)
    must(ingest->statement(log[i].body, vault::Receipt{i, log[i].told_ms}));
  must(ingest->commit());
  CHECK(must(second->vault->roster())->units().size() == 2);
  CHECK(must(second->vault->db().integer("SELECT count(*) FROM statement WHERE ledger_index IS NULL")) == 1);
  CHECK(must(sync::build_request(*second->vault, {})).statements.empty());
}

TEST_CASE_METHOD(Carriers, "segments of many phones go through one carrier, each with its receipt") {
  std::vector<std::unique_ptr<Device>> phones;
  for (int i = 0; i < 5; ++i) {
    phones.push_back(enrolled("p" + std::to_string(i), roster::Role::cadre, commune));
    const auto record = phones.back()->write(commune, {text("title", std::to_string(i))});
    must(vault::seal(*phones.back()->vault));
    phones.back()->edit(commune, record, {text("title", "hai")});
    a->take(*phones.back(), false);
  }
  const auto report = must(sync(*a));
  CHECK(report.segments_sent == 10);
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
  // When one of them comes by itself, nothing of it travels twice.
  must(sync(*phones[2]));
  const auto again = must(sync(*phones[2]));
  CHECK(again.segments_sent == 0);
  CHECK(must(vault::counts(*phones[2]->vault)).unsent_segments == 0);
}

TEST_CASE_METHOD(Carriers, "what a removed phone hands over is kept, counts nowhere, and holds no sync up") {
  auto lost = enrolled("lost", roster::Role::cadre, commune);
  lost->write(commune, {text("title", "trước khi mất")});
  must(sync(*lost));
  remove_only(*admin, *lost, commune, roster::RevokeReason::lost);
  must(sync(*admin));
  must(sync(*a));
  const auto record = lost->write(commune, {text("title", "sau khi mất")});
  CHECK(a->take(*lost, false).held == 1);
  CHECK_FALSE(vault::find(*a->vault, record).ok());
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 0);
  for (int i = 0; i < 2; ++i) {
    const auto report = must(sync(*a));
    CHECK(report.segments_sent == 0);
    CHECK(report.rejected.empty());
  }
  CHECK(must(a->vault->db().integer("SELECT count(*) FROM segment WHERE ledger_index IS NULL")) == 1);
  // What it writes itself still goes, under the new epoch once that is here.
  a->take(*admin);
  a->write(commune, {text("title", "của tôi")});
  CHECK(must(sync(*a)).segments_sent == 1);
}

TEST_CASE_METHOD(Carriers, "keys for others that the server could not take go again, until it has them") {
  const auto waiting = [&] {
    return must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = 1")).value_or(-1);
  };
  must(vault::add_unit(*admin->vault, top));
  const auto wraps = waiting();
  REQUIRE(wraps > 0);
  twist = [](Answer& x) { x.welcome.rejected.push_back({FeedId{}, 0, "store.quota"}); };
  CHECK(must(sync(*admin)).rejected.size() == 1);
  CHECK(waiting() == wraps);
  twist = nullptr;
  must(sync(*admin));
  CHECK(waiting() == 0);
}

TEST_CASE_METHOD(Carriers,
                 "what a new device is given has its own keys and its colleagues', and not a province's") {
  const auto other = must(vault::add_unit(*admin->vault, top));
  auto b = enrolled("b", roster::Role::cadre, commune);
  auto gone = enrolled("gone", roster::Role::office, top);
  std::vector<std::unique_ptr<Device>> far;
  for (int i = 0; i < 20; ++i) far.push_back(enrolled("far" + std::to_string(i), roster::Role::cadre, other));
  const auto record = a->write(commune, {text("title", "trước")});
  const auto elsewhere = far[0]->write(other, {text("title", "xã bên")});
  admin->take(*a);
  admin->take(*far[0]);
  must(vault::revoke(*admin->vault, gone->vault->identity().id, top, roster::RevokeReason::lost));

  const auto given = [&](Device& device, roster::Role role, const UnitId& unit) {
    const auto& identity = device.vault->identity();
    must(vault::approve(*admin->vault,
                        roster::make_join_request(identity.sign, identity.box.public_key(), ""), role, unit));
    sync::ExportOptions options;
    options.everything = true;
    options.unit = unit;
    options.readers = {identity.id};
    const Bytes bundle = must(sync::export_bundle(*admin->vault, options));
    CHECK(must(sync::import_bundle(*device.vault, bundle)).refused_count == 0);
    return must(device.vault->db().integer("SELECT count(*) FROM wrap")).value();
  };
  const auto all = must(admin->vault->db().integer("SELECT count(*) FROM wrap")).value();
  REQUIRE(all > 40);
  auto fresh = device("fresh");
  CHECK(given(*fresh, roster::Role::cadre, commune) < 12);
  CHECK(vault::find(*fresh->vault, record).ok());
  auto head = device("head");
  CHECK(given(*head, roster::Role::office, top) < all - 40);
  for (const auto& id : {record, elsewhere}) CHECK(vault::find(*head->vault, id).ok());
  auto looks = device("looks");
  CHECK(given(*looks, roster::Role::auditor, top) == 0);
  CHECK(*must(looks->vault->db().integer("SELECT count(*) FROM segment")) == 0);

  // In the village nobody else brings the colleague the new key.
  b->take(*fresh);
  REQUIRE((*b->vault->roster())->unit(commune)->epochs.back().number == 2);
  CHECK(b->vault->keyring().secret(commune, 2) != nullptr);
}
