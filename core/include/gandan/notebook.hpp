// Notebook: all that a shell needs. JSON in, JSON out; the command line, the phones and the browser call
// nothing else.
//
//   auto notebook = gandan::Notebook::open({.folder = "so", .passphrase = "…"}, {}, error);
//   std::string answer = notebook->request(R"({"method":"status","params":{}})");
//
//   request   {"method": "record.add", "params": {…}}
//   answer    {"ok": {…}}  or  {"error": {"code", "vi", "en", "retry", "detail", "fields": [{"path", "code",
//   "vi", "en"}]}}
//
// Methods, their parameters, results and errors: schema/api/gandan.openrpc.json. Neither open() nor request()
// throws. A save is on the disk when its answer is there.
//
// A notebook may be locked (vault.lock, or by itself after a time without requests of a person): its database
// is closed, its keys are gone from memory, and all that needs the vault answers vault.closed until
// vault.unlock. It has no timer of its own: a shell that shows anything asks vault.lock {"if_idle": true}
// when the time that the last answer named is over. What a timer asks for is marked: {"method", "params",
// "background": true}.
//
// Threading: a Notebook belongs to one thread at a time, and request() blocks until the answer is there;
// several notebooks may live in several threads. cancel() may be called from any thread. Progress is called
// on the thread that called request().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gandan {

class Clock;
class Random;
namespace crypto {
class Tokens;
}
namespace office {
class Spreadsheets;
}
namespace report {
class PageWriter;
}
namespace sync {
class Transport;
}

struct Server {
  std::string url;      // https://host:port
  std::string ca_file;  // PEM of the authority that vouches for the server; empty: the system's
};

// What the notebook takes from the world. Absent: the system's clock and randomness, no network, no
// spreadsheets, no Word files.
struct Seams {
  Clock* clock = nullptr;  // base/seams.hpp; must outlive the notebook
  Random* random = nullptr;
  std::function<std::shared_ptr<sync::Transport>(const Server&)> transport;  // sync/sync.hpp
  const office::Spreadsheets* spreadsheets = nullptr;  // office/sheets.hpp; must outlive the notebook
  const report::PageWriter* word_files = nullptr;      // report/page.hpp; must outlive the notebook
  const crypto::Tokens* tokens = nullptr;              // crypto/token.hpp; must outlive the notebook
};

// One of these opens a vault; the PIN needs `keystore`, too, unless the vault was open since the program
// started.
struct Key {
  std::string passphrase;  // UTF-8 in any normal form; of a new vault: 8 characters at least
  std::string raw_key;     // 32 bytes: the key of the pages itself, kept by the shell
  std::string keystore;  // 32 bytes that Android's Keystore or iOS's Keychain holds, for a slot of this vault
  std::string recovery;  // the recovery code as typed
  std::string pin;       // of the person below
  std::string holder;    // id or code
  std::string token_pin;  // of the token that a slot names
};

struct OpenOptions : Key {
  std::string folder;   // of the vault; empty: none, for the methods that need none
  bool create = false;  // make the vault if the folder holds none: with a passphrase or a raw key
  // Nothing is saved, sent or taken in (vault.read_only): for who only looks. The vault's own files are
  // opened as ever.
  bool read_only = false;
  bool locked = false;  // begin locked, for a screen that asks who is there; no key is needed then
  // Seconds without a person's request after which the notebook locks itself, unless the vault says otherwise
  // (vault.auto_lock); 0: never. Phones pass kPhoneAutoLock.
  std::int64_t auto_lock = 0;
  // Gets {"method", …counters…} during long work.
  std::function<void(const std::string& json)> progress;
};

constexpr std::int64_t kPhoneAutoLock = 300;  // seconds

class Notebook {
 public:
  // Nothing, and the answer with the error in `error`, when the vault cannot be opened; nothing was changed
  // then.
  static std::unique_ptr<Notebook> open(const OpenOptions& options, const Seams& seams, std::string& error);
  // Whether there is a vault in the folder: so that a shell asks for a new passphrase twice.
  static bool has_vault(const std::string& folder);
  ~Notebook();
  Notebook(const Notebook&) = delete;
  Notebook& operator=(const Notebook&) = delete;

  std::string request(std::string_view json);

  // sync.run in steps, for a shell whose network must not block (a browser): start_sync takes the request,
  // and both say what goes to the server next; nothing when it is over, and then `answer` is the request's.
  // Meanwhile request() serves everything but what brings in others' work (another sync, a bundle, a realm);
  // when the vault is locked it is over. The network's seam is not used.
  struct Exchange {
    std::string verb;
    std::string target;  // path and query, at the server's address
    std::string bearer;  // of the authorisation; empty: none
    std::string body;
    std::size_t limit = 0;  // bytes of the answer
  };
  std::optional<Exchange> start_sync(std::string_view json, std::string& answer);
  // What came back: HTTP's status and the whole body. Where nothing did, `error` is the stable code why.
  std::optional<Exchange> continue_sync(unsigned status, std::string_view error, std::string_view body,
                                        std::string& answer);
  // Ends the request that runs now at its next safe point, with code "cancelled"; a later one is not touched.
  void cancel();

  static std::string_view version();

 private:
  struct Impl;
  explicit Notebook(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gandan
