#include "relay/signer.hpp"

#include "relay/files.hpp"
#include "roster/statement.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kPlaces = 2;
constexpr std::size_t kPlaceBytes = 4096;  // a block of the disk: writing one place never touches the other

}  // namespace

std::filesystem::path Signer::file(const RealmId& realm) const { return folder_ / to_hex(realm.view()); }

ledger::NoteKey Signer::note_key(const RealmId& realm) const {
  return {roster::ledger_origin(realm), ledger::KeyType::ed25519, key_.public_key()};
}

Result<Signer::Kept> Signer::read(const RealmId& realm) const {
  Kept out{{{roster::ledger_origin(realm), 0, {}}}, {}};
  const auto bytes = read_small_file(file(realm));
  if (!bytes.ok()) {
    if (bytes.error().code == Code::not_found) return out;
    return bytes.error();
  }
  const std::string_view text = as_text(*bytes);
  for (std::size_t place = 0; place < kPlaces && place * kPlaceBytes < text.size(); ++place) {
    const auto padded = text.substr(place * kPlaceBytes, kPlaceBytes);
    auto checkpoint = ledger::open_checkpoint(padded.substr(0, padded.find('\0')), note_key(realm));
    if (checkpoint.ok() && (!out.memory.kept || checkpoint->size > out.memory.highest.size))
      out = {{std::move(*checkpoint), place, true}, to_bytes(as_bytes(padded))};
  }
  if (!out.memory.kept)
    return Error{Code::store_damaged, file(realm).string() + " does not hold a note of this key"};
  return out;
}

Result<ledger::Checkpoint> Signer::highest(const RealmId& realm) const {
  GANDAN_TRY(auto kept, read(realm));
  return std::move(kept.memory.highest);
}

Result<Signer::Memory> Signer::settled(const RealmId& realm) const {
  GANDAN_TRY(auto kept, read(realm));
  if (kept.memory.kept) {
    GANDAN_CHECK(overwrite(file(realm), kept.memory.place * kPlaceBytes, kept.place));
    GANDAN_CHECK(sync_folder(folder_));
    GANDAN_CHECK(sync_folder(folder_.parent_path()));
  }
  return std::move(kept.memory);
}

std::string Signer::sign(const RealmId& realm, std::uint64_t size, const Hash& root) const {
  return ledger::sign_checkpoint({roster::ledger_origin(realm), size, root}, key_);
}

Status Signer::give_out(const RealmId& realm, std::uint64_t size, const Hash& root, const std::string& note) {
  Memory last;
  {
    const std::lock_guard lock(mutex_);
    auto found = given_.find(realm);
    if (found == given_.end()) {
      GANDAN_TRY(auto kept, settled(realm));
      found = given_.emplace(realm, std::move(kept)).first;
    }
    last = found->second;
  }
  if (size > 0) {  // what is shown is the note: it says what memory has, or it is not shown
    const auto said = ledger::open_checkpoint(note, note_key(realm));
    if (!said.ok() || said->size != size || said->root != root)
      return Error{Code::store_damaged, "the checkpoint does not belong to the ledger in memory"};
  }
  if (size == last.highest.size && root == last.highest.root) return {};
  if (size <= last.highest.size)
    return Error{Code::ledger_behind, "a checkpoint below or beside the highest one"};
  if (note.size() > kPlaceBytes) return Error{Code::internal, "a note too large for its place"};
  Bytes padded = to_bytes(as_bytes(note));
  padded.resize(kPlaceBytes);
  if (last.kept) {
    last.place = (last.place + 1) % kPlaces;
    GANDAN_CHECK(overwrite(file(realm), last.place * kPlaceBytes, padded));
  } else {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    padded.resize(kPlaces * kPlaceBytes);
    GANDAN_CHECK(replace_file(file(realm), padded, false));
    GANDAN_CHECK(sync_folder(folder_.parent_path()));
  }
  const std::lock_guard lock(mutex_);
  auto& given = given_[realm];
  given = last;
  given.kept = true;
  given.highest.size = size;
  given.highest.root = root;
  return {};
}

}  // namespace gandan::server
