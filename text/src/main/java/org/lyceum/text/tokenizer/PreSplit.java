package org.lyceum.text.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * How text is cut into pieces before byte pairs are merged; no token crosses a cut. Each constant is one of the regular expressions that
 * published tokenizers use, matched by hand over UTF-8 bytes (the expression itself is the oracle in the tests). A byte that is not part of
 * valid UTF-8 counts as a symbol: neither letter, number nor space.
 */
public enum PreSplit implements Splitting {
    /** GPT-2 (Radford et al. 2019), Hugging Face's {@code ByteLevel} with {@code use_regex}. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),

    /** {@link #GPT2} with each digit on its own (StarCoder, SmolLM). */
    GPT2_DIGITS("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+(?=\\p{N})|\\s+(?!\\S)|\\s+"),

    /** GPT-4 and Llama 3: contractions in any case, numbers in groups of up to three digits, line breaks kept with what precedes them. */
    CL100K("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
            + "|\\s+(?!\\S)|\\s+"),

    /** {@link #CL100K} with numbers in groups of up to two digits, which suits small vocabularies (nanochat). */
    CL100K_TWO_DIGITS("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,2}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
            + "|\\s+(?!\\S)|\\s+"),

    /** {@link #CL100K} with each digit on its own (Qwen 2 and 3). */
    QWEN2("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
            + "|\\s+(?!\\S)|\\s+"),

