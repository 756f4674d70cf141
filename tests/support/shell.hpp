// The boundary as tests use it: requests whose parameters and answers are held against schema/api on the way.
#pragma once

#include "gandan/notebook.hpp"
#include "support/api.hpp"

namespace gandan::test {

// A notebook whose every answer is checked. ok() fails the test on an error, error() on success.
class Shell {
 public:
  Shell(const Api& api, const OpenOptions& options, const Seams& seams);
  json::object answer(const std::string& method, const json::object& params);
  json::object ok(const std::string& method, const json::object& params = {});
  std::string error(const std::string& method, const json::object& params = {});
  Notebook& notebook() { return *notebook_; }

  json::object last_error;

 private:
  const Api& api_;
  std::unique_ptr<Notebook> notebook_;
};

}  // namespace gandan::test
