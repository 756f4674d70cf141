// The model behind simulation_history: a realm whose devices take random steps, and what must hold after
// them. The steps are in steps.cpp, who is where and knows what in places.cpp, what must hold in check.cpp.
#pragma once

#include <random>

#include "support/copies.hpp"

namespace gandan::test::history {

struct Written {
  std::string title;
  UnitId unit;
  DeviceId author;
  std::set<Hash> known;  // statements that its author had
};

struct History : ServedRealm {
  History(std::uint64_t seed, bool with_copies);

  // One step, whichever the dice say.
  void step();
  // After the last one: everybody syncs until nothing changes, then everything is checked.
  void check();
  std::size_t shut = 0;  // pairs of device and record that were tried and must not open

 private:
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
  // Approved by an administrator who had been removed by then, and by nobody since.
  bool never_enrolled(const Device& device) {
    const auto& id = device.vault->identity().id;
    const auto by = approved_by.find(id);
    return by != approved_by.end() && gone.count(by->second) != 0 &&
           (!settled || must(admin->vault->roster())->device(id) == nullptr);
  }
  // Whether the way from the beginning to its own grant is longer than an introduction: until whoever
  // approved it meets the server.
  bool too_long(Device& device) {
    const auto unlogged =
        must(device.vault->db().integer("SELECT count(*) FROM statement WHERE ledger_index IS NULL"));
    return !settled && unlogged.value_or(0) > static_cast<std::int64_t>(protocol::kMaxIntroduction);
  }

  // Steps.
  // A sync of who is in it still; whoever was removed is refused, and that is as it should be. Who was
  // approved on a restored or copied vault is not known until that says it again.
  bool try_sync(Device& device, const sync::Options& options);
  // The network goes away after so many exchanges, of which each has room for little.
  sync::Options cut_sometimes();
  void sync_phone(Phone& phone, const sync::Options& options);
  // What the phone has that is neither pending nor unsent: a sync may leave what waits for a key.
  void reached_server(Phone& phone);
  // Back to the backup. What was not sent since is lost with the phone; what an administrator did is not
  // meant to be.
  void restore(Phone& phone);
  void back_up(Phone& phone);
  void copy(Phone& phone);
  // With all that no server has.
  void lose(Phone& phone);
  // By hand.
  void give(Phone& from, Phone& to);
  // The other administrator is removed, with or without the phones, and somebody else becomes one.
  void replace_second();
  // Offices and administrators hold records and lift holds, as far as they know: also in units that were
  // moved away from them meanwhile, and of records whose feeds the ledger has not yet.
  void hold_or_lift();
  void approve_somebody();
  void remove_somebody();
  void move_some_unit();
  void rotate_some_unit();
  void write_somewhere();

  // Who is where, and knows what.
  static std::set<FeedId> pending_feeds(Device& device);
  static std::set<FeedId> unsent_feeds(Device& device);
  static std::set<FeedId> feeds_in(Device& device, const char* sql);
  // What opened the device's feeds: two copies may each open the same incarnation before they meet anybody.
  void note_openings(Device& device);
  // Whether two copies may have sealed at one place of the feed with nothing to tell them: where files tell,
  // only what was pending in both, and what both opened anew; and, of a removed device, to which no server
  // shows its own feeds any more, what both had sealed and an administrator overtook: each seals it again.
  bool may_fork(const FeedId& feed, const DeviceId& device);
  // What stands at each place of the device's own feeds.
  void note_places(Device& device);
  // Statements of authority that the device has, in the order in which they hold there.
  std::vector<Hash> order_of(Device& device);
  std::set<Hash> statements_of(Device& device);
  // Whether the author knew that the device had been removed from the unit. An office's device that was
  // removed is another thing: it gets what an administrator who did not know moves under that office.
  bool shut_out(const DeviceId& id, const Written& written, const std::vector<Hash>& order);
  // Whether none of the roles that anybody gave the device ever covered the unit, in whatever order.
  bool outside(const DeviceId& id, const UnitId& unit);

  // What must hold.
  void settle();
  static std::map<std::string, RecordId> titles_of(Device& device);
  static std::string title_in(const std::string& document);
  // Names a feed of a device that was used in two places.
  bool of_two_places(const std::string& detail);
  // Nothing is lost, nobody is accused, no place is used twice.
  void check_copies();
  // Two living copies may both move what both had before they hear of each other; else nothing is there
  // twice.
  void check_twice();

  std::mt19937_64 dice;
  bool copies;  // phones are restored and copied
  vault::PlaceOf place_of;
  std::vector<UnitId> units, offices;
  std::vector<std::unique_ptr<Phone>> people;
  DeviceId second;  // the other administrator
  std::set<DeviceId> gone;
  std::map<DeviceId, std::set<UnitId>> given;  // roles, whatever became of them
  std::map<DeviceId, DeviceId> approved_by;
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
};

}  // namespace gandan::test::history
