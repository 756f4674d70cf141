#include "qr/png.hpp"

#include <algorithm>

namespace gandan::qr {
namespace {

constexpr std::size_t kStored = 65535;  // bytes of a stored block at most (RFC 1951, 3.2.4)

void append_u32(Bytes& out, std::uint32_t n) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(n >> shift));
}
void append_u16_little(Bytes& out, std::size_t n) {
  out.push_back(static_cast<std::uint8_t>(n));
  out.push_back(static_cast<std::uint8_t>(n >> 8));
}

std::uint32_t crc32(ByteView bytes) {  // ISO 3309, as PNG wants it
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
  }
  return ~crc;
}

std::uint32_t adler32(ByteView bytes) {  // RFC 1950
  std::uint32_t a = 1, b = 0;
  for (const std::uint8_t byte : bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

Bytes zlib_stored(ByteView data) {
  Bytes out{0x78, 0x01};
  const std::uint32_t check = adler32(data);
  do {
    const std::size_t size = std::min(data.size(), kStored);
    out.push_back(size == data.size() ? 1 : 0);
    append_u16_little(out, size);
    append_u16_little(out, ~size);
    append(out, data.first(size));
    data = data.subspan(size);
  } while (!data.empty());
  append_u32(out, check);
  return out;
}

void append_chunk(Bytes& out, std::string_view type, ByteView data) {
  append_u32(out, static_cast<std::uint32_t>(data.size()));
  Bytes body = to_bytes(as_bytes(type));
  append(body, data);
  append(out, body);
  append_u32(out, crc32(body));
}

}  // namespace

Bytes png_image(int width, int height, const std::function<bool(int x, int y)>& dark) {
  Bytes rows;
  for (int y = 0; y < height; ++y) {
    rows.push_back(0);  // no filter
    for (int x = 0; x < width; x += 8) {
      unsigned byte = 0;
      for (int bit = 0; bit < 8; ++bit) byte = byte << 1 | (x + bit < width && !dark(x + bit, y) ? 1u : 0u);
      rows.push_back(static_cast<std::uint8_t>(byte));
    }
  }
  Bytes head;
  append_u32(head, static_cast<std::uint32_t>(width));
  append_u32(head, static_cast<std::uint32_t>(height));
  append(head, Bytes{1, 0, 0, 0, 0});  // one bit of grey, nothing else special
  Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  append_chunk(out, "IHDR", head);
  append_chunk(out, "IDAT", zlib_stored(rows));
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace gandan::qr
