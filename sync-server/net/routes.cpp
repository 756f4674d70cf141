// What is served: schema/wire/sync.md. Everything else, and every address that is nobody's, gets the one
// uniform 404.
#include "crypto/hash.hpp"
#include "net/connection.hpp"
#include "net/log.hpp"
#include "relay/exchange.hpp"

namespace gandan::server {

struct Connection::Target {
  std::shared_ptr<Realm> realm;
  std::string_view rest;   // of the path, after the address
  std::string_view query;  // after the '?'
};

namespace {

constexpr std::string_view kFrames = "application/vnd.gandan.sync";
constexpr std::string_view kBinary = "application/octet-stream";
constexpr std::string_view kForever = "public, max-age=31536000, immutable";  // tiles and chunks never change

std::string handle(ByteView id) { return to_hex(id.first(4)); }  // enough to tell apart in a log

unsigned status_of(Code code) {
  switch (code) {
    case Code::token_expired:
      return 401;
    case Code::not_authorized:
    case Code::not_enrolled:
    case Code::realm_suspended:
      return 403;
    case Code::too_large:
      return 413;
    case Code::quota_exceeded:
      return 507;
    case Code::server_busy:
    case Code::disk_full:
    case Code::disk_failed:
      return 503;
    default:
      return 400;
  }
}

}  // namespace

Connection::Task Connection::route(const RequestHead& head) {
  std::string_view path = head.target;
  Target target;
  if (const auto mark = path.find('?'); mark != std::string_view::npos) {
    target.query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  if (path == "/v1/sync" && head.method == Method::post) co_return co_await sync(head);
  if (path == "/healthz" && head.method == Method::get) {
    const bool healthy = relay_.healthy();
    ResponseHead response;
    response.status = healthy ? 200 : 503;
    response.keep_alive = may_keep_alive(head);
    co_return co_await respond(response, as_bytes(healthy ? "ok\n" : "failing\n"));
  }
  if (site_ != nullptr && head.method == Method::get && (path == "/app" || path.substr(0, 5) == "/app/"))
    co_return co_await app_file(head, path.substr(4));
  constexpr std::string_view kPrefix = "/v1/";
  constexpr std::size_t kAddress = 26;
  if (path.substr(0, kPrefix.size()) == kPrefix && path.size() > kPrefix.size() + kAddress &&
      path[kPrefix.size() + kAddress] == '/') {
    const auto address = id_from_text<roster::RealmAddress>(path.substr(kPrefix.size(), kAddress));
    if (address.ok()) target.realm = relay_.find(*address);
    target.rest = path.substr(kPrefix.size() + kAddress + 1);
  }
  if (!target.realm) co_return co_await not_found();
  if (target.rest.substr(0, 7) == "chunks/") {
    if (head.method == Method::put) co_return co_await put_chunk(head, target);
    if (head.method == Method::get) co_return co_await get_chunk(head, target);
  }
  if (target.rest.substr(0, 7) == "ledger/" && head.method == Method::get)
    co_return co_await ledger(head, target);
  co_return co_await not_found();
}

Connection::Task Connection::sync(const RequestHead& head) {
  expects_until_.reset();
  Exchange exchange(relay_);
  Signal signal(executor_);
  const auto wake = signal.trigger();
  auto state = Exchange::State::reading;
  // Until it is known who asks, only so much time is given.
  const auto request_deadline =
      std::exchange(request_deadline_, std::chrono::steady_clock::now() + timeouts_.hello);
  while (state == Exchange::State::reading) {
    if (exchange.authenticated()) request_deadline_ = request_deadline;
    if (!co_await read_body()) {
      if (fault_) co_return co_await refuse_malformed(*fault_);
      // A body that ends early: what was whole is kept, and whoever still listens is told.
      if (draining_ || reader_->done()) co_return false;
      state = exchange.finish(wake);
      if (state != Exchange::State::answering) co_return false;
      co_return co_await send_answer(exchange, false);
    }
    const bool last = reader_->done();
    state = exchange.feed(body_, wake);
    if (exchange.authenticated()) stranger_ = {};
    while (state == Exchange::State::waiting) {
      allow(timeouts_.commit);
      co_await signal.wait();
      state = exchange.feed({}, wake);
      if (exchange.authenticated()) stranger_ = {};
    }
    if (state != Exchange::State::reading || !last) continue;
    state = exchange.finish(wake);
    while (state == Exchange::State::waiting || state == Exchange::State::expecting) {
      if (state == Exchange::State::expecting) {
        co_await news(exchange, signal);
      } else {
        allow(timeouts_.commit);
        co_await signal.wait();
      }
      state = exchange.finish(wake);
    }
  }
  if (state == Exchange::State::not_found) co_return co_await not_found();
  if (logs(LogLevel::debug))
    log(LogLevel::debug, "sync",
        {{"device", handle(exchange.device().view())}, {"refusal", exchange.refusal()}});
  co_return co_await send_answer(exchange, may_keep_alive(head));
}

// Until something new may be there, the request's time is over, the client hangs up (its place among the
// requests of its device is free again), or the server goes down. Little is kept meanwhile: many wait.
boost::asio::awaitable<void> Connection::news(Exchange& exchange, Signal& signal) {
  Bytes().swap(body_);
  if (input_.empty()) input_.shrink_to_fit();
  const auto now = std::chrono::steady_clock::now();
  if (!expects_until_) expects_until_ = now + std::chrono::seconds(exchange.expects_seconds());
  deadline_ = *expects_until_ + timeouts_.commit;
  expecting_ = signal.trigger();
  relay_.counters().expecting += 1;
  bool gone = false;
  stream_.watch([&gone, wake = expecting_] {
    gone = true;
    wake();
  });
  const bool fired = !draining_ && co_await signal.wait_until(*expects_until_);
  stream_.unwatch();
  relay_.counters().expecting -= 1;
  expecting_ = {};
  if (!fired || gone || draining_) exchange.settle();
}

Connection::Task Connection::send_answer(Exchange& exchange, bool keep_alive) {
  ResponseHead response;
  response.type = kFrames;
  response.keep_alive = keep_alive;
  Bytes piece = exchange.next_piece();
  Bytes next = exchange.next_piece();
  if (next.empty()) co_return co_await respond(response, piece);
  if (!co_await write(as_bytes(print_head(response)))) co_return false;
  while (!piece.empty()) {
    Bytes out = to_bytes(as_bytes(chunk_head(piece.size())));
    append(out, piece);
    append(out, as_bytes("\r\n"));
    if (!co_await write(out)) co_return false;
    piece = std::exchange(next, {});
    if (!piece.empty()) next = exchange.next_piece();
  }
  co_return co_await write(as_bytes(kLastChunk)) && keep_alive;
}

// False: what other servers of the store committed cannot be seen now.
Connection::Task Connection::caught_up(Realm& realm) {
  if (!realm.shared()) co_return true;
  auto submission = std::make_unique<Submission>();
  submission->job = LookJob{};
  Signal signal(executor_);
  const auto seen = std::make_shared<std::atomic<bool>>(false);
  submission->done = [seen, wake = signal.trigger()](const Result<Place>& place) {
    *seen = place.ok();
    wake();
  };
  realm.submit(std::move(submission));
  allow(timeouts_.commit);
  co_await signal.wait();
  co_return *seen;
}

Result<DeviceId> Connection::bearer(const Realm& realm, const RequestHead& head) const {
  const auto token = from_base64(head.bearer);
  if (!token) return Code::token_expired;
  GANDAN_TRY(const auto claim, relay_.tokens().check(realm.id(), *token, relay_.clock().wall_ms()));
  if (realm.standing(claim.device) != Realm::Standing::active) return Code::not_authorized;
  if (realm.suspended()) return Code::realm_suspended;  // for members to know
  return claim.device;
}

namespace {

std::optional<Hash> chunk_hash(std::string_view rest) {
  const auto bytes = from_hex(rest.substr(7));
  if (!bytes || bytes->size() != Hash::size) return std::nullopt;
  return Hash::from(*bytes);
}

}  // namespace

Connection::Task Connection::put_chunk(const RequestHead& head, const Target& target) {
  const auto hash = chunk_hash(target.rest);
  const bool names_unit = target.query.substr(0, 5) == "unit=";
  const auto unit = id_from_text<UnitId>(names_unit ? target.query.substr(5) : std::string_view());
  if (!hash) co_return co_await not_found();
  if (!co_await caught_up(*target.realm)) co_return co_await refuse(503, Code::server_busy, false);
  const auto device = bearer(*target.realm, head);
  if (!device.ok())
    co_return co_await refuse(status_of(device.error().code), device.error().code, may_keep_alive(head));
  if (!unit.ok()) co_return co_await refuse(400, Code::bad_id, false);
  const bool may = target.realm->with_roster(
      [&](const roster::Roster& roster) { return roster.may(*device, roster::Right::write, *unit); });
  if (!may) co_return co_await refuse(403, Code::not_authorized, may_keep_alive(head));

  stranger_ = {};
  const auto pass = target.realm->enter(*device);
  if (!pass) co_return co_await refuse(503, Code::server_busy, may_keep_alive(head));

  auto submission = std::make_unique<Submission>();
  ChunkJob job{*device, {*hash, *unit, {}}};
  while (!reader_->done()) {
    if (!co_await read_body()) {
      if (fault_) co_return co_await refuse_malformed(*fault_);
      co_return false;
    }
    if (job.row.bytes.size() + body_.size() > kMaxChunkBytes)
      co_return co_await refuse(413, Code::too_large, false);
    append(job.row.bytes, body_);
  }
  if (crypto::sha256(job.row.bytes) != *hash)
    co_return co_await refuse(400, Code::wrong_hash, may_keep_alive(head));
  const std::size_t size = job.row.bytes.size();
  submission->job = std::move(job);
  submission->bytes = size;
  Signal signal(executor_);
  auto outcome = std::make_shared<std::optional<Code>>();
  submission->done = [outcome, wake = signal.trigger()](const Result<Place>& place) {
    if (!place.ok()) *outcome = place.error().code;
    wake();
  };
  target.realm->submit(std::move(submission));
  allow(timeouts_.commit);
  co_await signal.wait();
  if (*outcome) co_return co_await refuse(status_of(**outcome), **outcome, may_keep_alive(head));
  ResponseHead response;
  response.status = 204;
  response.keep_alive = may_keep_alive(head);
  co_return co_await respond(response, {});
}

Connection::Task Connection::get_chunk(const RequestHead& head, const Target& target) {
  const auto hash = chunk_hash(target.rest);
  if (!hash) co_return co_await not_found();
  if (!co_await caught_up(*target.realm)) co_return co_await refuse(503, Code::server_busy, false);
  const auto device = bearer(*target.realm, head);
  if (!device.ok())
    co_return co_await refuse(status_of(device.error().code), device.error().code, may_keep_alive(head));
  stranger_ = {};
  const auto pass = target.realm->enter(*device);
  if (!pass) co_return co_await refuse(503, Code::server_busy, may_keep_alive(head));
  const auto may = target.realm->gives_chunk(*device, *hash);
  if (!may.ok()) co_return co_await refuse(503, Code::server_busy, false);
  // Not there yet, or not this device's to read: the same answer. The device is known, so the connection goes
  // on.
  if (!*may) co_return co_await refuse(404, Code::not_found, may_keep_alive(head));
  const auto bytes = target.realm->environment().store.chunk(target.realm->number(), *hash);
  if (!bytes.ok()) co_return co_await refuse(503, Code::server_busy, false);
  ResponseHead response;
  response.type = kBinary;
  response.cache = "private, max-age=31536000, immutable";
  response.keep_alive = may_keep_alive(head);
  response.more = "Accept-Ranges: bytes\r\n";
  const auto range = byte_range(head.range, bytes->size());
  if (!range) co_return co_await respond(response, *bytes);
  const std::string whole = std::to_string(bytes->size());
  if (range->unsatisfiable) {
    response.status = 416;
    response.more += "Content-Range: bytes */" + whole + "\r\n";
    co_return co_await respond(response, {});
  }
  response.status = 206;
  response.more += "Content-Range: bytes " + std::to_string(range->first) + "-" +
                   std::to_string(range->end - 1) + "/" + whole + "\r\n";
  co_return co_await respond(response, ByteView(*bytes).subspan(range->first, range->end - range->first));
}

// C2SP tlog-tiles below /v1/<address>/ledger/. The address is the capability; there is nothing to read in it
// but hashes and times.
Connection::Task Connection::ledger(const RequestHead& head, const Target& target) {
  if (!co_await caught_up(*target.realm)) co_return co_await refuse(503, Code::server_busy, false);
  const auto published = target.realm->published();
  const std::string_view path = target.rest.substr(7);
  ResponseHead response;
  response.keep_alive = may_keep_alive(head);
  if (path == "checkpoint") co_return co_await respond(response, as_bytes(published.checkpoint));
  const auto tile = ledger::parse_tile_path(path);
  if (!tile.ok() || !ledger::tile_exists(*tile, published.size)) co_return co_await not_found();
  response.type = kBinary;
  response.cache = kForever;
  Bytes bytes;
  if (tile->entries) {
    const auto rows = target.realm->environment().store.entries(
        target.realm->number(), tile->index * ledger::kTileWidth, tile->width);
    if (!rows.ok() || rows->size() != tile->width) co_return co_await refuse(503, Code::server_busy, false);
    for (const auto& row : *rows) ledger::add_to_bundle(bytes, row.bytes);
  } else {
    auto data = ledger::tile_data(*tile, *published.tree);
    if (!data.ok()) co_return co_await refuse(503, Code::server_busy, false);
    bytes = std::move(*data);
  }
  co_return co_await respond(response, bytes);
}

// The app that phones install from their own server, below /app/. Its service worker keeps it; a browser asks
// each time whether it has changed.
Connection::Task Connection::app_file(const RequestHead& head, std::string_view path) {
  ResponseHead response;
  response.keep_alive = may_keep_alive(head);
  if (path.empty()) {
    response.status = 308;
    response.more = "Location: /app/\r\n";
    co_return co_await respond(response, {});
  }
  const auto* file = site_->find(path.substr(1));
  if (file == nullptr) co_return co_await not_found();
  const auto& body = file->accepted(head.accept_encoding);
  response.type = file->type;
  response.cache = "no-cache";
  for (const auto& header : site_headers()) {
    response.more += header.name;
    (response.more += ": ") += header.value;
    response.more += "\r\n";
  }
  response.more += "Vary: Accept-Encoding\r\nETag: " + body.etag + "\r\n";
  if (etag_matches(head.if_none_match, body.etag)) {
    response.status = 304;
    co_return co_await respond(response, {});
  }
  if (!body.encoding.empty()) (response.more += "Content-Encoding: ") += std::string(body.encoding) + "\r\n";
  co_return co_await respond(response, body.bytes);
}

}  // namespace gandan::server
