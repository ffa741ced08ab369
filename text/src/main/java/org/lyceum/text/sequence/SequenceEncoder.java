package org.lyceum.text.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.labelled.Question;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * Texts as an encoder reads them: {@code [CLS] a [SEP]}, {@code [CLS] a [SEP] b [SEP]} with the types 0 and 1 (Devlin et al. 2019, figure 2),
 * or RoBERTa's {@code <s> a </s></s> b </s>} all of one type. What is longer than the context is cut off at its end.
 */
public final class SequenceEncoder {
    /** A run of letters and digits, or one other character. */
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{M}\\p{N}]");

    private final Tokenizer tokenizer;
    private final int context;
    private final boolean roberta;

    /**
     * @param context the longest sequence, in tokens
     * @param roberta whether pairs are RoBERTa's
     * @throws UserError when the tokenizer frames no texts, or the context has no room for any
     */
    public SequenceEncoder(Tokenizer tokenizer, int context, boolean roberta) {
        this.tokenizer = tokenizer;
        this.context = context;
        this.roberta = roberta;
        if (tokenizer.frame().before().length == 0 || tokenizer.frame().after().length == 0) {
            throw new UserError("The tokenizer puts nothing around a text, as one for encoders does ([CLS] and [SEP]); use such a one.");
        }
        if (context < pairFraming() + 2) {
            throw UserError.usage("An encoder's sequences of " + context + " tokens leave no room for a text; allow at least "
                    + (pairFraming() + 2) + ".");
        }
    }

    /** A text. */
    public Sequence text(String text) {
        var frame = tokenizer.frame();
        return Sequence.of(frame.around(cut(tokenizer.encode(text), context - frame.before().length - frame.after().length)));
    }

    /** A text, or a pair of texts where {@code second} is not null. */
    public Sequence text(String first, @Nullable String second) {
        return second == null ? text(first) : pair(first, second);
    }

    /** A pair; of a pair that is too long, the longer text gives first. */
    public Sequence pair(String first, String second) {
        var a = tokenizer.encode(first);
        var b = tokenizer.encode(second);
        int room = context - pairFraming();
        // Each is sure of half of the room, and of what the other leaves of its own half.
        return joined(cut(a, Math.max((room + 1) / 2, room - b.length)), cut(b, Math.max(room / 2, room - a.length)));
    }

    /**
     * Words, each encoded by itself.
     *
     * @param sequence the framed sequence
     * @param first where the first token of each word is; −1 for words that were cut off
     */
    public record Words(Sequence sequence, int[] first) {
        /** The sequence with a target for the first token of each word, as BERT tags them (Devlin et al. 2019, section 5.3), and none for the others. */
        public Sequence with(int[] labels) {
            var targets = new int[sequence.length()];
            Arrays.fill(targets, Batch.IGNORED);
            for (int w = 0; w < first.length; w++) {
                if (first[w] >= 0) {
                    targets[first[w]] = labels[w];
                }
            }
            return sequence.with(targets);
        }
    }

    /** A sentence of words. */
    public Words words(List<String> words) {
        var frame = tokenizer.frame();
        var pieces = pieces(words, context - frame.before().length - frame.after().length);
        var first = pieces.first.clone();
        for (int w = 0; w < first.length; w++) {
            first[w] += first[w] < 0 ? 0 : frame.before().length;
        }
        return new Words(Sequence.of(frame.around(pieces.ids)), first);
    }

    /**
     * A question before the text that holds its answer.
     *
     * @param sequence the framed pair; its targets are the answer's first and last token, or −100 where they were cut off
     * @param start for each token, the first character of its word in the text; −1 outside the text
     * @param end one past that word's last character
     */
    public record Asked(Sequence sequence, int[] start, int[] end) {
    }

    /** A question; of a pair that is too long, the text gives first, but at least half of the context is left to it. */
    public Asked question(Question question) {
        var starts = new ArrayList<Integer>();
        var ends = new ArrayList<Integer>();
        var words = new ArrayList<String>();
        var matcher = WORD.matcher(question.context());
        while (matcher.find()) {
            words.add(matcher.group());
            starts.add(matcher.start());
            ends.add(matcher.end());
        }
        int room = context - pairFraming();
        var asked = cut(tokenizer.encode(question.question()), room / 2);
        var pieces = pieces(words, room - asked.length);
        var sequence = joined(asked, pieces.ids);
        int offset = tokenizer.frame().before().length + asked.length + (roberta ? 2 : 1) * tokenizer.frame().after().length;
        var start = new int[sequence.length()];
        var end = new int[sequence.length()];
        Arrays.fill(start, -1);
        Arrays.fill(end, -1);
        int firstToken = Batch.IGNORED;
        int lastToken = Batch.IGNORED;
        for (int i = 0; i < pieces.ids.length; i++) {
            int word = pieces.word[i];
            start[offset + i] = starts.get(word);
            end[offset + i] = ends.get(word);
            if (ends.get(word) > question.start() && starts.get(word) < question.end()) {
                firstToken = firstToken < 0 ? offset + i : firstToken;
                lastToken = offset + i;
            }
        }
        boolean whole = lastToken >= 0 && end[lastToken] >= question.end();
        return new Asked(whole ? sequence.with(firstToken, lastToken) : sequence.with(Batch.IGNORED, Batch.IGNORED), start, end);
    }

    /** Tokens of words, the word of each token, and the first token of each word (−1 where there was no room). */
    private record Pieces(int[] ids, int[] word, int[] first) {
    }

    private Pieces pieces(List<String> words, int room) {
        var ids = new int[room];
        var word = new int[room];
        var first = new int[words.size()];
        Arrays.fill(first, -1);
        int n = 0;
        for (int w = 0; w < words.size() && n < room; w++) {
            // Byte-level tokenizers tell the words inside a text by the space before them; WordPiece does not look at it.
            var tokens = tokenizer.encode(w == 0 ? words.get(w) : " " + words.get(w));
            if (tokens.length > 0) {
                first[w] = n;
            }
            for (int i = 0; i < tokens.length && n < room; i++) {
                ids[n] = tokens[i];
                word[n++] = w;
            }
        }
        return new Pieces(Arrays.copyOf(ids, n), Arrays.copyOf(word, n), first);
    }

    private Sequence joined(int[] a, int[] b) {
        var frame = tokenizer.frame();
        var head = frame.around(a);
        int again = roberta ? frame.after().length : 0;
        var ids = Arrays.copyOf(head, head.length + again + b.length + frame.after().length);
        System.arraycopy(frame.after(), 0, ids, head.length, again);
        System.arraycopy(b, 0, ids, head.length + again, b.length);
        System.arraycopy(frame.after(), 0, ids, head.length + again + b.length, frame.after().length);
        var types = new int[ids.length];
        if (!roberta) {
            Arrays.fill(types, head.length, types.length, 1);
        }
        return new Sequence(ids, types);
    }

    private int pairFraming() {
        return tokenizer.frame().before().length + (roberta ? 3 : 2) * tokenizer.frame().after().length;
    }

    private static int[] cut(int[] ids, int length) {
        return ids.length <= length ? ids : Arrays.copyOf(ids, length);
    }
}
