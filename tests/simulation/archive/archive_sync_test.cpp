// A server that moved the contents of old segments into files, and devices that come to it afterwards: they
// verify all that there is, say what is not here, and read the rest once they were given the files.
#include "audit/audit.hpp"
#include "relay/archive.hpp"
#include "support/folder.hpp"
#include "support/loopback.hpp"
#include "sync/kept_ledger.hpp"
#include "vault/logged.hpp"

namespace archive_sync_test {

using namespace gandan;
using namespace gandan::test;
using vault::SegmentState;

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDay = 86'400'000;

struct ArchivedCommune : ServedRealm {
  ArchivedCommune() {
    everybody();
    for (const char* title : {"một", "hai", "ba"}) {
      old.push_back(phone->write(commune, {text("title", title), text("place", title)}));
      sync_at(*phone);
    }
    clock.advance(400 * kDay);
    everybody();
    phone->edit(commune, old[0], {text("title", "một, sửa sau")});
    fresh = phone->write(commune, {text("title", "mới")});
    everybody();
  }
  sync::Report sync_at(Device& device, bool keep_ledger = false) {
    clock.advance(60'000);
    return sync(device, keep_ledger);
  }
  void everybody() {
    for (auto* device : {admin.get(), phone.get(), office.get()}) sync_at(*device);
    sync_at(*supervisor, true);
  }
  fs::path archived() const { return ServedRealm::folder.path("archive"); }
  server::Archived archive(std::size_t most = std::size_t{1} << 20) {
    server.stop();
    server::ArchiveOptions options{archived(), clock.wall_ms() - 30 * kDay, most};
    const server::Signer signer(must(server::load_ledger_key(server.folder())), server.folder());
    const auto store = must(server::SqliteStore::open(server.folder(), server::SqliteStore::Mode::open));
    const auto done = must(server::archive_bodies(*store, signer, must(store->realms()).at(0), options));
    server.start(clock);
    return done;
  }
  std::vector<Bytes> files() const {
    std::vector<Bytes> out;
    for (const auto& entry : fs::directory_iterator(archived())) out.push_back(file_bytes(entry.path()));
    return out;
  }
  std::unique_ptr<Device> joined(const std::string& name, roster::Role role, const UnitId& unit) {
    auto out = enrolled(name, role, unit);
    sync_at(*admin);
    return out;
  }
  static std::uint64_t held(Device& device) {
    const auto counts = must(vault::counts(*device.vault));
    const auto found = counts.held.find(SegmentState::archived);
    return found == counts.held.end() ? 0 : found->second;
  }
  static std::int64_t findings(Device& device) {
    return must(device.vault->db().integer("SELECT count(*) FROM finding")).value_or(0);
  }
  void reads_all(Device& device) {
    for (const auto& id : old) CHECK(device.document(id) == office->document(id));
    CHECK(device.document(fresh) == office->document(fresh));
    CHECK(held(device) == 0);
    CHECK(findings(device) == 0);
  }

  std::unique_ptr<Device> phone = enrolled("phone", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
  std::unique_ptr<Device> supervisor = enrolled("supervisor", roster::Role::supervisor, top);
  std::vector<RecordId> old;
  RecordId fresh;
};

}  // namespace

TEST_CASE_METHOD(ArchivedCommune, "a new office is told what is archived, and reads it from the file") {
  const auto done = archive();
  REQUIRE(done.segments >= 3);
  const auto late = joined("late", roster::Role::office, top);
  const auto report = sync_at(*late);
  CHECK(report.ingest.refused_count == 0);
  CHECK(report.ingest.held == done.segments);
  CHECK(held(*late) == done.segments);
  // The tail is read, the rest is known to be missing, and nothing is asked for again.
  CHECK(late->document(fresh) == office->document(fresh));
  CHECK(vault::find(*late->vault, old[1]).error().code == Code::not_found);
  CHECK(sync_at(*late).exchanges == 1);
  CHECK(held(*late) == done.segments);
  // A bundle of what it has brings no empty shells.
  const auto other = joined("other", roster::Role::office, top);
  const auto taken = other->take(*late);
  CHECK(taken.refused_count == 0);
  CHECK(held(*other) == 0);

  for (const auto& file : files()) {
    const auto imported = must(sync::import_bundle(*late->vault, file));
    CHECK(imported.refused_count == 0);
    CHECK(imported.segments == done.segments);
  }
  reads_all(*late);
  CHECK(sync_at(*late).exchanges == 1);
  late->reopen();
  reads_all(*late);
}

TEST_CASE_METHOD(ArchivedCommune, "who has the file first, or had the content all along, keeps it") {
  archive();
  everybody();
  reads_all(*office);
  const auto late = joined("late", roster::Role::office, top);
  sync_at(*late, false);
  const auto early = joined("early", roster::Role::office, top);
  for (const auto& file : files()) CHECK(must(sync::import_bundle(*early->vault, file)).refused_count == 0);
  CHECK(sync_at(*early).ingest.refused_count == 0);
  reads_all(*early);
  // The places are the ledger's, also of what came by hand.
  CHECK(must(early->vault->db().integer("SELECT count(*) FROM segment WHERE ledger_index IS NULL")) == 0);
}

TEST_CASE_METHOD(ArchivedCommune, "a save whose parts come back one by one is whole in the end") {
  std::vector<vault::Change> changes;
  for (int i = 0; i < 400; ++i)
    changes.push_back(text("field_" + std::to_string(i), "value " + std::to_string(i)));
  old.push_back(phone->write(commune, changes));
  everybody();
  clock.advance(40 * kDay);
  everybody();
  archive(1);
  const auto late = joined("late", roster::Role::office, top);
  sync_at(*late);
  auto parts = files();
  REQUIRE(parts.size() >= 5);
  for (std::size_t i = parts.size(); i-- > 0;)
    CHECK(must(sync::import_bundle(*late->vault, parts[i])).refused_count == 0);
  reads_all(*late);
}

TEST_CASE_METHOD(ArchivedCommune,
                 "a supervisor who comes later verifies the whole ledger without the content") {
  archive();
  const auto late = joined("late", roster::Role::supervisor, top);
  sync_at(*late, true);
  REQUIRE(held(*late) != 0);
  const auto audited = must(audit::verify(*late->vault));
  for (const auto& finding : audited.findings) UNSCOPED_INFO(finding.detail);
  CHECK(audited.findings.empty());
  CHECK(audited.whole_ledger);
  CHECK(audited.archived == held(*late));
  // What he does not have he does not hand on as if he had.
  const auto nowhere = [](ByteView) { return Status(); };
  CHECK(sync::export_ledger(*late->vault, 0, nowhere).error().code == Code::archived);
  for (const auto& file : files()) must(sync::import_bundle(*late->vault, file));
  CHECK(must(sync::export_ledger(*late->vault, 0, nowhere)).size == must(late->vault->checkpoint()).size);
  const auto again = must(audit::verify(*late->vault));
  CHECK(again.findings.empty());
  CHECK(again.whole_ledger);
}

TEST_CASE_METHOD(ArchivedCommune, "a header that its author did not sign is refused") {
  archive();
  server.stop();
  {
    storage::Options opening;
    opening.path = server.folder() + "/server.db";
    auto db = must(storage::Database::open(opening));
    // Another one's, which is as well made.
    must(
        db.execute("UPDATE segment SET bytes = (SELECT other.bytes FROM segment AS other WHERE other.feed = "
                   "segment.feed AND other.seq = 2) WHERE seq = 1 AND substr(bytes, 1, 1) = x'02'"));
  }
  server.start(clock);
  const auto late = joined("late", roster::Role::office, top);
  const auto report = sync_at(*late);
  CHECK(report.ingest.refused_count > 0);
  REQUIRE_FALSE(report.ingest.refused.empty());
  CHECK(report.ingest.refused.front().code == Code::bad_signature);
}

TEST_CASE_METHOD(ArchivedCommune, "what lies in an archive is a gap for a report of that time") {
  archive();
  const auto late = joined("late", roster::Role::office, top);
  sync_at(*late);
  const auto everything = [](const UnitId&) { return true; };
  const auto size = must(late->vault->checkpoint()).size;
  CHECK_FALSE(must(vault::Logged::load(*late->vault, size)).whole(everything));
  for (const auto& file : files()) must(sync::import_bundle(*late->vault, file));
  CHECK(must(vault::Logged::load(*late->vault, size)).whole(everything));
}

namespace {

Result<sync::Report> run_with(ArchivedCommune& realm, Device& device, const sync::Options& options) {
  realm.clock.advance(60'000);
  LoopbackTransport transport(realm.WithServer::server);
  return sync::run(*device.vault, transport, options);
}

}  // namespace

TEST_CASE_METHOD(ArchivedCommune,
                 "a new office begins with what is recent, and fetches the old when it likes") {
  const auto late = joined("late", roster::Role::office, top);
  sync::Options recent;
  recent.recent_days = 30;
  const auto first = must(run_with(*this, *late, recent));
  CHECK(first.ingest.refused_count == 0);
  REQUIRE(held(*late) >= 3);
  CHECK(late->document(fresh) == office->document(fresh));
  CHECK(vault::find(*late->vault, old[1]).error().code == Code::not_found);
  // All that there is was verified, without the content.
  CHECK(must(audit::verify(*late->vault)).findings.empty());
  // Nothing of it comes before it is asked for.
  const auto before = held(*late);
  CHECK(sync_at(*late).exchanges == 1);
  CHECK(held(*late) == before);

  sync::Options whole;
  whole.fetch_old = true;
  const auto second = must(run_with(*this, *late, whole));
  CHECK(second.ingest.refused_count == 0);
  reads_all(*late);
  CHECK(must(audit::verify(*late->vault)).findings.empty());
  CHECK(must(run_with(*this, *late, whole)).exchanges == 1);
  // Who has it all keeps it, whatever it asks for.
  CHECK(must(run_with(*this, *office, recent)).ingest.refused_count == 0);
  reads_all(*office);
}

TEST_CASE_METHOD(ArchivedCommune, "what is fetched later goes on where it was cut") {
  // More than one answer has room for.
  const auto page = phone->write(commune, {text("title", "dài")});
  for (int i = 0; i < 40; ++i) {
    Bytes noise(4000);
    random.fill(noise);
    phone->edit(commune, page, {text("text_" + std::to_string(i), to_hex(noise))});
    must(vault::seal(*phone->vault));
  }
  old.push_back(page);
  everybody();
  clock.advance(40 * kDay);
  everybody();
  const auto late = joined("late", roster::Role::office, top);
  sync::Options recent;
  recent.recent_days = 30;
  const auto first = must(run_with(*this, *late, recent));
  CHECK(first.bytes_received < 60'000);
  sync::Options whole;
  whole.fetch_old = true;
  whole.max_response = 1;  // the least that a server gives
  whole.progress = [](const sync::Progress&) { return false; };
  CHECK(run_with(*this, *late, whole).error().code == Code::cancelled);
  REQUIRE(held(*late) != 0);
  sync_at(*late);
  reads_all(*late);
}

}  // namespace archive_sync_test
