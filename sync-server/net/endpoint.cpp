#include "net/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "net/acceptor.hpp"

namespace gandan::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

Error wrong(const Endpoint& endpoint, const std::string& detail, const char* vi, const char* en) {
  return {Code::bad_configuration, detail, {{endpoint.option, "address", vi, en}}};
}

Result<asio::ip::address> address_of(const Endpoint& endpoint) {
  boost::system::error_code error;
  auto address = asio::ip::make_address(endpoint.host, error);
  if (error) return wrong(endpoint, endpoint.host, "Không phải địa chỉ IP.", "Is not an IP address.");
  return address;
}

}  // namespace

Result<Endpoint> endpoint_of(const std::string& option, const std::string& text) {
  Endpoint out;
  out.option = option;
  const auto colon = text.rfind(':');
  const std::string port = text.substr(colon == std::string::npos ? 0 : colon + 1);
  if (colon != std::string::npos) out.host = text.substr(0, colon);
  if (out.host.size() > 2 && out.host.front() == '[') out.host = out.host.substr(1, out.host.size() - 2);
  char* end = nullptr;
  const unsigned long number = std::strtoul(port.c_str(), &end, 10);
  if (port.empty() || *end != '\0' || number > 65535)
    return wrong(out, text, "Ghi địa chỉ IP và cổng, ví dụ 0.0.0.0:8443.",
                 "Give an IP address and a port, e.g. 0.0.0.0:8443.");
  out.port = static_cast<std::uint16_t>(number);
  return out;
}

Status open_acceptor(tcp::acceptor& acceptor, const Endpoint& endpoint) {
  GANDAN_TRY(const auto address, address_of(endpoint));
  const tcp::endpoint place(address, endpoint.port);
  boost::system::error_code error;
  acceptor.open(place.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(place, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return wrong(endpoint, endpoint.host + ": " + error.message(),
                 "Không mở được địa chỉ, cổng này (có lẽ đã có chương trình khác dùng).",
                 "This address and port cannot be opened (perhaps another program uses them).");
  return {};
}

Status can_listen(const Endpoint& endpoint) {
  GANDAN_TRY(const auto address, address_of(endpoint));
  asio::io_context context;
  tcp::acceptor acceptor(context);
  const tcp::endpoint place(address, endpoint.port);
  boost::system::error_code error;
  acceptor.open(place.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(place, error);
  if (!error || error == asio::error::address_in_use) return {};
  return wrong(endpoint, endpoint.host + ": " + error.message(),
               "Máy này không có địa chỉ ấy, hoặc không được mở cổng ấy.",
               "This machine does not have that address, or may not open that port.");
}

Status only_loopback(const Endpoint& endpoint) {
  GANDAN_TRY(const auto address, address_of(endpoint));
  if (address.is_loopback()) return {};
  return wrong(
      endpoint, endpoint.host,
      "Chỉ mở được trên chính máy này (127.0.0.1, ::1): ai đọc được số liệu là việc của máy đứng trước.",
      "Can be on this machine only (127.0.0.1, ::1): who else may read it is for what stands before it.");
}

}  // namespace gandan::server
