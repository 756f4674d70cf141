// True forks: a vault and its copy, or a phone and what it was before it was restored, sealed at one place.
// The ledger's stands; the other branch is kept whole by whoever has it, and what it says is not lost.
#include "support/copies.hpp"

namespace fork_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Forked : ServedRealm {
  Forked() { sync(*admin); }
  Phone a{*this, "a", roster::Role::cadre, commune};
  UnitId elsewhere = must(vault::add_unit(*admin->vault, top));
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
  std::unique_ptr<Device> neighbour = enrolled("neighbour", roster::Role::cadre, elsewhere);

  RecordId write(Phone& phone, const std::string& title) {
    clock.advance(1000);
    const auto record = phone->write(commune, {text("title", title)});
    must(vault::seal(*phone->vault));
    return record;
  }
  void settle(const std::vector<Device*>& devices) {
    for (int round = 0; round < 3; ++round)
      for (auto* device : devices) {
        const auto report = sync(*device);
        for (const auto& rejection : report.rejected)
          FAIL_CHECK(info(rejection.code).text << " " << rejection.detail);
      }
    for (auto* device : devices) {
      const auto before = must(vault::projections_hash(*device->vault));
      must(vault::rebuild(*device->vault));
      CHECK(must(vault::projections_hash(*device->vault)) == before);
      CHECK(before == must(vault::projections_hash(*devices.front()->vault)));
      CHECK(must(vault::counts(*device->vault)).unsent_segments == 0);
      CHECK(must(vault::counts(*device->vault)).pending_ops == 0);
      CHECK(must(vault::counts(*device->vault)).held.empty());
    }
  }
  int times(Device& device, const std::string& title) {
    int count = 0;
    for (const auto& row : must(vault::list(*device.vault, {})))
      count += row.document.find("title=" + title + "\n") != std::string::npos ? 1 : 0;
    return count;
  }
  std::int64_t findings_of(Device& device) {
    return static_cast<std::int64_t>(must(vault::findings(*device.vault)).size());
  }
};

}  // namespace

TEST_CASE_METHOD(Forked, "what a restored phone had only handed over comes back to it, and to everybody") {
  const auto old = write(a, "gốc");
  sync(*a);
  a.back_up();
  const auto handed = write(a, "chỉ trao tay");
  a->edit(commune, handed, {text("note", "thêm")});
  a->edit(commune, old, {text("note", "sửa trước khi hỏng máy")});
  must(vault::seal(*a->vault));
  office->take(*a);
  a.restore();
  CHECK(write(a, "sau khôi phục") == handed);  // one id for two records
  sync(*a);
  sync(*office);
  CHECK(found(*office, "feed.fork"));
  CHECK(times(*office, "sau khôi phục") == 1);
  CHECK(times(*office, "chỉ trao tay") == 0);  // it lost its place: kept, and shown no more

  const auto report = a->take(*office, false);
  CHECK(report.refused_count == 0);
  REQUIRE(report.restored);
  CHECK(report.restored->kept == 3);
  CHECK(times(*a, "chỉ trao tay") == 1);
  CHECK(times(*a, "sau khôi phục") == 1);
  const auto told = findings_of(*a);
  CHECK_FALSE(a->take(*office).restored);  // once
  CHECK(findings_of(*a) == told);
  settle({office.get(), &*a});
  CHECK(must(vault::counts(*office->vault)).records == 3);
  CHECK(office->document(old).find("sửa trước khi hỏng máy") != std::string::npos);
  CHECK(must(vault::counts(*office->vault)).conflicts == 0);
}

TEST_CASE_METHOD(Forked, "a losing branch travels by hand, and is refused once") {
  write(a, "gốc");
  sync(*a);
  a.back_up();
  for (int i = 0; i < 3; ++i) write(a, "nhánh " + std::to_string(i));
  office->take(*a);
  a.restore();
  write(a, "thắng");
  sync(*a);
  auto third = enrolled("third", roster::Role::office, top);
  sync(*third);
  sync(*office);
  CHECK(third->take(*office).refused_count == 1);
  CHECK(found(*third, "feed.fork"));
  const auto told = findings_of(*third);
  CHECK(third->take(*office).refused_count == 0);
  CHECK(findings_of(*third) == told);
  a->take(*third);
  settle({third.get(), office.get(), &*a});
  for (int i = 0; i < 3; ++i) CHECK(times(*third, "nhánh " + std::to_string(i)) == 1);
  CHECK(times(*third, "thắng") == 1);
}

