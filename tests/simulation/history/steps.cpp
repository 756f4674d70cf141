// The steps of a random history.
#include "history.hpp"

namespace gandan::test::history {

History::History(std::uint64_t seed, bool with_copies)
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

bool History::try_sync(Device& device, const sync::Options& options) {
  LoopbackTransport wire(server);
  const auto ran = sync::run(*device.vault, wire, options);
  if (!ran.ok() && ran.error().code == Code::cancelled) return true;
  if (!ran.ok()) {
    INFO(ran.error().detail);
    INFO(info(ran.error().code).text);
    const bool not_yet = copies && !settled && ran.error().code == Code::not_enrolled;
    const bool never = ran.error().code == Code::not_enrolled && (never_enrolled(device) || too_long(device));
    CHECK((ran.error().code == Code::not_authorized || not_yet || never));
    CHECK((removed(device) || not_yet || never));
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

sync::Options History::cut_sometimes() {
  sync::Options options;
  if (below(5) != 0) return options;
  options.max_push_wraps = 1 + below(4);
  options.progress = [left = 1 + below(3)](const sync::Progress&) mutable { return --left != 0; };
  return options;
}

void History::sync_phone(Phone& phone, const sync::Options& options) {
  if (!try_sync(*phone, options)) return;
  met_server.insert(&phone);
  reached_server(phone);
}

void History::reached_server(Phone& phone) {
  const auto unsent = must(vault::unsent_records(*phone->vault));
  const auto shown = titles_of(*phone);
  for (const auto& title : here[&phone]) {
    const auto at = shown.find(title);
    if (at != shown.end() && unsent.count(at->second) == 0) sent.insert(title);
  }
}

void History::restore(Phone& phone) {
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

void History::back_up(Phone& phone) {
  backed_up[&phone] = {here[&phone], pending_feeds(*phone), unsent_feeds(*phone)};
  phone.back_up();
}

void History::copy(Phone& phone) {
  two_places.insert(id_of(phone));
  copied.insert(id_of(phone));
  const auto pending = pending_feeds(*phone), unsent = unsent_feeds(*phone);
  sealed_by_both.insert(pending.begin(), pending.end());
  unsent_in_both.insert(unsent.begin(), unsent.end());
  people.push_back(std::make_unique<Phone>(phone, name()));
  here[people.back().get()] = here[&phone];
}

void History::lose(Phone& phone) {
  here.erase(&phone);
  backed_up.erase(&phone);
  met_server.erase(&phone);
  for (auto at = told_of.begin(); at != told_of.end();)
    at = at->first == phone.device.get() ? told_of.erase(at) : std::next(at);
  people.erase(std::find_if(people.begin(), people.end(),
                            [&](const std::unique_ptr<Phone>& one) { return one.get() == &phone; }));
}

void History::give(Phone& from, Phone& to) {
  // What it opened and gave away by hand before it was restored, only the first contact can tell.
  if (backed_up.count(&from) != 0 && met_server.count(&from) == 0) two_places.insert(id_of(from));
  to->take(*from);
  note_places(*from);
}

void History::replace_second() {
  must(vault::revoke(*admin->vault, second, top, roster::RevokeReason::lost));
  gone.insert(second);
  if (below(2) == 0) {
    std::vector<Phone*> lost;
    for (auto& phone : people)
      if (id_of(*phone) == second) lost.push_back(phone.get());
    for (auto* phone : lost) lose(*phone);
  }
  join(roster::Role::admin, top);
  second = id_of(*people.back());
}

void History::hold_or_lift() {
  Device& by = below(2) == 0 ? any_admin() : **any(people);
  const auto shown = titles_of(by);
  if (shown.empty()) return;
  const RecordId record = std::next(shown.begin(), static_cast<std::ptrdiff_t>(below(shown.size())))->second;
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

void History::approve_somebody() {
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
  approved_by[identity.id] = by.vault->identity().id;
  must(sync::import_bundle(*device->vault, must(sync::export_enrolment(*by.vault))));
  people.push_back(std::make_unique<Phone>(*this, "d" + std::to_string(named), std::move(device), place_of));
}

void History::remove_somebody() {
  const DeviceId who = id_of(*people[1 + below(people.size() - 1)]);
  Device& by = any_admin();
  const auto* known = must(by.vault->roster())->device(who);
  if (known == nullptr || who == second || below(3) != 0) return;
  for (const auto& grant : std::vector<roster::GrantInfo>(known->grants))
    if (!grant.until) must(vault::revoke(*by.vault, known->id, grant.unit, roster::RevokeReason::lost));
  gone.insert(known->id);
}

void History::move_some_unit() {
  if (below(3) == 0) {
    const auto& unit = any(units);
    const auto& office = any(offices);
    moved_to[unit].insert(office);
    Device& by = any_admin();
    must(vault::move_unit(*by.vault, unit, office));
  }
}

void History::rotate_some_unit() {
  if (below(3) == 0) {
    Device& by = any_admin();
    const auto rotated = vault::rotate(*by.vault, any(units));
    if (!rotated) CHECK(rotated.error().code == Code::no_key);
  }
}

void History::write_somewhere() {
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
}

void History::step() {
  clock.advance(1000);
  if (below(16) == 0) return hold_or_lift();
  if (below(64) == 0) return replace_second();
  switch (below(copies ? 16 : 13)) {
    case 0:
      return approve_somebody();
    case 1:
      return remove_somebody();
    case 2:
      return move_some_unit();
    case 3:
      return rotate_some_unit();
    case 4:
    case 5:
    case 6:
      return write_somewhere();
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

}  // namespace gandan::test::history
