package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * Byte-level byte-pair encoding (Radford et al. 2019, section 2.2): text is cut into pieces by a {@link PreSplit}, a piece's bytes are the
 * first symbols, and {@link Merges} joins them. Every byte is a token, so any bytes can be encoded and come back unchanged.
 */
public final class BytePairTokenizer implements Tokenizer {
    /**
     * @param splitting    how text is cut into pieces
     * @param ignoreMerges whether a piece that is itself a token is taken whole, as Llama 3 does
     * @param composed     whether text is brought to Unicode's composed form (NFC) first, as Qwen does; marks that came after Unicode 9
     *                     are composed by the JDK's tables, which are newer than those of Hugging Face's library
     * @param spaceFirst   whether a space is put in front of text that has none
     */
    record Options(Splitting splitting, boolean ignoreMerges, boolean composed, boolean spaceFirst) {
        static Options of(Splitting splitting) {
            return new Options(splitting, false, false, false);
        }
    }

    /** Added tokens that are found in the text as it is, and then those that are found in what is left, once that is normalized. */
    private record Finders(AddedTokenFinder first, AddedTokenFinder normalized) {
    }

    private final Vocabulary vocabulary;
    private final Merges merges;
    private final Options options;
    private final TokenizerSettings settings;

    private final int[] byteIds = new int[256];
    private final Finders textTokens;
    private final Finders allTokens;
    private final WholeTokens wholeTokens;

    /** Of pieces of several tokens, or of one long one. */
    private final PieceCache cache = new PieceCache(this::merge);

    /** @param vocabulary bytes that it has no token for are left out of the text */
    BytePairTokenizer(Vocabulary vocabulary, Merges merges, Options options, TokenizerSettings settings) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.options = options;
        this.settings = settings;
        this.textTokens = new Finders(vocabulary.finder(false, false), vocabulary.finder(false, true));
        this.allTokens = new Finders(vocabulary.finder(true, false), vocabulary.finder(true, true));
        this.wholeTokens = new WholeTokens(vocabulary);
        for (int b = 0; b < 256; b++) {
            byteIds[b] = vocabulary.id(String.valueOf(ByteAlphabet.character(b))).orElse(vocabulary.size());
        }
    }

    @Override
    public int[] encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), textTokens, options.composed);
    }

    @Override
    public int[] encodeWithSpecials(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), allTokens, options.composed);
    }

    @Override
    public int[] encode(byte[] utf8) {
        return encode(utf8, textTokens, false);
    }

    @Override
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    @Override
    public byte[] decodeBytes(int[] ids) {
        long length = 0;
        for (int id : ids) {
            length += vocabulary.bytes(id).length;
        }
        var bytes = new byte[Math.toIntExact(length)];
        int at = 0;
        for (int id : ids) {
            var piece = vocabulary.bytes(id);
            System.arraycopy(piece, 0, bytes, at, piece.length);
            at += piece.length;
        }
        return bytes;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public TokenizerSettings settings() {
        return settings;
    }

    Options options() {
        return options;
    }

    private int[] encode(byte[] text, Finders finders, boolean compose) {
        var out = new Ints(text.length / 3);
        int from = 0;
        for (var match = finders.first.find(text, 0, text.length); match != null; match = finders.first.find(text, from, text.length)) {
            encodeRest(text, from, match.from(), finders, compose, out);
            out.add(match.id());
            from = match.to();
        }
        encodeRest(text, from, text.length, finders, compose, out);
        return out.toArray();
    }

    private void encodeRest(byte[] text, int from, int end, Finders finders, boolean compose, Ints out) {
        var plain = text;
        int start = from;
        int stop = end;
        if (compose) {
            var characters = new String(text, from, Math.max(0, end - from), StandardCharsets.UTF_8);
            if (!Normalizer.isNormalized(characters, Normalizer.Form.NFC)) {
                plain = Normalizer.normalize(characters, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
                start = 0;
                stop = plain.length;
            }
        }
        for (var match = finders.normalized.find(plain, start, stop); match != null; match = finders.normalized.find(plain, start, stop)) {
            encodePlain(plain, start, match.from(), out);
            out.add(match.id());
            start = match.to();
        }
        encodePlain(plain, start, stop, out);
    }

    private void encodePlain(byte[] text, int from, int end, Ints out) {
        if (options.spaceFirst && from < end && text[from] != ' ') {
            var longer = new byte[end - from + 1];
            longer[0] = ' ';
            System.arraycopy(text, from, longer, 1, end - from);
            split(longer, 0, longer.length, out);
        } else {
            split(text, from, end, out);
        }
    }

    private void split(byte[] text, int from, int end, Ints out) {
        if (options.splitting instanceof PreSplit preSplit) {
            for (int i = from; i < end;) {
                int next = preSplit.next(text, i, end);
                encodePiece(text, i, next - i, out);
                i = next;
            }
        } else {
            options.splitting.cut(text, from, end, (start, stop) -> encodePiece(text, start, stop - start, out));
        }
    }

    private void encodePiece(byte[] text, int from, int length, Ints out) {
        int whole = wholeTokens.id(text, from, length);
        if (whole == WholeTokens.UNSETTLED) {
            var ids = merge(text, from, length);
            whole = ids.length == 1 ? ids[0] : WholeTokens.NONE;
            wholeTokens.settle(text, from, length, whole);
        }
        if (whole >= 0) {
            out.add(whole);
        } else {
            var ids = cache.ids(text, from, length);
            out.addAll(ids, ids.length);
        }
    }

    /** The ids of one piece, without the cache. */
    int[] merge(byte[] text, int from, int length) {
        if (options.ignoreMerges) {
            var whole = vocabulary.id(ByteAlphabet.write(Arrays.copyOfRange(text, from, from + length)));
            if (whole.isPresent() && !vocabulary.isSpecial(whole.getAsInt())) {
                return new int[]{whole.getAsInt()};
            }
        }
        var symbols = new int[length];
        for (int i = 0; i < length; i++) {
            symbols[i] = byteIds[text[from + i] & 0xFF];
        }
        int n = merges.apply(symbols, length);
        return withoutMissing(Arrays.copyOf(symbols, n));
    }

    private int[] withoutMissing(int[] ids) {
        int missing = vocabulary.size();
        for (int id : ids) {
            if (id == missing) {
                return Arrays.stream(ids).filter(each -> each != missing).toArray();
            }
        }
        return ids;
    }
}
