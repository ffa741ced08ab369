package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * Byte-level byte-pair encoding (Radford et al. 2019, section 2.2): text is cut into pieces by a {@link PreSplit}, a piece's bytes are the
 * first symbols, and {@link Merges} joins them. Every byte is a token, so any bytes can be encoded and come back unchanged.
 */
public final class BytePairTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final Merges merges;
    private final PreSplit preSplit;
    private final boolean ignoreMerges;
    private final boolean composed;
    private final TokenizerSettings settings;

    private final int[] byteIds = new int[256];
    private final AddedTokenFinder textTokens;
    private final AddedTokenFinder allTokens;
    private final WholeTokens wholeTokens;

    /** Of pieces of several tokens, or of one long one. */
    private final PieceCache cache = new PieceCache(this::merge);

    /**
     * @param ignoreMerges whether a piece that is itself a token is taken whole, as Llama 3 does
     * @param composed     whether text is brought to Unicode's composed form (NFC) first, as Qwen does; marks that came after Unicode 9 are
     *                     composed by the JDK's tables, which are newer than those of Hugging Face's library
     */
    BytePairTokenizer(Vocabulary vocabulary, Merges merges, PreSplit preSplit, boolean ignoreMerges, boolean composed,
            TokenizerSettings settings) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.preSplit = preSplit;
        this.ignoreMerges = ignoreMerges;
        this.composed = composed;
        this.settings = settings;
        this.textTokens = vocabulary.finder(false);
        this.allTokens = vocabulary.finder(true);
        this.wholeTokens = new WholeTokens(vocabulary);
        for (int b = 0; b < 256; b++) {
            byteIds[b] = vocabulary.id(String.valueOf(ByteAlphabet.character(b))).orElseThrow();
        }
    }

    @Override
    public int[] encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), textTokens, composed);
    }

    @Override
    public int[] encodeWithSpecials(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), allTokens, composed);
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

    private int[] encode(byte[] text, AddedTokenFinder finder, boolean compose) {
        var out = new Ints(text.length / 3);
        int from = 0;
        for (var match = finder.find(text, 0, text.length); match != null; match = finder.find(text, from, text.length)) {
            encodePlain(text, from, match.from(), compose, out);
            out.add(match.id());
            from = match.to();
        }
        encodePlain(text, from, text.length, compose, out);
        return out.toArray();
    }

    private void encodePlain(byte[] text, int from, int end, boolean compose, Ints out) {
        if (compose) {
            var plain = new String(text, from, end - from, StandardCharsets.UTF_8);
            if (!Normalizer.isNormalized(plain, Normalizer.Form.NFC)) {
                var bytes = Normalizer.normalize(plain, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
                encodePlain(bytes, 0, bytes.length, false, out);
                return;
            }
        }
        for (int i = from; i < end;) {
            int next = preSplit.next(text, i, end);
            encodePiece(text, i, next - i, out);
            i = next;
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
        if (ignoreMerges) {
            var whole = vocabulary.id(ByteAlphabet.write(Arrays.copyOfRange(text, from, from + length)));
            if (whole.isPresent() && !vocabulary.isSpecial(whole.getAsInt())) {
                return new int[]{whole.getAsInt()};
            }
        }
        var symbols = new int[length];
        for (int i = 0; i < length; i++) {
            symbols[i] = byteIds[text[from + i] & 0xFF];
        }
        return Arrays.copyOf(symbols, merges.apply(symbols, length));
    }
}
