// A server that opens wrapped keys and nothing else, on purpose: symbols.sh must find it.
#include "crypto/seal/hpke.hpp"
#include "net/server.hpp"

int main(int argc, char**) {
  auto* const open = &gandan::crypto::hpke_open;
  auto* const listen = &gandan::server::Server::listen;
  return argc > 1 && reinterpret_cast<const void*>(open) == reinterpret_cast<const void*>(listen);
}
