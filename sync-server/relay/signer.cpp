#include "relay/signer.hpp"

#include "relay/files.hpp"
#include "roster/statement.hpp"

namespace gandan::server {

std::filesystem::path Signer::file(const RealmId& realm) const { return folder_ / to_hex(realm.view()); }

ledger::NoteKey Signer::note_key(const RealmId& realm) const {
  return {roster::ledger_origin(realm), ledger::KeyType::ed25519, key_.public_key()};
}

Result<ledger::Checkpoint> Signer::highest(const RealmId& realm) const {
  const auto bytes = read_small_file(file(realm));
  if (!bytes.ok()) {
    if (bytes.error().code == Code::not_found) return ledger::Checkpoint{roster::ledger_origin(realm), 0, {}};
    return bytes.error();
  }
  auto checkpoint = ledger::open_checkpoint(as_text(*bytes), note_key(realm));
  if (!checkpoint.ok())
    return Error{Code::store_damaged, file(realm).string() + " does not hold a note of this key"};
  return checkpoint;
}

std::string Signer::sign(const RealmId& realm, std::uint64_t size, const Hash& root) const {
  return ledger::sign_checkpoint({roster::ledger_origin(realm), size, root}, key_);
}

Status Signer::give_out(const RealmId& realm, std::uint64_t size, const Hash& root, const std::string& note) {
  ledger::Checkpoint last;
  {
    const std::lock_guard lock(mutex_);
    auto found = given_.find(realm);
    if (found == given_.end()) {
      GANDAN_TRY(auto kept, highest(realm));
      found = given_.emplace(realm, std::move(kept)).first;
    }
    last = found->second;
  }
  if (size == last.size && root == last.root) return {};
  if (size <= last.size) return Error{Code::ledger_behind, "a checkpoint below or beside the highest one"};
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  GANDAN_CHECK(replace_file(file(realm), as_bytes(note), false));
  const std::lock_guard lock(mutex_);
  auto& given = given_[realm];
  given.size = size;
  given.root = root;
  return {};
}

}  // namespace gandan::server
