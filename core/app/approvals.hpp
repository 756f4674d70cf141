// Approvals: from a join request that arrived to what the realm gives its device. First everything is judged,
// which changes nothing; then it is done.
//
// Threading: as the vault's.
#pragma once

#include "app/names.hpp"
#include "app/session.hpp"
#include "vault/acts.hpp"

namespace gandan::app {

// One device that is to be approved, as a person said it.
struct Wish {
  std::string request;  // text
  std::string role;     // its code, or its name in a list
  std::string unit;
  std::string code;    // the comparison code that was read out; empty: not compared
  std::string label;   // what the administrator calls the device; empty: as the request says
  std::string person;  // an administrator's: another device of the same person; empty: the first
};

struct Approval {
  vault::Admission admission;
  DeviceId device;
  std::string label;
  bool compared = false;  // with the code that was read out
  bool already = false;   // has this role there; nothing is left to do
  DeviceId person;        // as wished; zero: the first device of its person
  bool proposed = false;  // others have to approve it
};

// Code::malformed, bad_signature, too_large, other_code, unknown_unit, ambiguous, not_authorized, no_key;
// bad_request with the field that is wrong.
Result<Approval> judge(Session& s, Names& names, const Wish& wish, const crypto::Signer* root = nullptr);

// Signs what is not there already, all or nothing, and remembers the labels; what takes more than one person
// is proposed, one by one. Returns those proposals.
Result<json::array> admit(Session& s, const std::vector<Approval>& approvals,
                          const crypto::Signer* root = nullptr);

// What an approved device begins with; with the unit's records it knows names, villages and rolls before it
// ever meets a server. For these devices alone: an auditor gets neither records nor keys.
Result<Bytes> bundle_for(Session& s, const UnitId& unit, const std::vector<DeviceId>& devices, bool records);

json::object approval_json(const Approval& approval, Names& names);

// Of a request's text and its file, exactly one.
Result<std::string> chosen_request(const std::optional<std::string>& text,
                                   const std::optional<std::string>& file);
Result<std::string> request_in(const std::string& file);

constexpr std::size_t kMaxLabel = 64;  // bytes
// As another program wrote it, for showing: NFC, no control characters, one line.
std::string shown_label(std::string_view label);

}  // namespace gandan::app
