package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Several expressions, each cutting what the one before it left: what matches is a piece, and so is what lies between two matches. Run by
 * {@link java.util.regex}, which is slow beside {@link PreSplit} but right for the few models that need it. Only expressions named here
 * are run, because others may mean something else to another library, or take forever.
 */
record SplitSteps(List<String> patterns) implements Splitting {
    static final String DIGIT = "\\p{N}";
    static final String DIGITS = "\\p{N}+";
    static final String THREE_DIGITS = "[0-9][0-9][0-9]";
    /** Hugging Face's {@code Punctuation}: Unicode's, and ASCII's symbols with it. */
    static final String PUNCTUATION = "[\\p{P}$+<=>^`|~]+";
    static final String EACH_PUNCTUATION = "[\\p{P}$+<=>^`|~]";
    static final String PUNCTUATION_BUT_BACKTICK = "[\\p{P}$+<=>^|~]+";
    static final String LINE_BREAK = "[\\r\\n]";
    static final String GPT2 = PreSplit.GPT2.pattern();

    private static final String CJK_OF_DEEPSEEK = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

    /** DeepSeek LLM: letters of scripts with two cases. */
    private static final String CASED_LETTERS = "\\s?[\\p{Lu}\\p{Ll}\\p{Lt}&&[A-Za-z\u00b5\u00c0-\u1fff\u2100-\u2184\u2c00-\u2d2d\ua640-\uab6f"
            + "\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff5a\\x{10400}-\\x{1E943}]]+";

    static final List<String> DEEPSEEK_LLM = List.of(LINE_BREAK, CASED_LETTERS,
            "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", "\\s+$",
            CJK_OF_DEEPSEEK, DIGITS);
    static final List<String> DEEPSEEK_CODER = List.of(LINE_BREAK, "\\s?\\p{L}+", "\\s?\\p{P}+", CJK_OF_DEEPSEEK, DIGIT);
    static final List<String> DEEPSEEK_3 = List.of("\\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
    static final List<String> CHAMELEON = List.of("<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", "([\\t\\n]|    |  )", DIGIT,
            "[\\p{P}!-/:-@\\[-`{-~]", GPT2);
    static final List<String> QWEN35 = List.of("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
    static final List<String> BLOOM = List.of(" ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+");

    private static final Set<String> KNOWN = known();
    private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

    private static Set<String> known() {
        var known = new HashSet<>(
                List.of(DIGIT, DIGITS, THREE_DIGITS, PUNCTUATION, EACH_PUNCTUATION, PUNCTUATION_BUT_BACKTICK, LINE_BREAK));
        for (var split : PreSplit.values()) {
            known.add(split.pattern());
        }
        for (var list : List.of(DEEPSEEK_LLM, DEEPSEEK_CODER, DEEPSEEK_3, CHAMELEON, QWEN35, BLOOM)) {
            known.addAll(list);
        }
        return known;
    }

    static Optional<SplitSteps> of(List<String> patterns) {
        return !patterns.isEmpty() && KNOWN.containsAll(patterns) ? Optional.of(new SplitSteps(List.copyOf(patterns))) : Optional.empty();
    }

    @Override
    public void cut(byte[] text, int from, int end, Pieces pieces) {
        var characters = new StringBuilder(end - from);
        var offsets = new Ints(end - from + 1); // in bytes, by character; only those where a code point begins are used
        for (int i = from; i < end;) {
            int at = CodePoints.at(text, i, end);
            int c = CodePoints.valid(at) ? at & 0xFFFFFF : 0xFFFD;
            characters.appendCodePoint(c);
            offsets.add(i);
            if (c > 0xFFFF) {
                offsets.add(i);
            }
            i += CodePoints.length(at);
        }
        offsets.add(end);
        var bounds = new ArrayList<Integer>();
        bounds.add(0);
        bounds.add(characters.length());
        for (var pattern : patterns) {
            bounds = refined(characters, pattern, bounds);
        }
        var starts = offsets.toArray();
        for (int i = 1; i < bounds.size(); i++) {
            if (starts[bounds.get(i - 1)] < starts[bounds.get(i)]) {
                pieces.take(starts[bounds.get(i - 1)], starts[bounds.get(i)]);
            }
        }
    }

    private static ArrayList<Integer> refined(CharSequence text, String pattern, List<Integer> bounds) {
        var matcher = COMPILED.computeIfAbsent(pattern, p -> Pattern.compile(p, Pattern.UNICODE_CHARACTER_CLASS)).matcher(text);
        var finer = new ArrayList<Integer>(bounds.size());
        finer.add(0);
        for (int i = 1; i < bounds.size(); i++) {
            matcher.region(bounds.get(i - 1), bounds.get(i));
            while (matcher.find()) {
                add(finer, matcher.start());
                add(finer, matcher.end());
            }
            add(finer, bounds.get(i));
        }
        return finer;
    }

    private static void add(List<Integer> bounds, int bound) {
        if (bounds.getLast() < bound) {
            bounds.add(bound);
        }
    }
}
