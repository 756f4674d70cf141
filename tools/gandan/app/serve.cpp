#include "gandan/app/serve.hpp"

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

// The notebook's error, as one of ours again.
Error error_of(const std::string& answer) {
  const auto parsed = json::parse(answer);
  const auto* error =
      parsed.ok() && parsed->is_object() ? json::find_object(parsed->get_object(), "error") : nullptr;
  const auto code = error == nullptr ? std::nullopt : json::find_text(*error, "code");
  return Error{code ? code_from_text(*code).value_or(Code::internal) : Code::internal};
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
  if (runner == nullptr) return error_of(error);
  Screens screens(*loopback, *runner, *files, {options.vault, folder}, std::move(site));
  ready(screens.address());
  loopback->run(screens);
  return {};
}

}  // namespace gandan::cli
