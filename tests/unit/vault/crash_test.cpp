// Never lose: the power is cut at every write, sync, truncate and delete of a working day in turn, and the
// vault is opened again.
#include "support/on_disk.hpp"
#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

// What a phone does in a day; `acknowledged` grows with each save that returned ok.
struct Day {
  std::vector<std::pair<RecordId, std::string>> acknowledged;
  bool sealed = false;
  bool imported = false;
};

Status work(vault::Vault& vault, const UnitId& unit, ByteView bundle, Day& day) {
  GANDAN_TRY(const auto feed, vault::open_feed(vault, unit));
  vault::IdMaker ids(feed);
  for (int i = 0; i < 3; ++i) {
    const auto record = ids.record();
    const std::string title = "hồ sơ " + std::to_string(i);
    GANDAN_CHECK(
        vault::save(vault, unit, record, {text("title", title), text("twin", title)}, HolderId{}, ids));
    day.acknowledged.emplace_back(record, title);
    if (i == 1) {
      GANDAN_TRY(const auto made, vault::seal(vault));
      day.sealed = made == 1;
    }
  }
  GANDAN_TRY(const auto report, sync::import_bundle(vault, bundle));
  day.imported = report.segments == 1;
  return {};
}

void check(Device& phone, const Day& day, const RecordId& foreign) {
  must(phone.vault->db().check_integrity());
  for (const auto& [record, title] : day.acknowledged) {
    const auto document = phone.document(record);
    REQUIRE(document.find("title=" + title) != std::string::npos);
  }
  // A save is there whole or not at all, acknowledged or not.
  for (const auto& row : must(vault::list(*phone.vault, {}))) {
    const bool title = row.document.find("title=") != std::string::npos;
    REQUIRE(title == (row.document.find("twin=") != std::string::npos || row.id == foreign));
  }
  if (day.imported) REQUIRE(phone.document(foreign).find("xa") != std::string::npos);
  const auto before = must(vault::projections_hash(*phone.vault));
  must(vault::rebuild(*phone.vault));
  REQUIRE(must(vault::projections_hash(*phone.vault)) == before);
}

void crash_everywhere(CrashVfs::Loss loss) {
  Realm realm;
  const std::string prepared = realm.folder.path("prepared");
  {
    auto phone = std::make_unique<Device>(prepared, vault::Seams{realm.clock, realm.random});
    realm.enrol(*phone, roster::Role::cadre, realm.commune);
  }
  auto far = realm.enrolled("far", roster::Role::cadre, realm.commune);
  const auto foreign = far->write(realm.commune, {text("title", "bản xa")});
  const Bytes bundle = must(sync::export_bundle(*far->vault, {}));

  CrashVfs disk;
  std::uint64_t cuts = 0;
  for (std::uint64_t n = 1;; ++n) {
    const std::string folder = realm.folder.path("n" + std::to_string(n));
    std::filesystem::copy(prepared, folder, std::filesystem::copy_options::recursive);
    disk.forget();
    disk.cut_power_at(n);
    Day day;
    {
      const OnDisk here(disk);
      const Bytes key(32, 7);
      const PlainProjector projector;
      auto vault = vault::Vault::open_raw(folder, key, projector, {realm.clock, realm.random});
      if (vault) (void)work(**vault, realm.commune, bundle, day).ok();
    }
    const bool cut = disk.power_is_cut();
    disk.restore_power(loss, n);
    std::filesystem::rename(folder, realm.folder.path("again"));
    {
      Device phone(realm.folder.path("again"), {realm.clock, realm.random}, Device::existing);
      check(phone, day, foreign);
      // And it goes on: the same feed, no stamp or sequence twice.
      phone.write(realm.commune, {text("title", "sau"), text("twin", "sau")});
      must(vault::seal(*phone.vault));
    }
    std::filesystem::remove_all(realm.folder.path("again"));
    if (!cut) break;
    ++cuts;
  }
  CHECK(cuts > 20);
}

}  // namespace

TEST_CASE("what was acknowledged survives the power cut at any operation") {
  SECTION("killed") { crash_everywhere(CrashVfs::Loss::nothing); }
  SECTION("unsynced writes gone") { crash_everywhere(CrashVfs::Loss::unsynced); }
  SECTION("unsynced writes torn") { crash_everywhere(CrashVfs::Loss::torn); }
}

TEST_CASE("a full disk refuses the save and keeps what was there") {
  Realm realm;
  const std::string folder = realm.folder.path("phone");
  RecordId kept;
  {
    Device phone(folder, {realm.clock, realm.random});
    realm.enrol(phone, roster::Role::cadre, realm.commune);
    kept = phone.write(realm.commune, {text("title", "đã lưu")});
  }
  CrashVfs disk;
  {
    const OnDisk here(disk);
    Device phone(folder, {realm.clock, realm.random}, Device::existing);
    const auto feed = must(vault::open_feed(*phone.vault, realm.commune));
    vault::IdMaker ids(feed);
    disk.fail_at(CrashVfs::Fault::disk_full, 1, 1'000'000);
    const auto full =
        vault::save(*phone.vault, realm.commune, ids.record(), {text("title", "x")}, HolderId{}, ids);
    REQUIRE_FALSE(full.ok());
    CHECK(full.error().code == Code::disk_full);
    disk.fail_at(CrashVfs::Fault::none, 1);
    CHECK(phone.document(kept).find("đã lưu") != std::string::npos);
    phone.write(realm.commune, {text("title", "có chỗ rồi")});
  }
}
