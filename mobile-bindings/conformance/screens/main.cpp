// The screens of `gandan app` for a story: as many notebooks as it has, each served on loopback, on one clock
// that stands still between steps.
//
//   conformance_screens START_MS [network]        absent: there is no network, as the stories have it
//
// Lines in: "step MS" lets the time go on; "open KEY FOLDER" (64 hexadecimal digits of a raw key, "-" and no
// folder for a notebook without a vault) makes a notebook and says its address. A line out for each line in.
// Ends with its input.
#include <fstream>
#include <iostream>
#include <thread>

#include "base/bytes.hpp"
#include "gandan/app/screens.hpp"
#include "network/network.hpp"
#include "support/seams.hpp"

using namespace gandan;
namespace fs = std::filesystem;

namespace {

class Served {
 public:
  Served(OpenOptions open, const Seams& seams, const fs::path& site) {
    std::string error;
    const fs::path vault = open.folder;
    loopback_ = *cli::Loopback::listen(0);
    files_ = *cli::FileExchange::make();
    runner_ = shell::Runner::start(std::move(open), seams, error);
    if (runner_ == nullptr) throw std::runtime_error(error);
    screens_ = std::make_unique<cli::Screens>(*loopback_, *runner_, *files_,
                                              cli::Screens::Folders{vault, site}, *server::Site::load(site));
    thread_ = std::thread([this] { loopback_->run(*screens_); });
  }
  ~Served() {
    loopback_->stop();
    thread_.join();
  }
  std::string address() const { return screens_->address(); }

 private:
  // In this order, so that what asks goes before what is asked.
  std::unique_ptr<cli::Loopback> loopback_;
  std::unique_ptr<cli::FileExchange> files_;
  std::unique_ptr<shell::Runner> runner_;
  std::unique_ptr<cli::Screens> screens_;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  test::FakeClock clock(std::stoll(argv[1]));
  Seams seams;
  seams.clock = &clock;
  if (argc > 2) seams.transport = shell::connect;
  const test::TempFolder site;
  std::ofstream(site.path("index.html")) << "<!doctype html>";
  std::vector<std::unique_ptr<Served>> all;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.rfind("step ", 0) == 0) {
      clock.advance(std::stoll(line.substr(5)));
      std::cout << "ok" << std::endl;
      continue;
    }
    OpenOptions open;
    const auto key = line.substr(5, line.find(' ', 5) - 5);
    if (key != "-") {
      open.folder = line.substr(6 + key.size());
      open.raw_key = std::string(as_text(from_hex(key).value()));
      open.create = true;
    }
    all.push_back(std::make_unique<Served>(std::move(open), seams, site.path()));
    std::cout << all.back()->address() << std::endl;
  }
  return 0;
}