TEST_CASE_METHOD(Forked, "of a branch that the copy says again itself nothing is there twice") {
  write(a, "gốc");
  sync(*a);
  Phone b(a, "b");
  const auto record = write(b, "của b");
  b->edit(commune, record, {text("note", "thêm")});
  must(vault::seal(*b->vault));
  office->take(*b);
  write(a, "của a");
  sync(*a);
  sync(*office);
  SECTION("the other copy said it first") {
    CHECK(a->take(*office).restored.value().kept == 2);
    sync(*a);
    CHECK(sync(*b).rejected.empty());
  }
  SECTION("it was first itself") {
    sync(*b);
    sync(*a);
    a->take(*office);
  }
  settle({office.get(), &*a, &*b});
  CHECK(must(vault::counts(*office->vault)).records == 3);
  CHECK(times(*office, "của b") == 1);
  CHECK(times(*office, "của a") == 1);
}

TEST_CASE_METHOD(Forked, "two branches by hand wait for the ledger's word, and then both are there") {
  write(a, "gốc");
  sync(*a);
  a.back_up();
  write(a, "chỉ trao tay");
  office->take(*a);
  a.restore();
  write(a, "sau khôi phục");
  const auto report = a->take(*office);  // nobody has decided yet
  CHECK(report.refused_count == 0);
  CHECK(found(*a, "feed.restored"));
  CHECK(times(*a, "sau khôi phục") == 1);
  SECTION("for what the phone wrote since") {
    sync(*a);
    CHECK(sync(*office).rejected.size() == 1);  // once
  }
  SECTION("for what it had handed over") {
    sync(*office);
    sync(*a);
  }
  settle({office.get(), &*a});
  CHECK(times(*office, "chỉ trao tay") == 1);
  CHECK(times(*office, "sau khôi phục") == 1);
  CHECK(must(vault::counts(*office->vault)).records == 3);
}

TEST_CASE_METHOD(Forked, "who carries another unit's losing branch is told once, and syncs on") {
  write(a, "gốc");
  sync(*a);
  Phone b(a, "b");
  write(b, "của b");
  write(b, "của b nữa");
  neighbour->take(*b);
  write(a, "của a");
  sync(*a);
  sync(*admin);
  const auto first = sync(*neighbour);
  REQUIRE(first.rejected.size() == 1);
  CHECK(first.rejected[0].code == Code::fork);
  CHECK(found(*neighbour, "feed.fork"));
  const auto told = findings_of(*neighbour);
  for (int round = 0; round < 2; ++round) {
    const auto again = sync(*neighbour);
    CHECK(again.rejected.empty());
    CHECK(again.segments_sent == 0);
  }
  CHECK(findings_of(*neighbour) == told);
  CHECK(must(vault::counts(*neighbour->vault)).unsent_segments == 0);
  // It carries it still, by hand.
  CHECK(a->take(*neighbour, false).restored.value().kept == 2);
  settle({office.get(), &*a});
  CHECK(times(*office, "của b nữa") == 1);
}

TEST_CASE_METHOD(Forked,
                 "what a restored phone hears of itself under a key that it has not yet is not there twice") {
  write(a, "gốc");
  sync(*a);
  clock.advance(1000);
  a->write(commune, {text("title", "chưa niêm phong")});
  a.back_up();
  must(vault::rotate(*admin->vault, commune));
  sync(*admin);
  a->take(*admin);  // with the new key
  sync(*a);
  a.restore();
  sync(*office);
  a->take(*office);  // without it
  CHECK(must(vault::counts(*a->vault)).held[vault::SegmentState::no_key] == 1);
  CHECK(times(*a, "chưa niêm phong") == 1);
  settle({office.get(), &*a});
  CHECK(times(*office, "chưa niêm phong") == 1);
  CHECK(must(vault::counts(*office->vault)).records == 2);
}

}  // namespace fork_test
