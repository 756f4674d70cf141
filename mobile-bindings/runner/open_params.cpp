#include "runner/open_params.hpp"

#include "app/locking.hpp"

namespace gandan::shell {

OpenParams read_open_params(app::Params& p) {
  OpenParams out;
  Key& key = out.key;
  key.passphrase = p.text_or("passphrase", "");
  key.recovery = p.text_or("recovery", "");
  key.pin = p.text_or("pin", "");
  key.holder = p.text_or("holder", "");
  key.token_pin = p.text_or("token_pin", "");
  key.keystore = app::keystore_param(p);
  out.create = p.flag("create");
  return out;
}

}  // namespace gandan::shell
