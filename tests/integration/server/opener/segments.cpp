// A server that opens segments, on purpose: symbols.sh must find it.
#include "changelog/segment_content.hpp"
#include "net/server.hpp"

int main(int argc, char**) {
  auto* const open = &gandan::changelog::open_segment;
  auto* const listen = &gandan::server::Server::listen;
  return argc > 1 && reinterpret_cast<const void*>(open) == reinterpret_cast<const void*>(listen);
}
