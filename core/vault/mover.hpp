// Mover: ops of this device that go on in another feed of it (branches.hpp), in their records: the old ones
// out, the new ones in. What is signed of a content whose ids are others now is signed again, by the device
// that signed it, and so is what @linked says of it. Personal texts are written
// under keys of the new records.
//
// Threading: as the vault's.
#pragma once

#include "vault/branches.hpp"
#include "vault/journal.hpp"

namespace gandan::vault {

struct MovingOp {
  std::int64_t position = 0;  // among the pending ops
  std::int64_t feed = 0;      // where it moves to
  UnitId unit;
  changelog::Op was;
  changelog::Op op;
};

class Mover {
 public:
  enum class From {
    records,  // what `was` says is in its record, and leaves it
    nowhere,  // it lost its place before it came here
  };
  Mover(Vault& vault, Projections& projections) : vault_(vault), projections_(projections) {}
  Status move(std::vector<MovingOp>& rows, const Branches& branches, From from);

 private:
  Status write_personal_anew(MovingOp& row);
  Status bring_own_key(const MovingOp& row);
  Status drop_left_key(const MovingOp& row);
  Status replace(MovingOp& row, changelog::Value value);
  Status sign_again(std::vector<MovingOp>& rows, const RecordId& record);

  Vault& vault_;
  Projections& projections_;
};

// The key that a value lies under, of a record whose id is another one's now, as long as nobody has it.
Status drop_unsent_key_of(Vault& vault, const RecordId& record, const changelog::Value& value);

// Whether both say the same; a moved content's hash and signature are made anew, and differ.
bool says_the_same(const changelog::Op& a, const changelog::Op& b);

}  // namespace gandan::vault
