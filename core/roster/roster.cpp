#include "roster/roster.hpp"

#include "crypto/hash.hpp"

namespace gandan::roster {
namespace {

constexpr std::size_t kMaxDepth = 16;  // of the unit tree: a bound on every walk upwards

bool grants_right(Role role, Right right) {
  switch (right) {
    case Right::administer:
      return role == Role::admin;
    case Right::write:
      return role != Role::auditor;
    case Right::read:
      return role != Role::auditor;
    case Right::accept:
      return role == Role::admin || role == Role::office;
    case Right::witness:
      return role == Role::supervisor || role == Role::auditor;
    case Right::ask:
      return role == Role::admin || role == Role::office || role == Role::supervisor;
  }
  return false;
}

}  // namespace

Result<Roster> Roster::start(const Statement& root) {
  const auto* body = std::get_if<RootBody>(&root.body);
  if (body == nullptr) return Error{Code::bad_statement, "the first statement is not a root statement"};
  Roster roster;
  roster.realm_ = realm_id(body->root_key, body->nonce);
  if (!verify_statement(roster.realm_, root, body->root_key)) return Code::bad_signature;
  if (root.issuer != root_id(body->root_key) || !root.issuer_previous.is_zero() || root.roster_size != 0 ||
      !root.roster_head.is_zero() || body->epoch.number != 1 || body->top.is_zero())
    return Error{Code::bad_statement, "malformed root statement"};
  roster.root_ = *body;
  roster.root_key_ = body->root_key;
  roster.fingerprint_ = statement_hash(roster.realm_, root);
  const Origin origin{1, 0, root.issuer};
  roster.units_[body->top] = UnitInfo{body->top, {{UnitId{}, 1}}, {{body->epoch, origin}}, {}};
  roster.known_[roster.fingerprint_] = 1;
  roster.last_of_[root.issuer] = roster.fingerprint_;
  roster.heads_.push_back(crypto::tagged_hash("gandan/roster-head/v1", roster.realm_,
                                              {Hash{}.view(), roster.fingerprint_.view()}));
  return roster;
}

Status Roster::apply(const Statement& statement, std::optional<std::uint64_t> ledger_index,
                     Signatures signatures) {
  const Hash hash = statement_hash(realm_, statement);
  if (const auto known = known_.find(hash); known != known_.end()) {
    if (ledger_index) learn_index(statement, known->second, *ledger_index);
    return {};
  }
  GANDAN_CHECK(check_issuer(statement, signatures));
  GANDAN_CHECK(apply_body(statement, ledger_index));
  last_of_[statement.issuer] = hash;
  if (std::holds_alternative<FeedBody>(statement.body)) {
    known_[hash] = 0;
    return {};
  }
  const Hash before = heads_.back();
  heads_.push_back(crypto::tagged_hash("gandan/roster-head/v1", realm_, {before.view(), hash.view()}));
  known_[hash] = heads_.size();
  return {};
}

// What came by hand may learn its ledger index later: that of the roles that it ended, and of no others.
void Roster::learn_index(const Statement& statement, std::uint64_t from, std::uint64_t ledger_index) {
  if (const auto* revoke = std::get_if<RevokeBody>(&statement.body))
    return set_revoked_index(*revoke, from, ledger_index);
  if (std::holds_alternative<MoveBody>(statement.body)) {
    for (auto& move : moves_)
      if (move.from == from && !move.index) move.index = ledger_index;
    return;
  }
  const auto* approval = std::get_if<ApproveBody>(&statement.body);
  if (approval == nullptr && !std::holds_alternative<ProposeBody>(statement.body)) return;
  const Hash name = approval != nullptr ? approval->proposal : statement_hash(realm_, statement);
  const auto at = proposal_at_.find(name);
  if (at == proposal_at_.end()) return;  // it approved what never came
  auto& proposal = proposals_[at->second];
  if (!proposal.done || proposal.done->from != from || proposal.index) return;
  proposal.index = ledger_index;
  if (const auto* revoke = std::get_if<RevokeBody>(&proposal.act))
    set_revoked_index(*revoke, from, ledger_index);
}

void Roster::set_revoked_index(const RevokeBody& body, std::uint64_t from, std::uint64_t ledger_index) {
  for (auto& grant : devices_.at(body.device).grants)
    if (grant.unit == body.unit && grant.until == from && !grant.revoked_index)
      grant.revoked_index = ledger_index;
}

Status Roster::check_issuer(const Statement& statement, Signatures signatures) const {
  // A new root key speaks for the first time.
  const auto* recovery = std::get_if<RecoverBody>(&statement.body);
  const SignPublicKey& root_key = recovery != nullptr ? recovery->root_key : root_key_;
  const bool by_root = statement.issuer == root_id(root_key);
  const auto* device = this->device(statement.issuer);
  if (!by_root && (device == nullptr || recovery != nullptr)) return Code::unknown_device;
  if (signatures == Signatures::verify &&
      !verify_statement(realm_, statement, by_root ? root_key : device->sign_key))
    return Code::bad_signature;
  if (statement.issuer_previous != last_statement_of(statement.issuer))
    return Error{Code::bad_statement, "the issuer's chain is broken"};
  const auto seen = head(statement.roster_size);
  if (!seen || *seen != statement.roster_head) return Error{Code::bad_statement, "unknown roster head"};
  return {};
}

Status Roster::apply_body(const Statement& statement, std::optional<std::uint64_t> ledger_index) {
  const bool by_root = statement.issuer == root_id(root_key_);
  const auto administers = [&](const UnitId& unit) {
    return by_root || may(statement.issuer, Right::administer, unit);
  };
  const Origin origin{heads_.size() + 1, statement.roster_size, statement.issuer};

  if (std::holds_alternative<RootBody>(statement.body)) return Error{Code::bad_statement, "a second root"};
  // What takes others by now: too late from who did not know it, and refused else. Nothing: it is his to say.
  const auto takes_others = [&]() -> std::optional<Status> {
    if (alone(statement.issuer, statement.body)) return std::nullopt;
    return knew_what_it_takes(origin, statement.body) ? Status(Code::needs_approval) : Status();
  };

  if (const auto* body = std::get_if<UnitBody>(&statement.body)) {
    if (unit(body->parent) == nullptr) return Code::unknown_unit;
    if (!administers(body->parent)) return Code::not_authorized;
    if (body->unit.is_zero() || unit(body->unit) != nullptr)
      return Error{Code::bad_statement, "the unit exists"};
    if (body->epoch.number != 1) return Error{Code::bad_statement, "a unit starts with epoch 1"};
    if (depth(body->parent) + 1 >= kMaxDepth) return Error{Code::bad_statement, "the tree is too deep"};
    units_[body->unit] = UnitInfo{body->unit, {{body->parent, origin.from}}, {{body->epoch, origin}}, {}};
    return {};
  }

  if (const auto* body = std::get_if<GrantBody>(&statement.body)) {
    if (unit(body->unit) == nullptr) return Code::unknown_unit;
    if (!administers(body->unit)) return Code::not_authorized;
    if (const auto said = takes_others()) return *said;
    return apply_grant(*body, origin);
  }

  if (const auto* body = std::get_if<RevokeBody>(&statement.body)) {
    if (device(body->device) == nullptr) return Code::unknown_device;
    if (!administers(body->unit)) return Code::not_authorized;
    if (const auto said = takes_others()) return *said;
    return apply_revoke(*body, origin, ledger_index);
  }

  if (const auto* body = std::get_if<EpochBody>(&statement.body)) {
    const auto found = units_.find(body->unit);
    if (found == units_.end()) return Code::unknown_unit;
    if (!administers(body->unit)) return Code::not_authorized;
    if (body->epoch.number < 2) return Error{Code::bad_statement, "a unit starts with epoch 1"};
    const auto& last = found->second.epochs.back();
    if (body->epoch.number == last.number + 1 && origin.knew(last.origin))
      found->second.epochs.push_back({body->epoch, origin});
    return {};
  }

  if (const auto* body = std::get_if<SchemaBody>(&statement.body)) {
    if (!administers(root_.top)) return Code::not_authorized;
    const bool next = body->number == schemas_.size() + 1;
    const bool overtaken = body->number >= 1 && body->number <= schemas_.size() &&
                           !origin.knew(schemas_[body->number - 1].origin);
    if (!next && !overtaken) return Error{Code::bad_statement, "schemas are dense"};
    const std::uint64_t wanted = (body->size + kSchemaChunkBytes - 1) / kSchemaChunkBytes;
    if (body->size == 0 || body->chunks.size() > kMaxSchemaChunks || body->chunks.size() != wanted)
      return Error{Code::bad_statement, "the schema's size and its chunks differ"};
    (next ? schemas_ : overtaken_schemas_).push_back({*body, statement.issuer, origin});
    return {};
  }

  if (const auto* body = std::get_if<MoveBody>(&statement.body)) {
    if (unit(body->unit) == nullptr || unit(body->parent) == nullptr) return Code::unknown_unit;
    if (body->unit == root_.top || !administers(unit(body->unit)->parent()) || !administers(body->parent))
      return Code::not_authorized;
    return apply_move(*body, origin, ledger_index);
  }

  if (const auto* body = std::get_if<AcceptBody>(&statement.body)) {
    const auto* of = feed(body->feed);
    if (of == nullptr) return Code::unknown_feed;
    if (!administers(of->unit)) return Code::not_authorized;
    if (const auto said = takes_others()) return *said;
    return apply_accept(*body);
  }

  if (const auto* body = std::get_if<ProposeBody>(&statement.body))
    return propose(*body, statement_hash(realm_, statement), origin, ledger_index);
  if (const auto* body = std::get_if<ApproveBody>(&statement.body))
    return approve(*body, origin, ledger_index);
  if (const auto* body = std::get_if<WithdrawBody>(&statement.body)) return withdraw(*body, origin);
  if (const auto* body = std::get_if<RecoverBody>(&statement.body)) return recover(*body);
  if (const auto* body = std::get_if<HoldBody>(&statement.body))
    return hold(*body, statement_hash(realm_, statement), origin);
  if (const auto* body = std::get_if<LiftBody>(&statement.body)) return lift(*body, origin);

  const auto& body = std::get<FeedBody>(statement.body);
  if (unit(body.unit) == nullptr) return Code::unknown_unit;
  // Or might once: what a phone wrote before its removal and hands over afterwards lies in its feed, and an
  // opening alone lets nothing count.
  if (wrote_by(statement.issuer, body.unit) == nullptr) return Code::not_authorized;
  if (body.incarnation != next_incarnation(statement.issuer, body.unit))
    return Error{Code::bad_statement, "incarnations are dense"};
  const FeedId id = *opened_feed(realm_, statement);
  feeds_[id] = FeedInfo{id, statement.issuer, body.unit, body.incarnation};
  ++incarnations_[{statement.issuer, body.unit}];
  return {};
}

Status Roster::apply_grant(const GrantBody& body, const Origin& origin, const DeviceId& person) {
  const DeviceId id = device_id(body.sign_key, body.box_key);
  auto& info = devices_.try_emplace(id, DeviceInfo{id, body.sign_key, body.box_key, {}}).first->second;
  // Ids are half a hash: two key pairs under one of them would be somebody's work of 2^64.
  if (info.sign_key != body.sign_key || info.box_key != body.box_key)
    return Error{Code::bad_statement, "other keys under a known id"};
  info.grants.push_back(
      GrantInfo{body.role, body.unit, origin, std::nullopt, std::nullopt, person, {}, std::nullopt});
  return {};
}

Status Roster::apply_revoke(const RevokeBody& body, const Origin& origin,
                            std::optional<std::uint64_t> ledger_index) {
  bool held = false, ended = false;
  for (auto& grant : devices_.at(body.device).grants) {
    if (grant.unit != body.unit) continue;
    held = true;
    if (grant.until) continue;
    grant.until = origin.from;
    grant.ended_by = origin.issuer;
    grant.reason = body.reason;
    grant.revoked_index = ledger_index;
    ended |= grants_right(grant.role, Right::read);
  }
  if (!held) return Error{Code::bad_statement, "the device never held a role there"};
  if (ended && !may(body.device, Right::read, body.unit, origin.from))
    units_.at(body.unit).cuts.push_back(origin);
  return {};
}

Status Roster::apply_accept(const AcceptBody& body) {
  accepted_[{body.feed, body.sequence}].insert(body.hash);
  return {};
}

Status Roster::apply_move(const MoveBody& body, const Origin& origin,
                          std::optional<std::uint64_t> ledger_index) {
  auto& moved = units_.at(body.unit);
  if (moved.parent() == body.parent) return {};
  if (within(body.parent, body.unit)) return Error{Code::bad_statement, "a unit cannot lie below itself"};
  if (depth(body.parent) + 1 + height(body.unit) >= kMaxDepth)
    return Error{Code::bad_statement, "the tree is too deep"};
  moved.parents.push_back({body.parent, origin.from});
  moved.cuts.push_back(origin);
  moves_.push_back({origin.from, ledger_index});
  return {};
}

std::size_t Roster::depth(const UnitId& id) const {
  std::size_t out = 0;
  for (const UnitInfo* at = unit(id); at != nullptr && !at->parent().is_zero(); at = unit(at->parent()))
    ++out;
  return out;
}

std::size_t Roster::height(const UnitId& id) const {
  const std::size_t top = depth(id);
  std::size_t out = 0;
  for (const auto& [other, info] : units_)
    if (within(other, id)) out = std::max(out, depth(other) - top);
  return out;
}

std::optional<Hash> Roster::head(std::uint64_t size) const {
  if (size == 0) return Hash{};
  if (size > heads_.size()) return std::nullopt;
  return heads_[static_cast<std::size_t>(size - 1)];
}

Hash Roster::last_statement_of(const DeviceId& issuer) const {
  const auto found = last_of_.find(issuer);
  return found == last_of_.end() ? Hash{} : found->second;
}

const UnitInfo* Roster::unit(const UnitId& id) const {
  const auto found = units_.find(id);
  return found == units_.end() ? nullptr : &found->second;
}
const DeviceInfo* Roster::device(const DeviceId& id) const {
  const auto found = devices_.find(id);
  return found == devices_.end() ? nullptr : &found->second;
}
const FeedInfo* Roster::feed(const FeedId& id) const {
  const auto found = feeds_.find(id);
  return found == feeds_.end() ? nullptr : &found->second;
}

bool Roster::is_schema_chunk(const Hash& chunk) const {
  for (const auto* list : {&schemas_, &overtaken_schemas_})
    for (const auto& schema : *list)
      for (const auto& name : schema.body.chunks)
        if (name == chunk) return true;
  return false;
}

std::uint32_t Roster::next_incarnation(const DeviceId& device, const UnitId& unit) const {
  const auto found = incarnations_.find({device, unit});
  return found == incarnations_.end() ? 0 : found->second;
}

bool Roster::within(const UnitId& unit, const UnitId& ancestor, std::uint64_t at) const {
  for (const UnitInfo* here = this->unit(unit); here != nullptr;) {
    if (here->id == ancestor) return true;
    // The parent at that size; before the unit was made, its first one.
    const auto& parents = here->parents;
    auto parent = parents.size() - 1;
    while (parent > 0 && parents[parent].from > at) --parent;
    here = this->unit(parents[parent].id);
  }
  return false;
}

bool Roster::rotation_due(const UnitId& id) const {
  const auto* info = unit(id);
  if (info == nullptr) return false;
  const Origin& epoch = info->epochs.back().origin;
  for (const UnitInfo* at = info; at != nullptr; at = unit(at->parent()))
    for (const auto& cut : at->cuts)
      if (cut.from > epoch.from || !epoch.knew(cut)) return true;
  return false;
}

bool Roster::epoch_missed(const UnitId& id, const GrantInfo& grant) const {
  const auto* info = unit(id);
  if (info == nullptr || grant.until || grant.unit != id || !grants_right(grant.role, Right::read))
    return false;
  const Origin& epoch = info->epochs.back().origin;
  return epoch.from < grant.origin.from ? !grant.origin.knew(epoch) : !epoch.knew(grant.origin);
}

std::optional<std::uint64_t> Roster::moved_away_index(const UnitId& unit, const UnitId& ancestor,
                                                      std::uint64_t named) const {
  for (const auto& move : moves_)
    if (move.from > named && move.index && !within(unit, ancestor, move.from)) return move.index;
  return std::nullopt;
}

bool Roster::accepted(const FeedId& feed, std::uint64_t sequence, const Hash& hash) const {
  const auto found = accepted_.find({feed, sequence});
  return found != accepted_.end() && found->second.count(hash) != 0;
}

bool Roster::may(const DeviceId& device, Right right, const UnitId& unit, std::uint64_t at) const {
  const auto* info = this->device(device);
  if (info == nullptr) return false;
  for (const auto& grant : info->grants)
    if (grant.origin.from <= at && (!grant.until || at < *grant.until) && grants_right(grant.role, right) &&
        within(unit, grant.unit, at))
      return true;
  return false;
}

bool Roster::ever_had(const DeviceId& issuer, Right right) const {
  const auto* info = device(issuer);
  return info != nullptr &&
         std::any_of(info->grants.begin(), info->grants.end(),
                     [&](const GrantInfo& grant) { return grants_right(grant.role, right); });
}

const GrantInfo* Roster::wrote_by(const DeviceId& device, const UnitId& unit) const {
  const auto* info = this->device(device);
  const auto* place = this->unit(unit);
  if (info == nullptr || place == nullptr) return nullptr;
  const std::uint64_t made = place->parents.front().from;
  const GrantInfo* out = nullptr;
  for (const auto& grant : info->grants) {
    if (!grants_right(grant.role, Right::write)) continue;
    const auto held = [&](std::uint64_t at) {
      return at >= made && at >= grant.origin.from && (!grant.until || at < *grant.until) &&
             within(unit, grant.unit, at);
    };
    // The tree changes with moves only.
    if (held(std::max(made, grant.origin.from)) ||
        std::any_of(moves_.begin(), moves_.end(), [&](const Move& move) { return held(move.from); }))
      out = &grant;
  }
  return out;
}

std::set<UnitId> Roster::readable_units(const DeviceId& device) const {
  std::set<UnitId> out;
  for (const auto& [id, info] : units_)
    if (may(device, Right::read, id)) out.insert(id);
  return out;
}

const GrantInfo* Roster::relies_on(const DeviceId& device, const UnitId& unit, std::uint64_t named_size,
                                   std::optional<std::uint64_t> ledger_index, Right right) const {
  const auto* info = this->device(device);
  if (info == nullptr) return nullptr;
  for (const auto& grant : info->grants) {
    if (!grants_right(grant.role, right) || !within(unit, grant.unit, named_size)) continue;
    if (named_size < grant.origin.from || (grant.until && named_size >= *grant.until)) continue;
    // What is not in the ledger when the revocation is cannot be shown to lie before it.
    const auto before = [&](const std::optional<std::uint64_t>& end) {
      return !end || (ledger_index && *ledger_index < *end);
    };
    if (before(grant.revoked_index) && before(moved_away_index(unit, grant.unit, named_size))) return &grant;
  }
  return nullptr;
}

}  // namespace gandan::roster
