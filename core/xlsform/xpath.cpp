#include "xlsform/xpath.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace gandan::xlsform {
namespace {

struct Token {
  enum class What { number, literal, name, reference, symbol, end };
  What what = What::end;
  std::string text;
  std::size_t at = 1;
};

// Typographic quotes and the spaces that spreadsheet programs make of typed ones.
struct Lookalike {
  std::string_view from;
  char to;
};
constexpr Lookalike kLookalikes[] = {{"\u201c", '"'},  {"\u201d", '"'}, {"\u201e", '"'}, {"\u2018", '\''},
                                     {"\u2019", '\''}, {"\u00a0", ' '}, {"\u202f", ' '}};

bool xpath_digit(char c) { return c >= '0' && c <= '9'; }
bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// NCName, generously: any character beyond ASCII counts as a letter.
bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool name_part(char c) { return name_start(c) || xpath_digit(c) || c == '-' || c == '.'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> out;
    for (;;) {
      while (at_ < text_.size() && space(text_[at_])) ++at_;
      Token token;
      token.at = place(at_);
      if (at_ == text_.size()) {
        out.push_back(token);
        return out;
      }
      GANDAN_CHECK(next(token));
      out.push_back(std::move(token));
    }
  }

 private:
  std::size_t place(std::size_t byte) const { return code_points(text_.substr(0, byte)) + 1; }
  Error fail(const std::string& what, std::size_t byte) const {
    return Error{Code::bad_expression, what + " at character " + std::to_string(place(byte))};
  }

