#include "protocol/witness.hpp"

#include <algorithm>

namespace gandan::protocol {
namespace {
constexpr std::string_view kName = "gandan-witness/";
}

ledger::NoteKey witness_key(const DeviceId& device, const SignPublicKey& key) {
  return {std::string(kName) + to_text(device), ledger::KeyType::cosignature, key};
}

bool may_witness(const roster::Roster& roster, const DeviceId& device) {
  return roster.may(device, roster::Right::witness, roster.root().top);
}

Result<std::vector<Cosignature>> cosignatures(const roster::Roster& roster, std::string_view note) {
  GANDAN_TRY(const auto parsed, ledger::parse_note(note));
  std::vector<DeviceId> devices;
  std::vector<ledger::NoteKey> keys;
  for (const auto& line : parsed.signatures) {
    if (line.name.substr(0, kName.size()) != kName) continue;
    const auto device = id_from_text<DeviceId>(std::string_view(line.name).substr(kName.size()));
    if (!device || !may_witness(roster, *device)) continue;
    if (std::find(devices.begin(), devices.end(), *device) != devices.end()) continue;
    devices.push_back(*device);
    keys.push_back(witness_key(*device, roster.device(*device)->sign_key));
  }
  GANDAN_TRY(const auto verified, ledger::verify_note(parsed, keys));
  std::vector<Cosignature> out;
  for (const auto& one : verified) out.push_back({devices[one.key], one.time_s});
  return out;
}

ledger::NoteKey log_key(const roster::Roster& roster) {
  return {roster::ledger_origin(roster.realm()), ledger::KeyType::ed25519, roster.root().ledger_key};
}

}  // namespace gandan::protocol
