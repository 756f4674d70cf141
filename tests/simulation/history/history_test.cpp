// Random histories of grants, removals, moves, rotations, holds and writes on devices that sync now and then,
// are cut off in the middle of one, or hand bundles to each other; phones are lost, and put back from a
// backup, or copied and used twice. No device opens what no role of its own ever covered, and no removed one
// what somebody sealed who knew of its removal; every member reads what its unit has; nothing that was
// acknowledged is lost; no rotation stays due; nobody is accused of a fork but who used a copy in two places;
// and a restored phone uses no place of a feed twice.
#include <cstdlib>
#include <random>

#include "support/copies.hpp"
#include "vault/segments.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

struct Written {
  std::string title;
  UnitId unit;
  DeviceId author;
  std::set<Hash> known;  // statements that its author had
};

struct History : ServedRealm {
  History(std::uint64_t seed, bool with_copies)
      : ServedRealm(seed),
        dice(seed * 7919 + 1),
        copies(with_copies),
        place_of(seed % 2 == 0 ? files_tell() : nullptr) {
    units = {commune, must(vault::add_unit(*admin->vault, top))};
    offices = {must(vault::add_unit(*admin->vault, top)), must(vault::add_unit(*admin->vault, top))};
    sync(*admin);
    join(roster::Role::admin, top);
    second = id_of(*people[0]);
    for (const auto& unit : offices) join(roster::Role::office, unit);
    for (const auto& unit : units) join(roster::Role::cadre, unit);
    sync(*admin);
    for (auto& phone : people) sync(**phone);
  }

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(dice() % n); }
  template <class T>
  T& any(std::vector<T>& of) {
    return of[below(of.size())];
  }
  std::string name() { return "d" + std::to_string(++named); }
  void join(roster::Role role, const UnitId& unit) {
    people.push_back(std::make_unique<Phone>(*this, name(), role, unit, place_of));
    given[id_of(*people.back())].insert(unit);
  }
  static DeviceId id_of(Phone& phone) { return phone->vault->identity().id; }
  Device& any_admin() {
    if (below(2) == 0) return *admin;
    std::vector<Phone*> seconds;
    for (auto& phone : people)
      if (id_of(*phone) == second) seconds.push_back(phone.get());
    return **any(seconds);
  }
  bool is_office(const DeviceId& id) {
    const auto* device = must(admin->vault->roster())->device(id);
    return device != nullptr && device->grants.front().role == roster::Role::office;
  }
  bool removed(const Device& device) const { return gone.count(device.vault->identity().id) != 0; }
  // A sync of who is in it still; whoever was removed is refused, and that is as it should be. Who was
  // approved on a restored or copied vault is not known until that says it again.
  bool try_sync(Device& device, const sync::Options& options) {
    LoopbackTransport wire(server);
    const auto ran = sync::run(*device.vault, wire, options);
    if (!ran.ok() && ran.error().code == Code::cancelled) return true;
    if (!ran.ok()) {
      INFO(ran.error().detail);
      INFO(info(ran.error().code).text);
      const bool not_yet = copies && !settled && ran.error().code == Code::not_enrolled;
      CHECK((ran.error().code == Code::not_authorized || not_yet));
      CHECK((removed(device) || not_yet));
      return false;
    }
    for (const auto& rejection : ran->rejected) {
      // A branch that lost is refused once to whom the server does not show the other one: so it is told.
      if (rejection.code == Code::fork && of_two_places(rejection.detail) &&
          told_of.insert({&device, rejection.detail}).second)
        continue;
      ++rejected;
      last_rejection = rejection;
    }
    return true;
  }
  // The network goes away after so many exchanges, of which each has room for little.
  sync::Options cut_sometimes() {
    sync::Options options;
    if (below(5) != 0) return options;
    options.max_push_wraps = 1 + below(4);
    options.progress = [left = 1 + below(3)](const sync::Progress&) mutable { return --left != 0; };
    return options;
  }
  void sync_phone(Phone& phone, const sync::Options& options) {
    if (!try_sync(*phone, options)) return;
    met_server.insert(&phone);
    reached_server(phone);
  }
  // What the phone has that is neither pending nor unsent: a sync may leave what waits for a key.
  void reached_server(Phone& phone) {
    const auto unsent = must(vault::unsent_records(*phone->vault));
    const auto shown = titles_of(*phone);
    for (const auto& title : here[&phone]) {
      const auto at = shown.find(title);
      if (at != shown.end() && unsent.count(at->second) == 0) sent.insert(title);
    }
  }

  // Back to the backup. What was not sent since is lost with the phone; what an administrator did is not
  // meant to be.
  void restore(Phone& phone) {
    if (id_of(phone) == second || below(2) == 0) sync_phone(phone, {});
    if (must(vault::counts(*phone->vault)).unsent_segments != 0 || !backed_up.at(&phone).pending.empty())
      two_places.insert(id_of(phone));  // somebody may have by hand what it seals again
    const auto& before = backed_up.at(&phone);
    sealed_by_both.insert(before.pending.begin(), before.pending.end());
    unsent_in_both.insert(before.unsent.begin(), before.unsent.end());
    note_places(*phone);
    phone.restore();
    here[&phone] = backed_up.at(&phone).titles;
    met_server.erase(&phone);
  }
  void back_up(Phone& phone) {
    backed_up[&phone] = {here[&phone], pending_feeds(*phone), unsent_feeds(*phone)};
    phone.back_up();
  }
  void copy(Phone& phone) {
    two_places.insert(id_of(phone));
    copied.insert(id_of(phone));
    const auto pending = pending_feeds(*phone), unsent = unsent_feeds(*phone);
    sealed_by_both.insert(pending.begin(), pending.end());
    unsent_in_both.insert(unsent.begin(), unsent.end());
    people.push_back(std::make_unique<Phone>(phone, name()));
    here[people.back().get()] = here[&phone];
  }
  // With all that no server has.
  void lose(Phone& phone) {
    here.erase(&phone);
    backed_up.erase(&phone);
    met_server.erase(&phone);
    for (auto at = told_of.begin(); at != told_of.end();)
      at = at->first == phone.device.get() ? told_of.erase(at) : std::next(at);
    people.erase(std::find_if(people.begin(), people.end(),
                              [&](const std::unique_ptr<Phone>& one) { return one.get() == &phone; }));
  }
  // By hand.
  void give(Phone& from, Phone& to) {
    // What it opened and gave away by hand before it was restored, only the first contact can tell.
    if (backed_up.count(&from) != 0 && met_server.count(&from) == 0) two_places.insert(id_of(from));
    to->take(*from);
    note_places(*from);
  }

  static std::set<FeedId> pending_feeds(Device& device) {
    return feeds_in(device, "SELECT DISTINCT id FROM pending JOIN feed ON number = pending.feed");
  }
  static std::set<FeedId> unsent_feeds(Device& device) {
    return feeds_in(device,
                    "SELECT DISTINCT id FROM segment JOIN feed ON number = feed WHERE ledger_index IS NULL");
  }
  static std::set<FeedId> feeds_in(Device& device, const char* sql) {
    std::set<FeedId> out;
    auto rows = must(device.vault->db().query(sql));
    while (must(rows.step())) out.insert(FeedId::from(rows.blob(0)));
    return out;
  }
  // What opened the device's feeds: two copies may each open the same incarnation before they meet anybody.
  void note_openings(Device& device) {
    const auto realm = must(device.vault->roster())->realm();
    auto rows = must(device.vault->db().query("SELECT bytes, hash FROM statement"));
    while (must(rows.step())) {
      const auto statement = must(roster::decode_statement(rows.blob(0)));
      const auto* opening = std::get_if<roster::FeedBody>(&statement.body);
      if (opening == nullptr) continue;
      openings[roster::feed_id(realm, statement.issuer, opening->incarnation, opening->unit)].insert(
          Hash::from(rows.blob(1)));
    }
  }
  // Whether two copies may have sealed at one place of the feed with nothing to tell them: where files tell,
  // only what was pending in both, and what both opened anew; and, of a removed device, to which no server
  // shows its own feeds any more, what both had sealed and an administrator overtook: each seals it again.
  bool may_fork(const FeedId& feed, const DeviceId& device) {
    const bool again_in_both = unsent_in_both.count(feed) != 0 && gone.count(device) != 0;
    return two_places.count(device) != 0 && (place_of == nullptr || sealed_by_both.count(feed) != 0 ||
                                             again_in_both || openings[feed].size() > 1);
  }

  // What stands at each place of the device's own feeds.
  void note_places(Device& device) {
    note_openings(device);
    auto rows = must(device.vault->db().query(
        "SELECT feed.id, sequence, hash, roster_head, bytes FROM segment JOIN feed ON number = feed "
        "WHERE device = ?",
        device.vault->identity().id));
    while (must(rows.step())) {
      const auto size = must(protocol::decode_in_run(rows.blob(4))).header.roster_size;
      places[{FeedId::from(rows.blob(0)), rows.integer(1)}].insert(
          {device.vault->identity().id, Hash::from(rows.blob(2)), size, Hash::from(rows.blob(3))});
    }
  }

  // Statements of authority that the device has, in the order in which they hold there.
  std::vector<Hash> order_of(Device& device) {
    std::vector<Hash> out;
    auto rows = must(device.vault->db().query(
        "SELECT bytes, hash FROM statement ORDER BY ledger_index IS NULL, ledger_index, position"));
    while (must(rows.step())) {
      const auto statement = must(roster::decode_statement(rows.blob(0)));
      const Hash hash = Hash::from(rows.blob(1));
      if (!std::holds_alternative<roster::FeedBody>(statement.body) &&
          must(device.vault->roster())->knows(hash))
        out.push_back(hash);
    }
    return out;
  }
  std::set<Hash> statements_of(Device& device) {
    const auto order = order_of(device);
    return {order.begin(), order.end()};
  }
  // Whether the author knew that the device had been removed from the unit. An office's device that was
  // removed is another thing: it gets what an administrator who did not know moves under that office.
  bool shut_out(const DeviceId& id, const Written& written, const std::vector<Hash>& order) {
    const auto* device = must(admin->vault->roster())->device(id);
    return device != nullptr &&
           std::all_of(device->grants.begin(), device->grants.end(), [&](const roster::GrantInfo& grant) {
             return grant.unit == written.unit && grant.until &&
                    written.known.count(order[*grant.until - 1]) != 0;
           });
  }

  // Whether none of the roles that anybody gave the device ever covered the unit, in whatever order.
  bool outside(const DeviceId& id, const UnitId& unit) {
    const auto& held = given[id];
    const auto& above = moved_to[unit];
    return held.count(top) == 0 && held.count(unit) == 0 &&
           std::none_of(above.begin(), above.end(),
                        [&](const UnitId& office) { return held.count(office) != 0; });
  }

  // Offices and administrators hold records and lift holds, as far as they know: also in units that were
  // moved away from them meanwhile, and of records whose feeds the ledger has not yet.
  void hold_or_lift() {
    Device& by = below(2) == 0 ? any_admin() : **any(people);
    const auto shown = titles_of(by);
    if (shown.empty()) return;
    const RecordId record =
        std::next(shown.begin(), static_cast<std::ptrdiff_t>(below(shown.size())))->second;
    const auto* roster = must(by.vault->roster());
    const auto* of = vault::founder(*roster, record);
    if (of == nullptr || !roster->may(by.vault->identity().id, roster::Right::accept, of->unit)) return;
    for (const auto& hold : std::vector<roster::HoldInfo>(roster->holds(record)))
      if (!hold.lifted) {
        must(vault::issue(*by.vault, roster::LiftBody{hold.hash}));
        return;
      }
    must(vault::issue(*by.vault, roster::HoldBody{record}));
  }

  void step() {
    clock.advance(1000);
    if (below(16) == 0) return hold_or_lift();
    switch (below(copies ? 16 : 13)) {
      case 0: {
        if (people.size() > 12) return;
        auto device = this->device(name());
        const auto& identity = device->vault->identity();
        Device& by = any_admin();
        const auto& unit = any(units);
        const auto approved =
            vault::approve(*by.vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                           roster::Role::cadre, unit);
        if (!approved) {  // another administrator's new key is not here yet
          CHECK(approved.error().code == Code::no_key);
          return;
        }
        given[identity.id].insert(unit);
        must(sync::import_bundle(*device->vault, must(sync::export_enrolment(*by.vault))));
        people.push_back(
            std::make_unique<Phone>(*this, "d" + std::to_string(named), std::move(device), place_of));
        return;
      }
      case 1: {
        const DeviceId who = id_of(*people[1 + below(people.size() - 1)]);
        Device& by = any_admin();
        const auto* known = must(by.vault->roster())->device(who);
        if (known == nullptr || who == second || below(3) != 0) return;
        for (const auto& grant : std::vector<roster::GrantInfo>(known->grants))
          if (!grant.until) must(vault::revoke(*by.vault, known->id, grant.unit, roster::RevokeReason::lost));
        gone.insert(known->id);
        return;
      }
      case 2:
        if (below(3) == 0) {
          const auto& unit = any(units);
          const auto& office = any(offices);
          moved_to[unit].insert(office);
          Device& by = any_admin();
          must(vault::move_unit(*by.vault, unit, office));
        }
        return;
      case 3:
        if (below(3) == 0) {
          Device& by = any_admin();
          const auto rotated = vault::rotate(*by.vault, any(units));
          if (!rotated) CHECK(rotated.error().code == Code::no_key);
        }
        return;
      case 4:
      case 5:
      case 6: {
        Phone& phone = *any(people);
        const auto& unit = any(units);
        Device& by = *phone;
        const auto* roster = must(by.vault->roster());
        if (!roster->may(by.vault->identity().id, roster::Right::write, unit)) return;
        if (!by.vault->keyring().latest(unit)) return;
        const auto title = std::to_string(writes++);
        by.write(unit, {text("title", title)});
        if (!copies || below(2) == 0)
          must(vault::seal(*by.vault));  // now, or when the key comes: knowing no less than now
        records.push_back({title, unit, by.vault->identity().id, statements_of(by)});
        here[&phone].insert(title);
        return;
      }
      case 7: {
        Phone& from = *any(people);
        Phone& to = *any(people);
        if (&from != &to) give(from, to);
        return;
      }
      case 12: {
        Phone& phone = *any(people);
        if (id_of(phone) != second && people.size() > 5 && below(4) == 0) lose(phone);
        return;
      }
      case 13:
        back_up(*any(people));
        return;
      case 14: {
        Phone& phone = *any(people);
        if (backed_up.count(&phone) != 0) restore(phone);
        return;
      }
      case 15:
        if (below(4) == 0 && people.size() < 14) copy(*any(people));
        return;
      default:
        if (below(4) == 0)
          try_sync(*admin, cut_sometimes());
        else
          sync_phone(*any(people), cut_sometimes());
    }
  }

  void settle() {
    for (int round = 0; round < (copies ? 6 : 4); ++round) {
      settled = round >= 3;
      rejected = 0;
      try_sync(*admin, {});
      for (auto& phone : people) sync_phone(*phone, {});
    }
  }

  static std::map<std::string, RecordId> titles_of(Device& device) {
    std::map<std::string, RecordId> out;
    for (const auto& row : must(vault::list(*device.vault, {}))) out.emplace(title_in(row.document), row.id);
    return out;
  }
  static std::string title_in(const std::string& document) {
    const auto at = document.find("title=") + 6;
    return document.substr(at, document.find('\n', at) - at);
  }
  // Names a feed of a device that was used in two places.
  bool of_two_places(const std::string& detail) {
    const auto* roster = must(admin->vault->roster());
    return std::any_of(roster->feeds().begin(), roster->feeds().end(), [&](const auto& feed) {
      return may_fork(feed.first, feed.second.device) &&
             detail.find(to_text(feed.first)) != std::string::npos;
    });
  }

  // Nothing is lost, nobody is accused, no place is used twice.
  void check_copies() {
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

  // Two living copies may both move what both had before they hear of each other; else nothing is there
  // twice.
  void check_twice() {
    std::map<std::string, int> times;
    for (const auto& row : must(vault::list(*admin->vault, {}))) ++times[title_in(row.document)];
    for (const auto& written : records)
      if (times[written.title] > 1) CHECK(copied.count(written.author) != 0);
  }

  void check() {
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
        if ((copies || removed(device)) && finding.code == "roster.overtaken") continue;
        if (copies && (finding.code == "feed.restored" || (fork && of_two_places(finding.detail)))) continue;
        FAIL_CHECK(finding.code << " " << finding.detail);
      }
      for (const auto& unit : units) {
        if (!roster->may(id, roster::Right::read, unit)) continue;
        const auto epoch = roster->unit(unit)->epochs.back().number;
        CHECK(device.vault->keyring().secret(unit, epoch) != nullptr);
      }
      if (removed(device)) continue;
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

  struct Backup {
    std::set<std::string> titles;
    std::set<FeedId> pending;  // feeds with ops that were not sealed then
    std::set<FeedId> unsent;   // feeds with segments that no ledger had yet
  };
  struct Segment {
    DeviceId device;
    Hash hash;
    std::uint64_t roster_size = 0;
    Hash roster_head;
    bool operator<(const Segment& other) const { return hash < other.hash; }
  };

  std::mt19937_64 dice;
  bool copies;  // phones are restored and copied
  vault::PlaceOf place_of;
  std::vector<UnitId> units, offices;
  std::vector<std::unique_ptr<Phone>> people;
  DeviceId second;  // the other administrator
  std::set<DeviceId> gone;
  std::map<DeviceId, std::set<UnitId>> given;   // roles, whatever became of them
  std::map<UnitId, std::set<UnitId>> moved_to;  // offices, whoever was told
  std::vector<Written> records;
  std::map<Phone*, std::set<std::string>> here;  // titles that a phone acknowledged
  std::set<std::string> sent;
  std::map<Phone*, Backup> backed_up;
  std::set<Phone*> met_server;  // since it was restored
  std::set<DeviceId> copied;
  std::set<DeviceId> two_places;  // whose vault may have been used twice: a copy, or by hand before a restore
  std::map<std::pair<FeedId, std::int64_t>, std::set<Segment>> places;
  bool settled = false;
  Error last_rejection{Code::internal};
  std::set<std::pair<Device*, std::string>> told_of;
  std::set<FeedId> sealed_by_both;  // ops that a vault and its copy each had pending
  std::set<FeedId> unsent_in_both;  // segments that no ledger had when there were two
  std::map<FeedId, std::set<Hash>> openings;
  std::size_t rejected = 0;  // by the server: what one had not heard of yet
  std::size_t named = 0, writes = 0;
  std::size_t shut = 0;  // pairs of device and record that were tried and must not open
};

}  // namespace

namespace {
// Of each of the two cases: 100,000 steps in all.
constexpr std::uint64_t kHistories = 250;
constexpr int kSteps = 200;

// Pairs of device and record that must not open.
std::size_t run_histories(bool copies) {
  const char* given = std::getenv("GANDAN_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t count = given != nullptr ? 1 : kHistories;
  std::size_t shut = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    INFO("seed " << seed << " (GANDAN_SEED=" << seed << " runs it alone)");
    History history(seed, copies);
    for (int i = 0; i < kSteps; ++i) history.step();
    history.check();
    shut += history.shut;
  }
  return given != nullptr ? 1 : shut;
}
}  // namespace

TEST_CASE("random histories of who may read what, on devices that seldom meet") {
  CHECK(run_histories(false) > 0);
}

TEST_CASE("random histories of who may read what, on phones that are restored and copied besides") {
  CHECK(run_histories(true) > 0);
}
