// Relay: all realms of one server, found by their addresses. No network and no Asio in this folder: net/
// drives it.
//
//   Relay ── find(address) ──> Realm        Exchange: one POST /v1/sync, bytes in, bytes out (exchange.hpp)
//
// Threading: members may be called from any thread.
#pragma once

#include <filesystem>

#include "relay/files.hpp"
#include "relay/realm.hpp"
#include "store/open_store.hpp"

namespace gandan::server {

constexpr std::int64_t kMapIntervalMs = 3'600'000;

struct RelayOptions {
  std::filesystem::path data;  // as made by `gandan-server init`
  unsigned workers = 2;        // threads that check signatures
  DeviceLimits device_limits{};
  std::int64_t map_interval_ms = kMapIntervalMs;  // between two feed maps; 0: none are logged
  std::chrono::milliseconds silent_store = kSilentStore;
  Reporter report{};    // may be left out
  StoreChoice store{};  // SQLite in `data` unless it says otherwise
};

// What `gandan-server init` makes, all readable by its owner only:
//   ledger-key     Ed25519 seed, 32 bytes        token-secret   32 bytes
//   server.db      the store, if it is SQLite    server.lock    held while the server runs
//   ledger-high/   what the signer gave out
// Servers that share a database have a folder each, with the same ledger-key and token-secret.
Status init_server(const std::filesystem::path& data, std::string_view name, Random& random,
                   const StoreChoice& store = {});
Result<crypto::SigningKey> load_ledger_key(const std::filesystem::path& data);
// Whether the folder has what a server needs besides.
Status check_secrets(const std::filesystem::path& data);
// Admits the realm of a card, or gives it another quota (bytes; 0: none). A running server notices within a
// second. Code::foreign_ledger_key when its root statement names another ledger key, other_card when the
// realm or the address is there with another card.
Status admit_realm(Store& store, const crypto::SigningKey& key, ByteView card, std::uint64_t quota);

class Relay {
 public:
  // Code::server_not_set_up, server_running, and whatever forbids to open one of the realms.
  static Result<std::unique_ptr<Relay>> open(const RelayOptions& options, Clock& clock);
  ~Relay();
  // Commits what was submitted and lets go of everybody who waited. Nothing may be submitted any more.
  void stop();

  // Absent: no realm has this address, or it could not be opened.
  std::shared_ptr<Realm> find(const roster::RealmAddress& address) const;
  // Looks for realms that another process admitted. Cheap when there are none.
  Status refresh();
  std::size_t realms() const;

  const std::filesystem::path& data() const { return data_; }
  std::vector<RealmNumbers> numbers(std::int64_t silent_ms) const;
  // Whether everything that realms were given lately could be committed.
  bool healthy() const;
  void report(std::string_view event, const RealmId& realm, const Error& error) const {
    report_(event, realm, error);
  }
  Counters& counters() { return counters_; }
  Clock& clock() { return clock_; }
  const TokenMint& tokens() const { return tokens_; }

 private:
  Relay(std::unique_ptr<Store> store, crypto::SigningKey key, const RelayOptions& options, FileLock lock,
        ByteView token_secret, Clock& clock);
  Hash key_of(const roster::RealmAddress& address) const;
  void heard(RealmNumber number) const;

  const std::filesystem::path data_;
  const Reporter report_;
  const DeviceLimits device_limits_;
  const std::int64_t map_interval_ms_;
  const std::chrono::milliseconds silent_store_;
  FileLock lock_;
  Clock& clock_;
  std::unique_ptr<Store> store_;
  Signer signer_;
  TokenMint tokens_;
  crypto::HmacKey finder_;
  Counters counters_;
  Workers workers_;
  std::atomic<std::int64_t> version_{-1};
  std::mutex refresh_mutex_;
  mutable std::shared_mutex realms_mutex_;
  // Keyed by a MAC of the address, so that how long a search takes tells nothing about addresses that exist.
  std::unordered_map<Hash, std::shared_ptr<Realm>, FixedBytesHash> realms_;  // guarded by realms_mutex_
};

}  // namespace gandan::server
