// A server that lost the end of its ledger, and real vaults over the real network: what a supervisor kept is
// given back, everybody goes on as if nothing had been, and who joins afterwards reads what the others read.
#include <fstream>

#include "audit/audit.hpp"
#include "changelog/personal_value.hpp"
#include "live_server.hpp"
#include "relay/give_back.hpp"
#include "relay/verify.hpp"
#include "support/realm.hpp"
#include "sync/asio/https_transport.hpp"
#include "sync/kept_ledger.hpp"
#include "vault/attachments.hpp"
#include "vault/key_box.hpp"
#include "vault/rotation.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::Device;
using gandan::test::Realm;
using gandan::test::text;

// What is written in one record: in a segment, as an attachment, and under a key of the key box.
struct WrittenRecord {
  RecordId id;
  changelog::BlobRef photo;
  Bytes content;
  KeyId key;
};

struct LosingCommune {
  LosingCommune() : realm(3, server.key.public_key()) {
    {
      const auto store = server.open();
      must(admit_realm(*store, server.key, roster::encode_card(realm.card), 0));
    }
    must(server.relay->refresh());
    everybody();
  }
  sync::Report sync(Device& device, bool keep_ledger = false) {
    realm.clock.advance(60'000);
    server.clock.advance(60'000);
    sync::HttpsOptions options;
    options.server = "https://127.0.0.1:" + std::to_string(server.port());
    options.ca_file = test_authority().file();
    const auto wire = must(sync::HttpsTransport::create(options));
    sync::Options how;
    how.keep_ledger = keep_ledger;
    const auto report = must(sync::run(*device.vault, *wire, how));
    CHECK(report.rejected.empty());
    CHECK(report.ingest.refused_count == 0);
    return report;
  }
  void everybody() {
    for (auto* device : {realm.admin.get(), phone.get(), other.get(), office.get()}) sync(*device);
    sync(*supervisor, true);
  }
  WrittenRecord write(Device& by, const std::string& title) {
    WrittenRecord out;
    out.id = by.write(realm.commune, {text("title", title)});
    out.content.resize(200'000);
    realm.random.fill(out.content);
    out.photo = must(vault::keep_attachment(*by.vault, realm.commune, "ảnh.jpg", "image/jpeg", out.content));
    by.edit(realm.commune, out.id, {{"photo", changelog::Value(out.photo)}});
    const auto key = changelog::new_record_key(must(by.vault->roster())->realm(), realm.random);
    must(vault::keep_new_key(*by.vault, realm.commune, out.id, key));
    out.key = key.id;
    return out;
  }
  bool reads(Device& device, const WrittenRecord& record) {
    const auto photo = vault::read_attachment(*device.vault, record.photo);
    return vault::find(*device.vault, record.id).ok() && photo.ok() && *photo == record.content &&
           must(vault::find_key(*device.vault, record.id, record.key)).has_value();
  }
  std::string kept() {
    const std::string path = server.folder.path("kept." + std::to_string(++files_));
    std::ofstream out(path, std::ios::binary);
    must(sync::export_ledger(*supervisor->vault, 0, [&out](ByteView piece) {
      out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
      return Status();
    }));
    return path;
  }
  Result<GivenBack> give_back_from(const std::string& file) {
    Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = must(open_store(server.data(), server.choice, Purpose::copy));
    return give_back(*store, signer, file);
  }
  VerifyReport verified() {
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = server.open();
    return must(verify_store(*store, signer));
  }
  static std::int64_t findings(Device& device) {
    return must(device.vault->db().integer("SELECT count(*) FROM finding")).value_or(0);
  }

  LiveServer server;
  Realm realm;
  std::unique_ptr<Device> phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  std::unique_ptr<Device> other = realm.enrolled("other", roster::Role::cadre, realm.commune);
  std::unique_ptr<Device> office = realm.enrolled("office", roster::Role::office, realm.top);
  std::unique_ptr<Device> supervisor = realm.enrolled("supervisor", roster::Role::supervisor, realm.top);

 private:
  int files_ = 0;
};

}  // namespace

TEST_CASE_METHOD(LosingCommune,
                 "a server is given back what it lost, and newcomers read what everybody reads") {
  const auto early = write(*phone, "trước khi sao lưu");
  everybody();
  everybody();
  server.close();
  server.back_up();
  server.listen();

  // All of this was acknowledged, and will be gone: segments, a new key of the unit, a member, keys, photos.
  const auto gone = write(*phone, "sau khi sao lưu");
  sync(*phone);
  must(vault::rotate(*realm.admin->vault, realm.commune));
  const auto late = realm.device("late");  // it has the card only, and has not been here yet
  {
    const auto& identity = late->vault->identity();
    const auto request = roster::make_join_request(identity.sign, identity.box.public_key(), "late");
    must(vault::approve(*realm.admin->vault, request, roster::Role::cadre, realm.commune));
    must(late->vault->join(realm.card));
  }
  everybody();
  const auto under_new_key = write(*other, "khoá mới");
  everybody();
  everybody();
  const auto seen = must(phone->vault->checkpoint());
  const auto all = must(supervisor->vault->checkpoint());

  server.close();
  server.restore();
  CHECK(Relay::open(server.options(), server.clock).error().code == Code::ledger_behind);
  const auto given = must(give_back_from(kept()));
  CHECK(given.size == all.size);
  CHECK(given.given_out == all.size);
  CHECK(verified().findings.empty());

  server.listen();
  // The office comes first, the administrator last: each brings what it has.
  for (auto* device : {office.get(), phone.get(), other.get(), realm.admin.get()}) sync(*device);
  sync(*supervisor, true);
  CHECK(must(phone->vault->checkpoint()).size >= seen.size);
  sync(*late);
  sync(*late);
  for (const auto* record : {&early, &gone, &under_new_key}) CHECK(reads(*late, *record));
  const auto fresh = realm.enrolled("fresh", roster::Role::cadre, realm.commune);
  sync(*realm.admin);
  sync(*fresh);
  sync(*fresh);
  for (const auto* record : {&early, &gone, &under_new_key}) {
    CHECK(reads(*fresh, *record));
    for (auto* device : {phone.get(), other.get(), office.get(), late.get(), fresh.get()})
      CHECK(device->document(record->id) == phone->document(record->id));
  }
  // It is said once: nothing of it is left to be sent or asked.
  everybody();
  for (auto* device : {realm.admin.get(), phone.get(), other.get(), office.get()}) {
    const auto quiet = sync(*device);
    CHECK(quiet.exchanges == 1);
    CHECK(quiet.chunks_sent == 0);
    CHECK(must(vault::unsent_keys(*device->vault)) == 0);
  }
  for (auto* device :
       {realm.admin.get(), phone.get(), other.get(), office.get(), supervisor.get(), late.get()})
    CHECK(findings(*device) == 0);
  const auto audited = must(audit::verify(*supervisor->vault));
  CHECK(audited.findings.empty());
  CHECK(audited.whole_ledger);
  server.close();
  CHECK(verified().findings.empty());
}

TEST_CASE_METHOD(LosingCommune, "only who keeps the whole ledger, with all that it names, writes it down") {
  write(*phone, "một");
  everybody();
  everybody();
  const auto written = [](Device& device, std::uint64_t from = 0) {
    return sync::export_ledger(*device.vault, from, [](ByteView) { return Status(); });
  };
  const auto whole = must(written(*supervisor));
  CHECK(whole.first == 0);
  CHECK(whole.size == must(supervisor->vault->checkpoint()).size);
  CHECK(whole.size == whole.statements + whole.segments);
  const auto rest = must(written(*supervisor, whole.size - 1));
  CHECK(rest.statements + rest.segments == 1);
  CHECK(written(*supervisor, whole.size).error().code == Code::ledger_incomplete);
  CHECK(written(*office).error().code == Code::no_ledger);
  const auto auditor = realm.enrolled("auditor", roster::Role::auditor, realm.top);
  sync(*realm.admin);
  sync(*auditor, true);
  CHECK(written(*auditor).error().code == Code::not_authorized);
  const auto full =
      sync::export_ledger(*supervisor->vault, 0, [](ByteView) { return Status(Code::disk_full); });
  CHECK(full.error().code == Code::disk_full);
  // What a disk lost of it is said, by its place, and no file claims to be whole.
  must(supervisor->vault->db().run("DELETE FROM segment WHERE rowid = (SELECT max(rowid) FROM segment)"));
  CHECK(written(*supervisor).error().code == Code::ledger_incomplete);
}

TEST_CASE_METHOD(LosingCommune, "what nobody kept stays missing, and whoever saw it is not lied to") {
  server.close();
  server.back_up();
  server.listen();
  write(*phone, "giám sát đã thấy");
  everybody();
  const std::string file = kept();
  write(*phone, "chưa ai giữ");
  sync(*phone);
  server.close();
  server.restore();
  const auto given = must(give_back_from(file));
  CHECK(given.size < given.given_out);
  CHECK(Relay::open(server.options(), server.clock).error().code == Code::ledger_behind);
  const auto report = verified();
  for (const auto& finding : report.findings) CHECK(finding.code == Code::ledger_behind);
}

}  // namespace gandan::server::test
