// Methods act.list, act.approve, act.withdraw, realm.threshold: what no administrator does alone. Each kind
// of act is proposed where it belongs: erase.propose, device.approve, device.revoke, device.accept,
// realm.threshold, root.replace, root.recovery.
#include "app/acts.hpp"
#include "app/act_advice.hpp"

#include <algorithm>

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/erase.hpp"
#include "app/root_keys.hpp"
#include "app/words.hpp"
#include "base/calendar.hpp"
#include "records/personal.hpp"
#include "vault/proposals.hpp"
#include "vault/quarantine.hpp"

namespace gandan::app {
namespace {

using roster::ProposalInfo;

constexpr std::size_t kLeastDigits = 6;  // of a proposal's name
constexpr std::size_t kMostAtOnce = 1000;

// Whether more approvals can put it into effect. Not where its proposer administers no more, nor where enough
// said yes and it came to nothing all the same, nor an erasure that met a hold.
bool is_open(const roster::Roster& roster, const ProposalInfo& proposal) {
  const DeviceId& proposer = proposal.proposed.issuer;
  return !proposal.done && !proposal.withdrawn && roster.held_against(proposal) == nullptr &&
         (proposer == roster::root_id(roster.root_key()) ||
          roster.may(proposer, roster::Right::administer, proposal.unit)) &&
         roster.persons_for(proposal).size() < roster.persons_needed(proposal.act, proposal.unit);
}

const char* state_of(const roster::Roster& roster, const ProposalInfo& proposal) {
  if (proposal.done) return proposal.index ? "done" : "approved";
  if (proposal.withdrawn) return "withdrawn";
  if (roster.held_against(proposal) != nullptr) return "held";
  return is_open(roster, proposal) ? "proposed" : "lapsed";
}

Words state_words(std::string_view state, std::size_t missing) {
  if (state == "done") return {"đã có hiệu lực", "in effect"};
  if (state == "approved") return {"đủ người duyệt, chờ máy chủ nhận", "approved, waits for the server"};
  if (state == "withdrawn") return {"đã rút", "withdrawn"};
  if (state == "held")
    return {"không còn hiệu lực vì hồ sơ bị giữ; khi hết giữ, nếu vẫn cần thì đề nghị lại",
            "stopped by a hold on the record: once that is lifted, propose it anew if it is needed still"};
  if (state == "lapsed")
    return {"không còn hiệu lực, nếu vẫn cần thì đề nghị lại",
            "lapsed: if it is needed still, propose it anew"};
  const std::string n = std::to_string(missing);
  return {"chờ thêm " + n + " quản trị khác duyệt",
          "waits for " + n + (missing == 1 ? " other administrator" : " other administrators")};
}

json::object device_json(Documents& documents, const roster::Roster& roster, const DeviceId& id) {
  const std::string text = to_text(id);
  const bool root = id == roster::root_id(roster.root_key()) || roster.device(id) == nullptr;
  return json::object{{"device", text},
                      {"device_short", root ? std::string("root") : short_id(text)},
                      {"label", documents.names().device_label(id)}};
}

Words reason_words(roster::RevokeReason reason) {
  switch (reason) {
    case roster::RevokeReason::left:
      return {"thôi việc", "left"};
    case roster::RevokeReason::lost:
      return {"mất máy", "lost"};
    case roster::RevokeReason::replaced:
      return {"thay máy", "replaced"};
    case roster::RevokeReason::misuse:
      return {"dùng sai", "misuse"};
  }
  return {};
}

// What it is about, in words and as members of its own.
struct Described {
  const char* what;
  Words words;
};

Described describe(Documents& documents, const roster::Roster& roster, const roster::Act& act,
                   json::object& out) {
  Names& names = documents.names();
  const auto device_name = [&](const DeviceId& id) {
    const std::string label = names.device_label(id);
    return short_id(to_text(id)) + (label.empty() ? "" : " (" + label + ")");
  };
  if (const auto* erase = std::get_if<roster::EraseAct>(&act)) {
    const std::string record = to_text(erase->record);
    out["record"] = record;
    out["record_short"] = short_id(record);
    out["reason"] = roster::erase_reason_name(erase->reason);
    std::string title;
    if (const auto row = documents.row(erase->record)) title = documents.title(*row);
    if (!title.empty()) out["title"] = title;
    const std::string shown = short_id(record) + (title.empty() ? "" : " – " + title);
    return {"erase", Words{"Xoá dữ liệu cá nhân của hồ sơ " + shown + "; căn cứ: ",
                           "Erase the personal data of record " + shown + "; because: "} +
                         records::erase_reason_words(erase->reason)};
  }
  if (const auto* admin = std::get_if<roster::AdminAct>(&act)) {
    const DeviceId device = roster::device_id(admin->sign_key, admin->box_key);
    out["device"] = to_text(device);
    out["device_short"] = short_id(to_text(device));
    Words words{
        "Cho máy " + device_name(device) + " làm quản trị " + names.unit_name(admin->unit),
        "Make device " + device_name(device) + " an administrator of " + names.unit_name(admin->unit)};
    if (!admin->person.is_zero()) {
      out["person"] = to_text(admin->person);
      words = words + Words{", của cùng người với máy " + device_name(admin->person),
                            ", of the same person as device " + device_name(admin->person)};
    }
    return {"administrator", words};
  }
  if (const auto* revoke = std::get_if<roster::RevokeBody>(&act)) {
    out["device"] = to_text(revoke->device);
    out["device_short"] = short_id(to_text(revoke->device));
    return {"remove", Words{"Thu hồi máy quản trị " + device_name(revoke->device) + " ở " +
                                names.unit_name(revoke->unit) + ": ",
                            "Remove administrator's device " + device_name(revoke->device) + " from " +
                                names.unit_name(revoke->unit) + ": "} +
                          reason_words(revoke->reason)};
  }
  if (const auto* accept = std::get_if<roster::AcceptBody>(&act)) {
    const auto* feed = roster.feed(accept->feed);
    const DeviceId device = feed == nullptr ? DeviceId{} : feed->device;
    const std::string place = std::to_string(accept->sequence);
    out["device"] = to_text(device);
    out["device_short"] = short_id(to_text(device));
    const Words whose =
        has_role(roster, device)
            ? Words{"của máy " + device_name(device), "of device " + device_name(device)}
            : Words{"của máy đã thu hồi " + device_name(device), "of removed device " + device_name(device)};
    return {"accept", Words{"Cho tính phần nộp muộn ", "Let count the late work "} + whose +
                          Words{" (đoạn " + place + ")", " (segment " + place + ")"}};
  }
  if (const auto* threshold = std::get_if<roster::ThresholdAct>(&act)) {
    const std::string n = std::to_string(threshold->persons);
    out["persons"] = json::integer(threshold->persons);
    return {"threshold",
            {"Từ nay việc hệ trọng cần " + n + " người đồng ý",
             "From now on, grave acts take " + n + (threshold->persons == 1 ? " person" : " persons")}};
  }
  if (const auto* root = std::get_if<roster::RootKeyAct>(&act)) {
    out["root_key"] = to_hex(root->root_key.view());
    return {"root_key", {"Thay khoá gốc", "Replace the root key"}};
  }
  if (const auto* policy = std::get_if<roster::PolicyAct>(&act)) {
    const std::string n = std::to_string(policy->lease_days);
    out["lease_days"] = json::integer(policy->lease_days);
    out["wipe"] = policy->wipe;
    Words words = policy->lease_days == 0
                      ? Words{"Máy không liên lạc vẫn dùng được", "Devices without contact work on"}
                      : Words{"Máy quá " + n + " ngày không liên lạc thì tạm khoá",
                              "Devices lock after " + n + " days without contact"};
    words =
        words + (policy->wipe ? Words{"; máy bị thu hồi tự xoá sổ", "; removed ones wipe themselves"}
                              : Words{"; máy bị thu hồi không tự xoá", "; removed ones keep what they have"});
    return {"policy", words};
  }
  const auto& recovery = std::get<roster::RecoveryAct>(act);
  const std::string k = std::to_string(recovery.needed), n = std::to_string(recovery.keys.size());
  json::array keys;
  for (const auto& key : recovery.keys) keys.emplace_back(to_hex(key.view()));
  out["needed_keys"] = json::integer(recovery.needed);
  out["keys"] = std::move(keys);
  return {"recovery",
          {"Đặt khoá khôi phục gốc: " + k + " trong " + n + " người giữ",
           "Name the keys that recover the root: any " + k + " of " + n}};
}

// By its name or the beginning of it.
Result<Hash> find_proposal(const roster::Roster& roster, const std::string& text) {
  std::string digits = text;
  for (auto& c : digits)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  std::optional<Hash> found;
  for (const auto& proposal : roster.proposals()) {
    if (digits.size() < kLeastDigits || to_hex(proposal.hash.view()).rfind(digits, 0) != 0) continue;
    if (found) return Error{Code::ambiguous, text};
    found = proposal.hash;
  }
  if (!found) return Error{Code::act_unknown, text};
  return *found;
}

// Authority first: who may not would hear of the reason that counts.
Status may_decide(Session& s, const UnitId& unit, const crypto::Signer* root) {
  if (root != nullptr) return {};
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return roster->may(s.vault->identity().id, roster::Right::administer, unit) ? Status()
                                                                              : Status(Code::not_authorized);
}

// Nobody approves what he cannot look at, nor a part before those that its author wrote before it: what a
// device wrote late counts from its beginning on. `along`: what is approved in the same request.
Status may_count(Session& s, const roster::AcceptBody& accept, const std::set<Hash>& along) {
  const auto no = [&](Code code, const char* why, const char* vi, const char* en) {
    return Error{code, to_hex(accept.hash.view()), {{"proposals", why, vi, en}}};
  };
  GANDAN_TRY(const bool here, vault::have_segment(*s.vault, accept));
  if (!here)
    return no(Code::not_found, "not_here",
              "Phần nộp muộn ấy chưa có ở máy này: nhận gói của người đề nghị rồi xem.",
              "That late work is not on this device: take the proposer's bundle, and look "
              "at it.");
  GANDAN_TRY(const auto before, vault::quarantined_before(*s.vault, accept));
  if (std::all_of(before.begin(), before.end(), [&](const Hash& hash) { return along.count(hash) != 0; }))
    return {};
  return no(Code::bad_request, "earlier",
            "Máy ấy còn phần viết trước phần này chưa được cho tính: hãy đồng ý phần trước đã.",
            "That device wrote parts before this one that do not count yet: approve those first.");
}

bool same_act(const roster::Act& a, const roster::Act& b) {
  const auto bytes = [](const roster::Act& act) {
    roster::Statement statement;
    statement.body = roster::ProposeBody{act};
    return roster::encode_statement(statement);
  };
  return a.index() == b.index() && bytes(a) == bytes(b);
}

Result<json::object> shown(Session& s, const Hash& hash, const LateWork* late = nullptr) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto* proposal = roster->proposal(hash);
  if (proposal == nullptr) return Code::internal;
  Documents documents(s);
  return proposal_json(s, documents, *proposal, late);
}

}  // namespace

