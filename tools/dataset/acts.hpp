// What cadres do on a day, as honest people do it: shared by the background and by stories that change one
// thing.
//
// Threading: as the year's.
#pragma once

#include "dataset/year.hpp"

namespace gandan::dataset {

// A visit to a household: everything but its time and place is thrown. `household` may have no case.
Visit honest_visit(Year& year, Dice& dice, const Cadre& cadre, const Project* project,
                   const Household& household, std::int64_t start, std::int64_t minutes);
// A household of the village's roll without a case.
Household some_household(Year& year, Dice& dice, const Cadre& cadre, std::size_t village);
std::string campaign(const Commune& commune, std::size_t village);  // what such a household is visited for
Meeting honest_meeting(Year& year, Dice& dice, const Cadre& cadre, std::size_t village, std::int64_t start);
// A vote of `total` households: carried or not, and how.
Vote some_vote(Dice& dice, const char* clause, std::int64_t total, std::int64_t present, bool carried);
// Of the whole village: announced, carried from door to door for some days, counted on `day`.
Ballot honest_ballot(Year& year, Dice& dice, const Cadre& cadre, std::size_t village, std::int32_t day);
Dialogue honest_dialogue(Year& year, Dice& dice, const Cadre& cadre, std::int64_t start);
Commitment honest_commitment(Dice& dice, std::int32_t made, int days);
Changes kept(Dice& dice, Phone& phone, const UnitId& unit, std::int32_t on);  // what closes a commitment

// Writes and signs it `after` its end; returns the record.
RecordPtr write_visit(Year& year, const Cadre& cadre, const Visit& visit, std::int64_t written);
RecordPtr write_meeting(Year& year, const Cadre& cadre, const Meeting& meeting, std::int64_t written);

std::vector<std::string> four_signers(Dice& dice);
// What a vote of the meeting decided, with the commune's next number of that series and the meeting's
// signers.
Decision decision_of(Year& year, const Cadre& cadre, const std::string& series, const Meeting& meeting,
                     const RecordId& held, const Vote& vote, std::int64_t total, std::int32_t day);
Changes case_of(const Commune& commune, const Project& project, const std::string& code, std::size_t village,
                const char* land, const char* stage);
void withdraw(Year& year, const Cadre& cadre, Record& record, const char* reason, std::int64_t now);

// For stories: a visit in a village of the slot's cadre at which somebody was met, with nothing odd about it.
Visit plain_visit(Year& year, Dice& dice, const Cadre& cadre, std::int64_t start, std::int64_t minutes = 35);
// The same of one household of one village.
Visit plain_visit_to(Year& year, Dice& dice, const Cadre& cadre, const Household& household,
                     std::int64_t start, std::int64_t minutes = 35);
// At its time the visit is written, and the label has it.
void write_at(Year& year, Label& label, const Cadre& cadre, const Visit& visit, std::int64_t when);
// At its time the promise is said to be kept.
void keep_at(Year& year, const Cadre& cadre, const RecordPtr& commitment, std::int64_t when, Dice dice);
// Somebody else who writes on the phone from now on.
Cadre new_person(Year& year, Cadre cadre, const std::string& code, const char* display, std::int64_t now);
// A picture that the supervisor has, encrypted under a key of its own each time, as phones do.
changelog::BlobRef attach(Year& year, const Cadre& cadre, const std::string& name, ByteView picture);
// Calls tell(dice, number) `count` times, each with dice of its own.
template <class Tell>
void tell(Year& year, const char* story, std::size_t count, Tell tell) {
  for (std::size_t i = 0; i < count; ++i) {
    Dice dice(year.options.seed, story, i);
    tell(dice, i);
  }
}

}  // namespace gandan::dataset