    /** GPT-4o: a word also ends before a capital, and keeps its contraction. */
    O200K("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),

    /** {@link #O200K} without contractions and with each digit on its own (Mistral's Tekken). */
    TEKKEN("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private final String pattern;

    PreSplit(String pattern) {
        this.pattern = pattern;
    }

    /** The regular expression, as {@code tokenizer.json} holds it. */
    public String pattern() {
        return pattern;
    }

    /** The constant with exactly this expression (or an equal way to write it), if there is one. */
    public static Optional<PreSplit> of(String pattern) {
        // nanochat and minbpe write possessive quantifiers and factor the contractions; the pieces are the same.
        var plain = pattern.replace("'(?i:[sdmt]|ll|ve|re)", "(?i:'s|'t|'re|'ve|'m|'ll|'d)").replace("]?+\\p{L}", "]?\\p{L}")
                .replace("\\p{N}]++[", "\\p{N}]+[").replace("\\s*[\\r\\n]|", "\\s*[\\r\\n]+|");
        return List.of(values()).stream().filter(split -> split.pattern.equals(pattern) || split.pattern.equals(plain)).findFirst();
    }

    @Override
    public List<String> patterns() {
        return List.of(pattern);
    }

    @Override
    public void cut(byte[] text, int from, int end, Pieces pieces) {
        for (int i = from; i < end;) {
            int next = next(text, i, end);
            pieces.take(i, next);
            i = next;
        }
    }

    /**
     * The end of the piece that starts at {@code from}, looking no further than {@code end}; {@code from < end}. It depends on nothing
     * before {@code from}, so a text is cut by calling this again from each end.
     */
    public int next(byte[] text, int from, int end) {
        return switch (this) {
            case GPT2 -> gpt2(text, from, end, false);
            case GPT2_DIGITS -> gpt2(text, from, end, true);
            case CL100K -> cl100k(text, from, end, 3);
            case CL100K_TWO_DIGITS -> cl100k(text, from, end, 2);
            case QWEN2 -> cl100k(text, from, end, 1);
            case O200K -> o200k(text, from, end, 3, true);
            case TEKKEN -> o200k(text, from, end, 1, false);
        };
    }

    /**
     * The first position at or after {@code from} where every constant cuts and where the text may be torn in two without changing any
     * piece: before a space that follows an ASCII letter. {@code end} if there is none.
     */
    static int tear(byte[] text, int from, int end) {
        for (int i = Math.max(from, 1); i < end; i++) {
            if (text[i] == ' ' && (text[i - 1] | 0x20) >= 'a' && (text[i - 1] | 0x20) <= 'z') {
                return i;
            }
        }
        return end;
    }

    private static int gpt2(byte[] text, int from, int end, boolean singleDigits) {
        int at = CodePoints.at(text, from, end);
        int next = from + CodePoints.length(at);
        int kind = CodePoints.kind(at);
        if (text[from] == '\'') {
            int contraction = contraction(text, from, end, false);
            if (contraction > from) {
                return contraction;
            }
        }
        if (text[from] == ' ' && next < end) {
            int after = CodePoints.at(text, next, end);
            int afterKind = CodePoints.kind(after);
            if (afterKind != CodePoints.SPACE) {
                return singleDigits && afterKind == CodePoints.NUMBER ? next : run(text, next + CodePoints.length(after), end, afterKind);
            }
        }
        return switch (kind) {
            case CodePoints.SPACE -> spaces(text, from, end, singleDigits);
            case CodePoints.NUMBER -> singleDigits ? next : run(text, next, end, kind);
            default -> run(text, next, end, kind);
        };
    }

    private static int cl100k(byte[] text, int from, int end, int digits) {
        int at = CodePoints.at(text, from, end);
        int next = from + CodePoints.length(at);
        int kind = CodePoints.kind(at);
        if (kind == CodePoints.LETTER) {
            return run(text, next, end, CodePoints.LETTER);
        }
        if (text[from] == '\'') {
            int contraction = contraction(text, from, end, true);
            if (contraction > from) {
                return contraction;
            }
        }
        if (kind == CodePoints.NUMBER) {
            return numbers(text, next, end, digits - 1);
        }
        if (next < end && !newline(text[from])) {
            int after = CodePoints.at(text, next, end);
            int afterKind = CodePoints.kind(after);
            if (afterKind == CodePoints.LETTER) {
                return run(text, next + CodePoints.length(after), end, CodePoints.LETTER);
            }
            if (text[from] == ' ' && afterKind == CodePoints.SYMBOL) {
                return newlines(text, run(text, next + CodePoints.length(after), end, CodePoints.SYMBOL), end, false);
            }
        }
        return kind == CodePoints.SYMBOL
                ? newlines(text, run(text, next, end, CodePoints.SYMBOL), end, false)
                : spacesByLine(text, from, end);
    }

    private static int o200k(byte[] text, int from, int end, int digits, boolean contractions) {
        int at = CodePoints.at(text, from, end);
        int next = from + CodePoints.length(at);
        int kind = CodePoints.kind(at);
        boolean prefix = kind != CodePoints.LETTER && kind != CodePoints.NUMBER && !newline(text[from]);
        int word = prefix ? endingLower(text, next, end) : next;
        if (word == next) {
            word = endingLower(text, from, end);
        }
        if (word == from && prefix) {
            word = uppers(text, next, end);
            word = word == next ? from : word;
        }
        if (word == from) {
            word = uppers(text, from, end);
        }
        if (word > from) {
            return contractions ? contraction(text, word, end, true) : word;
        }
        if (kind == CodePoints.NUMBER) {
            return numbers(text, next, end, digits - 1);
        }
        if (text[from] == ' ' && next < end) {
            int after = CodePoints.at(text, next, end);
            if (CodePoints.kind(after) == CodePoints.SYMBOL) {
                return newlines(text, run(text, next + CodePoints.length(after), end, CodePoints.SYMBOL), end, true);
            }
        }
        return kind == CodePoints.SYMBOL
                ? newlines(text, run(text, next, end, CodePoints.SYMBOL), end, true)
                : spacesByLine(text, from, end);
    }

    /**
     * The end of {@code [upper]*[lower]+}, or {@code from}. Marks and letters without case belong to both sets, so the greedy first part
     * may have to give some back.
     */
    private static int endingLower(byte[] text, int from, int end) {
        int i = from;
        int giveBack = from; // start of the last code point in the upper run that the lower set holds as well
        boolean both = false;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (!CodePoints.upper(at)) {
                break;
            }
            if (CodePoints.lower(at)) {
                giveBack = i;
                both = true;
            }
            i += CodePoints.length(at);
        }
        int word = lowers(text, i, end);
        return word > i ? word : both ? lowers(text, giveBack, end) : from;
    }

    private static int uppers(byte[] text, int from, int end) {
        int i = from;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (!CodePoints.upper(at)) {
                break;
            }
            i += CodePoints.length(at);
        }
        return i;
    }

