// Devices whose vaults are backed up, restored and copied, over a server in the same process.
#pragma once

#include "support/loopback.hpp"

namespace gandan::test {

// How a vault tells a copy of it by its file; nullptr where this file system tells no births.
inline vault::PlaceOf files_tell() {
  return vault::birth_of(std::filesystem::temp_directory_path().string()) ? vault::birth_of : nullptr;
}

// A device by the name of its folder: what a backup program and a thief see of it.
struct Phone {
  // `place_of`: nullptr where nothing tells a copy from what it is a copy of.
  Phone(Realm& realm, std::string folder_name, roster::Role role, const UnitId& unit,
        vault::PlaceOf place_of = nullptr)
      : realm_(realm),
        place_of_(place_of),
        name(std::move(folder_name)),
        device(realm.enrolled(name, role, unit)) {
    open();
  }
  // One that was approved otherwise.
  Phone(Realm& realm, std::string folder_name, std::unique_ptr<Device> made,
        vault::PlaceOf place_of = nullptr)
      : realm_(realm), place_of_(place_of), name(std::move(folder_name)), device(std::move(made)) {
    open();
  }
  // A second phone with a copy of the first one's vault.
  Phone(Phone& other, std::string folder_name)
      : realm_(other.realm_), place_of_(other.place_of_), name(std::move(folder_name)) {
    other.copy_to(realm_.folder.path(name));
    open();
  }

  Device* operator->() { return device.get(); }
  Device& operator*() { return *device; }

  void copy_to(const std::string& folder) {
    device.reset();
    std::filesystem::remove_all(folder);
    std::filesystem::copy(realm_.folder.path(name), folder, std::filesystem::copy_options::recursive);
    open();
  }
  void back_up() { copy_to(realm_.folder.path(name + ".backup")); }
  void restore() {
    device.reset();
    std::filesystem::remove_all(realm_.folder.path(name));
    std::filesystem::copy(realm_.folder.path(name + ".backup"), realm_.folder.path(name),
                          std::filesystem::copy_options::recursive);
    open();
  }

 private:
  void open() {
    device.reset();
    device = std::make_unique<Device>(realm_.folder.path(name),
                                      vault::Seams{realm_.clock, realm_.random, place_of_}, Device::existing);
  }
  Realm& realm_;
  vault::PlaceOf place_of_;

 public:
  std::string name;
  std::unique_ptr<Device> device;
};

inline bool shows(Device& device, std::string_view word) {
  for (const auto& row : must(vault::list(*device.vault, {})))
    if (row.document.find(word) != std::string::npos) return true;
  return false;
}

// Own feeds that segments stand in, and how many of them.
inline std::int64_t own_feeds(Device& device) {
  const auto count = must(device.vault->db().integer(
      "SELECT count(*) FROM feed WHERE device = ? AND next > 0", device.vault->identity().id));
  return count.value_or(0);
}

inline bool found(Device& device, std::string_view code) {
  for (const auto& finding : must(vault::findings(*device.vault)))
    if (finding.code == code) return true;
  return false;
}

}  // namespace gandan::test
