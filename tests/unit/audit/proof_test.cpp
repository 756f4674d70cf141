// What a proof file shows, and that nothing else passes for one.
#include "audit/proof.hpp"

#include <set>

#include "changelog/op_proof.hpp"
#include "support/catch.hpp"
#include "unit/audit/ledger_realm.hpp"
#include "vault/quarantine.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

audit::ProofFile parsed(ByteView proof) {
  return must(audit::decode_proof_file(proof, [](ByteView) { return Status(); }));
}
bool contains(ByteView bytes, std::string_view word) {
  return as_text(bytes).find(word) != std::string_view::npos;
}

struct ProofRealm : AuditedRealm {
  Bytes prove(const RecordId& record) { return must(audit::prove(*supervisor->vault, record)); }
  Result<audit::ProofReport> check(ByteView proof) const { return audit::verify_proof(proof, fingerprint()); }
  Code refusal(const audit::ProofFile& file) const {
    const auto checked = check(audit::encode_proof_file(file));
    REQUIRE_FALSE(checked.ok());
    return checked.error().code;
  }
  audit::Place place(std::size_t index) const {
    return {index, static_cast<std::uint64_t>(log[index].entry.receipt_ms),
            must(ledger::inclusion_proof(index, log.size(), tree())).path};
  }
  // A proof of the one segment of `device` that comes last, made without asking prove.
  audit::ProofFile forged(Device& device, std::size_t index, audit::ProofFile file) {
    auto& db = device.vault->db();
    auto row =
        must(db.query("SELECT bytes, previous, root, sequence FROM segment WHERE feed = "
                      "(SELECT number FROM feed WHERE own = 1) ORDER BY sequence DESC LIMIT 1"));
    REQUIRE(must(row.step()));
    auto segment = must(protocol::decode_in_run(row.blob(0)));
    const auto feed = *must(device.vault->own_feed(commune));
    segment.header.feed = feed.id;
    segment.header.sequence = static_cast<std::uint64_t>(row.integer(3));
    segment.header.roster_head = *(*device.vault->roster())->head(segment.header.roster_size);
    segment.header.checkpoint_root = Hash::from(row.blob(2));
    segment.previous = Hash::from(row.blob(1));
    const auto* key = device.vault->keyring().feed_key(commune, segment.header.epoch, feed.id);
    const auto ops = must(changelog::open_segment(realm(), segment, *key));
    audit::ProofSegment item;
    item.stub = protocol::encode_stub(protocol::stub_of(segment));
    item.place = place(index);
    item.ops.push_back(
        {changelog::encode_op_proof(must(changelog::prove_op(realm(), segment, ops, 0, *key)))});
    file.checkpoint = checkpoint().note;
    file.segments = {item};
    file.named.clear();
    if (const auto size = segment.header.checkpoint_size; size != 0) {
      const auto leaves = tree();
      audit::NamedCheckpoint named;
      named.size = size;
      named.last = decltype(named.last)::from(ledger::entry_bytes(log[size - 1].entry));
      named.inclusion = must(ledger::inclusion_proof(size - 1, size, leaves)).path;
      named.consistency = must(ledger::consistency_proof(size, log.size(), leaves)).path;
      file.named.push_back(named);
    }
    return file;
  }

  std::unique_ptr<Device> supervisor = audited_by();
};

}  // namespace

TEST_CASE_METHOD(ProofRealm, "a proof shows a record's changes to whoever knows the fingerprint") {
  const Bytes proof = prove(visit);
  const auto report = must(check(proof));
  CHECK(report.record == visit);
  CHECK(report.fingerprint == fingerprint());
  CHECK(report.ledger_size == log.size());
  REQUIRE(report.ops.size() == 5);

  const auto& title = report.ops[0];
  CHECK(title.path == "title");
  CHECK(std::get<std::string>(title.value) == "Thăm hộ H07");
  CHECK(title.replaced);
  CHECK(title.device == a->vault->identity().id);
  CHECK(title.unit == commune);
  CHECK(title.role == roster::Role::cadre);
  const auto& logged = log[nth_segment(0)];
  CHECK(title.ledger_index == nth_segment(0));
  CHECK(title.not_after_ms == logged.entry.receipt_ms);
  CHECK(title.not_before_ms == log[logged.checkpoint_size - 1].entry.receipt_ms);
  CHECK(title.not_before_ms <= title.written_ms);
  CHECK(title.written_ms <= title.not_after_ms);
  CHECK_FALSE(title.suspect);

  const auto& wish = report.ops[2];  // one op alone in its segment
  CHECK(wish.device == b->vault->identity().id);
  CHECK(std::get<std::string>(wish.value) == "đất sát đường");
  CHECK_FALSE(wish.replaced);
  CHECK(report.ops[4].path == "next");
  for (std::size_t i = 1; i < report.ops.size(); ++i)
    CHECK(report.ops[i - 1].written_ms <= report.ops[i].written_ms);
}

