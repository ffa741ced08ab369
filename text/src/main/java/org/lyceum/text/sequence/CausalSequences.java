package org.lyceum.text.sequence;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Texts as a decoder reads them to tell their class (Radford et al. 2018, section 3.3): whatever its tokenizer puts before a text, then the text;
 * of a pair the one, a separator, the other. The separator is the tokenizer's own, else the token that ends documents, else a line break. What is
 * longer than the context is cut off at its end.
 */
public final class CausalSequences {
    private final Tokenizer tokenizer;
    private final int context;
    private final int[] before;
    private final int[] separator;

    /**
     * @param context the longest sequence, in tokens
     * @throws UserError when the context has no room for a text
     */
    public CausalSequences(Tokenizer tokenizer, int context) {
        this.tokenizer = tokenizer;
        this.context = context;
        before = tokenizer.frame().before();
        separator = separator(tokenizer);
        if (context < before.length + separator.length + 2) {
            throw UserError.usage("Sequences of " + context + " tokens leave no room for a text; allow at least "
                    + (before.length + separator.length + 2) + ".");
        }
    }

    private static int[] separator(Tokenizer tokenizer) {
        var own = Optional.ofNullable(tokenizer.settings().namedTokens().get("sep_token")).map(tokenizer::id).orElse(OptionalInt.empty());
        var token = own.isPresent() ? own : tokenizer.endOfText();
        return token.isPresent() ? new int[]{token.getAsInt()} : tokenizer.encode("\n");
    }

    /** A text, or a pair of texts where {@code second} is not null; of a pair that is too long, the longer text gives first. */
    public Sequence text(String first, @Nullable String second) {
        var a = tokenizer.encode(first);
        if (second == null) {
            return Sequence.of(atLeastOne(joined(before, cut(a, context - before.length))));
        }
        var b = tokenizer.encode(second);
        int room = context - before.length - separator.length;
        // Each is sure of half of the room, and of what the other leaves of its own half.
        return Sequence.of(joined(before, cut(a, Math.max((room + 1) / 2, room - b.length)), separator,
                cut(b, Math.max(room / 2, room - a.length))));
    }

    /** A text of nothing has no last token to look at; the separator stands for it. */
    private int[] atLeastOne(int[] ids) {
        return ids.length == 0 ? separator : ids;
    }

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }

    private static int[] cut(int[] ids, int length) {
        return ids.length <= length ? ids : Arrays.copyOf(ids, length);
    }
}
