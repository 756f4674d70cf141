// What must hold after a random history.
#include "history.hpp"

namespace gandan::test::history {

void History::settle() {
  for (int round = 0; round < (copies ? 6 : 4); ++round) {
    settled = round >= 3;
    rejected = 0;
    try_sync(*admin, {});
    for (auto& phone : people) sync_phone(*phone, {});
  }
}

std::map<std::string, RecordId> History::titles_of(Device& device) {
  std::map<std::string, RecordId> out;
  for (const auto& row : must(vault::list(*device.vault, {}))) out.emplace(title_in(row.document), row.id);
  return out;
}

std::string History::title_in(const std::string& document) {
  const auto at = document.find("title=") + 6;
  return document.substr(at, document.find('\n', at) - at);
}

bool History::of_two_places(const std::string& detail) {
  const auto* roster = must(admin->vault->roster());
  return std::any_of(roster->feeds().begin(), roster->feeds().end(), [&](const auto& feed) {
    return may_fork(feed.first, feed.second.device) && detail.find(to_text(feed.first)) != std::string::npos;
  });
}

void History::check_copies() {
  const auto* roster = must(admin->vault->roster());
  const auto shown = titles_of(*admin);
  for (auto& phone : people) reached_server(*phone);
  for (const auto& written : records) {
    if (sent.count(written.title) == 0) continue;  // it was on a phone alone that is no more
    if (shown.count(written.title) == 0)
      FAIL_CHECK("lost: " << written.title << " of " << to_text(written.author));
  }
  check_twice();
  // A restored phone that no server answered any more, as it was removed, knows nothing of its past.
  for (auto& phone : people)
    if (backed_up.count(phone.get()) == 0 || met_server.count(phone.get()) != 0) note_places(**phone);
  for (const auto& [place, segments] : places) {
    std::set<Hash> standing;  // what names a roster that never was is sealed again, at its place
    for (const auto& segment : segments)
      if (roster->head(segment.roster_size) == segment.roster_head) standing.insert(segment.hash);
    if (standing.size() > 1 && !may_fork(place.first, segments.begin()->device))
      FAIL_CHECK("used twice: " << to_text(place.first) << " #" << place.second);
  }
}

void History::check_twice() {
  std::map<std::string, int> times;
  for (const auto& row : must(vault::list(*admin->vault, {}))) ++times[title_in(row.document)];
  for (const auto& written : records)
    if (times[written.title] > 1) CHECK(copied.count(written.author) != 0);
}

void History::check() {
  settle();
  INFO("rejected: " << info(last_rejection.code).text << " " << last_rejection.detail);
  CHECK(rejected == 0);
  const auto* roster = must(admin->vault->roster());
  for (const auto& unit : units) CHECK_FALSE(roster->rotation_due(unit));
  check_copies();
  const auto titles = titles_of(*admin);
  const auto hash = must(vault::projections_hash(*admin->vault));
  for (auto& phone : people) {
    Device& device = **phone;
    INFO(phone->name);
    const auto id = id_of(*phone);
    if (id == second) CHECK(must(vault::projections_hash(*device.vault)) == hash);
    for (const auto& finding : must(vault::findings(*device.vault))) {
      const bool fork = finding.code == "feed.fork" || finding.code == "feed.broken_chain";
      // Two copies, or a phone and what it was before, may both have said something behind one statement;
      // what came later is overtaken with all that rests on it, and whoever said it is told.
      // So does the removal of whoever had not sent it yet.
      if ((copies || removed(device) || never_enrolled(device)) && finding.code == "roster.overtaken")
        continue;
      if (copies && (finding.code == "feed.restored" || (fork && of_two_places(finding.detail)))) continue;
      FAIL_CHECK(finding.code << " " << finding.detail);
    }
    for (const auto& unit : units) {
      if (!roster->may(id, roster::Right::read, unit)) continue;
      const auto epoch = roster->unit(unit)->epochs.back().number;
      CHECK(device.vault->keyring().secret(unit, epoch) != nullptr);
    }
    if (removed(device) || never_enrolled(device)) continue;
    CHECK(must(vault::counts(*device.vault)).unsent_segments == 0);
    // What a unit's former office had not sealed when the unit moved away stays with it, unsealed.
    if (!is_office(id)) CHECK(must(vault::counts(*device.vault)).pending_ops == 0);
    const auto has = titles_of(device);
    for (const auto& written : records)
      if (roster->may(id, roster::Right::read, written.unit)) {
        INFO(written.title);
        CHECK(has.count(written.title) == titles.count(written.title));
      }
    const auto before = must(vault::projections_hash(*device.vault));
    must(vault::rebuild(*device.vault));
    CHECK(must(vault::projections_hash(*device.vault)) == before);
  }
  // Everything that there is, in the hands of those who were shut out.
  const auto order = order_of(*admin);
  REQUIRE(order.size() == roster->size());
  for (auto& phone : people) {
    Device& device = **phone;
    device.take(*admin);
    const auto has = titles_of(device);
    for (const auto& written : records) {
      if (!outside(id_of(*phone), written.unit) && !shut_out(id_of(*phone), written, order)) continue;
      ++shut;
      INFO(phone->name << ' ' << written.title);
      CHECK(has.count(written.title) == 0);
    }
  }
}

}  // namespace gandan::test::history
