package org.lyceum.inference.jinja;

import java.util.List;
import org.lyceum.inference.jinja.Token.Kind;

/** The tokens of a template, read from first to last. */
final class TokenStream {
    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekAfter() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        var token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean skip(String operator) {
        if (peek().is(operator)) {
            at++;
            return true;
        }
        return false;
    }

    boolean skipName(String name) {
        if (peek().isName(name)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String operator) {
        if (!skip(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    Token expect(Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        return next();
    }

    TemplateException unexpected(String instead) {
        var token = peek();
        var found = switch (token.kind()) {
            case END -> "the end of the template";
            case BLOCK_END, PRINT_END -> "the end of the block";
            default -> "'" + (token.text().length() > 40 ? token.text().substring(0, 40) + "…" : token.text()) + "'";
        };
        return new TemplateException("it has " + found + " where " + instead + " should be").at(token.line());
    }

    void enter() {
        if (++depth > Run.DEPTH) {
            throw new TemplateException("it is nested too deeply").at(peek().line());
        }
    }

    void leave() {
        depth--;
    }
}