bool has_role(const roster::Roster& roster, const DeviceId& device) {
  const auto* known = roster.device(device);
  return known != nullptr && std::any_of(known->grants.begin(), known->grants.end(),
                                         [](const roster::GrantInfo& grant) { return !grant.until; });
}

bool takes_others(const roster::Roster& roster, const roster::Act& act, const UnitId& unit) {
  return roster.persons_needed(act, unit) > 1;
}

Result<json::object> proposal_json(Session& s, Documents& documents, const ProposalInfo& proposal,
                                   const LateWork* late) {
  GANDAN_TRY(const roster::Roster* now, s.vault->roster());
  const roster::Roster& roster = *now;
  const std::size_t needed = roster.persons_needed(proposal.act, proposal.unit);
  const std::size_t said = roster.persons_for(proposal).size();
  const std::size_t missing = said < needed ? needed - said : 0;
  const std::string state = state_of(roster, proposal);
  json::object out{{"proposal", to_hex(proposal.hash.view())},
                   {"unit", documents.names().unit_json(proposal.unit)},
                   {"state", state},
                   {"needed", number(needed)},
                   {"proposed_by", device_json(documents, roster, proposal.proposed.issuer)}};
  const Described about = describe(documents, roster, proposal.act, out);
  out["what"] = about.what;
  json::array approvals;
  for (const auto& approval : proposal.approvals)
    approvals.push_back(device_json(documents, roster, approval.issuer));
  out["approved_by"] = std::move(approvals);
  if (proposal.withdrawn) out["withdrawn_by"] = device_json(documents, roster, proposal.withdrawn->issuer);
  if (proposal.index) {
    GANDAN_TRY(const auto receipt, vault::statement_receipt(*s.vault, *proposal.index));
    out["ledger_index"] = number(*proposal.index);
    if (receipt) out["received_at"] = instant_text(*receipt);
  }
  if (const auto* accept = std::get_if<roster::AcceptBody>(&proposal.act);
      accept != nullptr && state == "proposed") {
    LateWork read;
    if (late == nullptr) {
      GANDAN_TRY(read, late_work(*s.vault));
    }
    GANDAN_TRY(out["late"], late_json(s, late == nullptr ? read : *late, *accept));
  }
  if (state == "proposed") put_advice(out, advice_on_removal(roster, proposal));
  put_words(out, about.words + same(" – ") + state_words(state, missing));
  return out;
}

