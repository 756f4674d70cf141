// A socket that listens at an Endpoint.
//
// Threading: a plain function. Errors: bad_configuration, with the option's name.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/endpoint.hpp"

namespace gandan::server {

Status open_acceptor(boost::asio::ip::tcp::acceptor& acceptor, const Endpoint& endpoint);

}  // namespace gandan::server
