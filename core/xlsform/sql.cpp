#include "xlsform/sql.hpp"

#include <algorithm>

namespace gandan::xlsform {
namespace {

constexpr int kMostDepth = 60;
constexpr int kMostOperators = 300;

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool sql_digit(char c) { return c >= '0' && c <= '9'; }

// Words, numbers, texts and signs; a text keeps its opening quote, so that 'AND' and AND differ.
Result<std::vector<std::string>> tokens_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t start = at;
    if (c == ' ' || c == '\n' || c == '\t') {
      ++at;
      continue;
    }
    if (c == '\'') {
      std::string literal = "'";
      for (++at;; ++at) {
        if (at >= text.size()) return Error{Code::bad_expression, "string without end"};
        if (text[at] == '\'' && (at + 1 >= text.size() || text[at + 1] != '\'')) break;
        if (text[at] == '\'') ++at;
        literal += text[at];
      }
      ++at;
      out.push_back(std::move(literal));
      continue;
    }
    if (letter(c) || sql_digit(c)) {
      while (at < text.size() && (letter(text[at]) || sql_digit(text[at]))) ++at;
    } else {
      const auto two = text.substr(at, 2);
      at += two == "<=" || two == ">=" || two == "<>" || two == "!=" || two == "==" || two == "||" ? 2 : 1;
    }
    out.emplace_back(text.substr(start, at - start));
  }
  return out;
}