Result<json::array> erasures_of(Session& s, Documents& documents, const RecordId& record) {
  json::array out;
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  for (const auto& proposal : roster->proposals()) {
    const auto* erase = std::get_if<roster::EraseAct>(&proposal.act);
    if (erase == nullptr || erase->record != record) continue;
    GANDAN_TRY(auto row, proposal_json(s, documents, proposal));
    out.push_back(std::move(row));
  }
  return out;
}

Result<json::object> propose_act(Session& s, const roster::Act& act, const crypto::Signer* root,
                                 const LateWork* late) {
  // What waits already is not proposed twice; what can come to nothing any more is.
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  for (const auto& proposal : roster->proposals()) {
    if (!is_open(*roster, proposal) || !same_act(proposal.act, act)) continue;
    if (root != nullptr && proposal.proposed.issuer != roster::root_id(roster->root_key())) {
      const Hash hash = proposal.hash;  // the roster changes under it
      GANDAN_CHECK(vault::approve(*s.vault, {&hash, 1}, root));
      return shown(s, hash);
    }
    Documents documents(s);
    return proposal_json(s, documents, proposal, late);
  }
  GANDAN_TRY(const auto outcome, vault::propose(*s.vault, act, root));
  return shown(s, outcome.proposal, late);
}

std::size_t proposals_waiting(const roster::Roster& roster, const DeviceId& device) {
  const DeviceId person = roster.person_of(device);
  return static_cast<std::size_t>(
      std::count_if(roster.proposals().begin(), roster.proposals().end(), [&](const ProposalInfo& proposal) {
        return is_open(roster, proposal) && roster.persons_for(proposal).count(person) == 0 &&
               roster.may(device, roster::Right::administer, proposal.unit);
      }));
}

