// OpenParams: what a person gives to open a vault, as JSON: {"passphrase", "recovery", "pin", "holder",
// "token_pin", "keystore", "create"}, all optional; those of vault.unlock, and whether to make the vault
// where there is none.
//
// Threading: pure function.
#pragma once

#include "app/params.hpp"
#include "gandan/notebook.hpp"

namespace gandan::shell {

struct OpenParams {
  Key key;
  bool create = false;
};
// The caller asks p.done().
OpenParams read_open_params(app::Params& p);

}  // namespace gandan::shell