  Status next(Token& token) {
    const std::size_t start = at_;
    const char c = text_[at_];
    const auto two = text_.substr(at_, 2);
    if (c == '\'' || c == '"') {
      const auto end = text_.find(c, at_ + 1);
      if (end == std::string_view::npos) return fail("a text without its closing quote", start);
      token.what = Token::What::literal;
      token.text = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else if (xpath_digit(c) || (c == '.' && at_ + 1 < text_.size() && xpath_digit(text_[at_ + 1]))) {
      while (at_ < text_.size() && xpath_digit(text_[at_])) ++at_;
      if (at_ < text_.size() && text_[at_] == '.') ++at_;
      while (at_ < text_.size() && xpath_digit(text_[at_])) ++at_;
      if (at_ < text_.size() && name_start(text_[at_])) return fail("a number runs into a name", at_);
      token.what = Token::What::number;
      token.text = text_.substr(start, at_ - start);
    } else if (two == "${") {
      const auto end = text_.find('}', at_);
      if (end == std::string_view::npos) return fail("${ without }", start);
      auto name = text_.substr(at_ + 2, end - at_ - 2);
      while (!name.empty() && space(name.front())) name.remove_prefix(1);
      while (!name.empty() && space(name.back())) name.remove_suffix(1);
      if (name.empty()) return fail("${ } without a name", start);
      token.what = Token::What::reference;
      token.text = name;
      at_ = end + 1;
    } else if (name_start(c)) {
      read_name();
      // A prefix belongs to the name (jr:choice-name), an axis does not (child::x).
      if (at_ + 1 < text_.size() && text_[at_] == ':' && name_start(text_[at_ + 1])) {
        ++at_;
        read_name();
      }
      token.what = Token::What::name;
      token.text = text_.substr(start, at_ - start);
    } else {
      static constexpr std::array<std::string_view, 6> kPairs = {"!=", "<=", ">=", "..", "//", "::"};
      const bool pair = std::find(kPairs.begin(), kPairs.end(), two) != kPairs.end();
      if (!pair && std::string_view("()[],=<>+-*/|@.").find(c) == std::string_view::npos)
        return fail("a character that means nothing here", start);
      token.what = Token::What::symbol;
      token.text = text_.substr(start, pair ? 2 : 1);
      at_ += token.text.size();
    }
    return {};
  }

  void read_name() {
    while (at_ < text_.size() && name_part(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Levels of binary operators, loosest first.
using Level = std::vector<std::string_view>;
const std::array<Level, 7>& levels() {
  static const std::array<Level, 7> all = {Level{"or"},      Level{"and"},
                                           Level{"=", "!="}, Level{"<", "<=", ">", ">="},
                                           Level{"+", "-"},  Level{"*", "div", "mod"},
                                           Level{"|"}};
  return all;
}
constexpr std::size_t kUnaryBefore = 6;  // minus binds tighter than these, looser than |

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<XPath> run() {
    GANDAN_TRY(XPath out, binary(0));
    if (here().what != Token::What::end) return unexpected();
    return out;
  }

 private:
  const Token& here() const { return tokens_[next_]; }
  const Token& ahead() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }
  bool is(std::string_view symbol) const {
    return here().what == Token::What::symbol && here().text == symbol;
  }
  Token take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  Error fail(const std::string& what) const {
    return Error{Code::bad_expression, what + " at character " + std::to_string(here().at)};
  }
  Error unexpected() const {
    if (here().what == Token::What::end) return fail("the expression ends too early");
    return fail("\"" + here().text + "\" is not expected");
  }

  // `and`, `or`, `div`, `mod` are operators where an operand has just ended, names elsewhere (section 3.7).
  bool at_operator(const Level& level) const {
    if (here().what != Token::What::symbol && here().what != Token::What::name) return false;
    return std::find(level.begin(), level.end(), here().text) != level.end();
  }

  Result<XPath> binary(std::size_t level) {
    if (level == kUnaryBefore) return unary();
    if (level == levels().size()) return path();
    GANDAN_TRY(XPath left, binary(level + 1));
    return more(level, std::move(left));
  }
  Result<XPath> more(std::size_t level, XPath left) {
    while (at_operator(levels()[level])) {
      // A chain of operators is a tree as deep as it is long.
      if (++operators_ > kMaxXPathOperators) return fail("too many operators");
      const Token sign = take();
      GANDAN_TRY(XPath right, level + 1 == levels().size() ? path() : binary(level + 1));
      XPath out;
      out.what = XPath::What::operation;
      out.text = sign.text;
      out.at = sign.at;
      out.children.push_back(std::move(left));
      out.children.push_back(std::move(right));
      left = std::move(out);
    }
    return left;
  }

  Result<XPath> unary() {
    if (!is("-")) {
      GANDAN_TRY(XPath left, path());
      return more(kUnaryBefore, std::move(left));
    }
    const Token sign = take();
    GANDAN_CHECK(enter());
    auto below = unary();
    --depth_;
    if (!below.ok()) return below.error();
    XPath out;
    out.what = XPath::What::minus;
    out.at = sign.at;
    out.children.push_back(std::move(*below));
    return out;
  }

  Status enter() {
    if (++depth_ > kMaxXPathDepth) return fail("nested too deeply");
    return {};
  }

  // A primary expression, a location path, or one behind the other (section 3.3).
  Result<XPath> path() {
    XPath out;
    out.what = XPath::What::path;
    out.at = here().at;
    const bool call = here().what == Token::What::name && ahead().what == Token::What::symbol &&
                      ahead().text == "(" && !node_test(here().text);
    if (here().what == Token::What::number || here().what == Token::What::literal ||
        here().what == Token::What::reference || call || is("(")) {
      GANDAN_TRY(XPath first, primary());
      if (!is("/") && !is("//") && !is("[")) return first;
      out.children.push_back(std::move(first));
      if (is("[")) {
        Step self;
        self.axis = Step::Axis::self;
        GANDAN_CHECK(predicates(self));
        out.steps.push_back(std::move(self));
      }
    } else if (is("/")) {
      out.absolute = true;
      take();
      GANDAN_CHECK(step(out));
    } else if (is("//")) {
      out.absolute = true;
    } else {
      GANDAN_CHECK(step(out));
    }
    while (is("/") || is("//")) {
      if (take().text == "//") {
        Step every;
        every.axis = Step::Axis::other;
        every.name = "//";
        out.steps.push_back(std::move(every));
      }
      GANDAN_CHECK(step(out));
    }
    return out;
  }

  static bool node_test(std::string_view name) {
    return name == "node" || name == "text" || name == "comment" || name == "processing-instruction";
  }

  Status step(XPath& out) {
    Step one;
    if (is(".") || is("..")) {
      one.axis = take().text == "." ? Step::Axis::self : Step::Axis::parent;
    } else if (is("*") || is("@")) {
      one.axis = Step::Axis::other;
      one.name = take().text;
      if (one.name == "@") {
        if (here().what != Token::What::name && !is("*")) return unexpected();
        one.name += take().text;
      }
    } else if (here().what == Token::What::name) {
      one.name = take().text;
      if (is("::")) {  // an axis in full
        take();
        one.axis = Step::Axis::other;
        if (here().what != Token::What::name && !is("*")) return unexpected();
        one.name += "::" + take().text;
      }
      if (is("(")) {  // node(), text()
        take();
        one.axis = Step::Axis::other;
        if (!is(")")) return unexpected();
        take();
        one.name += "()";
      }
    } else {
      return unexpected();
    }
    GANDAN_CHECK(predicates(one));
    out.steps.push_back(std::move(one));
    return {};
  }

  Status predicates(Step& one) {
    while (is("[")) {
      take();
      GANDAN_CHECK(enter());
      auto inside = binary(0);
      --depth_;
      if (!inside.ok()) return inside.error();
      if (!is("]")) return unexpected();
      take();
      one.predicates.push_back(std::move(*inside));
    }
    return {};
  }

  Result<XPath> primary() {
    XPath out;
    const Token token = take();
    out.at = token.at;
    out.text = token.text;
    if (token.what == Token::What::symbol) {  // (
      GANDAN_CHECK(enter());
      auto inside = binary(0);
      --depth_;
      if (!inside.ok()) return inside.error();
      if (!is(")")) return unexpected();
      take();
      return std::move(*inside);
    }
    if (token.what == Token::What::number) out.what = XPath::What::number;
    if (token.what == Token::What::literal) out.what = XPath::What::literal;
    if (token.what == Token::What::reference) out.what = XPath::What::reference;
    if (token.what != Token::What::name) return out;
    out.what = XPath::What::call;
    take();  // (
    GANDAN_CHECK(enter());
    while (!is(")")) {
      if (!out.children.empty()) {
        if (!is(",")) return unexpected();
        take();
      }
      GANDAN_TRY(XPath argument, binary(0));
      out.children.push_back(std::move(argument));
    }
    take();
    --depth_;
    return out;
  }

  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  int operators_ = 0;
};

}  // namespace

Result<XPath> parse_xpath(std::string_view text) {
  if (text.size() > kMaxXPathBytes) return Error{Code::bad_expression, "the expression is too long"};
  if (!valid_utf8(text) || text.find('\0') != std::string_view::npos)
    return Error{Code::bad_expression, "the expression has damaged characters"};
  std::string straight(text);
  for (const auto& [from, to] : kLookalikes)
    for (auto at = straight.find(from); at != std::string::npos; at = straight.find(from, at + 1))
      straight.replace(at, from.size(), 1, to);
  GANDAN_TRY(auto tokens, Lexer(straight).run());
  return Parser(std::move(tokens)).run();
}

}  // namespace gandan::xlsform