Result<json::value> act_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Documents documents(s);
  LateWork late;  // opens all that is held back: once, and only where somebody is asked about it
  if (std::any_of(roster->proposals().begin(), roster->proposals().end(), [&](const ProposalInfo& proposal) {
        return std::holds_alternative<roster::AcceptBody>(proposal.act) && is_open(*roster, proposal);
      })) {
    GANDAN_TRY(late, late_work(*s.vault));
  }
  json::array rows;
  for (const auto& proposal : roster->proposals()) {
    GANDAN_TRY(auto row, proposal_json(s, documents, proposal, &late));
    rows.push_back(std::move(row));
  }
  json::object out{{"threshold", json::integer(roster->threshold())},
                   {"waiting", number(proposals_waiting(*roster, s.vault->identity().id))},
                   {"proposals", std::move(rows)}};
  put_advice(out, advice_on_threshold(*roster, roster->threshold()));
  return json::value(std::move(out));
}

Result<json::value> act_approve(Session& s, Params& p) {
  const auto texts = p.texts("proposals", kMostAtOnce);
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  const auto* key = root.signer();
  // All are looked at before one is signed.
  std::set<Hash> accepted;
  std::vector<Hash> chosen;
  Documents documents(s);
  for (const auto& text : texts) {
    GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
    GANDAN_TRY(const Hash hash, find_proposal(*roster, text));
    const ProposalInfo proposal = *roster->proposal(hash);
    GANDAN_CHECK(may_decide(s, proposal.unit, key));
    if (proposal.withdrawn) return Error{Code::act_withdrawn, text};
    if (proposal.done) return Error{Code::act_done, text};
    if (std::holds_alternative<roster::EraseAct>(proposal.act))
      GANDAN_CHECK(may_erase(s, documents, proposal));
    if (const auto* accept = std::get_if<roster::AcceptBody>(&proposal.act)) {
      GANDAN_CHECK(may_count(s, *accept, accepted));
      accepted.insert(accept->hash);
    }
    if (std::find(chosen.begin(), chosen.end(), hash) == chosen.end()) chosen.push_back(hash);
  }
  GANDAN_CHECK(vault::approve(*s.vault, chosen, key));
  json::array rows;
  for (const auto& hash : chosen) {
    GANDAN_TRY(auto row, shown(s, hash));
    rows.push_back(std::move(row));
  }
  return json::value(json::object{{"proposals", std::move(rows)}});
}

Result<json::value> act_withdraw(Session& s, Params& p) {
  const std::string text = p.text("proposal");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const Hash hash, find_proposal(*roster, text));
  const auto* found = roster->proposal(hash);
  GANDAN_CHECK(may_decide(s, found->unit, nullptr));
  if (found->withdrawn) return Error{Code::act_withdrawn, text};
  if (found->done) return Error{Code::act_done, text};
  GANDAN_CHECK(vault::withdraw(*s.vault, hash));
  GANDAN_TRY(auto row, shown(s, hash));
  return json::value(std::move(row));
}

Result<json::value> realm_threshold(Session& s, Params& p) {
  const auto wanted = p.integer_or("persons", 0, 1, roster::kMaxPersons);
  if (!p.has("persons")) p.fault("persons", "required", "Còn thiếu.", "Is missing.");
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  const auto persons = static_cast<std::uint8_t>(wanted);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (persons > roster->persons_at(roster->root().top).size()) return Code::too_few_persons;
  const Words advice = advice_on_threshold(*roster, persons);
  GANDAN_TRY(auto row, propose_act(s, roster::ThresholdAct{persons}, root.signer()));
  put_advice(row, advice);
  return json::value(std::move(row));
}

}  // namespace gandan::app
