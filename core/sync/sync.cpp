#include "sync/sync.hpp"

#include "sync/steps.hpp"

namespace gandan::sync {
namespace {

Status carry(Transport& transport, const Call& call, Steps& steps) {
  switch (call.kind) {
    case Call::Kind::exchange:
      return transport.exchange(call.body, [&](ByteView piece) { return steps.push(piece); });
    case Call::Kind::put_chunk:
      return transport.put_chunk(call.address, call.hash, call.unit, call.token, call.body);
    case Call::Kind::get_chunk: {
      GANDAN_TRY(const Bytes chunk, transport.get_chunk(call.address, call.hash, call.token));
      return steps.push(chunk);
    }
  }
  return Code::internal;
}

}  // namespace

Result<Report> run(vault::Vault& vault, Transport& transport, const Options& options) {
  Steps steps(vault, options);
  for (;;) {
    GANDAN_TRY(const auto call, steps.next());
    if (!call) return steps.report();
    GANDAN_CHECK(steps.begin());
    GANDAN_CHECK(steps.end(carry(transport, *call, steps)));
  }
}

}  // namespace gandan::sync
