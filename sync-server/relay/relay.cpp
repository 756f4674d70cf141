#include "relay/relay.hpp"
namespace gandan::server {
namespace {

constexpr const char* kLedgerKey = "ledger-key";
constexpr const char* kTokenSecret = "token-secret";
constexpr const char* kStore = "server.db";
constexpr const char* kName = "name";

Result<Bytes> read_secret(const std::filesystem::path& path) {
  auto bytes = read_small_file(path);
  if (!bytes.ok() && bytes.error().code == Code::not_found)
    return Error{Code::server_not_set_up, path.string()};
  if (bytes.ok() && bytes->size() != 32) return Error{Code::bad_key, path.string()};
  return bytes;
}

}  // namespace

Status init_server(const std::filesystem::path& data, std::string_view name, Random& random,
                   const StoreChoice& store) {
  GANDAN_CHECK(check_choice(store));
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (error) return Error{Code::disk_failed, data.string() + ": " + error.message()};
  if (std::filesystem::exists(data / kLedgerKey)) return Code::server_set_up;
  // Somebody's folder would become readable by its owner only; what an interrupted init left is ours.
  for (const auto& entry : std::filesystem::directory_iterator(data, error)) {
    const auto file = entry.path().filename().string();
    const auto begins = [&file](const char* known) { return file.rfind(known, 0) == 0; };
    if (!begins(kStore) && !begins(kTokenSecret) && !begins(kName) && !begins(kLedgerKey))
      return Error{Code::folder_in_use, entry.path().string()};
  }
  if (error) return Error{Code::disk_failed, data.string() + ": " + error.message()};
  std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
  // The key comes last: a folder without it was never given out and may be set up again.
  GANDAN_CHECK(create_store(data, store));
  std::filesystem::permissions(
      data / kStore, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  crypto::Secret<32> secret;
  random.fill(secret.data());
  GANDAN_CHECK(replace_file(data / kTokenSecret, secret.view(), true));
  GANDAN_CHECK(replace_file(data / kName, as_bytes(name), false));
  return replace_file(data / kLedgerKey, crypto::SigningKey::generate(random).seed().view(), true);
}

Result<crypto::SigningKey> load_ledger_key(const std::filesystem::path& data) {
  GANDAN_TRY(auto seed, read_secret(data / kLedgerKey));
  auto key = crypto::SigningKey::from_seed(seed);
  crypto::cleanse(seed);
  return key;
}

Status check_secrets(const std::filesystem::path& data) {
  GANDAN_TRY(auto secret, read_secret(data / kTokenSecret));
  crypto::cleanse(secret);
  return {};
}

Status admit_realm(Store& store, const crypto::SigningKey& key, ByteView card_bytes, std::uint64_t quota) {
  GANDAN_TRY(const auto card, roster::decode_card(card_bytes));
  GANDAN_TRY(const auto roster, roster::Roster::start(card.root));
  if (roster.root().ledger_key != key.public_key()) return Code::foreign_ledger_key;
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& known : realms)
    if ((known.id == roster.realm()) != (known.address == card.address)) return Code::other_card;
  RealmRow row;
  row.id = roster.realm();
  row.address = card.address;
  row.card = to_bytes(card_bytes);
  row.quota = quota;
  for (const auto& known : realms)
    if (known.id == row.id) row.state = known.state;
  GANDAN_TRY([[maybe_unused]] const auto number, store.admit(row));
  return {};
}

Relay::Relay(std::unique_ptr<Store> store, crypto::SigningKey key, const RelayOptions& options, FileLock lock,
             ByteView token_secret, Clock& clock)
    : data_(options.data),
      report_(options.report ? options.report : [](std::string_view, const RealmId&, const Error&) {}),
      device_limits_(options.device_limits),
      map_interval_ms_(options.map_interval_ms),
      silent_store_(options.silent_store),
      lock_(std::move(lock)),
      clock_(clock),
      store_(std::move(store)),
      signer_(std::move(key), options.data),
      tokens_(token_secret),
      finder_(token_secret),
      workers_(options.workers) {}

Result<std::unique_ptr<Relay>> Relay::open(const RelayOptions& options, Clock& clock) {
  GANDAN_TRY(auto key, load_ledger_key(options.data));
  GANDAN_TRY(auto secret, read_secret(options.data / kTokenSecret));
  GANDAN_TRY(auto lock, FileLock::take(options.data / "server.lock"));
  GANDAN_TRY(auto store, open_store(options.data, options.store, Purpose::serve));
  std::unique_ptr<Relay> relay(
      new Relay(std::move(store), std::move(key), options, std::move(lock), secret, clock));
  crypto::cleanse(secret);
  GANDAN_CHECK(relay->refresh());
  relay->store_->listen([raw = relay.get()](RealmNumber number) { raw->heard(number); });
  return relay;
}

Relay::~Relay() { stop(); }

void Relay::stop() {
  store_->listen({});
  const std::shared_lock lock(realms_mutex_);
  for (const auto& [key, realm] : realms_) realm->stop();
}

Hash Relay::key_of(const roster::RealmAddress& address) const {
  return finder_.mac({as_bytes("gandan/address/v1"), address.view()});
}

std::shared_ptr<Realm> Relay::find(const roster::RealmAddress& address) const {
  const Hash key = key_of(address);
  const std::shared_lock lock(realms_mutex_);
  const auto found = realms_.find(key);
  return found == realms_.end() ? nullptr : found->second;
}

// Another server changed a realm, or (0) may have changed any.
void Relay::heard(RealmNumber number) const {
  const std::shared_lock lock(realms_mutex_);
  for (const auto& [key, realm] : realms_)
    if (number == 0 || number == realm->number()) realm->look();
}

bool Relay::healthy() const {
  const std::shared_lock lock(realms_mutex_);
  return std::all_of(realms_.begin(), realms_.end(), [](const auto& one) { return one.second->healthy(); });
}

std::size_t Relay::realms() const {
  const std::shared_lock lock(realms_mutex_);
  return realms_.size();
}

std::vector<RealmNumbers> Relay::numbers(std::int64_t silent_ms) const {
  std::vector<std::shared_ptr<Realm>> realms;
  {
    const std::shared_lock lock(realms_mutex_);
    for (const auto& [key, realm] : realms_) realms.push_back(realm);
  }
  std::vector<RealmNumbers> out;
  for (const auto& realm : realms) out.push_back(realm->numbers(silent_ms));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.realm < b.realm; });
  return out;
}

Status Relay::refresh() {
  const std::lock_guard once(refresh_mutex_);
  GANDAN_TRY(const auto version, store_->version());
  if (version == version_) return {};
  GANDAN_TRY(const auto rows, store_->realms());
  Status outcome;
  for (const auto& row : rows) {
    if (row.state == RealmState::incoming) {
      const Error error{Code::store_damaged, "migrate-store did not end: throw this store away"};
      report("realm_not_opened", row.id, error);
      if (outcome.ok()) outcome = error;
      continue;
    }
    if (auto known = find(row.address)) {
      known->set_limits(row.quota, row.state != RealmState::open);
      continue;
    }
    auto realm = Realm::open({*store_, signer_, tokens_, workers_, clock_, counters_, report_, device_limits_,
                              map_interval_ms_, silent_store_},
                             row);
    if (!realm.ok()) {  // it must not keep the others from being served
      report("realm_not_opened", row.id, realm.error());
      if (outcome.ok()) outcome = realm.error();
      continue;
    }
    const std::unique_lock lock(realms_mutex_);
    realms_[key_of(row.address)] = std::move(*realm);
  }
  if (outcome.ok()) version_ = version;
  return outcome;
}

}  // namespace gandan::server
