// A connection to PostgreSQL whose server goes away.
#include "support/wire_server.hpp"

namespace gandan::server::test {

TEST_CASE("a connection whose database went away says so, and is not asked for ever") {
  if (!on_postgresql()) return;
  gandan::test::Postgres database;
  for (int i = 0; i < 6; ++i) {
    const auto db = must(PgConnection::open(database.url()));
    const auto ask = [&] {
      for (const char* what : {"BEGIN", "SELECT 1", "COMMIT"}) db->queue(what);
      return db->flush();
    };
    REQUIRE(ask().ok());  // prepares them: the next time they are only run
    if (i % 2 == 0)
      database.kill9();
    else
      database.stop_at_once();
    CHECK(ask().error().code == Code::store_unreachable);
    CHECK_FALSE(db->alive());
    CHECK_FALSE(ask().ok());
    database.start();
  }
}

}  // namespace gandan::server::test