class SqlParser {
 public:
  explicit SqlParser(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

  Result<SqlTree> run() {
    GANDAN_TRY(SqlTree out, either());
    if (next_ < tokens_.size()) return unexpected();
    return out;
  }

 private:
  bool is(std::string_view token) const { return next_ < tokens_.size() && tokens_[next_] == token; }
  bool take(std::string_view token) {
    if (!is(token)) return false;
    ++next_;
    return true;
  }
  Error unexpected() const {
    return Error{Code::bad_expression,
                 next_ < tokens_.size() ? "unexpected " + tokens_[next_] : "ends too early"};
  }
  static SqlTree make(SqlTree::What what, std::string text, std::vector<SqlTree> children) {
    return SqlTree{what, std::move(text), std::move(children)};
  }
  static SqlTree binary(std::string text, SqlTree left, SqlTree right) {
    SqlTree out{SqlTree::What::binary, std::move(text), {}};
    out.children.push_back(std::move(left));
    out.children.push_back(std::move(right));
    return out;
  }
  static SqlTree negation(SqlTree inner) {
    SqlTree out{SqlTree::What::negation, "", {}};
    out.children.push_back(std::move(inner));
    return out;
  }

  Result<SqlTree> either() {
    GANDAN_TRY(SqlTree left, all());
    while (take("OR")) {
      if (++operators_ > kMostOperators) return unexpected();
      GANDAN_TRY(SqlTree right, all());
      left = binary("OR", std::move(left), std::move(right));
    }
    return left;
  }
  Result<SqlTree> all() {
    GANDAN_TRY(SqlTree left, never());
    while (take("AND")) {
      if (++operators_ > kMostOperators) return unexpected();
      GANDAN_TRY(SqlTree right, never());
      left = binary("AND", std::move(left), std::move(right));
    }
    return left;
  }
  Result<SqlTree> never() {
    if (!take("NOT")) return equality();
    if (++operators_ > kMostOperators) return unexpected();
    GANDAN_TRY(SqlTree inner, never());
    return negation(std::move(inner));
  }

  Result<SqlTree> equality() {
    GANDAN_TRY(SqlTree left, level(0));
    for (;;) {
      if (++operators_ > kMostOperators) return unexpected();
      if (take("=") || take("==")) {
        GANDAN_TRY(SqlTree right, level(0));
        left = binary("=", std::move(left), std::move(right));
      } else if (take("<>") || take("!=")) {
        GANDAN_TRY(SqlTree right, level(0));
        left = binary("<>", std::move(left), std::move(right));
      } else if (take("IS")) {
        const bool no = take("NOT");
        GANDAN_TRY(SqlTree right, level(0));
        left = binary(no ? "IS NOT" : "IS", std::move(left), std::move(right));
      } else if (take("ISNULL")) {
        left = binary("IS", std::move(left), SqlTree{});
      } else if (take("NOTNULL")) {
        left = binary("IS NOT", std::move(left), SqlTree{});
      } else if (is("NOT") || is("IN") || is("BETWEEN")) {
        const bool no = take("NOT");
        if (no && take("NULL")) {
          left = binary("IS NOT", std::move(left), SqlTree{});
          continue;
        }
        auto inner = take("IN")        ? one_of(std::move(left))
                     : take("BETWEEN") ? between(std::move(left))
                                       : unexpected();
        if (!inner.ok()) return inner.error();
        left = no ? negation(std::move(*inner)) : std::move(*inner);
      } else {
        return left;
      }
    }
  }
  Result<SqlTree> one_of(SqlTree left) {
    SqlTree out{SqlTree::What::one_of, "", {}};
    out.children.push_back(std::move(left));
    if (!take("(")) return unexpected();
    do {
      GANDAN_TRY(SqlTree one, either());
      out.children.push_back(std::move(one));
    } while (take(","));
    if (!take(")")) return unexpected();
    return out;
  }
  Result<SqlTree> between(SqlTree left) {
    SqlTree out{SqlTree::What::between, "", {}};
    out.children.push_back(std::move(left));
    GANDAN_TRY(SqlTree low, level(0));
    if (!take("AND")) return unexpected();
    GANDAN_TRY(SqlTree high, level(0));
    out.children.push_back(std::move(low));
    out.children.push_back(std::move(high));
    return out;
  }

  Result<SqlTree> level(std::size_t which) {
    static const std::vector<std::vector<std::string>> kLevels = {
        {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "/", "%"}, {"||"}};
    if (which == kLevels.size()) return unary();
    GANDAN_TRY(SqlTree left, level(which + 1));
    while (next_ < tokens_.size() &&
           std::find(kLevels[which].begin(), kLevels[which].end(), tokens_[next_]) != kLevels[which].end()) {
      if (++operators_ > kMostOperators) return unexpected();
      const std::string sign = tokens_[next_++];
      GANDAN_TRY(SqlTree right, level(which + 1));
      left = binary(sign, std::move(left), std::move(right));
    }
    return left;
  }
  Result<SqlTree> unary() {
    if (take("+")) return unary();
    if (!take("-")) return primary();
    if (++operators_ > kMostOperators) return unexpected();
    GANDAN_TRY(SqlTree inner, unary());
    SqlTree out{SqlTree::What::minus, "", {}};
    out.children.push_back(std::move(inner));
    return out;
  }

  Result<SqlTree> primary() {
    if (next_ >= tokens_.size()) return unexpected();
    const std::string token = tokens_[next_++];
    if (token[0] == '\'') return make(SqlTree::What::literal, token.substr(1), {});
    if (sql_digit(token[0])) return make(SqlTree::What::number, token, {});
    if (token == "NULL") return SqlTree{};
    if (token == "TRUE" || token == "FALSE") return make(SqlTree::What::truth, token, {});
    if (++depth_ > kMostDepth) return Error{Code::bad_expression, "nested too deeply"};
    auto out = token == "("                  ? inside()
               : token == "CASE"             ? choose()
               : letter(token[0]) && is("(") ? call(token)
               : letter(token[0])            ? Result<SqlTree>(make(SqlTree::What::name, token, {}))
                                             : Result<SqlTree>(unexpected());
    --depth_;
    return out;
  }
  Result<SqlTree> inside() {
    GANDAN_TRY(SqlTree out, either());
    if (!take(")")) return unexpected();
    return out;
  }
  Result<SqlTree> call(const std::string& name) {
    SqlTree out{SqlTree::What::call, name, {}};
    take("(");
    if (take(")")) return out;
    do {
      GANDAN_TRY(SqlTree one, either());
      out.children.push_back(std::move(one));
    } while (take(","));
    if (!take(")")) return unexpected();
    return out;
  }
  Result<SqlTree> choose() {
    SqlTree out{SqlTree::What::choose, "", {}};
    if (!is("WHEN")) {
      out.text += "base";
      GANDAN_TRY(SqlTree base, either());
      out.children.push_back(std::move(base));
    }
    while (take("WHEN")) {
      GANDAN_TRY(SqlTree when, either());
      if (!take("THEN")) return unexpected();
      GANDAN_TRY(SqlTree then, either());
      out.children.push_back(std::move(when));
      out.children.push_back(std::move(then));
    }
    if (take("ELSE")) {
      out.text += "else";
      GANDAN_TRY(SqlTree otherwise, either());
      out.children.push_back(std::move(otherwise));
    }
    if (!take("END")) return unexpected();
    return out;
  }

  std::vector<std::string> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  int operators_ = 0;
};

}  // namespace

Result<SqlTree> parse_sql(std::string_view text) {
  GANDAN_TRY(auto tokens, tokens_of(text));
  return SqlParser(std::move(tokens)).run();
}

}  // namespace gandan::xlsform
