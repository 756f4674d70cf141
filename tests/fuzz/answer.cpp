// Answers of a server to a phone's request: the phone takes what holds and nothing else, and its vault is as
// before when the exchange is given up.
#include "sync/response.hpp"

#include <cstdlib>

#include "fuzz/seeds.hpp"
#include "unit/sync/hand_server.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

// A phone that has something to send and something to learn, and the honest answer among the seeds.
struct World : HandServer {
  World() : HandServer(60) {
    must(sync(*admin));
    must(sync(*a));
    must(sync(*b));
    record = b->write(commune, {text("t", "một")});
    must(sync(*b));
    must(vault::add_unit(*admin->vault, commune));
    must(sync(*admin));
    a->write(commune, {text("t", "hai")});
    must(vault::seal(*a->vault));
    sync::Options options;
    options.keep_ledger = true;
    request = must(sync::build_request(*a->vault, options));
    Bytes answer{15};
    must(exchange(sync::encode_request(*request), [&](ByteView part) {
      append(answer, part);
      return Status();
    }));
    fuzz::seed("honest", answer);
    takes(answer);
    twist = [](Answer& refused) { refused.refusal = protocol::Refusal{"clock.off", 1}; };
    answer.resize(1);
    must(exchange(sync::encode_request(*request), [&](ByteView part) {
      append(answer, part);
      return Status();
    }));
    fuzz::seed("refusal", answer);
  }
  // The honest one is taken to its end: the control for what is refused.
  void takes(ByteView answer) {
    auto reader = must(sync::ResponseReader::begin(*a->vault, *request));
    must(reader->push(answer.subspan(1)));
  }
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> b = enrolled("b", roster::Role::cadre, commune);
  RecordId record;
  std::optional<sync::Request> request;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  auto& vault = *world.a->vault;
  static const auto roster_size = must(vault.roster())->size();
  static const auto ledger_size = must(vault.checkpoint()).size;
  if (size == 0) return 0;
  {
    auto reader = must(sync::ResponseReader::begin(vault, *world.request));
    const std::size_t step = std::size_t{1} << (data[0] % 16);
    bool good = true;
    for (ByteView left(data + 1, size - 1); good && !left.empty();) {
      const std::size_t piece = std::min(step, left.size());
      const auto taken = reader->push(left.first(piece));
      if (!taken && taken.error().code == Code::internal) std::abort();
      good = taken.ok();
      left = left.subspan(piece);
    }
    // Not finished: the next input finds the same vault.
  }
  if (must(vault.roster())->size() != roster_size || must(vault.checkpoint()).size != ledger_size)
    std::abort();
  if (vault.db().in_transaction()) std::abort();
  return 0;
}
