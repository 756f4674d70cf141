// Bodies of old segments in files: what the store keeps verifies as before, devices are told, and all of it
// comes back. On either store.
#include "relay/archive.hpp"

#include <fstream>

#include "party.hpp"
#include "relay/migrate.hpp"

namespace gandan::server::test {
namespace archive_test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDayMs = 86'400'000;

struct OldAndNew : Party {
  // Six segments of last year and four of this one, by one phone; the server is stopped.
  OldAndNew() {
    pushed(6);
    server.clock.advance(400 * kDayMs);
    cut_ms = server.clock.wall_ms() - 30 * kDayMs;
    introduce(server);
    pushed(4);
    server.stop();
    before = must(server.open()->progress(1));
    whole = rows();
  }
  void pushed(std::size_t count) {
    auto request = push(count);
    REQUIRE(server.send(request).rejected() == "");
  }
  std::vector<SegmentRow> rows() const { return must(server.open()->feed_segments(1, feed.id, 0, 1000)); }
  RealmRow realm() const { return must(server.open()->realms()).at(0); }
  std::unique_ptr<Store> own() const { return must(open_store(server.data(), server.choice, Purpose::copy)); }
  fs::path folder() const { return server.folder.path("archive"); }
  Result<Archived> archive(ArchiveOptions options = {}) const {
    options.to = folder();
    options.before_ms = cut_ms;
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    return archive_bodies(*own(), signer, realm(), options);
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder())) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
  }
  std::size_t bare() const {
    std::size_t out = 0;
    for (const auto& row : rows()) out += protocol::is_bare_in_run(row.bytes) ? 1 : 0;
    return out;
  }
  void holds() {
    const auto report = verify();
    for (const auto& finding : report.findings) UNSCOPED_INFO(finding.what);
    CHECK(report.findings.empty());
    CHECK(report.archived == bare());
  }
  bool same_as_before() const {
    const auto now = rows();
    return std::equal(now.begin(), now.end(), whole.begin(), whole.end(),
                      [](const SegmentRow& a, const SegmentRow& b) {
                        return a.bytes == b.bytes && a.hash == b.hash && a.index == b.index;
                      });
  }

  std::int64_t cut_ms = 0;
  Progress before;
  std::vector<SegmentRow> whole;
};

void flip_byte_of(const fs::path& path, std::streamoff from_end) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-from_end, std::ios::end);
  const char byte = static_cast<char>(file.get());
  file.seekp(-from_end, std::ios::end);
  file.put(static_cast<char>(byte ^ 1));
}

}  // namespace

TEST_CASE_METHOD(OldAndNew, "old bodies go into files, and all that a store has verifies without them") {
  const auto done = must(archive());
  CHECK(done.segments == 6);
  CHECK(done.files == 1);
  CHECK(bare() == 6);
  holds();
  const auto after = must(server.open()->progress(1));
  CHECK(after.used_bytes == before.used_bytes - done.bytes);
  CHECK(after.checkpoint == before.checkpoint);
  CHECK(done.bytes > 0);
  CHECK(must(check_archive(*server.open(), realm(), folder())).missing == 0);
  // A second time there is nothing left.
  CHECK(must(archive()).segments == 0);
  CHECK(files().size() == 1);
}

TEST_CASE_METHOD(OldAndNew, "a server goes on with what is archived, and gives it out bare") {
  must(archive());
  server.start();
  // What an archive has is received all the same: said again, it changes nothing.
  auto again = request();
  again.hello.own.push_back({feed.id, 0, {}});
  again.run(feed.id, 0, Hash{});
  for (const auto& row : whole) again.segment(row.bytes);
  const auto told = server.send(again);
  CHECK(told.rejected() == "");
  check_own(told, feed);
  // But nobody hands a segment in without its content.
  auto hollow = request();
  hollow.hello.own.push_back({feed.id, feed.next, feed.hash});
  hollow.run(feed.id, feed.next, std::nullopt);
  hollow.segment(rows().front().bytes);
  CHECK(server.send(hollow).rejected() == "format.newer");
  pushed(2);

  auto& office = server.realm.device(roster::Role::office, server.realm.commune);
  introduce(server);
  RequestBuilder pull(server.realm, office);
  const auto pulled = server.send(pull);
  REQUIRE(pulled.segments.size() == 12);
  std::size_t hollow_ones = 0;
  for (std::size_t i = 0; i < pulled.segments.size(); ++i) {
    const auto& bytes = pulled.segments[i].pulled.segment;
    hollow_ones += protocol::is_bare_in_run(bytes) ? 1 : 0;
    // Its hash is in the ledger, and its author's signature holds, with nothing but what was sent.
    auto segment = must(protocol::decode_kept_in_run(bytes));
    segment.header.feed = feed.id;
    segment.header.sequence = i;
    segment.header.roster_head = *server.realm.roster->head(segment.header.roster_size);
    segment.previous = i == 0 ? Hash{} : i <= whole.size() ? whole[i - 1].hash : rows()[i - 1].hash;
    CHECK(protocol::segment_hash(server.realm.id, segment) == rows()[i].hash);
    CHECK(protocol::verify_segment(server.realm.id, segment,
                                   must(crypto::Verifier::create(phone.key.public_key()))));
  }
  CHECK(hollow_ones == 6);
  CHECK_FALSE(pulled.done->more);
  server.stop();
  holds();
}

