#include "base/result.hpp"

namespace gandan {

const CodeInfo& info(Code code) {
  static const CodeInfo table[] = {
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) {text, retry, exit_code, vi, en},
#include "base/errors.def"
#undef GANDAN_ERROR
  };
  return table[static_cast<std::size_t>(code)];
}

}  // namespace gandan