TEST_CASE_METHOD(ProofRealm, "a proof discloses that record's changes and no other's") {
  const Bytes proof = prove(visit);
  CHECK(contains(proof, "Thăm hộ H07"));  // the control: what is disclosed is found by this search
  CHECK_FALSE(contains(proof, "Nà Khuất"));
  CHECK_FALSE(contains(proof, "ba mươi hộ"));
  CHECK_FALSE(contains(proof, std::string(as_text(meeting.view()))));
  CHECK(contains(prove(meeting), "Nà Khuất"));

  // No segment key but that of a segment of this record's one op.
  std::size_t keys = 0;
  for (const auto& segment : parsed(proof).segments)
    for (const auto& op : segment.ops)
      if (std::holds_alternative<changelog::KeyOpProof>(
              must(changelog::decode_op_proof(op.bytes)).evidence)) {
        CHECK(must(protocol::decode_stub(segment.stub)).header.op_count == 1);
        ++keys;
      }
  CHECK(keys == 2);
}

TEST_CASE_METHOD(ProofRealm, "a proof in which any byte differs is refused") {
  const Bytes proof = prove(visit);
  REQUIRE(check(proof).ok());
  for (std::size_t at = 0; at < proof.size(); ++at) {
    Bytes changed = proof;
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1u << (at % 8)));
    if (check(changed).ok()) FAIL("byte " << at << " of " << proof.size());
  }
  SeededRandom dice(7);
  for (int round = 0; round < 500; ++round) {
    std::uint8_t bytes[5];
    dice.fill(bytes);
    Bytes changed = proof;
    const std::size_t at = (bytes[0] << 16 | bytes[1] << 8 | bytes[2]) % proof.size();
    if (bytes[3] == 0) continue;
    switch (bytes[4] % 4) {
      case 0:
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ bytes[3]);
        break;
      case 1:
        changed.resize(at);
        break;
      case 2:
        changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), bytes[3]);
        break;
      case 3:
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
        break;
    }
    const auto checked = check(changed);
    if (checked && changed != proof) FAIL("round " << round);
  }
}

TEST_CASE_METHOD(ProofRealm, "a proof holds in its own realm only") {
  const Bytes proof = prove(visit);
  Hash other = fingerprint();
  other.bytes[31] ^= 1;
  CHECK(audit::verify_proof(proof, other).error().code == Code::wrong_realm);
  CHECK(audit::verify_proof(proof, Hash{}).error().code == Code::wrong_realm);
  Realm elsewhere(99);
  CHECK(audit::verify_proof(proof, (*elsewhere.admin->vault->roster())->fingerprint()).error().code ==
        Code::wrong_realm);
}

