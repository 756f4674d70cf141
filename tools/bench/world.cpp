#include "bench/world.hpp"

#include "crypto/random.hpp"
#include "sync/bundle.hpp"

namespace gandan::bench {

World::World(WorkFolder& f, const SignPublicKey& ledger_key) : folder(f), key(32, 7) {
  catalog = must(records::Catalog::builtin(system_clock()));
  projector = std::make_unique<app::DocumentProjector>(*catalog);
  admin = create("admin");
  card = must(vault::create_realm(*admin, ledger_key)).card;
  top = (*admin->roster())->root().top;
  commune = must(vault::add_unit(*admin, top));
}

VaultHandle World::create(const std::string& name) {
  return must(vault::Vault::create_raw(folder.path(name), key, *projector,
                                       vault::Seams{system_clock(), crypto::system_random()}));
}

VaultHandle World::open(const std::string& path) {
  return must(
      vault::Vault::open_raw(path, key, *projector, vault::Seams{system_clock(), crypto::system_random()}));
}

VaultHandle World::enrol(const std::string& name, roster::Role role, const UnitId& unit) {
  auto made = create(name);
  const auto& identity = made->identity();
  must(vault::approve(*admin, roster::make_join_request(identity.sign, identity.box.public_key(), "bench"),
                      role, unit));
  must(sync::import_bundle(*made, must(sync::export_enrolment(*admin))));
  return made;
}

const SignPublicKey& no_server() {
  static const SignPublicKey key = [] {
    Bytes seed(32, 9);
    return must(crypto::SigningKey::from_seed(seed)).public_key();
  }();
  return key;
}

Phone::Phone(World& world, const std::string& name)
    : vault(world.enrol(name, roster::Role::cadre, world.commune)),
      feed(must(vault::open_feed(*vault, world.commune)).id),
      sealer(**vault->roster(), feed,
             *vault->keyring().feed_key(world.commune, *vault->keyring().latest(world.commune), feed),
             vault->identity().sign) {}

void seal_into(Phone& phone, const std::vector<std::vector<changelog::Op>>& batches, Stream& stream) {
  for (const auto& ops : batches) {
    stream.segments.push_back(phone.sealer.seal(ops));
    stream.ops += ops.size();
  }
}

std::unique_ptr<Notebook> open_notebook(const OpenOptions& options) {
  std::string error;
  auto notebook = Notebook::open(options, {}, error);
  if (notebook == nullptr) give_up(Error{Code::internal, error});
  return notebook;
}

json::object ask(Notebook& notebook, const std::string& method, json::object params) {
  const std::string answer =
      notebook.request(json::compact(json::object{{"method", method}, {"params", std::move(params)}}));
  auto parsed = must(json::parse(answer));
  const auto* ok = json::find_object(parsed.get_object(), "ok");
  if (ok == nullptr) give_up(Error{Code::internal, method + ": " + answer});
  return *ok;
}

IngestTimes take(vault::Vault& vault, const Stream& stream, std::size_t from, std::size_t to) {
  const Stopwatch all;
  const double cpu = thread_cpu_seconds();
  const std::int64_t now = system_clock().wall_ms();
  auto ingest = must(vault::Ingest::begin(vault));
  std::size_t ops = 0;
  for (std::size_t i = from; i < to; ++i) {
    const auto& segment = stream.segments[i];
    must(ingest->segment(stream.feed, segment.sequence, segment.previous, segment.in_run,
                         vault::Receipt{100 + segment.sequence, now}));
    ops += segment.ops;
  }
  const Stopwatch committing;
  const auto report = must(ingest->commit());
  if (report.ops != ops || report.refused_count != 0 || report.held != 0)
    give_up(Error{Code::internal, "not everything was taken"});
  return {all.seconds(), thread_cpu_seconds() - cpu, committing.seconds()};
}

}  // namespace gandan::bench
