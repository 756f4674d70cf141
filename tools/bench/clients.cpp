#include "bench/clients.hpp"

#include "crypto/random.hpp"
#include "protocol/messages.hpp"

namespace gandan::bench {
namespace {

protocol::Welcome welcome_of(ByteView answer) {
  protocol::FrameReader frames;
  frames.push(answer);
  const auto first = must(frames.next());
  if (!first || first->type != protocol::FrameType::welcome) give_up(Error{Code::internal, "refused"});
  return must(protocol::decode_welcome(first->payload));
}

protocol::Done done_of(ByteView answer) {
  protocol::FrameReader frames;
  frames.push(answer);
  for (auto next = must(frames.next()); next; next = must(frames.next()))
    if (next->type == protocol::FrameType::done) return must(protocol::decode_done(next->payload));
  give_up(Error{Code::internal, "an answer was cut"});
}

}  // namespace

Client::Client(World& world, std::size_t number)
    : world_(world),
      sign_(crypto::SigningKey::generate(crypto::system_random())),
      box_(crypto::BoxKey::generate(crypto::system_random())),
      device_(roster::device_id(sign_.public_key(), box_.public_key())) {
  must(vault::approve(*world.admin,
                      roster::make_join_request(sign_, box_.public_key(), std::to_string(number)),
                      roster::Role::cadre, world.commune));
  feed_ = roster::feed_id(world.roster().realm(), device_, 0, world.commune);
  workload_.emplace(feed_, number);
  for (int i = 0; i < 50; ++i) (void)workload_->make_record();
}

Bytes Client::introduction() {
  const auto& roster = world_.roster();
  roster::Statement opening;
  opening.issuer = device_;
  opening.roster_size = roster.size();
  opening.roster_head = *roster.head(roster.size());
  opening.nonce = random_id<roster::Nonce>(crypto::system_random());
  opening.body = roster::FeedBody{world_.commune, 0};
  roster::sign_statement(roster.realm(), opening, sign_);

  hello_.address = world_.card.address;
  hello_.device = device_;
  hello_.statements_from = 1'000'000;  // pushes only: what others wrote is not asked for
  hello_.wraps_from = 0;
  hello_.cursors[world_.commune] = 1'000'000'000;
  hello_.time_ms = system_clock().wall_ms();
  hello_.signature = sign_.sign(protocol::hello_message(roster.realm(), roster.root().ledger_key, hello_));
  Bytes body;
  append_frame(body, protocol::FrameType::hello, protocol::encode(hello_));
  append_frame(body, protocol::FrameType::statement, roster::encode_statement(opening));
  append_frame(body, protocol::FrameType::end, {});

  const std::uint32_t epoch = *world_.admin->keyring().latest(world_.commune);
  key_.emplace(roster.realm(), world_.commune, epoch, feed_,
               *world_.admin->keyring().secret(world_.commune, epoch));
  sealer_ = std::make_unique<Sealer>(roster, feed_, *key_, sign_);
  return body;
}

void Client::welcomed(ByteView answer) {
  hello_.token = welcome_of(answer).token;
  hello_.wraps_from = done_of(answer).wraps_next;
  if (hello_.token.empty()) give_up(Error{Code::internal, "no token"});
  hello_.signature = {};
  hello_.time_ms = 0;
  hello_.own = {{feed_, 0, Hash{}}};
}

void Client::prepare(std::size_t count, std::size_t per_push) {
  pushes_.clear();
  next_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto& push = pushes_.emplace_back();
    for (std::size_t k = 0; k < per_push; ++k) {
      const auto op = workload_->edit(0, workload_->records().size());
      push.push_back(sealer_->seal(std::span(&op, 1)));
    }
  }
}

Bytes Client::nothing_new(std::uint64_t wait_seconds) const {
  Bytes body;
  append_frame(body, protocol::FrameType::hello, protocol::encode(hello_));
  if (wait_seconds != 0)
    append_frame(body, protocol::FrameType::wait, protocol::encode(protocol::Wait{wait_seconds}));
  append_frame(body, protocol::FrameType::end, {});
  return body;
}

Bytes Client::next_request() {
  const auto& push = pushes_[next_];
  Bytes body;
  append_frame(body, protocol::FrameType::hello, protocol::encode(hello_));
  protocol::Run run;
  run.feed = feed_;
  run.first = push.front().sequence;
  append_frame(body, protocol::FrameType::run, protocol::encode(run));
  for (const auto& segment : push) append_frame(body, protocol::FrameType::segment, segment.in_run);
  append_frame(body, protocol::FrameType::end, {});
  return body;
}

void Client::watch_from(ByteView answer) {
  const std::string note = welcome_of(answer).checkpoint;  // its second line is the size
  hello_.cursors[world_.commune] = std::stoull(note.substr(note.find('\n') + 1));
}

void Client::saw(ByteView answer) {
  const auto done = done_of(answer);
  hello_.cursors = done.cursors;
  hello_.wraps_from = done.wraps_next;
}

void Client::accepted(ByteView answer) {
  const auto welcome = welcome_of(answer);
  const auto& push = pushes_[next_++];
  if (!welcome.rejected.empty() || welcome.own.size() != 1 ||
      welcome.own[0].head.next != push.back().sequence + 1)
    give_up(Error{Code::internal, "a push was not acknowledged"});
  const auto& head = welcome.own[0].head;
  hello_.own[0] = {head.feed, head.next, head.hash, head.next};
}

}  // namespace gandan::bench
