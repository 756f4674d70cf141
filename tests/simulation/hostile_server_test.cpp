// The server cannot lie: one lie at a time, of the real relay to the real client. Each has a name (a stable
// error code), or does no harm: what was written stays, nothing wrong is shown, and the next honest sync
// succeeds.
#include "support/hostile_server.hpp"
#include "audit/audit.hpp"
#include "audit/split_view.hpp"
#include "protocol/witness.hpp"
#include "vault/witness.hpp"

namespace hostile_server_test {

using namespace gandan;
using namespace gandan::test;
using protocol::FrameType;

namespace {

struct Hostile : TwoFaces {
  Hostile() {
    other_commune = must(vault::add_unit(*admin->vault, top));
    a = enrolled("a", roster::Role::cadre, commune);
    b = enrolled("b", roster::Role::cadre, commune);
    c = enrolled("c", roster::Role::cadre, other_commune);
    office = enrolled("office", roster::Role::office, top);
    supervisor = enrolled("supervisor", roster::Role::supervisor, top);
    sync(*admin);
    record = a->write(commune, {text("title", "một")});
    b->write(commune, {text("title", "của b")});
    elsewhere = c->write(other_commune, {text("title", "xã kia")});
    for (auto* device : {a.get(), b.get(), c.get(), office.get()}) sync(*device);
    sync(*supervisor, true);
    a->edit(commune, record, {text("title", "hai")});
    sync(*a);
  }
  std::vector<Device*> all() {
    return {admin.get(), a.get(), b.get(), c.get(), office.get(), supervisor.get()};
  }
  bool found(Device& device, Code code) {
    for (const auto& finding : must(vault::findings(*device.vault)))
      if (finding.code == info(code).text) return true;
    return false;
  }
  bool audited(Code code) {
    for (const auto& finding : must(audit::verify(*supervisor->vault)).findings)
      if (finding.code == code) return true;
    return false;
  }
  // After any lie: everybody syncs honestly, and has the same.
  void honest_again() {
    for (int round = 0; round < 2; ++round)
      for (auto* device : all()) {
        const auto report = sync(*device, device == supervisor.get());
        CHECK(report.ingest.refused_count == 0);
        CHECK(must(vault::counts(*device->vault)).unsent_segments == 0);
      }
    for (auto* device : {b.get(), office.get(), supervisor.get()})
      CHECK(device->document(record) == a->document(record));
    CHECK(office->document(elsewhere) == c->document(elsewhere));
    CHECK(must(audit::verify(*supervisor->vault)).findings.empty());
  }

