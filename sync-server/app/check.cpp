// run --check-config.
#include <unistd.h>

#include <iostream>

#include "app/serve.hpp"

namespace gandan::server {
namespace {

class Faults {
 public:
  // The fields of a wrong configuration name options; what else is wrong is `option`'s, under the error's
  // code.
  template <class Outcome>
  bool none(const char* option, const Outcome& outcome) {
    if (outcome.ok()) return true;
    const Error& error = outcome.error();
    if (error.code == Code::bad_configuration && !error.fields.empty()) {
      found_.insert(found_.end(), error.fields.begin(), error.fields.end());
    } else {
      const auto& about = info(error.code);
      const std::string detail = error.detail.empty() ? "" : " (" + error.detail + ")";
      found_.push_back({option, about.text, about.vi + detail, about.en + detail});
    }
    return false;
  }
  void add(const char* option, const char* code, std::string vi, std::string en) {
    found_.push_back({option, code, std::move(vi), std::move(en)});
  }
  Status outcome() const {
    if (found_.empty()) return {};
    return Error{Code::bad_configuration, {}, found_};
  }

 private:
  std::vector<FieldError> found_;
};

void check_certificate(const Arguments& arguments, Faults& faults) {
  const auto context = TlsContext::load(arguments.certificate, arguments.key);
  if (!faults.none("--cert", context)) return;
  const auto now = system_clock().wall_ms();
  if (context->valid_until_ms() < now)
    faults.add("--cert", "expired", "Chứng thư đã hết hạn: không máy nào nối vào.",
               "The certificate has expired: no device connects.");
  if (context->valid_from_ms() > now)
    faults.add("--cert", "not_yet", "Chứng thư chưa tới ngày dùng, hoặc đồng hồ máy này sai.",
               "The certificate is not valid yet, or this machine's clock is wrong.");
}

// What the server would refuse to open.
Status check_realms(Store& store, const Signer& signer) {
  GANDAN_TRY(const auto realms, store.realms());
  for (const auto& realm : realms) {
    GANDAN_TRY(const auto progress, store.progress(realm.number));
    GANDAN_TRY(const auto highest, signer.highest(realm.id));
    if (highest.size > progress.size) return Error{Code::ledger_behind, to_hex(realm.id.view().first(4))};
  }
  return {};
}

void check_folder(const Arguments& arguments, Faults& faults) {
  auto key = load_ledger_key(arguments.data);
  const bool whole = faults.none("--data", key) && faults.none("--data", check_secrets(arguments.data));
  if (::access(arguments.data.c_str(), W_OK | X_OK) != 0 && whole)
    faults.add("--data", "unwritable", "Không ghi được vào thư mục này.", "This folder cannot be written.");
  // A server alone over a database keeps every other one out: where it runs, its promises were looked at.
  const auto purpose = arguments.store.single_copy ? Purpose::inspect : Purpose::serve;
  const auto store = open_store(arguments.data, arguments.store, purpose);
  if (!faults.none("--store", store) || !whole) return;
  faults.none("--store", check_realms(**store, Signer(std::move(*key), arguments.data)));
}

}  // namespace

Status check_configuration(const Arguments& arguments) {
  Faults faults;
  if (const auto at = endpoint_of("--listen", arguments.listen); faults.none("--listen", at))
    faults.none("--listen", can_listen(*at));
  if (!arguments.metrics_listen.empty())
    if (const auto at = endpoint_of("--metrics-listen", arguments.metrics_listen);
        faults.none("--metrics-listen", at))
      if (faults.none("--metrics-listen", only_loopback(*at)))
        faults.none("--metrics-listen", can_listen(*at));
  if (!arguments.app.empty()) faults.none("--app", Site::load(arguments.app));
  check_certificate(arguments, faults);
  check_folder(arguments, faults);
  GANDAN_CHECK(faults.outcome());
  std::cout << "Cấu hình dùng được.\nThe configuration can be used.\n";
  return {};
}

}  // namespace gandan::server
