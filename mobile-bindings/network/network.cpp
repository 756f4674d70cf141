#include "network/network.hpp"

#include "sync/asio/https_transport.hpp"

namespace gandan::shell {
namespace {

// Stands for a transport that cannot be: every call answers why.
class NoTransport final : public sync::Transport {
 public:
  explicit NoTransport(Error why) : why_(std::move(why)) {}
  Status exchange(ByteView, const std::function<Status(ByteView)>&) override { return why_; }
  Status put_chunk(const roster::RealmAddress&, const Hash&, const UnitId&, ByteView, ByteView) override {
    return why_;
  }
  Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash&, ByteView) override { return why_; }

 private:
  Error why_;
};

}  // namespace

std::shared_ptr<sync::Transport> connect(const Server& server) {
  sync::HttpsOptions options;
  options.server = server.url;
  options.ca_file = server.ca_file;
  auto made = sync::HttpsTransport::create(options);
  if (!made.ok()) return std::make_shared<NoTransport>(made.error());
  return std::shared_ptr<sync::Transport>(std::move(*made));
}

}  // namespace gandan::shell
