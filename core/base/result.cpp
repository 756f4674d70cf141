#include "base/result.hpp"

namespace gandan {

namespace {
constexpr CodeInfo kTable[] = {
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) {text, retry, exit_code, vi, en},
#include "base/errors.def"
#undef GANDAN_ERROR
};
}  // namespace

const CodeInfo& info(Code code) { return kTable[static_cast<std::size_t>(code)]; }

std::optional<Code> code_from_text(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kTable); ++i)
    if (kTable[i].text == text) return static_cast<Code>(i);
  return std::nullopt;
}

}  // namespace gandan
