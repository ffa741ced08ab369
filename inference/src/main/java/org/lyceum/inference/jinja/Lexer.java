package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.lyceum.inference.jinja.Token.Kind;

/**
 * Cuts a template into tokens, with jinja2's {@code trim_blocks} and {@code lstrip_blocks} on: a line break right after a block goes, and
 * so do the blanks before a block that begins its line. A minus at either edge takes all white space there, a plus keeps it. Chat templates
 * are written for that; other templates keep their white space as it stands.
 */
final class Lexer {
    private static final String[] OPERATORS = {"**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{",
            "}",
            ">", "<", "=", ".", ":", "|", ",", ";"};

    private final String source;
    private final boolean trim;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean lineStarting = true;

    private Lexer(String source, boolean trim) {
        this.trim = trim;
        // jinja2 reads all line breaks as \n and drops one at the end of the template unless it is told to keep it.
        var plain = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = trim && plain.endsWith("\n") ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** @param trim whether blocks take the white space of their lines with them */
    static List<Token> tokens(String source, boolean trim) {
        var lexer = new Lexer(source, trim);
        lexer.template();
        return lexer.tokens;
    }

    private void template() {
        while (at < source.length()) {
            int open = nextOpening();
            if (open < 0) {
                data(source.substring(at));
                advance(source.length());
                break;
            }
            char kind = source.charAt(open + 1);
            char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
            var before = source.substring(at, open);
            if (sign == '-') {
                before = before.stripTrailing();
            } else if (sign != '+' && kind != '{') {
                before = withoutIndent(before);
            }
            data(before);
            advance(open + 2 + (sign == '-' || (sign == '+' && kind != '{') ? 1 : 0));
            switch (kind) {
                case '#' -> comment();
                case '{' -> code(Kind.PRINT_BEGIN, Kind.PRINT_END, "}}");
                default -> block();
            }
        }
        tokens.add(new Token(Kind.END, "", line));
    }

    private int nextOpening() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private String withoutIndent(String text) {
        int begin = text.lastIndexOf('\n') + 1;
        return trim && (begin > 0 || lineStarting) && text.substring(begin).isBlank() ? text.substring(0, begin) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Kind.DATA, text, line));
        }
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new TemplateException("a comment does not end").at(line);
        }
        char sign = source.charAt(end - 1);
        advance(end + 2);
        afterBlock(sign);
    }

    private void block() {
        int begin = tokens.size();
        code(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
        if (tokens.size() == begin + 3 && tokens.get(begin + 1).isName("raw")) {
            tokens.subList(begin, tokens.size()).clear();
            raw();
        }
    }

    private void raw() {
        var end = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}").matcher(source);
        if (!end.find(at)) {
            throw new TemplateException("a raw block does not end").at(line);
        }
        var text = source.substring(at, end.start());
        data(end.group(1).equals("-") ? text.stripTrailing() : end.group(1).equals("+") ? text : withoutIndent(text));
        advance(end.end());
        afterBlock(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0));
    }

    /** White space after a block or a comment. */
    private void afterBlock(char sign) {
        if (sign == '-') {
            skipSpace();
        } else if (trim && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
            advance(at + 1);
        }
    }

    private void skipSpace() {
        int i = at;
        while (i < source.length() && Character.isWhitespace(source.charAt(i))) {
            i++;
        }
        advance(i);
    }

    /** The tokens of one {@code {{ … }}} or {@code {% … %}}. */
    private void code(Kind begin, Kind finish, String close) {
        tokens.add(new Token(begin, "", line));
        int brackets = 0;
        while (true) {
            skipSpace();
            if (at >= source.length()) {
                throw new TemplateException("a '" + (finish == Kind.PRINT_END ? "{{" : "{%") + "' does not end").at(line);
            }
            char c = source.charAt(at);
            if (brackets == 0 || finish == Kind.BLOCK_END) {
                boolean signed = (c == '-' || c == '+' && finish == Kind.BLOCK_END) && source.startsWith(close, at + 1);
                if (signed || source.startsWith(close, at)) {
                    tokens.add(new Token(finish, "", line));
                    advance(at + (signed ? 3 : 2));
                    if (finish == Kind.BLOCK_END) {
                        afterBlock(signed ? c : ' ');
                    } else if (signed) {
                        skipSpace();
                    }
                    return;
                }
            }
            if (c == '"' || c == '\'') {
                string(c);
            } else if (c >= '0' && c <= '9') {
                number();
            } else if (c == '_' || Character.isLetter(c)) {
                int end = at;
                while (end < source.length() && (source.charAt(end) == '_' || Character.isLetterOrDigit(source.charAt(end)))) {
                    end++;
                }
                add(Kind.NAME, source.substring(at, end), end);
            } else {
                var operator = operator();
                brackets += "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
                add(Kind.OPERATOR, operator, at + operator.length());
            }
        }
    }

    private String operator() {
        for (var operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                return operator;
            }
        }
        throw new TemplateException("'" + Character.toString(source.codePointAt(at)) + "' is not expected").at(line);
    }

    private void number() {
        int end = digits(at);
        boolean decimal = false;
        if (end + 1 < source.length() && source.charAt(end) == '.' && Character.isDigit(source.charAt(end + 1))) {
            decimal = true;
            end = digits(end + 1);
        }
        int power = end + 1 < source.length() && "+-".indexOf(source.charAt(end + 1)) >= 0 ? end + 2 : end + 1;
        if (end < source.length() && (source.charAt(end) | 0x20) == 'e' && digits(power) > power) {
            decimal = true;
            end = digits(power);
        }
        add(decimal ? Kind.FLOAT : Kind.INTEGER, source.substring(at, end).replace("_", ""), end);
    }

    private int digits(int from) {
        int end = from;
        while (end < source.length() && (source.charAt(end) >= '0' && source.charAt(end) <= '9' || source.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private void string(char quote) {
        var text = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            if (source.charAt(i) == '\\' && i + 1 < source.length()) {
                i = escape(i + 1, text);
            } else {
                text.append(source.charAt(i++));
            }
        }
        if (i >= source.length()) {
            throw new TemplateException("a string does not end").at(line);
        }
        add(Kind.STRING, text.toString(), i + 1);
    }

    /** Python's escapes; one that is not known stays as it is. */
    private int escape(int i, StringBuilder text) {
        char c = source.charAt(i);
        switch (c) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'a' -> text.append('\u0007');
            case 'v' -> text.append('\u000b');
            case '\\', '\'', '"' -> text.append(c);
            case '\n' -> {
            }
            case 'x', 'u', 'U' -> {
                int length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
                try {
                    text.appendCodePoint(Integer.parseInt(source, i + 1, i + 1 + length, 16));
                } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                    throw new TemplateException("a string has a bad escape").at(line);
                }
                return i + 1 + length;
            }
            default -> text.append('\\').append(c);
        }
        return i + 1;
    }

    private void add(Kind kind, String text, int end) {
        tokens.add(new Token(kind, text, line));
        advance(end);
    }

    private void advance(int to) {
        for (int i = at; i < to; i++) {
            if (source.charAt(i) == '\n') {
                line++;
            }
        }
        if (to > at) {
            lineStarting = source.charAt(to - 1) == '\n';
        }
        at = to;
    }
}
