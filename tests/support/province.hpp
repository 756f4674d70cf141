// A province over the boundary: an administrator, a receiving office 20.A with the commune 06463 below it,
// and devices that are enrolled by file. Records travel by bundle, or over whatever transport is given.
#pragma once

#include "base/calendar.hpp"
#include "support/seams.hpp"
#include "support/shell.hpp"
#include "vault/queries.hpp"

namespace gandan::test {

struct Province {
  using Connect = decltype(Seams::transport);
  static constexpr const char* kLedgerKey =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  explicit Province(const std::string& ledger_key = kLedgerKey, Connect connect = {});

  Shell& shell(const std::string& name);
  // A device with a role in a unit, and a holder "CB-name" who uses it where it may write.
  Shell& enrol(const std::string& name, const std::string& role, const std::string& unit);
  void carry(const std::string& from, const std::string& to);

  // A visit that can be finalised.
  std::string visit(const std::string& by);
  std::string denunciation(const std::string& by);  // its "identity" is a sealed field
  json::object show(const std::string& by, const std::string& id, json::object more = {});
  std::string stage(const std::string& by, const std::string& id);

  // What only a changed program would do: on the device's vault, past its methods.
  void unchecked(const std::string& by, const std::function<void(vault::Vault&)>& act);
  // Marks that no method writes for this device.
  void forge(const std::string& by, const std::string& id, const std::vector<vault::Change>& changes);

  static std::string key_of(const std::string& name);

  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  std::map<std::string, std::unique_ptr<Shell>> shells;
  std::map<std::string, std::string> devices;

 private:
  Connect connect_;
  int bundles_ = 0;
};

}  // namespace gandan::test
