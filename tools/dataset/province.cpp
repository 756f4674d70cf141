#include "dataset/province.hpp"

#include "dataset/must.hpp"
#include "dataset/relay_link.hpp"
#include "ledger/checkpoint.hpp"
#include "protocol/witness.hpp"
#include "sync/bundle.hpp"

namespace gandan::dataset {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMapEveryMs = 7 * kDayMs;
constexpr std::uint64_t kNothingMore = std::uint64_t{1} << 40;  // a cursor beyond whatever there is

vault::Seams seams_of(YearClock& clock, Random& random) { return {clock, random, nullptr}; }

Bytes key_of_pages() { return Bytes(32, 7); }  // of vaults that nobody keeps

}  // namespace

struct Province::Answer {
  protocol::Welcome welcome;
  ledger::Checkpoint checkpoint;
};

Province::Province(const std::string& folder, std::uint64_t seed, YearClock& clock)
    : folder_(folder), clock_(clock), random_(seed) {
  catalog_ = must(records::Catalog::builtin(clock_));
  projector_ = std::make_unique<app::DocumentProjector>(*catalog_);
  const auto data = folder + "/server";
  must(server::init_server(data, "dataset", random_));
  const auto key = must(server::load_ledger_key(data));
  ledger_key_ = key.public_key();
  admin_ = must(vault::Vault::create_raw(folder + "/administrator", key_of_pages(), *projector_,
                                         seams_of(clock_, random_)));
  card_ = must(vault::create_realm(*admin_, ledger_key_)).card;
  {
    const auto store = must(server::open_store(data, {}, server::Purpose::inspect));
    must(server::admit_realm(*store, key, roster::encode_card(card_), 0));
  }
  server::RelayOptions options;
  options.data = data;
  options.workers = 1;
  options.device_limits.per_second = 0;
  options.map_interval_ms = kMapEveryMs;
  relay_ = must(server::Relay::open(options, clock_));
  const auto* roster = must(admin_->roster());
  realm_ = roster->realm();
  top_ = roster->root().top;
  units_ = {top_};
  supervisor_ =
      must(vault::Vault::create(folder + "/supervisor", kPassphrase, *projector_, seams_of(clock_, random_)));
  const auto& identity = supervisor_->identity();
  must(vault::approve(*admin_,
                      roster::make_join_request(identity.sign, identity.box.public_key(), "supervisor"),
                      roster::Role::supervisor, top_));
  must(sync::import_bundle(*supervisor_, must(sync::export_enrolment(*admin_))));
}

Province::~Province() = default;

UnitId Province::add_unit() {
  units_.push_back(must(vault::add_unit(*admin_, top_)));
  return units_.back();
}

std::unique_ptr<Phone> Province::enrol(roster::Role role, const UnitId& unit) {
  auto key = crypto::SigningKey::generate(random_);
  // Only its public half is needed: nothing is opened with it here.
  const auto box = crypto::BoxKey::generate(random_).public_key();
  const auto id = must(vault::approve(*admin_, roster::make_join_request(key, box, "device"), role, unit));
  auto phone = std::make_unique<Phone>(std::move(key), id);
  phone->unit = unit;
  return phone;
}

Feed& Province::open_feed(Phone& phone, const UnitId& unit, std::uint32_t incarnation) {
  const auto* roster = must(admin_->roster());
  roster::Statement opening;
  opening.issuer = phone.id;
  opening.issuer_previous = phone.last_statement;
  opening.roster_size = roster->size();
  opening.roster_head = *roster->head(roster->size());
  opening.nonce = random_id<roster::Nonce>(random_);
  opening.body = roster::FeedBody{unit, incarnation};
  roster::sign_statement(realm_, opening, phone.key);
  phone.last_statement = roster::statement_hash(realm_, opening);
  Feed feed;
  feed.id = roster::feed_id(realm_, phone.id, incarnation, unit);
  feed.unit = unit;
  feed.incarnation = incarnation;
  feed.opening = roster::encode_statement(opening);
  return phone.add_feed(std::move(feed));
}

void Province::settle() {
  RelayLink link(*relay_);
  sync::Options options;
  options.fetch_attachments = false;
  // One exchange brings its acts there; what devices wrote meanwhile it need not read.
  options.max_response = 128u << 10;
  options.progress = [](const sync::Progress&) { return false; };
  for (int i = 0; i < 3; ++i) {
    const auto report = sync::run(*admin_, link, options);
    if (!report && report.error().code != Code::cancelled) give_up(report.error());
    if (report && !report->rejected.empty()) give_up(report->rejected.front());
  }
}

void Province::revoke(const Phone& phone) {
  must(vault::revoke(*admin_, phone.id, phone.unit, roster::RevokeReason::lost));
  settle();
}

protocol::Segment Province::seal_one(Phone& phone, Feed& feed, std::span<const changelog::Op> ops) {
  const auto* roster = must(admin_->roster());
  const auto epoch = admin_->keyring().latest(feed.unit);
  const auto* key = epoch ? admin_->keyring().feed_key(feed.unit, *epoch, feed.id) : nullptr;
  if (key == nullptr) give_up(Error{Code::no_key, "of a unit of the year"});
  protocol::SegmentHeader header;
  header.feed = feed.id;
  header.sequence = feed.next;
  header.epoch = *epoch;
  header.roster_size = feed.roster_named = roster->size();
  header.roster_head = *roster->head(roster->size());
  header.checkpoint_size = phone.checkpoint_size;
  header.checkpoint_root = phone.checkpoint_root;
  return must(codec_.seal(realm_, header, feed.head, ops, *key, phone.key));
}

