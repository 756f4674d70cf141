// Network: the transport that this shell gives to the notebook.
//
// Threading: none.
#pragma once

#include "gandan/notebook.hpp"

namespace gandan::shell {

std::shared_ptr<sync::Transport> connect(const Server& server);

}  // namespace gandan::shell
