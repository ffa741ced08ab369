package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreSplitTest {
    /** The slow way: the expression itself. */
    private static List<String> byExpression(PreSplit split, String text) {
        var matcher = Pattern.compile(split.pattern(), Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
        var pieces = new ArrayList<String>();
        while (matcher.find()) {
            pieces.add(matcher.group());
        }
        return pieces;
    }

    private static List<String> byHand(PreSplit split, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var pieces = new ArrayList<String>();
        for (int i = 0; i < bytes.length;) {
            int next = split.next(bytes, i, bytes.length);
            assertThat(next).isBetween(i + 1, bytes.length);
            pieces.add(new String(bytes, i, next - i, StandardCharsets.UTF_8));
            i = next;
        }
        return pieces;
    }

    /** Text in which the cases of the expressions meet often, and any code point now and then. */
    @Provide
    Arbitrary<String> texts() {
        var interesting = Arbitraries.of(" ", " ", "  ", "\n", "\r", "\r\n", "\t", "\u00a0", "\u2028", "\u0085", "\u001c", "'", "'s", "'S",
                "'T", "'re",
                "'vE", "'LL", "'d", "'m", "'\u017f", "'l", "'v", "a", "b", "Z", "Ab", "\u00e9", "\u00c9", "\u01c5", "\u02b0", "\u706f",
                "\u0301", "\u20dd",
                "\u0903", "1", "23", "4567", "\u0665", "\u00bd", "\u2167", "!", "...", "/", "//", "-", "_", "<|", "\ud83c\udf0a",
                "\ud835\udd38", "\ud81a\udc00",
                "\u200b", "\ufeff");
        var any = Arbitraries.integers().between(0, 0x10FFFF).filter(c -> c < 0xD800 || c > 0xDFFF).map(Character::toString);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(12, interesting), net.jqwik.api.Tuple.of(1, any)).list().ofMaxSize(24)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 20_000)
    void cutsLikeTheExpression(@ForAll("texts") String text, @ForAll PreSplit split) {
        assertThat(byHand(split, text)).isEqualTo(byExpression(split, text));
    }

    @ParameterizedTest
    @EnumSource
    void everyCodePointIsClassedLikeTheExpression(PreSplit split) {
        // Each between a letter, a mark and a space, so that a wrong class moves a cut.
        var all = new StringBuilder();
        for (int c = 0; c <= 0x10FFFF; c++) {
            if (c < 0xD800 || c > 0xDFFF) {
                all.append('x').appendCodePoint(c).append("X!").appendCodePoint(c).append(" 7");
            }
            if (c % 0x1000 == 0xFFF) {
                assertThat(byHand(split, all.toString())).isEqualTo(byExpression(split, all.toString()));
                all.setLength(0);
            }
        }
    }

    @Property(tries = 2_000)
    void tearingTheTextMovesNoCut(@ForAll("texts") String before, @ForAll("texts") String after, @ForAll PreSplit split,
            @ForAll @IntRange(max = 20) int from) {
        var text = (before + "word " + after).getBytes(StandardCharsets.UTF_8);
        int tear = PreSplit.tear(text, Math.min(from, text.length), text.length);
        var joined = byHand(split, new String(text, 0, tear, StandardCharsets.UTF_8));
        joined.addAll(byHand(split, new String(text, tear, text.length - tear, StandardCharsets.UTF_8)));
        assertThat(joined).isEqualTo(byHand(split, new String(text, StandardCharsets.UTF_8)));
    }

    @Property(tries = 5_000)
    void anyBytesAreCutIntoPieces(@ForAll byte[] bytes, @ForAll PreSplit split) {
        for (int i = 0; i < bytes.length;) {
            int next = split.next(bytes, i, bytes.length);
            assertThat(next).isBetween(i + 1, bytes.length);
            i = next;
        }
    }

    @Test
    void knowsOtherWaysToWriteTheExpression() {
        assertThat(
                PreSplit.of("'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,2}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]"
                        + "|\\s+(?!\\S)|\\s+"))
                .contains(PreSplit.CL100K_TWO_DIGITS);
        assertThat(PreSplit.of(PreSplit.O200K.pattern())).contains(PreSplit.O200K);
        assertThat(PreSplit.of("\\w+|\\W+")).isEmpty();
    }
}