TEST_CASE_METHOD(ProofRealm, "what does not belong together is no proof") {
  const auto file = parsed(prove(visit));
  REQUIRE(check(audit::encode_proof_file(file)).ok());
  REQUIRE(file.segments.size() == 4);
  REQUIRE(file.named.size() >= 2);

  SECTION("changes of two records") {
    auto both = file;
    both.segments[0].ops.push_back(parsed(prove(meeting)).segments[0].ops[0]);
    CHECK(refusal(both) == Code::bad_proof);
  }
  SECTION("nothing at all") {
    auto empty = file;
    empty.segments.clear();
    empty.named.clear();
    CHECK(refusal(empty) == Code::bad_proof);
    auto bare = file;
    bare.segments[0].ops.clear();
    CHECK(refusal(bare) == Code::bad_proof);
  }
  SECTION("segments in another order, or twice") {
    auto swapped = file;
    std::swap(swapped.segments[0], swapped.segments[1]);
    CHECK(refusal(swapped) == Code::bad_proof);
    auto twice = file;
    twice.segments.insert(twice.segments.begin(), twice.segments[0]);
    CHECK(refusal(twice) == Code::bad_proof);
    auto same = file;
    same.segments[0].ops.push_back(same.segments[0].ops[0]);
    CHECK(refusal(same) == Code::bad_proof);
  }
  SECTION("places exchanged") {
    auto swapped = file;
    std::swap(swapped.segments[0].place, swapped.segments[1].place);
    CHECK(refusal(swapped) == Code::bad_proof);
  }
  SECTION("a changed receipt") {
    auto later = file;
    later.segments[0].place.receipt_ms += 1;
    CHECK(refusal(later) == Code::bad_proof);
    later.segments[0].place.receipt_ms = UINT64_MAX;
    CHECK(refusal(later) == Code::bad_proof);
  }
  SECTION("a change shown for another segment") {
    auto moved = file;
    std::swap(moved.segments[0].ops[0], moved.segments[2].ops[0]);
    CHECK_FALSE(check(audit::encode_proof_file(moved)).ok());
  }
  SECTION("an older or another checkpoint") {
    auto cut = file;
    const auto all = log;
    log.resize(nth_segment(1));
    cut.checkpoint = checkpoint().note;
    log = all;
    CHECK(refusal(cut) == Code::bad_proof);
    auto foreign = file;
    const auto state = checkpoint();
    foreign.checkpoint = ledger::sign_checkpoint({roster::ledger_origin(realm()), state.size, state.root},
                                                 crypto::SigningKey::generate(random));
    CHECK(refusal(foreign) == Code::bad_signature);
    foreign.checkpoint =
        ledger::sign_checkpoint({"gandan-ledger/elsewhere", state.size, state.root}, ledger_key);
    CHECK_FALSE(check(audit::encode_proof_file(foreign)).ok());
  }
  SECTION("a rewritten ledger under a new signature") {
    log[nth_segment(0)].entry.receipt_ms += 1;
    auto rewritten = file;
    rewritten.checkpoint = checkpoint().note;
    CHECK(refusal(rewritten) == Code::bad_proof);
    // Even with new proofs all over: the authors have signed the roots that they had seen.
    for (auto& segment : rewritten.segments) segment.place = place(segment.place.index);
    for (auto& named : rewritten.named) {
      named.inclusion = must(ledger::inclusion_proof(named.size - 1, named.size, tree())).path;
      named.consistency = must(ledger::consistency_proof(named.size, log.size(), tree())).path;
    }
    CHECK(refusal(rewritten) == Code::bad_proof);
  }
  SECTION("statements left out, doubled, in another order, or of another realm") {
    for (std::size_t i = 0; i < file.statements.size(); ++i) {
      auto fewer = file;
      fewer.statements.erase(fewer.statements.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK_FALSE(check(audit::encode_proof_file(fewer)).ok());
      auto twice = file;
      twice.statements.push_back(file.statements[i]);
      CHECK(refusal(twice) == Code::bad_proof);
    }
    auto swapped = file;
    std::swap(swapped.statements[1], swapped.statements[2]);
    CHECK_FALSE(check(audit::encode_proof_file(swapped)).ok());
    auto rooted = file;
    rooted.statements.insert(rooted.statements.begin(), {file.root, std::nullopt});
    CHECK(refusal(rooted) == Code::bad_proof);
    auto placed = file;
    placed.statements[0].place = place(1);
    CHECK(refusal(placed) == Code::bad_proof);
  }
  SECTION("named checkpoints left out, superfluous, or of another time") {
    auto fewer = file;
    fewer.named.pop_back();
    CHECK(refusal(fewer) == Code::bad_proof);
    auto more = file;
    auto extra = more.named.back();
    extra.size = log.size();
    extra.last = decltype(extra.last)::from(ledger::entry_bytes(log.back().entry));
    extra.inclusion = place(log.size() - 1).path;
    extra.consistency.clear();
    more.named.push_back(extra);
    CHECK(refusal(more) == Code::bad_proof);
    auto later = file;
    later.named[0].last = later.named[1].last;
    CHECK(refusal(later) == Code::bad_proof);
    auto zero = file;
    zero.named[0].size = 0;
    CHECK(refusal(zero) == Code::bad_proof);
    auto beyond = file;
    beyond.named.back().size = UINT64_MAX;
    CHECK(refusal(beyond) == Code::bad_proof);
  }
}

TEST_CASE_METHOD(ProofRealm, "witnesses may sign a checkpoint further, and strangers change nothing by it") {
  const auto before = must(check(prove(visit)));
  auto file = parsed(prove(visit));
  file.checkpoint = must(
      ledger::cosign_checkpoint(file.checkpoint, "witness.example", crypto::SigningKey::generate(random), 1));
  const auto after = must(check(audit::encode_proof_file(file)));
  CHECK(after.ops.size() == before.ops.size());
  CHECK(after.ledger_size == before.ledger_size);
}

TEST_CASE_METHOD(ProofRealm, "what was accepted after its author was removed is proven with the acceptance") {
  b->edit(commune, visit, {text("wish", "viết trước khi bị thu hồi")});
  must(vault::seal(*b->vault));
  remove_only(*admin, *b, commune, roster::RevokeReason::lost);
  receive(*admin);
  deliver(*admin, false);
  admin->take(*b);
  const auto held = must(vault::quarantined(*admin->vault));
  REQUIRE(held.size() == 1);
  must(vault::accept(*admin->vault, held));
  receive(*admin);
  receive(*b);
  deliver(*supervisor, true);
  const Bytes proof = prove(visit);
  CHECK(must(audit::verify(*supervisor->vault)).findings.empty());
  const auto shown = must(check(proof));
  CHECK(std::any_of(shown.ops.begin(), shown.ops.end(),
                    [&](const auto& op) { return op.device == b->vault->identity().id && op.accepted; }));
  CHECK(std::none_of(shown.ops.begin(), shown.ops.end(),
                     [&](const auto& op) { return op.device != b->vault->identity().id && op.accepted; }));
  auto file = parsed(proof);
  REQUIRE(std::holds_alternative<roster::AcceptBody>(
      must(roster::decode_statement(file.statements.back().bytes)).body));
  file.statements.pop_back();
  CHECK(refusal(file) == Code::not_authorized);
}

TEST_CASE_METHOD(ProofRealm, "a record is proven that stands behind an acceptance of another's segment") {
  FeedId feed;
  Hash hash;
  {
    auto row = must(supervisor->vault->db().query(
        "SELECT feed.id, hash FROM segment JOIN feed ON number = feed WHERE device = ? AND sequence = 0",
        b->vault->identity().id));
    REQUIRE(must(row.step()));
    feed = FeedId::from(row.blob(0));
    hash = Hash::from(row.blob(1));
  }
  deliver(*admin, false);
  must(vault::issue(*admin->vault, roster::AcceptBody{feed, 0, hash}));
  receive(*admin);
  deliver(*a, false);
  const auto later = a->write(commune, {text("title", "Viết sau khi đã cho tính")});
  receive(*a);
  deliver(*supervisor, true);
  CHECK(must(check(prove(later))).record == later);
}

TEST_CASE_METHOD(ProofRealm, "a stranger's segment is no proof, even when the server logs it") {
  // The stranger signs a segment of a's feed, sealed under the commune's real key.
  const auto stranger = crypto::SigningKey::generate(random);
  auto file = parsed(prove(visit));
  auto stub = must(protocol::decode_stub(file.segments.back().stub));
  stub.header.sequence += 1;
  stub.previous = protocol::segment_hash(realm(), must(protocol::decode_stub(file.segments.back().stub)));
  stub.signature =
      stranger.sign(protocol::signed_message(realm(), stub.header, stub.previous, stub.ciphertext_hash));
  Logged item;
  item.entry = {ledger::EntryType::segment, protocol::segment_hash(realm(), stub), 0};
  append_entry(item);
  auto forged = file;
  forged.checkpoint = checkpoint().note;
  forged.segments = {file.segments.back()};
  forged.segments[0].stub = protocol::encode_stub(stub);
  forged.segments[0].place = place(log.size() - 1);
  CHECK(refusal(forged) == Code::bad_signature);

  // In a feed that no statement opens.
  stub.header.feed.bytes[0] ^= 1;
  forged.segments[0].stub = protocol::encode_stub(stub);
  CHECK(refusal(forged) == Code::unknown_feed);
}

TEST_CASE_METHOD(ProofRealm, "a revoked author proves what was received before, and nothing after") {
  must(vault::revoke(*admin->vault, b->vault->identity().id, commune, roster::RevokeReason::misuse));
  receive(*admin);
  const auto revocation = log.size() - 2;  // behind it the new epoch
  deliver(*a, false);
  a->take(*admin);                                      // with the new key
  a->edit(commune, visit, {text("next", "mồng bốn")});  // names the roster with the revocation
  receive(*a);
  supervisor->take(*admin);
  deliver(*supervisor, true);
  const Bytes proof = prove(visit);
  CHECK(must(check(proof)).ops.size() == 6);
  auto file = parsed(proof);
  const auto placed = std::find_if(file.statements.begin(), file.statements.end(),
                                   [](const auto& item) { return item.place.has_value(); });
  REQUIRE(placed != file.statements.end());
  CHECK(placed->place->index == revocation);
  const auto at = static_cast<std::size_t>(placed - file.statements.begin());

  // Uninformed, b goes on; a server that does not look takes it in.
  b->edit(commune, visit, {text("wish", "viết sau khi bị thu hồi")});
  receive(*b);
  const auto index = log.size() - 1;
  const auto late = forged(*b, index, file);
  const auto moved = [&](audit::ProofFile f) {
    f.statements[at].place = place(revocation);
    return f;
  };
  CHECK(refusal(moved(late)) == Code::not_authorized);
  auto lied = moved(late);
  lied.statements[at].place->index = index + 1;
  CHECK(refusal(lied) == Code::bad_proof);
  auto hidden = moved(late);
  hidden.statements[at].place.reset();
  CHECK(refusal(hidden) == Code::bad_proof);

  // Once informed, it names a roster in which it has no role.
  must(sync::import_bundle(*b->vault, must(sync::export_enrolment(*admin->vault))));
  CHECK_FALSE(vault::open_feed(*b->vault, commune).ok());

  // The record itself goes on to be provable: the late segment is quarantined and left out.
  deliver(*supervisor, true);
  CHECK(must(check(prove(visit))).ops.size() == 6);
}

TEST_CASE_METHOD(ProofRealm, "prove says what is missing") {
  CHECK(audit::prove(*supervisor->vault, RecordId{}).error().code == Code::not_found);
  // A phone does not keep the ledger.
  const auto phone = audit::prove(*a->vault, visit);
  CHECK(phone.error().code == Code::no_ledger);
  // Not received yet.
  deliver(*a, false);
  a->edit(commune, visit, {text("wish", "mới")});
  supervisor->take(*a);
  CHECK(audit::prove(*supervisor->vault, visit).error().code == Code::not_received);
  CHECK(audit::prove(*supervisor->vault, meeting).ok());
  receive(*a);
  deliver(*supervisor, true);
  CHECK(must(check(prove(visit))).ops.size() == 6);
  // Not sealed yet: the supervisor's own.
  supervisor->edit(commune, meeting, {text("note", "đã xem")});
  CHECK(audit::prove(*supervisor->vault, meeting).error().code == Code::not_in_ledger);
  // Entries that do not give the signed root.
  must(supervisor->vault->db().run(
      "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE idx = 1) WHERE idx = 2"));
  CHECK(audit::prove(*supervisor->vault, visit).error().code == Code::ledger_rewritten);
}

TEST_CASE_METHOD(ProofRealm, "an administrator's own records are proven too, with all that its chain needs") {
  const auto note = admin->write(top, {text("title", "ghi chú của tỉnh")});
  const auto second = must(vault::add_unit(*admin->vault, top));
  admin->edit(top, note, {text("title", "ghi chú của tỉnh, hai")});
  const auto third = admin->write(second, {text("title", "ở xã mới")});
  receive(*admin);
  must(sync::import_bundle(*supervisor->vault,
                           must(sync::export_enrolment(*admin->vault))));  // the unit's key
  deliver(*supervisor, true);
  CHECK(must(check(prove(note))).ops.size() == 2);
  CHECK(must(check(prove(note))).ops[0].role == roster::Role::admin);
  CHECK(must(check(prove(third))).ops[0].unit == second);
}

TEST_CASE("hostile bytes are refused without cost") {
  const Hash fingerprint;
  CHECK(audit::verify_proof({}, fingerprint).error().code == Code::malformed);
  CHECK(audit::verify_proof(as_bytes("gandan-proof\n"), fingerprint).error().code == Code::truncated);
  CHECK(audit::verify_proof(as_bytes("gandan-proof\n\x02"), fingerprint).error().code == Code::newer_format);
  CHECK(audit::verify_proof(Bytes(audit::kMaxProofBytes + 1), fingerprint).error().code == Code::too_large);
  SeededRandom random(3);
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes = to_bytes(as_bytes("gandan-proof\n\x01"));
    Bytes rest(static_cast<std::size_t>(round % 300));
    random.fill(rest);
    append(bytes, rest);
    CHECK_FALSE(audit::verify_proof(bytes, fingerprint).ok());
  }
}
