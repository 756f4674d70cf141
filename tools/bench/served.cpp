#include "bench/served.hpp"

#include <sys/resource.h>

#include "sync/sync.hpp"

namespace gandan::bench {

Bytes ask_server(sync::Transport& transport, ByteView body) {
  Bytes answer;
  must(transport.exchange(body, [&](ByteView piece) -> Status {
    append(answer, piece);
    return {};
  }));
  return answer;
}

void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void Crowd::enrol(World& world, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) clients.push_back(std::make_unique<Client>(world, i));
}

void Crowd::introduce(sync::Transport& transport) {
  for (auto& client : clients) client->welcomed(ask_server(transport, client->introduction()));
}

Served::Served(WorkFolder& folder, std::size_t clients, const server::StoreChoice& where)
    : data(folder.path("data")), store(where), world(folder, init_server(data, store)) {
  admit(data, world.card, store);
  const auto relay = must(server::Relay::open(options(), system_clock()));
  RelayTransport transport(*relay);
  must(sync::run(*world.admin, transport, {}));
  crowd.enrol(world, clients);
  must(sync::run(*world.admin, transport, {}));
  crowd.introduce(transport);
}

}  // namespace gandan::bench
