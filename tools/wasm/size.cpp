// What a small module of the core weighs: signing, sealing, a passphrase, an encrypted database.
// Linked for its size only, never run.
//
// Threading: one thread.
#include <sqlite3.h>

#include "crypto/random.hpp"
#include "crypto/seal/hpke.hpp"
#include "crypto/seal/passphrase.hpp"
#include "crypto/seal/siv.hpp"
#include "crypto/sign.hpp"

int main(int argc, char* argv[]) {
  namespace crypto = gandan::crypto;
  gandan::Random& random = crypto::system_random();
  const auto key = crypto::SigningKey::generate(random);
  const auto box = crypto::BoxKey::generate(random);
  const gandan::Bytes text(static_cast<std::size_t>(argc), std::uint8_t{1});
  const auto sealed = crypto::hpke_seal(box.public_key(), text, {}, text, random);
  const auto file = crypto::seal_with_passphrase(text, argv[0], "size", crypto::ScryptParams::fresh(random));
  sqlite3* database = nullptr;
  const bool opened = sqlite3_open(argv[0], &database) == SQLITE_OK &&
                      sqlite3_exec(database, argv[0], nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(database);
  return sealed && file && opened && crypto::verify(key.public_key(), text, key.sign(text)) ? 0 : 1;
}
