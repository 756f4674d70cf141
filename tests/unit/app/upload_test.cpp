// Attachments that come in pieces and are read in parts, as a browser does it.
#include <filesystem>

#include "base/calendar.hpp"
#include "support/seams.hpp"
#include "support/shell.hpp"

namespace upload_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::size_t kPiece = 131'072;

std::string content_of(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t state = 7;
  for (char& c : out) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  return out;
}

struct Desk {
  Desk() {
    clock.set(*parse_instant("2026-03-10T08:00:00+07:00"));
    reopen();
    shell->ok("realm.create",
              {{"name", "Lạng Sơn"},
               {"code", "20"},
               {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
               {"root_passphrase", "mật khẩu gốc"},
               {"root_key_file", folder.path("root.key")},
               {"card_file", folder.path("card")}});
    record = text_at(
        shell->ok("record.add", {{"kind", "mobilisation_visit"}, {"record", {{"household", "H017"}}}}), "id");
  }
  void reopen() {
    OpenOptions options;
    options.folder = folder.path("so");
    options.raw_key = std::string(32, 'k');
    options.create = true;
    Seams seams;
    seams.clock = &clock;
    shell.reset();
    shell = std::make_unique<Shell>(api, options, seams);
  }
  json::object begin(std::size_t size, json::object more = {}) {
    json::object params{{"record", record}, {"name", "ảnh.jpg"}, {"size", size}};
    for (auto& member : more) params[member.key()] = member.value();
    return shell->ok("attachment.begin", params);
  }
  json::object append_params(const std::string& upload, std::size_t offset, std::string_view bytes) {
    return {{"upload", upload}, {"offset", offset}, {"data", to_base64(as_bytes(bytes))}};
  }
  std::int64_t append(const std::string& upload, std::size_t offset, std::string_view bytes) {
    return at(shell->ok("attachment.append", append_params(upload, offset, bytes)), "received")
        .to_number<std::int64_t>();
  }
  std::string whole(std::size_t part) {
    std::string out;
    for (;;) {
      const auto got =
          shell->ok("attachment.read", {{"record", record}, {"offset", out.size()}, {"length", part}});
      const auto bytes = from_base64(text_at(got, "data"));
      REQUIRE(bytes);
      out += as_text(*bytes);
      if (at(got, "last").as_bool()) return out;
      REQUIRE_FALSE(bytes->empty());
    }
  }
  std::size_t attachments() {
    return at(shell->ok("attachment.list", {{"record", record}}), "attachments").get_array().size();
  }
  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  std::unique_ptr<Shell> shell;
  std::string record;
};

}  // namespace

TEST_CASE("a file comes in pieces and is read in parts, byte for byte") {
  const auto size = GENERATE(0, 1, kPiece - 1, kPiece, kPiece + 1, 3 * kPiece + 77);
  CAPTURE(size);
  Desk desk;
  const std::string content = content_of(static_cast<std::size_t>(size));
  const auto begun = desk.begin(content.size(), {{"fields", {{"caption", "Biên bản"}}}});
  CHECK(at(begun, "piece").to_number<std::size_t>() == kPiece);
  const std::string upload = text_at(begun, "upload");
  std::size_t sent = 0;
  do {
    const auto piece = std::string_view(content).substr(sent, kPiece);
    sent = static_cast<std::size_t>(desk.append(upload, sent, piece));
  } while (sent < content.size());
  const auto done = desk.shell->ok("attachment.finish", {{"upload", upload}});
  CHECK(at(done, "changed").to_number<int>() >= 1);
  CHECK(desk.attachments() == 1);
  CHECK(desk.whole(1'000'000) == content);
  if (content.size() > 200'000) CHECK(desk.whole(99'991) == content);
  // Into a file it is the same.
  desk.shell->ok("attachment.read", {{"record", desk.record}, {"out", desk.folder.path("out")}});
  CHECK(file_text(desk.folder.path("out")) == content);
  // Beyond its end there is nothing.
  const auto beyond =
      desk.shell->ok("attachment.read", {{"record", desk.record}, {"offset", content.size() + 5}});
  CHECK(text_at(beyond, "data").empty());
  CHECK(desk.shell->error("attachment.read", {{"record", desk.record}, {"out", "x"}, {"offset", 0}}) ==
        "request.bad");
  // It is over.
  CHECK(desk.shell->error("attachment.finish", {{"upload", upload}}) == "attachment.upload_gone");
  CHECK(desk.shell->error("attachment.append", desk.append_params(upload, 0, "x")) ==
        "attachment.upload_gone");
}

