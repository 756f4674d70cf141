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
// Threading: a Notebook belongs to one thread at a time, and request() blocks until the answer is there;
// several notebooks may live in several threads. cancel() may be called from any thread. Progress is called
// on the thread that called request().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gandan {

class Clock;
class Random;
namespace office {
class Spreadsheets;
}
namespace sync {
class Transport;
}

struct Server {
  std::string url;      // https://host:port
  std::string ca_file;  // PEM of the authority that vouches for the server; empty: the system's
};

// What the notebook takes from the world. Absent: the system's clock and randomness, no network, no
// spreadsheets.
struct Seams {
  Clock* clock = nullptr;  // base/seams.hpp; must outlive the notebook
  Random* random = nullptr;
  std::function<std::shared_ptr<sync::Transport>(const Server&)> transport;  // sync/sync.hpp
  const office::Spreadsheets* spreadsheets = nullptr;  // office/sheets.hpp; must outlive the notebook
};

struct OpenOptions {
  std::string folder;      // of the vault; empty: none, for the methods that need none
  std::string passphrase;  // UTF-8 in any normal form; of a new vault: 8 characters at least
  std::string raw_key;     // 32 bytes, instead of a passphrase, from a keystore; empty: none
  bool create = false;     // make the vault if the folder holds none
  // Gets {"method", …counters…} during long work.
  std::function<void(const std::string& json)> progress;
};

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
  // Ends the request that runs now at its next safe point, with code "cancelled"; a later one is not touched.
  void cancel();

  static std::string_view version();

 private:
  struct Impl;
  explicit Notebook(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gandan