  UnitId other_commune;
  std::unique_ptr<Device> a, b, c, office, supervisor;
  RecordId record, elsewhere;
};

// A lie in one answer to the office, which is behind by one segment; and what the office says of it.
struct Lie {
  const char* name;
  Code error;                     // of the sync; Code::internal: it succeeds
  Code refused = Code::internal;  // of what was in the answer, when the sync succeeds
  std::function<void(Hostile&, Frames&)> tell;
};

crypto::SigningKey ledger_key_of(Hostile& world) {
  return must(server::load_ledger_key(world.server.folder()));
}
void other_checkpoint(Frames& frames, const std::function<std::string(const std::string&)>& how) {
  change<protocol::Welcome>(frames, FrameType::welcome, protocol::decode_welcome,
                            [&](auto& welcome) { welcome.checkpoint = how(welcome.checkpoint); });
}
Bytes grant_by_admin(Hostile& world, const crypto::SigningKey& key) {
  const auto& roster = *must(world.admin->vault->roster());
  roster::Statement statement;
  statement.issuer = world.admin->vault->identity().id;
  statement.issuer_previous = roster.last_statement_of(statement.issuer);
  statement.roster_size = roster.size();
  statement.roster_head = *roster.head(roster.size());
  statement.nonce = random_id<roster::Nonce>(world.random);
  statement.body = roster::GrantBody{key.public_key(), random_id<BoxPublicKey>(world.random),
                                     roster::Role::office, world.top};
  roster::sign_statement(roster.realm(), statement, key);
  return roster::encode_statement(statement);
}
void each_pulled(Frames& frames, const std::function<void(protocol::Pulled&)>& how) {
  REQUIRE(change<protocol::Pulled>(frames, FrameType::pulled, protocol::decode_pulled, how) > 0);
}
void each_cosigned(Frames& frames, const std::function<void(protocol::CosignedCheckpoint&)>& how) {
  REQUIRE(change<protocol::Witnessed>(frames, FrameType::witnessed, protocol::decode_witnessed,
                                      [&](auto& witnessed) {
                                        REQUIRE_FALSE(witnessed.cosigned.empty());
                                        for (auto& one : witnessed.cosigned) how(one);
                                      }) == 1);
}

const std::vector<Lie>& lies() {
  static const std::vector<Lie> all = {
      {"a checkpoint of another key",
       Code::bad_signature,
       {},
       [](Hostile& w, Frames& f) {
         other_checkpoint(f, [&](const std::string& note) {
           auto parsed = must(ledger::parse_note(note));
           return ledger::sign_checkpoint(must(ledger::parse_checkpoint_text(parsed.text)),
                                          crypto::SigningKey::generate(w.random));
         });
       }},
      {"a checkpoint of an earlier size, which it signed once",
       Code::ledger_went_back,
       {},
       [](Hostile& w, Frames& f) {
         other_checkpoint(f, [&](const std::string&) {
           return ledger::sign_checkpoint(
               {roster::ledger_origin((*w.admin->vault->roster())->realm()), 1, Hash{}}, ledger_key_of(w));
         });
       }},
      {"a signed checkpoint that does not continue the last one",
       Code::ledger_rewritten,
       {},
       [](Hostile& w, Frames& f) {
         other_checkpoint(f, [&](const std::string& note) {
           auto checkpoint = must(ledger::parse_checkpoint_text(must(ledger::parse_note(note)).text));
           checkpoint.root.bytes[0] ^= 1;
           return ledger::sign_checkpoint(checkpoint, ledger_key_of(w));
         });
       }},
      {"a checkpoint whose log line is of another algorithm",
       Code::bad_signature,
       {},
       [](Hostile& w, Frames& f) {
         other_checkpoint(f, [&](const std::string& note) {
           const auto text = must(ledger::parse_note(note)).text;
           ledger::Note other{text, {}};
           other.signatures.push_back(ledger::cosign_note(
               text, roster::ledger_origin((*w.admin->vault->roster())->realm()), ledger_key_of(w), 1));
           return ledger::print_note(other);
         });
       }},
      {"a forged roster statement, in an administrator's name", Code::internal, Code::bad_signature,
       [](Hostile& w, Frames& f) {
         const auto forged = grant_by_admin(w, crypto::SigningKey::generate(w.random));
         const auto last = must(w.a->vault->checkpoint()).size - 1;
         f.insert(f.begin() + 1, {FrameType::statement, protocol::encode(protocol::LoggedStatement{
                                                            last, w.clock.wall_ms(), forged})});
       }},
      {"ciphertext of another unit in this one's place", Code::internal, Code::bad_signature,
       [](Hostile& w, Frames& f) {
         auto stolen = must(w.c->vault->db().query("SELECT bytes FROM segment LIMIT 1"));
         REQUIRE(must(stolen.step()));
         const Bytes bytes = to_bytes(stolen.blob(0));
         each_pulled(f, [&](protocol::Pulled& pulled) { pulled.segment = bytes; });
       }},
      {"one byte of a segment changed", Code::internal, Code::bad_signature,
       [](Hostile&, Frames& f) {
         each_pulled(f, [](protocol::Pulled& pulled) { pulled.segment[pulled.segment.size() - 70] ^= 1; });
       }},
      {"a segment said to be of an older format", Code::internal, Code::newer_format,
       [](Hostile&, Frames& f) { each_pulled(f, [](protocol::Pulled& pulled) { pulled.segment[0] = 0; }); }},
      {"a segment said to be of a later format", Code::internal, Code::newer_format,
       [](Hostile&, Frames& f) { each_pulled(f, [](protocol::Pulled& pulled) { pulled.segment[0] = 3; }); }},
      {"a segment said to be bare", Code::internal, Code::malformed,
       [](Hostile&, Frames& f) { each_pulled(f, [](protocol::Pulled& pulled) { pulled.segment[0] = 2; }); }},
      {"a segment in another feed's run", Code::internal, Code::unknown_feed,
       [](Hostile& w, Frames& f) {
         change<protocol::Run>(f, FrameType::run, protocol::decode_run,
                               [&](protocol::Run& run) { run.feed = random_id<FeedId>(w.random); });
       }},
      {"a place beyond the checkpoint",
       Code::bad_proof,
       {},
       [](Hostile&, Frames& f) { each_pulled(f, [](protocol::Pulled& pulled) { pulled.index = 1 << 20; }); }},
      {"a forged cosignature of a witness",
       Code::bad_signature,
       {},
       [](Hostile&, Frames& f) {
         each_cosigned(f, [&](protocol::CosignedCheckpoint& one) {
           auto note = must(ledger::parse_note(one.note));
           for (auto& line : note.signatures)
             if (line.name.find("gandan-witness/") == 0) line.signature.back() ^= 1;
           one.note = ledger::print_note(note);
         });
       }},
      {"a cosigned checkpoint that is not of this ledger",
       Code::split_view,
       {},
       [](Hostile& w, Frames& f) {
         each_cosigned(f, [&](protocol::CosignedCheckpoint& one) {
           auto checkpoint = must(ledger::parse_checkpoint_text(must(ledger::parse_note(one.note)).text));
           checkpoint.root.bytes[0] ^= 1;
           one.note = ledger::sign_checkpoint(checkpoint, ledger_key_of(w));
         });
       }},
      {"a cosignature of somebody who is no witness",
       Code::internal,
       {},
       [](Hostile& w, Frames& f) {
         const auto& c = w.c->vault->identity();
         each_cosigned(f, [&](protocol::CosignedCheckpoint& one) {
           one.note = must(ledger::cosign_checkpoint(
               one.note, protocol::witness_key(c.id, c.sign.public_key()).name, c.sign, 9));
         });
       }},
      {"an answer without its end", Code::connection_lost, {}, [](Hostile&, Frames& f) { f.pop_back(); }},
      {"a refusal in place of an answer",
       Code::not_enrolled,
       {},
       [](Hostile& w, Frames& f) {
         f = {{FrameType::refusal,
               protocol::encode(protocol::Refusal{"roster.not_enrolled", w.clock.wall_ms()})}};
       }},
      {"a refusal that asks for an older protocol",
       Code::newer_format,
       {},
       [](Hostile& w, Frames& f) {
         f = {{FrameType::refusal, protocol::encode(protocol::Refusal{"format.newer", w.clock.wall_ms()})}};
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("each lie in an answer has its name, and the next honest sync makes up for it") {
  for (const auto& lie : lies()) {
    DYNAMIC_SECTION(lie.name) {
      Hostile world;
      const auto before = world.office->document(world.record);
      const auto told = world.try_lie(*world.office, [&](Frames& frames) { lie.tell(world, frames); });
      if (lie.error != Code::internal) {
        REQUIRE_FALSE(told.ok());
        CHECK(info(told.error().code).text == std::string(info(lie.error).text));
        CHECK(world.office->document(world.record) == before);
      } else {
        must(told.ok() ? Status() : Status(told.error()));
        const bool any = told->ingest.refused_count != 0;
        CHECK(any == (lie.refused != Code::internal));
        if (any) CHECK(info(told->ingest.refused[0].code).text == std::string(info(lie.refused).text));
      }
      CHECK(must(vault::cosigned(*world.office->vault)).size() <= 1);
      world.honest_again();
    }
  }
}

TEST_CASE_METHOD(Hostile, "a receipt for another segment is no receipt") {
  a->edit(commune, record, {text("title", "ba")});
  const auto told = try_lie(*a, [&](Frames& frames) {
    change<protocol::Receipts>(frames, FrameType::receipts, protocol::decode_receipts, [](auto& receipts) {
      for (auto& run : receipts.runs)
        for (auto& index : run.indexes) --index;
    });
  });
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Code::not_in_ledger);
  CHECK(must(vault::counts(*a->vault)).unsent_segments == 1);  // it goes on holding it for unsent
  honest_again();
}

TEST_CASE_METHOD(Hostile, "an old answer, replayed, is named or says nothing new") {
  Frames old, idle;
  must(try_lie(*b, [&](Frames& frames) { old = frames; }));
  must(try_lie(*b, [&](Frames& frames) { idle = frames; }));
  must(try_lie(*b, [&](Frames& frames) { frames = idle; }));  // nothing has happened since
  const auto replay = [&](Frames& frames) { frames = old; };
  const auto stale = try_lie(*b, replay);  // its way leads from an older checkpoint
  REQUIRE_FALSE(stale.ok());
  CHECK(stale.error().code == Code::ledger_rewritten);
  CHECK(must(vault::split_views(*b->vault)).empty());  // one ledger all the same: no evidence
  a->edit(commune, record, {text("title", "ba")});
  sync(*a);
  sync(*b);
  const auto told = try_lie(*b, replay);
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Code::ledger_went_back);
  CHECK(must(vault::ledger_doubted(*b->vault)));
  honest_again();
  CHECK_FALSE(must(vault::ledger_doubted(*b->vault)));
}

TEST_CASE_METHOD(Hostile, "a server that is put back is named by whoever saw more, and by its bundles") {
  split();
  a->edit(commune, record, {text("title", "ba")});
  sync(*a);
  roll_back();
  clock.advance(60'000);
  const auto back = try_sync(*a, server);
  REQUIRE_FALSE(back.ok());
  CHECK(back.error().code == Code::ledger_went_back);
  CHECK(found(*a, Code::ledger_went_back));
  // b never saw more; but a's bundle says what the server signed.
  b->take(*a);
  const auto told = try_sync(*b, server);
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Code::split_view);
  // Others fill the place that was cut off.
  c->write(other_commune, {text("title", "thêm")});
  c->write(other_commune, {text("title", "thêm nữa")});
  must(try_sync(*c, server));
  must(try_sync(*admin, server));
  const auto filled = try_sync(*a, server);
  REQUIRE_FALSE(filled.ok());
  CHECK(filled.error().code == (must(a->vault->checkpoint()).size > must(c->vault->checkpoint()).size
                                    ? Code::ledger_went_back
                                    : Code::ledger_rewritten));
  CHECK(a->document(record) == b->document(record));  // nothing is lost of what was written
}

TEST_CASE_METHOD(Hostile, "two phones that are shown two ledgers of one size learn of it by a bundle") {
  split();
  a->edit(commune, record, {text("title", "của a")});
  b->edit(commune, record, {text("note", "của b")});
  must(try_sync(*a, server));
  must(try_sync(*b, other));
  REQUIRE(must(a->vault->checkpoint()).size == must(b->vault->checkpoint()).size);
  const auto taken = b->take(*a);
  CHECK(taken.refused_count == 0);  // what a wrote is a's word, and counts
  const auto evidence = must(vault::split_views(*b->vault));
  REQUIRE(evidence.size() == 1);
  CHECK(evidence[0].convicts());
  CHECK(found(*b, Code::split_view));
  // A stranger checks it with the realm's fingerprint.
  const auto report = must(audit::verify_split_view(must(audit::split_view_evidence(*b->vault)),
                                                    must(b->vault->roster())->fingerprint()));
  CHECK(report.pairs.at(0).convicts);
  // Nothing is held up: b goes on with what it has, and hands the evidence on.
  CHECK(must(try_sync(*b, other)).rejected.empty());
  office->take(*b);
  CHECK(must(vault::split_views(*office->vault)).size() == 1);
  CHECK(b->document(record) == office->document(record));
}

TEST_CASE_METHOD(Hostile, "two phones that are shown two ledgers of two sizes learn of it at the next sync") {
  split();
  a->edit(commune, record, {text("title", "của a")});
  must(try_sync(*a, server));
  b->edit(commune, record, {text("note", "của b")});
  must(try_sync(*b, other));
  b->edit(commune, record, {text("note", "của b, lần hai")});
  must(try_sync(*b, other));
  b->take(*a);
  CHECK(must(vault::split_views(*b->vault)).empty());
  const auto told = try_sync(*b, other);
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Code::split_view);
  const auto evidence = must(vault::split_views(*b->vault));
  REQUIRE(evidence.size() == 1);
  CHECK_FALSE(evidence[0].convicts());
  // It was named; from here on the phone works on, and the evidence stays.
  must(try_sync(*b, other));
  CHECK(must(vault::split_views(*b->vault)).size() == 1);
}

TEST_CASE_METHOD(Hostile,
                 "what a doubted ledger had received goes with every bundle, and to the ledger that stands") {
  const auto handed = [](Device& from) {
    sync::Exported out;
    const Bytes bundle = must(sync::export_bundle(*from.vault, {}, &out));
    return std::pair(bundle, out);
  };
  CHECK(handed(*a).second.segments == 0);  // the server has it all
  CHECK_FALSE(handed(*a).second.doubted);
  split();
  a->edit(commune, record, {text("title", "ba")});
  sync(*a);
  CHECK(handed(*a).second.segments == 0);
  roll_back();
  clock.advance(60'000);
  REQUIRE(try_sync(*a, server).error().code == Code::ledger_went_back);
  // The receipt is worth nothing now: the ledger that gave it is gone.
  const auto [bundle, exported] = handed(*a);
  CHECK(exported.doubted);
  CHECK(exported.left_out == 0);
  CHECK(exported.segments > 0);
  must(sync::import_bundle(*b->vault, bundle));
  CHECK(b->document(record) == a->document(record));
  // The carried checkpoint accuses the server once; then what b carries is received.
  REQUIRE(try_sync(*b, server).error().code == Code::split_view);
  must(try_sync(*b, server));
  CHECK(must(vault::counts(*b->vault)).unsent_segments == 0);
  must(try_sync(*office, server));
  CHECK(office->document(record) == a->document(record));
  // b holds evidence, and so hands everything on, too.
  CHECK(handed(*b).second.doubted);
}

TEST_CASE_METHOD(Hostile, "a witness that holds evidence signs no more") {
  split();
  a->edit(commune, record, {text("title", "của a")});
  must(try_sync(*a, server));
  must(try_sync(*supervisor, server, true));
  const auto signed_before = must(vault::cosigned_by(*supervisor->vault, supervisor->vault->identity().id));
  b->edit(commune, record, {text("note", "của b")});
  must(try_sync(*b, other));
  supervisor->take(*b);
  CHECK(must(vault::split_views(*supervisor->vault)).size() == 1);
  a->edit(commune, record, {text("title", "của a, lần hai")});
  must(try_sync(*a, server));
  must(try_sync(*supervisor, server, true));
  CHECK(must(vault::cosigned_by(*supervisor->vault, supervisor->vault->identity().id)).size ==
        signed_before.size);
  CHECK(must(supervisor->vault->checkpoint()).size > signed_before.size);
}

TEST_CASE_METHOD(Hostile,
                 "a server that says nothing of a carried checkpoint is named, and cleared once it does") {
  const Bytes bundle = must(sync::export_bundle(*a->vault, {}));
  must(sync::import_bundle(*b->vault, bundle));
  REQUIRE(must(vault::carried_checkpoints(*b->vault)).size() >= 1);
  a->edit(commune, record, {text("title", "ba")});
  sync(*a);
  const auto told = try_lie(*b, [](Frames& frames) {
    drop(frames, [](const auto& frame) { return frame.type == FrameType::witnessed; });
  });
  REQUIRE_FALSE(told.ok());
  CHECK(told.error().code == Code::split_view);
  CHECK(must(vault::split_views(*b->vault)).size() == 1);
  honest_again();
  CHECK(must(vault::split_views(*b->vault)).empty());
}

TEST_CASE_METHOD(Hostile, "a withheld tail of a feed shows nothing wrong, and a supervisor names it") {
  a->edit(commune, record, {text("title", "ba")});
  sync(*a);
  const auto withhold = [](Frames& frames) {
    drop(frames,
         [](const auto& frame) { return frame.type == FrameType::pulled || frame.type == FrameType::run; });
  };
  const auto before = office->document(record);
  must(try_lie(*office, withhold));
  CHECK(office->document(record) == before);
  must(try_lie(*supervisor, withhold, true));
  CHECK(audited(Code::withheld));
  // The next segment of the feed lacks its predecessors, and they are asked for.
  a->edit(commune, record, {text("title", "bốn")});
  honest_again();
}

TEST_CASE_METHOD(Hostile, "what is withheld from the middle of a log keeps no sync going for ever") {
  const auto all_of_it = [](Frames& frames) {
    drop(frames,
         [](const auto& frame) { return frame.type == FrameType::pulled || frame.type == FrameType::run; });
  };
  must(try_lie(*supervisor, all_of_it, true));
  auto row = must(a->vault->db().query("SELECT hash FROM segment WHERE sequence = 1"));
  REQUIRE(must(row.step()));
  const Hash second = Hash::from(row.blob(0));
  const FeedId feed = must(a->vault->own_feed(commune))->id;
  // More behind it than one answer holds.
  std::string noise;
  for (std::uint64_t i = 0, x = 7; i < 6000; ++i)
    noise += static_cast<char>('a' + ((x = x * 6364136223846793005u + 1442695040888963407u) >> 33) % 26);
  for (int i = 0; i < 90; ++i) {
    a->write(commune, {text("title", noise.substr(static_cast<std::size_t>(i) * 7) + std::to_string(i))});
    must(vault::seal(*a->vault));
  }
  sync(*a);
  LyingTransport liar(server, [&](Frames& frames) {
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
      if (frames[i].type != FrameType::run) continue;
      auto run = must(protocol::decode_run(frames[i].payload));
      if (run.feed != feed || run.first != 1) continue;
      run.first = 2;
      run.previous = second;
      frames[i].payload = protocol::encode(run);
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  });
  sync::Options options;
  options.keep_ledger = true;
  options.max_response = 128u << 10;
  int exchanges = 0;
  options.progress = [&](const sync::Progress&) { return ++exchanges < 40; };
  const auto report = must(sync::run(*supervisor->vault, liar, options));
  CHECK(report.exchanges > 2);
  CHECK(audited(Code::withheld));
  honest_again();
}

TEST_CASE_METHOD(Hostile,
                 "a withheld tail of the roster is named by a supervisor, and the next statement misses it") {
  const auto unit = must(vault::add_unit(*admin->vault, top));
  sync(*admin);
  const auto withhold = [](Frames& frames) {
    drop(frames, [](const auto& frame) { return frame.type == FrameType::statement; });
  };
  must(try_lie(*office, withhold));
  CHECK(must(office->vault->roster())->unit(unit) == nullptr);
  must(try_lie(*supervisor, withhold, true));
  CHECK(audited(Code::withheld));
  must(vault::add_unit(*admin->vault, top));
  sync(*admin);
  // Refused, and asked for from the first on.
  CHECK(must(try_sync(*office, server)).ingest.refused_count == 1);
  CHECK(must(try_sync(*supervisor, server, true)).ingest.refused_count == 1);
  honest_again();
  CHECK(must(office->vault->roster())->unit(unit) != nullptr);
}

TEST_CASE_METHOD(Hostile,
                 "a withheld rotation keeps nobody out but the server's own word; a bundle brings it") {
  must(vault::revoke(*admin->vault, c->vault->identity().id, other_commune, roster::RevokeReason::lost));
  must(vault::revoke(*admin->vault, b->vault->identity().id, commune, roster::RevokeReason::lost));
  sync(*admin);
  const auto withhold = [](Frames& frames) {
    drop(frames, [](const auto& frame) {
      return frame.type == FrameType::statement || frame.type == FrameType::wrap;
    });
  };
  a->edit(commune, record, {text("title", "chưa hay tin")});
  must(try_lie(*a, withhold));
  const auto epoch_sealed = [&] {
    const auto feed = must(a->vault->own_feed(commune));
    auto rows = must(a->vault->db().query("SELECT bytes FROM segment WHERE feed = ? ORDER BY sequence DESC",
                                          feed->number));
    REQUIRE(must(rows.step()));
    return must(protocol::decode_in_run(rows.blob(0))).header.epoch;
  };
  CHECK(epoch_sealed() == 1);  // the stated limit: it seals under what it knows
  sync(*office);
  CHECK(office->document(record) == a->document(record));  // and whoever may read reads it
  // Whoever meets the phone brings the rotation by hand; from then on the removed device is shut out.
  a->take(*admin);
  a->edit(commune, record, {text("title", "đã hay tin")});
  must(vault::seal(*a->vault));
  CHECK(epoch_sealed() == 2);
  for (auto* device : {a.get(), admin.get(), office.get()}) sync(*device);
  CHECK(office->document(record) == a->document(record));
}

}  // namespace hostile_server_test
