// Asking: a runner's answer, on the thread of the loopback again.
//
// Threading: the coroutine resumes on the context's thread; `begin` is called on it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>

#include "base/json.hpp"
#include "runner/runner.hpp"

namespace gandan::cli {

// `begin` hands a request to the runner with what it is given, and returns its id; 0: the runner is full,
// which is answered here.
boost::asio::awaitable<std::string> ask_runner(boost::asio::io_context& context,
                                               std::function<std::uint64_t(shell::Runner::Done)> begin);

// The error that an answer names, as one of ours again.
Error error_in(const json::object& answer);
Error error_in(const std::string& answer);

}  // namespace gandan::cli