TEST_CASE_METHOD(OldAndNew, "who wants what is recent gets the rest bare, but its own") {
  server.start();
  auto& office = server.realm.device(roster::Role::office, server.realm.commune);
  introduce(server);
  const auto pulled = [&](const TestDevice& device, std::int64_t before_ms) {
    RequestBuilder pull(server.realm, device);
    if (before_ms != 0) pull.add(FrameType::bare_before, protocol::encode(protocol::BareBefore{before_ms}));
    std::string out;
    for (const auto& one : server.send(pull).segments)
      out += protocol::is_bare_in_run(one.pulled.segment) ? '-' : '+';
    return out;
  };
  CHECK(pulled(office, 0) == "++++++++++");
  CHECK(pulled(office, cut_ms) == "------++++");
  CHECK(pulled(office, 1) == "++++++++++");
  CHECK(pulled(office, server.clock.wall_ms() + 1000) == "----------");
  CHECK(pulled(phone, server.clock.wall_ms() + 1000) == "++++++++++");
}

TEST_CASE_METHOD(OldAndNew, "what was archived is put back as it was") {
  must(archive());
  const auto back = must(restore_archive(*own(), files().at(0)));
  CHECK(back.segments == 6);
  CHECK(same_as_before());
  CHECK(must(server.open()->progress(1)).used_bytes == before.used_bytes);
  holds();
  // And once more: it is all there.
  CHECK(must(restore_archive(*own(), files().at(0))).segments == 0);
  server.start();
  pushed(1);
}

TEST_CASE_METHOD(OldAndNew, "a file that says something else is named, and nothing of it is taken") {
  must(archive());
  const auto file = files().at(0);
  SECTION("a changed byte") {
    flip_byte_of(file, 40);  // in the last segment's signature
    const auto checked = must(check_archive(*server.open(), realm(), folder()));
    CHECK(checked.findings.size() == 1);
    CHECK(checked.missing == 1);
    CHECK(restore_archive(*own(), file).error().code == Code::store_damaged);
  }
  SECTION("a file that was cut") {
    fs::resize_file(file, fs::file_size(file) - 2);
    const auto checked = must(check_archive(*server.open(), realm(), folder()));
    REQUIRE(checked.findings.size() == 1);
    CHECK(checked.findings[0].code == Code::truncated);
    CHECK(restore_archive(*own(), file).error().code == Code::truncated);
  }
  SECTION("a file that is gone") {
    fs::remove(file);
    CHECK(must(check_archive(*server.open(), realm(), folder())).missing == 6);
  }
  SECTION("another realm's") {
    OldAndNew other;
    CHECK(restore_archive(*other.own(), file).error().code == Code::wrong_realm);
    CHECK(must(check_archive(*other.own(), other.realm(), folder())).findings.size() == 1);
  }
  CHECK(bare() == 6);
  holds();
}

TEST_CASE_METHOD(OldAndNew, "a kill in the middle leaves every body in the store or in a file") {
  ArchiveOptions options;
  options.file_bytes = 1;  // a file for each segment
  int commits = 0;
  options.committed = [&commits] { return ++commits < 3 ? Status() : Status(Code::cancelled); };
  CHECK(archive(options).error().code == Code::cancelled);
  CHECK(bare() == 3);
  CHECK(must(check_archive(*server.open(), realm(), folder())).missing == 0);
  holds();
  options.committed = {};
  CHECK(must(archive(options)).segments == 3);
  CHECK(bare() == 6);
  CHECK(must(check_archive(*server.open(), realm(), folder())).found.segments == 6);
  for (const auto& file : files()) must(restore_archive(*own(), file));
  CHECK(same_as_before());
}

TEST_CASE_METHOD(OldAndNew, "a store in which something does not hold gives nothing away") {
  server.sql("UPDATE segment SET receipt = receipt - 1000 WHERE seq = 7");
  CHECK(archive().error().code == Code::receipt_changed);
  CHECK(bare() == 0);
  CHECK_FALSE(fs::exists(folder()));
}

TEST_CASE_METHOD(OldAndNew, "a changed header of what is archived is found") {
  must(archive());
  // Another one's, which is as well made.
  server.sql(
      "UPDATE segment SET bytes = (SELECT other.bytes FROM segment AS other WHERE other.seq = 3) "
      "WHERE seq = 2");
  CHECK_FALSE(verify().findings.empty());
}

TEST_CASE_METHOD(OldAndNew, "a store that moves takes what is archived along as it is") {
  must(archive());
  const std::string there = server.folder.path("there");
  const StoreChoice choice = server.choice.in_folder() && on_postgresql() ? new_store() : StoreChoice{};
  fs::create_directories(there);
  must(create_store(there, choice));
  const auto to = must(open_store(there, choice, Purpose::copy));
  const Signer signer(must(load_ledger_key(server.data())), server.data());
  const auto report = must(migrate_store(*own(), *to, signer));
  CHECK(report.findings.empty());
  CHECK(report.archived == 6);
  CHECK(must(restore_archive(*to, files().at(0))).segments == 6);
}

}  // namespace archive_test
}  // namespace gandan::server::test
