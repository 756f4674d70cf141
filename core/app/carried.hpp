// What people carry and read aloud while a device is enrolled: the join request and the realm's card as text,
// small enough for a message, a printed page or one QR code, and the code by which two people notice a
// swapped request. Bytes: schema/wire/statement.md.
//
// Threading: pure functions; comparison_code takes a scrypt's time and memory.
#pragma once

#include "roster/renewal.hpp"

namespace gandan::app {

constexpr std::size_t kMaxCarriedText = 4096;  // bytes

std::string request_text(const roster::JoinRequest& request);
bool is_request_text(std::string_view text);
// Code::too_large, malformed, bad_signature. Line ends and spaces may have moved on the way.
Result<roster::JoinRequest> read_request(std::string_view text);

std::string card_text(const roster::RealmCard& card);
// The text, or the card's own bytes as the server takes them. Code::malformed, bad_signature.
Result<roster::RealmCard> read_card(ByteView content);

// A welcome as the texts of a few QR codes, in any order, mixed with blank lines. Code::welcome_large where
// it would take more than kMostParts.
constexpr std::size_t kPartBytes = 600;  // a QR code of version 21, level M
constexpr std::size_t kMostParts = 16;
constexpr std::size_t kMaxWelcomeText = std::size_t{32} << 10;  // bytes
Result<std::vector<std::string>> welcome_texts(ByteView welcome);
bool is_welcome_text(std::string_view text);
// Code::too_large, malformed; welcome_parts names each part that is missing.
Result<Bytes> read_welcome(std::string_view text);

// A renewal as one text: a message, or one QR code.
std::string renewal_text(const roster::Renewal& renewal);
// Code::too_large, malformed, newer_format.
Result<roster::Renewal> read_renewal(std::string_view text);

// Bytes behind a header, in base32: what people carry between programs. read_carried: Code::too_large,
// malformed.
std::string carried_text(std::string_view header, ByteView bytes);
Result<Bytes> read_carried(std::string_view header, std::string_view text);

// Fifteen digits in groups of three, as people read them to each other: "412 087 553 910 264". Of the whole
// request: keys, label and signature. Each costs a scrypt, so that nobody finds another request under the
// same code (ARCHITECTURE.md, "The comparison code"); the last ones are remembered.
Result<std::string> comparison_code(const roster::JoinRequest& request);
Result<std::string> spoken_code(ByteView whole);  // of anything that people compare
// Whether what a person typed is that code: spaces, dots and dashes do not count, nor do zeros that a
// spreadsheet dropped in front.
bool same_code(std::string_view code, std::string_view typed);

}  // namespace gandan::app
