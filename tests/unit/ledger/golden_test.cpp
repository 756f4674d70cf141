// Golden bytes of the ledger's formats, and what is refused of them.
#include "support/golden.hpp"
#include "ledger/entry.hpp"
#include "ledger/feed_map.hpp"
#include "ledger/tiles.hpp"
#include "support.hpp"

namespace gandan::ledger {
namespace {

using gandan::test::Golden;
using gandan::test::refuses_other_lengths;
using gandan::test::with_byte;

crypto::SigningKey key_of(std::uint8_t seed) { return *crypto::SigningKey::from_seed(Bytes(32, seed)); }

Entry entry_of(std::uint64_t number) {
  return {number % 3 == 0 ? EntryType::statement : EntryType::segment,
          crypto::sha256(as_bytes(std::to_string(number))),
          1'795'000'000'000 + static_cast<std::int64_t>(number)};
}

}  // namespace

TEST_CASE("golden bytes of entries, tiles, checkpoints, notes, keys and proofs") {
  Golden golden("ledger");
  constexpr std::uint64_t kSize = 300;
  MemoryTree tree;
  Bytes bundle;
  for (std::uint64_t i = 0; i < kSize; ++i) {
    const auto bytes = entry_bytes(entry_of(i));
    tree.append(leaf_hash(bytes));
    if (i < 3) add_to_bundle(bundle, bytes);
  }
  const Bytes entry = golden.same("entry", entry_bytes(entry_of(1)));
  REQUIRE(parse_entry(entry).ok());
  CHECK(parse_entry(entry)->hash == entry_of(1).hash);
  CHECK(parse_entry(entry)->receipt_ms == entry_of(1).receipt_ms);
  golden.same("entry.leaf", entry_leaf(entry_of(1)).view());
  golden.same("entry.feed_map", entry_bytes({EntryType::feed_map, crypto::sha256(as_bytes("map")), 0}));

  const auto feed = [](std::uint8_t byte) { return FeedId::from(Bytes(16, byte)); };
  const FeedLine line{feed(2), 0x0102, crypto::sha256(as_bytes("head"))};
  const Bytes kept_line = golden.same("feed_map.line", feed_line_bytes(line));
  CHECK(*parse_feed_line(kept_line) == line);
  refuses_other_lengths(kept_line, parse_feed_line);
  golden.same("feed_map.leaf", feed_line_leaf(line).view());
  const FeedMap map({{feed(9), 0, {}}, line, {feed(5), 1, crypto::sha256(as_bytes("other"))}});
  golden.same("feed_map.root", map.root().view());
  golden.same("feed_map.hash", map.hash(RealmId::from(Bytes(32, 3))).view());

  const Bytes kept_bundle = golden.same("tile.entries.0.p3", bundle);
  CHECK(parse_bundle(kept_bundle, 3)->at(2).size() == kEntryBytes);
  const Tile partial{false, 0, 1, 44};
  golden.same("tile.path", as_bytes(tile_path(partial)));
  golden.same("tile.data.hash", crypto::sha256(*tile_data({false, 0, 0, 256}, tree)).view());
  golden.same("tile.partial", *tile_data({false, 1, 0, 1}, tree));

  const auto log = key_of(1), witness = key_of(2);
  const NoteKey log_key{"gandan-ledger/abc", KeyType::ed25519, log.public_key()};
  const NoteKey witness_key{"witness.example/w", KeyType::cosignature, witness.public_key()};
  golden.same("vkey.log", as_bytes(print_vkey(log_key)));
  golden.same("vkey.witness", as_bytes(print_vkey(witness_key)));
  const Checkpoint state{log_key.name, kSize, *root_at(kSize, tree)};
  golden.same("checkpoint.text", as_bytes(checkpoint_text(state)));
  const Bytes note = golden.same("checkpoint.note", as_bytes(sign_checkpoint(state, log)));
  CHECK(*open_checkpoint(as_text(note), log_key) == state);
  const auto cosigned = *cosign_checkpoint(as_text(note), witness_key.name, witness, 1'795'000'100);
  const Bytes kept = golden.same("checkpoint.cosigned", as_bytes(cosigned));
  CHECK(*open_checkpoint(as_text(kept), log_key) == state);
  CHECK(cosignatures(as_text(kept), {&witness_key, 1})->at(0).time_s == 1'795'000'100);

  const auto inclusion = *inclusion_proof(1, kSize, tree);
  const Bytes path = golden.same("proof.inclusion", encode_proof(inclusion));
  CHECK(verify_inclusion(entry_leaf(entry_of(1)), 1, kSize, state.root, decode_inclusion_proof(path)->path)
            .ok());
  refuses_other_lengths(path, decode_inclusion_proof);
  const auto consistency = *consistency_proof(137, kSize, tree);
  const Bytes way = golden.same("proof.consistency", encode_proof(consistency));
  CHECK(verify_consistency(137, *root_at(137, tree), kSize, state.root, decode_consistency_proof(way)->path)
            .ok());
  refuses_other_lengths(way, decode_consistency_proof);
  const LedgerProof proof{{1, 2, 3}, inclusion, cosigned};
  const Bytes text = golden.same("proof.text", as_bytes(print_ledger_proof(proof)));
  CHECK(verify_ledger_proof(*parse_ledger_proof(as_text(text)), entry_leaf(entry_of(1)), log_key)->size ==
        kSize);
}

TEST_CASE("entries and bundles of entries are refused when they are cut, longer or of a later program") {
  const auto bytes = entry_bytes(entry_of(1));
  const Bytes entry(bytes.begin(), bytes.end());
  refuses_other_lengths(entry, parse_entry);
  CHECK(parse_entry(with_byte(entry, 0, 0)).error().code == Code::malformed);
  CHECK(parse_entry(with_byte(entry, 0, 2)).error().code == Code::newer_format);
  CHECK(parse_entry(with_byte(entry, 1, 0)).error().code == Code::malformed);
  CHECK(parse_entry(with_byte(entry, 1, 4)).error().code == Code::newer_format);
  CHECK(parse_entry(with_byte(entry, 34, 0x80)).error().code == Code::malformed);
  Bytes bundle;
  add_to_bundle(bundle, entry);
  add_to_bundle(bundle, entry);
  refuses_other_lengths(bundle, [](ByteView in) { return parse_bundle(in, 2); });
  CHECK(parse_bundle(bundle, 257).error().code == Code::malformed);
}

TEST_CASE("a note whose bytes were changed anywhere does not open as the log's") {
  const auto log = key_of(1);
  const NoteKey key{"gandan-ledger/abc", KeyType::ed25519, log.public_key()};
  const std::string note = sign_checkpoint({key.name, 7, leaf_hash({})}, log);
  for (std::size_t at = 0; at < note.size(); ++at) {
    CAPTURE(at);
    std::string other = note;
    other[at] = static_cast<char>(other[at] ^ 1);
    CHECK_FALSE(open_checkpoint(other, key).ok());
    CHECK_FALSE(open_checkpoint(std::string_view(note).substr(0, at), key).ok());
  }
}

}  // namespace gandan::ledger
