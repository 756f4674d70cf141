// Witnesses of the ledger: what they sign, who keeps it, and what goes from hand to hand. The real relay and
// the real client.
#include "protocol/witness.hpp"
#include "support/copies.hpp"
#include "support/loopback.hpp"
#include "sync/witness.hpp"

namespace witness_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Watched : ServedRealm {
  Watched() { sync(*admin); }

  std::vector<vault::Cosigned> cosigned(Device& device) { return must(vault::cosigned(*device.vault)); }
  std::uint64_t size(Device& device) { return must(device.vault->checkpoint()).size; }
  void work(const std::string& what) {
    a->write(commune, {text("title", what)});
    sync(*a);
  }
  const roster::Roster& roster() { return *must(admin->vault->roster()); }

  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> supervisor = enrolled("supervisor", roster::Role::supervisor, top);
  std::unique_ptr<Device> auditor = enrolled("auditor", roster::Role::auditor, top);
};

}  // namespace

TEST_CASE_METHOD(Watched, "a supervisor cosigns what it verified, and everybody keeps it") {
  work("họp thôn");
  const auto watched = sync(*supervisor, true);
  CHECK(watched.exchanges == 2);  // the second one brings the cosignature
  const auto own = cosigned(*supervisor);
  REQUIRE(own.size() == 1);
  CHECK(own[0].size == size(*supervisor));
  CHECK_FALSE(own[0].to_send);

  sync(*a);
  const auto kept = cosigned(*a);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].witness == supervisor->vault->identity().id);
  CHECK(kept[0].size == own[0].size);
  CHECK(kept[0].note == own[0].note);
  // Who has neither vault nor program checks it with C2SP's words alone.
  const auto key = protocol::witness_key(kept[0].witness, supervisor->vault->identity().sign.public_key());
  CHECK(must(ledger::cosignatures(kept[0].note, {&key, 1})).size() == 1);
  CHECK(must(ledger::open_checkpoint(kept[0].note, protocol::log_key(roster()))).size == kept[0].size);

  CHECK(sync(*supervisor, true).exchanges == 1);  // nothing new, nothing to sign
  CHECK(cosigned(*supervisor)[0].note == own[0].note);
}

TEST_CASE_METHOD(Watched, "each witness's last cosignature stands, whatever its size") {
  sync(*supervisor, true);
  work("một");
  sync(*auditor, true);
  sync(*a);
  const auto both = cosigned(*a);
  REQUIRE(both.size() == 2);
  CHECK(both[0].witness == auditor->vault->identity().id);
  CHECK(both[0].size > both[1].size);
  // The server keeps them over a restart, and hands both out under one note where the sizes are equal.
  server.stop();
  server.start(clock);
  auto late = enrolled("late", roster::Role::cadre, commune);
  sync(*admin);
  sync(*late);
  CHECK(cosigned(*late).size() == 2);
  sync(*supervisor, true);
  sync(*auditor, true);
  sync(*late);
  const auto equal = cosigned(*late);
  REQUIRE(equal.size() == 2);
  CHECK(equal[0].size == equal[1].size);
}

TEST_CASE_METHOD(Watched, "only supervisors and auditors of the top may witness, while they are") {
  auto below = enrolled("below", roster::Role::supervisor, commune);
  auto office = enrolled("office", roster::Role::office, top);
  sync(*admin);
  for (auto* device : {below.get(), office.get(), a.get(), admin.get()}) {
    sync(*device, true);
    CHECK(cosigned(*device).empty());
  }
  sync(*supervisor, true);
  sync(*a);
  CHECK(cosigned(*a).size() == 1);

  // A changed program that signs all the same: the server takes it from nobody else, and no phone counts it.
  const auto seen = must(office->vault->checkpoint());
  const auto& identity = office->vault->identity();
  const auto key = protocol::witness_key(identity.id, identity.sign.public_key());
  const auto note = must(ledger::cosign_checkpoint(seen.note, key.name, identity.sign, 1));
  must(vault::keep_cosigned(*office->vault, {identity.id, seen.size, seen.root, 1, note, true}));
  const auto refused = sync(*office);
  REQUIRE(refused.rejected.size() == 1);
  CHECK(refused.rejected[0].code == Code::not_authorized);
  CHECK(must(protocol::cosignatures(roster(), note)).empty());
  CHECK(sync(*office).rejected.empty());  // it is not said again

  // After its removal the supervisor's word is handed out no more.
  must(vault::revoke(*admin->vault, supervisor->vault->identity().id, top, roster::RevokeReason::left));
  sync(*admin);
  auto late = enrolled("late", roster::Role::cadre, commune);
  sync(*admin);
  sync(*late);
  CHECK(cosigned(*late).empty());
  CHECK(cosigned(*a).size() == 1);  // what was taken while it held, stays
}

