// Serving: the server as a process of its own over TLS, and its relay inside this process.
//
// Threading: a ServerProcess may be asked from any thread once it runs; a RelayTransport belongs to one.
#pragma once

#include <condition_variable>
#include <mutex>

#include "bench/measure.hpp"
#include "relay/exchange.hpp"
#include "relay/relay.hpp"
#include "sync/asio/https_transport.hpp"

namespace gandan::bench {

// A certificate for 127.0.0.1 that is its own authority, made once by the openssl program.
struct Certificate {
  std::string certificate;
  std::string key;
};
Certificate make_certificate(WorkFolder& folder);

// gandan-server on a port that the system chooses; ended and waited for at the end of its life.
class ServerProcess {
 public:
  ServerProcess(const std::string& program, const std::string& data, const Certificate& certificate,
                const server::StoreChoice& store = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::unique_ptr<sync::HttpsTransport> connect() const { return connect(port_); }
  std::unique_ptr<sync::HttpsTransport> connect(std::uint16_t port) const;  // of what stands in front of it
  std::uint16_t port() const { return port_; }
  const std::string& ca_file() const { return ca_file_; }
  std::size_t resident_bytes() const;
  std::size_t open_files() const;
  double cpu_seconds() const;

 private:
  int process_ = -1;
  std::uint16_t port_ = 0;
  std::string ca_file_;
};

// Calls until an exchange no longer waits for its realm's sequencer.
server::Exchange::State drive(
    const std::function<server::Exchange::State(const std::function<void()>&)>& first,
    const std::function<server::Exchange::State(const std::function<void()>&)>& again);

// sync's Transport straight into a relay of this process: what there is without a network.
class RelayTransport final : public sync::Transport {
 public:
  explicit RelayTransport(server::Relay& relay) : relay_(relay) {}
  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override;
  Status put_chunk(const roster::RealmAddress&, const Hash&, const UnitId&, ByteView, ByteView) override {
    return Code::not_found;
  }
  Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash&, ByteView) override {
    return Code::not_found;
  }

 private:
  server::Relay& relay_;
};

// A folder for a server, made and with the realm's card admitted; its store there, or where it is said.
SignPublicKey init_server(const std::string& data, const server::StoreChoice& store = {});
void admit(const std::string& data, const roster::RealmCard& card, const server::StoreChoice& store = {});

}  // namespace gandan::bench