Province::Answer Province::ask(const Bytes& body) {
  const Bytes answer = must(ask_relay(*relay_, body));
  protocol::FrameReader reader;
  reader.push(answer);
  const auto frame = must(reader.next());
  if (!frame) give_up(Error{Code::truncated, "an answer of the relay"});
  if (frame->type == protocol::FrameType::refusal)
    give_up(Error{Code::server_refused, must(protocol::decode_refusal(frame->payload)).code});
  Answer out;
  out.welcome = must(protocol::decode_welcome(frame->payload));
  for (const auto& rejection : out.welcome.rejected) give_up(Error{Code::server_refused, rejection.code});
  out.checkpoint =
      must(ledger::open_checkpoint(out.welcome.checkpoint, protocol::log_key(*must(admin_->roster()))));
  return out;
}

void Province::take(const Answer& answer, Phone& phone) {
  phone.checkpoint_size = ledger_size_ = answer.checkpoint.size;
  phone.checkpoint_root = answer.checkpoint.root;
  if (answer.welcome.token.empty()) return;
  phone.token = answer.welcome.token;
  phone.token_until = clock_.wall_ms() + protocol::kTokenLifeMs / 2;
}

bool Province::push(Phone& phone) { return exchange(phone, true); }
void Province::hear(Phone& phone) { exchange(phone, false); }

bool Province::exchange(Phone& phone, bool seals) {
  protocol::Hello hello;
  hello.address = card_.address;
  hello.device = phone.id;
  for (const auto& unit : units_) hello.cursors[unit] = kNothingMore;
  hello.statements_from = hello.wraps_from = kNothingMore;
  hello.checkpoint_size = phone.checkpoint_size;
  Bytes statements, runs;
  for (const auto& feed : phone.feeds()) {
    if (!feed->opening.empty())
      protocol::append_frame(statements, protocol::FrameType::statement, std::exchange(feed->opening, {}));
    if (!seals || feed->pending.empty()) continue;
    hello.own.push_back({feed->id, feed->next, feed->head, feed->next});
    protocol::append_frame(runs, protocol::FrameType::run,
                           protocol::encode(protocol::Run{feed->id, feed->next, std::nullopt}));
    std::span<const changelog::Op> left(feed->pending);
    for (const std::size_t length : changelog::cut_segments(left)) {
      const auto segment = seal_one(phone, *feed, left.first(length));
      protocol::append_frame(runs, protocol::FrameType::segment, protocol::encode_in_run(segment));
      feed->head = protocol::segment_hash(realm_, segment);
      ++feed->next;
      ++segments_;
      left = left.subspan(length);
    }
    phone.sent = std::max(phone.sent, feed->pending.back().stamp.hlc);
    feed->pending.clear();
    feed->pending.shrink_to_fit();
  }
  if (clock_.wall_ms() < phone.token_until) {
    hello.token = phone.token;
  } else {
    hello.time_ms = clock_.wall_ms();
    hello.signature = phone.key.sign(protocol::hello_message(realm_, ledger_key_, hello));
  }
  Bytes body;
  protocol::append_frame(body, protocol::FrameType::hello, protocol::encode(hello));
  append(body, statements);
  append(body, runs);
  protocol::append_frame(body, protocol::FrameType::end, {});
  take(ask(body), phone);
  return !runs.empty();
}

namespace {

// An answer without what is withheld, as a server would write it that never had it.
class Censor {
 public:
  explicit Censor(const std::vector<Withheld>& withheld) {
    for (const auto& one : withheld) withheld_.emplace(one.feed, one);
  }

  void operator()(RelayLink::Frames& frames) const {
    RelayLink::Frames out;
    protocol::Run run;
    const Withheld* about = nullptr;
    std::uint64_t at = 0;
    bool announced = true;
    for (auto& frame : frames) {
      if (frame.type == protocol::FrameType::run) {
        run = must(protocol::decode_run(frame.payload));
        const auto found = withheld_.find(run.feed);
        about = found == withheld_.end() ? nullptr : &found->second;
        at = run.first;
        announced = about == nullptr;
        if (announced) out.push_back(std::move(frame));
        continue;
      }
      if (frame.type != protocol::FrameType::pulled || about == nullptr) {
        out.push_back(std::move(frame));
        continue;
      }
      const auto sequence = at++;
      if (sequence >= about->first && sequence <= about->until) {
        announced = false;
        continue;
      }
      if (!std::exchange(announced, true)) {
        if (sequence == about->until + 1) run.previous = about->last;
        run.first = sequence;
        out.push_back({protocol::FrameType::run, protocol::encode(run)});
      }
      out.push_back(std::move(frame));
    }
    frames = std::move(out);
  }

 private:
  std::map<FeedId, Withheld> withheld_;
};

}  // namespace

void Province::audit(const std::vector<Withheld>& withheld, const std::function<void(vault::Vault&)>& more) {
  RelayLink link(*relay_, withheld.empty() ? RelayLink::Lie() : Censor(withheld));
  sync::Options options;
  options.keep_ledger = true;
  options.fetch_attachments = false;
  const auto report = must(sync::run(*supervisor_, link, options));
  if (report.ingest.refused_count != 0) give_up(report.ingest.refused.front());
  ledger_size_ = report.ledger_size;
  more(*supervisor_);
}

}  // namespace gandan::dataset
