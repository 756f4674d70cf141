// Order keys of list items: texts that sort bytewise, with room between any two (fractional indexing).
// Two devices that insert at one place may make equal keys; the item id decides between them.
//
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace gandan::records {

// A key after `before` and, where `after` is not empty and later, ahead of it. Empty `before`: the list's
// start. Digits 0-9a-z; never ends in 0. Appending n times makes keys of O(log n) characters.
std::string order_between(std::string_view before, std::string_view after);

}  // namespace gandan::records