TEST_CASE("pieces in the wrong place or of the wrong size are refused, and it says where to go on") {
  Desk desk;
  const std::string content = content_of(2 * kPiece + 10);
  const std::string upload = text_at(desk.begin(content.size()), "upload");
  const auto piece = [&](std::size_t from, std::size_t size) {
    return std::string_view(content).substr(from, size);
  };
  CHECK(desk.append(upload, 0, piece(0, kPiece)) == static_cast<std::int64_t>(kPiece));
  CHECK(desk.shell->error("attachment.append", desk.append_params(upload, 0, piece(0, kPiece))) ==
        "attachment.wrong_offset");
  CHECK(text_at(desk.shell->last_error, "detail") == std::to_string(kPiece));
  CHECK(desk.shell->error("attachment.append", desk.append_params(upload, kPiece, piece(kPiece, 100))) ==
        "request.bad");
  CHECK(desk.shell->error("attachment.append", desk.append_params(upload, kPiece, "")) == "request.bad");
  CHECK(desk.shell->error("attachment.append", desk.append_params(upload, kPiece, content_of(kPiece + 11))) ==
        "request.bad");
  CHECK(desk.shell->error("attachment.append", {{"upload", upload}, {"offset", kPiece}, {"data", "%%"}}) ==
        "request.bad");
  CHECK(desk.shell->error("attachment.append", {{"upload", "x"}, {"data", ""}}) == "request.bad");
  CHECK(desk.shell->error("attachment.finish", {{"upload", upload}}) == "attachment.wrong_offset");
  CHECK(desk.attachments() == 0);
  CHECK(desk.append(upload, kPiece, piece(kPiece, kPiece + 10)) == static_cast<std::int64_t>(content.size()));
  desk.shell->ok("attachment.finish", {{"upload", upload}});
  CHECK(desk.whole(kPiece) == content);

  CHECK(desk.shell->error("attachment.begin",
                          {{"record", desk.record}, {"name", "a"}, {"size", (32u << 20) + 1}}) ==
        "attachment.too_large");
  CHECK(desk.shell->error("attachment.begin", {{"record", desk.record}, {"name", "a/b"}, {"size", 1}}) ==
        "request.bad");
  CHECK(desk.shell->error("attachment.begin",
                          {{"record", desk.record}, {"name", "a"}, {"size", 1}, {"path", "outcome"}}) ==
        "attachment.no_field");
}

TEST_CASE(
    "an upload goes on after the vault was closed; one that is given up leaves nothing, and is never sent") {
  Desk desk;
  const std::string content = content_of(kPiece + 5);
  const std::string kept = text_at(desk.begin(content.size()), "upload");
  const std::string given_up = text_at(desk.begin(content.size()), "upload");
  desk.append(kept, 0, std::string_view(content).substr(0, kPiece));
  desk.append(given_up, 0, std::string_view(content).substr(0, kPiece));
  CHECK(at(desk.shell->ok("status"), "unsent_chunks").to_number<int>() == 0);

  desk.clock.advance(23 * 3'600'000);
  desk.reopen();
  CHECK(desk.append(kept, kPiece, std::string_view(content).substr(kPiece)) ==
        static_cast<std::int64_t>(content.size()));
  desk.clock.advance(2 * 3'600'000);  // more than a day after the last piece of the other
  desk.reopen();
  CHECK(desk.shell->error("attachment.append", desk.append_params(given_up, kPiece, "12345")) ==
        "attachment.upload_gone");
  desk.shell->ok("attachment.finish", {{"upload", kept}});
  CHECK(desk.whole(kPiece) == content);
  CHECK(at(desk.shell->ok("status"), "unsent_chunks").to_number<int>() == 2);

  const std::string dropped = text_at(desk.begin(3), "upload");
  desk.shell->ok("attachment.discard", {{"upload", dropped}});
  desk.shell->ok("attachment.discard", {{"upload", dropped}});
  CHECK(desk.shell->error("attachment.append", desk.append_params(dropped, 0, "abc")) ==
        "attachment.upload_gone");
  // Of too many the oldest goes.
  const std::string first = text_at(desk.begin(3), "upload");
  for (int i = 0; i < 16; ++i) {
    desk.clock.advance(1000);
    desk.begin(3);
  }
  CHECK(desk.shell->error("attachment.append", desk.append_params(first, 0, "abc")) ==
        "attachment.upload_gone");
}

TEST_CASE("a record that refuses the file keeps the upload and takes no chunk") {
  Desk desk;
  const std::string upload = text_at(desk.begin(3, {{"fields", {{"no_such_field", "x"}}}}), "upload");
  desk.append(upload, 0, "abc");
  CHECK(desk.shell->error("attachment.finish", {{"upload", upload}}) == "record.invalid");
  CHECK(at(desk.shell->ok("status"), "unsent_chunks").to_number<int>() == 0);
  CHECK(desk.attachments() == 0);
}

}  // namespace upload_test
