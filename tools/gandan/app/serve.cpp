#include "gandan/app/serve.hpp"

#include "gandan/app/asking.hpp"
#include "gandan/app/screens.hpp"

namespace gandan::cli {
namespace {

namespace fs = std::filesystem;

// <prefix>/bin/gandan has them in <prefix>/share/gandan/app, build/bin/gandan in build/app.
fs::path usual_files() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path above = program.parent_path().parent_path();
  const fs::path installed = above / "share" / "gandan" / "app";
  return fs::exists(installed / "index.html", error) ? installed : above / "app";
}

}  // namespace

Status serve_app(const AppOptions& options, const Seams& seams,
                 const std::function<void(const std::string& address)>& ready) {
  const fs::path folder = options.files.empty() ? usual_files() : fs::path(options.files);
  GANDAN_TRY(auto site, server::Site::load(folder));
  // In this order, so that what asks goes before what is asked.
  GANDAN_TRY(const auto loopback, Loopback::listen(options.port));
  GANDAN_TRY(const auto files, FileExchange::make());
  OpenOptions open;
  open.folder = options.vault;
  open.locked = true;
  open.read_only = options.read_only;
  open.auto_lock = kPhoneAutoLock;
  std::string error;
  const auto runner = shell::Runner::start(open, seams, error);
  if (runner == nullptr) return error_in(error);
  Screens screens(*loopback, *runner, *files, {options.vault, folder}, std::move(site));
  ready(screens.address());
  loopback->run(screens);
  return {};
}

}  // namespace gandan::cli
