// What goes wrong while a year is made is a fault of this program or of the disk: it is said, and ends it.
//
// Threading: plain functions.
#pragma once

#include <stdexcept>

#include "base/result.hpp"

namespace gandan::dataset {

[[noreturn]] inline void give_up(const Error& error) {
  std::string what = std::string(info(error.code).text) + ": " + error.detail;
  for (const auto& field : error.fields) what += "\n  " + field.path + ": " + field.en;
  throw std::runtime_error(what);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status) give_up(status.error());
}

}  // namespace gandan::dataset
