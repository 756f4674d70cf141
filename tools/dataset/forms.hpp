// Records as the forms of schema/records want them, field by field: what a shell would send, as changes.
//
// Threading: plain values.
#pragma once

#include <optional>

#include "dataset/phone.hpp"

namespace gandan::dataset {

struct Pledge {  // of a visit's list
  std::string party = "household", what;
  std::int32_t due = 0;
};
struct Visit {
  std::string project;
  std::string household;
  std::optional<RecordId> affected;
  std::string stage = "inventory";
  std::vector<std::string> team;  // by office, never by name
  std::int64_t start = 0, end = 0;
  std::string place;
  std::optional<changelog::Position> position;
  std::string met = "land_user";
  std::string language;
  std::string issue;
  std::string wishes, explained;
  std::vector<Pledge> pledges;
  std::string outcome = "considering";
  std::string minutes = "signed";
  std::vector<changelog::BlobRef> files;
};

struct Vote {
  std::string clause, matter, text;
  std::int64_t agree = 0, against = 0, other = 0;
};
struct Meeting {
  std::string subject;
  RecordId village, roll;
  std::int32_t notice = 0;
  std::int64_t start = 0, end = 0;
  std::string place;
  std::optional<changelog::Position> position;
  std::vector<std::pair<std::string, std::string>> agenda;  // item, discussion
  std::int64_t present = 0;
  std::vector<Vote> votes;
  std::string conclusion;
  std::vector<std::string> signers;  // head, front, two households; empty ones are missing
  std::vector<changelog::BlobRef> files;
};

struct Decision {
  std::string number;
  RecordId village, meeting;
  std::int32_t day = 0;
  Vote vote;
  std::int64_t total = 0, present = 0;
  std::vector<std::string> signers;
};

struct Ballot {  // papers from door to door
  RecordId village, roll;
  std::int32_t announced = 0, from = 0, until = 0, counted = 0;
  std::int64_t issued = 0, returned = 0, valid = 0;
  Vote vote;
  std::vector<std::string> team, signers;
};

struct Dialogue {
  struct Question {
    std::string content, answer, agreed;
    std::optional<std::int32_t> due;  // of an answer in writing
  };
  std::string subject;
  std::int64_t start = 0, end = 0;
  std::string place;
  std::int64_t present = 0;
  std::vector<Question> questions;
  std::string conclusion;
};

struct Commitment {
  std::string what, party = "ubnd";
  std::optional<RecordId> visit, dialogue, meeting, reception;
  std::int32_t made = 0, due = 0;
};

Changes fields(const Visit& visit, Phone& phone, const UnitId& in);
Changes fields(const Meeting& meeting, Phone& phone, const UnitId& in);
Changes fields(const Decision& decision);
Changes fields(const Ballot& ballot, Phone& phone, const UnitId& in);
Changes fields(const Dialogue& dialogue, Phone& phone, const UnitId& in);
Changes fields(const Commitment& commitment);

changelog::Value choice(std::string code);
changelog::Value link(const RecordId& id);
// A new item at a list's end: its path.
std::string add_item(Changes& changes, const std::string& list, std::string& order, Phone& phone,
                     const UnitId& in);

}  // namespace gandan::dataset
