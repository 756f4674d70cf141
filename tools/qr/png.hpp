// PNG images in black and white, stored and not compressed: so little that no library is worth it.
//
// Threading: pure functions.
#pragma once

#include <functional>

#include "base/bytes.hpp"

namespace gandan::qr {

// One bit for a pixel; width and height from 1 to 65535.
Bytes png_image(int width, int height, const std::function<bool(int x, int y)>& dark);

}  // namespace gandan::qr