    private static int lowers(byte[] text, int from, int end) {
        int i = from;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (!CodePoints.lower(at)) {
                break;
            }
            i += CodePoints.length(at);
        }
        return i;
    }

    /** The end of {@code 's 't 're 've 'm 'll 'd} at {@code from}, or {@code from}. */
    private static int contraction(byte[] text, int from, int end, boolean anyCase) {
        if (from + 1 >= end || text[from] != '\'') {
            return from;
        }
        int first = anyCase ? lowerCase(text[from + 1]) : text[from + 1];
        int second = from + 2 >= end ? 0 : anyCase ? lowerCase(text[from + 2]) : text[from + 2];
        return switch (first) {
            case 's', 't', 'm', 'd' -> from + 2;
            case 'r', 'v' -> second == 'e' ? from + 3 : from;
            case 'l' -> second == 'l' ? from + 3 : from;
            // U+017F, the long s, is an s when case does not count.
            case (byte) 0xC5 -> anyCase && second == (byte) 0xBF ? from + 3 : from;
            default -> from;
        };
    }

    private static int lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    /** Past all code points of {@code kind}. */
    private static int run(byte[] text, int from, int end, int kind) {
        int i = from;
        while (i < end) {
            int b = text[i];
            if (b >= 0) {
                if (CodePoints.asciiKind(b) != kind) {
                    return i;
                }
                i++;
            } else {
                int at = CodePoints.at(text, i, end);
                if (CodePoints.kind(at) != kind) {
                    return i;
                }
                i += CodePoints.length(at);
            }
        }
        return i;
    }

    private static int numbers(byte[] text, int from, int end, int atMost) {
        int i = from;
        for (int n = 0; n < atMost && i < end; n++) {
            int at = CodePoints.at(text, i, end);
            if (CodePoints.kind(at) != CodePoints.NUMBER) {
                break;
            }
            i += CodePoints.length(at);
        }
        return i;
    }

    private static int newlines(byte[] text, int from, int end, boolean slashes) {
        int i = from;
        while (i < end && (newline(text[i]) || (slashes && text[i] == '/'))) {
            i++;
        }
        return i;
    }

    private static boolean newline(byte b) {
        return b == '\n' || b == '\r';
    }

    /** {@code \s+(?!\S)|\s+}: all of a run of spaces but its last one, which goes with the word that follows (with no digit, if so asked). */
    private static int spaces(byte[] text, int from, int end, boolean digitsAlone) {
        int i = from;
        int last = from;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (CodePoints.kind(at) != CodePoints.SPACE) {
                return last == from || (digitsAlone && CodePoints.kind(at) == CodePoints.NUMBER) ? i : last;
            }
            last = i;
            i += CodePoints.length(at);
        }
        return end;
    }

    /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}: up to the last line break in a run of spaces, if it has one. */
    private static int spacesByLine(byte[] text, int from, int end) {
        int afterNewline = -1;
        int i = from;
        int last = from;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (CodePoints.kind(at) != CodePoints.SPACE) {
                return afterNewline > 0 ? afterNewline : last == from ? i : last;
            }
            last = i;
            i += CodePoints.length(at);
            if (newline(text[last])) {
                afterNewline = i;
            }
        }
        return afterNewline > 0 ? afterNewline : end;
    }
}