TEST_CASE_METHOD(Watched, "a witness never cosigns a smaller checkpoint, also not after it was restored") {
  Phone witness(*this, "witness", roster::Role::supervisor, top);
  sync(*admin);
  sync(*witness);
  const auto before = cosigned(*witness).at(0);
  witness.back_up();
  work("một");
  sync(*witness);
  const auto last = vault::cosigned_by(*witness->vault, before.witness)->size;
  CHECK(last > before.size);
  witness.restore();
  CHECK(vault::cosigned_by(*witness->vault, before.witness)->size == before.size);
  // Its checkpoint of then is nothing to sign again; what the server shows now continues that.
  CHECK_FALSE(must(sync::cosign(*witness->vault)));
  sync(*witness);
  CHECK(vault::cosigned_by(*witness->vault, before.witness)->size >= last);
  CHECK(must(vault::split_views(*witness->vault)).empty());
}

TEST_CASE_METHOD(Watched,
                 "checkpoints travel with bundles, with what was cosigned, also over a third phone") {
  work("một");
  sync(*supervisor, true);
  auto c = enrolled("c", roster::Role::cadre, commune);
  c->take(*supervisor);
  // Nobody has shown yet that it is of the ledger that c will see.
  CHECK(cosigned(*c).empty());
  CHECK(must(vault::carried_checkpoints(*c->vault)).size() == 2);  // its enrolment brought one, too
  auto d = enrolled("d", roster::Role::cadre, commune);
  d->take(*c);
  CHECK(must(vault::carried_checkpoints(*d->vault)).size() == 2);
  sync(*admin);
  sync(*d);
  CHECK(must(vault::carried_checkpoints(*d->vault)).empty());
  CHECK(cosigned(*d).size() == 1);
  CHECK(must(vault::split_views(*d->vault)).empty());
}

TEST_CASE_METHOD(Watched, "a bundle's maker can neither accuse an honest server nor hold anybody up") {
  work("một");
  const auto seen = must(a->vault->checkpoint());
  const auto origin = roster::ledger_origin(roster().realm());
  const auto forged_key = crypto::SigningKey::generate(random);
  const auto give = [&](const std::vector<std::string>& notes) {
    Bytes bundle = must(sync::export_bundle(*supervisor->vault, {}));
    bundle.resize(bundle.size() - 2);  // its end
    for (const auto& note : notes)
      protocol::append_frame(bundle, protocol::FrameType::checkpoint, as_bytes(note));
    protocol::append_frame(bundle, protocol::FrameType::end, {});
    return must(sync::import_bundle(*a->vault, bundle));
  };
  Hash other = seen.root;
  other.bytes[0] ^= 1;
  const ledger::Checkpoint lie{origin, seen.size, other};
  // The same size with another root, signed by somebody, by a member, by nobody; no note at all.
  auto bent = seen.note;
  bent[bent.size() - 10] = bent[bent.size() - 10] == 'A' ? 'B' : 'A';
  const auto report =
      give({ledger::sign_checkpoint(lie, forged_key), ledger::sign_checkpoint(lie, a->vault->identity().sign),
            bent, "", "nonsense", std::string(200'000, 'x')});
  CHECK(report.refused_count == 6);
  // A true note with a wrong line of a witness in it.
  const auto& witness = supervisor->vault->identity();
  auto wrong = must(ledger::parse_note(seen.note));
  wrong.signatures.push_back(ledger::cosign_note(
      wrong.text, protocol::witness_key(witness.id, witness.sign.public_key()).name, witness.sign, 5));
  wrong.signatures.back().signature.back() ^= 1;
  CHECK(give({ledger::print_note(wrong)}).refused_count == 1);
  CHECK(cosigned(*a).empty());
  // True ones are bounded, and an honest server shows all of them.
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i) {
    a->write(commune, {text("title", std::to_string(i))});
    sync(*a);
    many.push_back(must(a->vault->checkpoint()).note);
  }
  auto b = enrolled("b", roster::Role::cadre, commune);
  for (const auto& note : many) must(sync::take_checkpoint(*b->vault, note));
  CHECK(must(vault::carried_checkpoints(*b->vault)).size() == vault::kMaxCarriedCheckpoints);
  sync(*admin);
  sync(*b);
  CHECK(must(vault::carried_checkpoints(*b->vault)).empty());
  for (auto* device : {a.get(), b.get()}) {
    CHECK(must(vault::split_views(*device->vault)).empty());
    CHECK(must(vault::findings(*device->vault)).empty());
  }
  sync(*a);
}

}  // namespace witness_test
