// What cadres write: sentences of visits, meetings, receptions, in Vietnamese as it is written there, and
// names of villages as Tày and Nùng people give them. Nobody is in it: households have codes, and whoever
// signs has an office.
//
// Threading: plain functions; the dice are the caller's.
#pragma once

#include <string>

#include "dataset/dice.hpp"

namespace gandan::dataset::texts {

std::string village_name(std::size_t number);  // "Nà Lượt"; different ones for the first thousands
std::string commune_name(std::size_t number);
std::string project_name(std::size_t number, const std::string& commune);

// A household's wishes, its own: two or three sentences with what it grows, asks and waits for.
std::string wishes(Dice& dice);
// A household that had nothing to ask: a few words, the same in many records.
std::string no_wishes(Dice& dice);
// What was explained, in the cadre's words.
std::string explained(Dice& dice);
// The paragraph that the province's training gave to everybody, word for word.
const std::string& standard_explanation(std::uint64_t number);
// The same text with a word here and there changed, as who copies does to look busy.
std::string retouched(const std::string& text, Dice& dice, std::size_t words);

std::string discussion(Dice& dice);  // of an item of a meeting
std::string conclusion(Dice& dice);
std::string matter(Dice& dice, const char* clause);  // what is put to the vote, clauses c1 … c6
std::string meeting_subject(Dice& dice);
std::string petition(Dice& dice);
std::string request(Dice& dice);
std::string promise(Dice& dice);
std::string progress(Dice& dice);
std::string document_title(Dice& dice);
std::string question(Dice& dice);

}  // namespace gandan::dataset::texts
