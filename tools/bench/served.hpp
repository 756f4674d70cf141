// Served: a realm on a server, and its phones, each of which has synced once.
//
// Threading: one thread at a time.
#pragma once

#include "bench/clients.hpp"
#include "bench/serving.hpp"

namespace gandan::bench {

Bytes ask_server(sync::Transport& transport, ByteView body);
// As many as the system lets a program have, for this one and those that it starts.
void allow_many_files();

struct Crowd {
  void enrol(World& world, std::size_t count);
  void introduce(sync::Transport& transport);
  void prepare(std::size_t pushes, std::size_t per_push) {
    for (auto& client : clients) client->prepare(pushes, per_push);
  }
  std::vector<std::unique_ptr<Client>> clients;
};

struct Served {
  Served(WorkFolder& folder, std::size_t clients, const server::StoreChoice& store = {});
  server::RelayOptions options() const {
    server::RelayOptions out;
    out.data = data;
    out.store = store;
    return out;
  }
  std::string data;
  server::StoreChoice store;
  World world;
  Crowd crowd;
};

}  // namespace gandan::bench
