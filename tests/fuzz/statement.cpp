// Statements, realm cards and join requests from anybody: whatever is read has one form; what a roster takes
// of them without a look at signatures leaves it whole.
#include <cstdlib>

#include "roster/roster.hpp"
#include "support/heap_meter.hpp"
#include "support/seams.hpp"

using namespace gandan;
using namespace gandan::roster;

namespace {

// A realm whose administrator is named by the first statements of any input that goes on from here.
Roster small_realm() {
  test::SeededRandom random(60);
  const auto key = crypto::SigningKey::generate(random);
  Statement root;
  RootBody body;
  body.root_key = key.public_key();
  body.ledger_key = key.public_key();
  body.top.bytes[0] = 1;
  root.issuer = root_id(body.root_key);
  root.body = body;
  sign_statement(realm_id(body.root_key, body.nonce), root, key);
  return *Roster::start(root);
}

// Statements behind one another, each behind its length in two bytes. What decides is in the input; chain and
// head, which no mutation can hit, are filled in.
void grow(ByteView in) {
  static const Roster start = small_realm();
  Roster roster = start;
  std::uint64_t index = 1;
  while (in.size() >= 2) {
    const std::size_t size = std::min<std::size_t>(in.size() - 2, std::size_t{in[0]} << 8 | in[1]);
    auto statement = decode_statement(in.subspan(2, size));
    in = in.subspan(2 + size);
    if (!statement) continue;
    if (statement->roster_size % 2 == 0 || roster.device(statement->issuer) == nullptr)
      statement->issuer = root_id(roster.root().root_key);
    statement->issuer_previous = roster.last_statement_of(statement->issuer);
    statement->roster_size = roster.size();
    statement->roster_head = *roster.head(roster.size());
    const auto before = roster.size();
    const bool opens_feed = std::holds_alternative<FeedBody>(statement->body);
    const bool applied = roster.apply(*statement, index++, Signatures::verified_before).ok();
    if (roster.size() != before + (applied && !opens_feed ? 1 : 0)) std::abort();
    if (applied && !roster.knows(statement_hash(roster.realm(), *statement))) std::abort();
  }
  for (const auto& [id, device] : roster.devices())
    for (const auto& [unit, info] : roster.units())
      if (roster.may(id, Right::administer, unit) && !roster.may(id, Right::read, unit)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool warm = decode_join_request(Bytes(100)).ok();
  (void)warm;
  const ByteView in(data, size);
  {
    const test::HeapCeiling ceiling;
    if (const auto statement = decode_statement(in)) {
      if (!equal(encode_statement(*statement), in)) std::abort();
      (void)Roster::start(*statement).ok();
    }
    if (const auto card = decode_card(in)) {
      if (!equal(encode_card(*card), in) || !Roster::start(card->root).ok()) std::abort();
    }
    if (const auto request = decode_join_request(in)) {
      if (!equal(encode_join_request(*request), in)) std::abort();
    }
  }
  grow(in);
  return 0;
}
