// What people carry and read aloud while a device is enrolled: the join request and the realm's card as text, small
// enough for a message, a printed page or one QR code, and the code by which two people notice a swapped request.
// Bytes: schema/wire/statement.md.
//
// Threading: pure functions; comparison_code takes a scrypt's time and memory.
#pragma once

#include "roster/statement.hpp"

namespace gandan::app {

constexpr std::size_t kMaxCarriedText = 4096;  // bytes

std::string request_text(const roster::JoinRequest& request);
bool is_request_text(std::string_view text);
// Code::too_large, malformed, bad_signature. Line ends and spaces may have moved on the way.
Result<roster::JoinRequest> read_request(std::string_view text);

std::string card_text(const roster::RealmCard& card);
// The text, or the card's own bytes as the server takes them. Code::malformed, bad_signature.
Result<roster::RealmCard> read_card(ByteView content);

// Fifteen digits in groups of three, as people read them to each other: "412 087 553 910 264". Equal for equal keys.
// Each costs a scrypt, so that nobody finds other keys under the same code while two people talk.
Result<std::string> comparison_code(const roster::JoinRequest& request);
// Whether what a person typed is that code: spaces, dots and dashes do not count, nor do zeros that a spreadsheet
// dropped in front.
bool same_code(std::string_view code, std::string_view typed);

}  // namespace gandan::app
