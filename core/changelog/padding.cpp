#include "changelog/padding.hpp"

#include <algorithm>

namespace gandan::changelog {
namespace {
constexpr std::uint8_t kPadStart = 0x80;
}

crypto::SecretBytes padded(std::string_view text) {
  crypto::SecretBytes out((text.size() / kSealBlockBytes + 1) * kSealBlockBytes);
  std::copy(text.begin(), text.end(), out.data().begin());
  out.data()[text.size()] = kPadStart;
  return out;
}

Result<std::string> unpadded(ByteView bytes) {
  std::size_t size = bytes.size();
  while (size > 0 && bytes[size - 1] == 0) --size;
  const bool ends = size > 0 && bytes[size - 1] == kPadStart && bytes.size() - size < kSealBlockBytes;
  if (!ends) return Error{Code::cannot_open, "padding"};
  return std::string(as_text(bytes.first(size - 1)));
}

}  // namespace gandan::changelog
