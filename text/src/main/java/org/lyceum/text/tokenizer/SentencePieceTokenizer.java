package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte-pair encoding over characters as SentencePiece does it (Kudo and Richardson 2018), for Llama 2, Mistral and Gemma: a space is a
 * character like any other (U+2581 in the names of tokens), words are not cut apart first, and a character that the vocabulary lacks is
 * spelled out in bytes.
 *
 * <p>For speed the text is cut after all, but only where no token of the vocabulary could cross: between two bytes that stand side by side
 * in none of them. Almost every space is such a place, and the pieces between are remembered.
 */
public final class SentencePieceTokenizer implements Tokenizer {
    /** The ids of a piece of text that no token crosses the borders of. */
    sealed interface Model permits RankedPieces, ScoredPieces {
        int[] ids(byte[] text, int from, int length);
    }

    /**
     * Where a space is put in front of a text.
     *
     * @param first     at its beginning
     * @param others    behind each added token as well
     * @param doubled   also where there is one already
     */
    record SpacePrefix(boolean first, boolean others, boolean doubled) {
        static final SpacePrefix NONE = new SpacePrefix(false, false, false);
        static final SpacePrefix ALWAYS = new SpacePrefix(true, true, true);
    }

    private final Vocabulary vocabulary;
    private final TokenizerSettings settings;
    private final SpacePrefix prefix;
    private final boolean cutAtSpaces;
    private final boolean stripFirstSpace;
    private final AddedTokenFinder textTokens;
    private final AddedTokenFinder allTokens;
    private final PieceCache cache;

    /** Whether a token holds the one byte before the other, by {@code before << 8 | after}. */
    private final boolean[] joined = new boolean[1 << 16];

    /**
     * @param cutAtSpaces     whether no token may cross into a space
     * @param stripFirstSpace whether decoding drops a space at the start of the text
     */
    SentencePieceTokenizer(Vocabulary vocabulary, TokenizerSettings settings, Model model, SpacePrefix prefix, boolean cutAtSpaces,
            boolean stripFirstSpace) {
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.prefix = prefix;
        this.cutAtSpaces = cutAtSpaces;
        this.stripFirstSpace = stripFirstSpace;
        this.textTokens = vocabulary.finder(false);
        this.allTokens = vocabulary.finder(true);
        this.cache = new PieceCache(model::ids);
        for (int id = 0; id < vocabulary.size(); id++) {
            var bytes = vocabulary.bytes(id);
            for (int i = 1; i < bytes.length; i++) {
                joined[(bytes[i - 1] & 0xFF) << 8 | bytes[i] & 0xFF] = true;
            }
        }
    }

    /** The bytes that a token's name spells: U+2581 for a space, {@code <0x0A>} for a byte. */
    static byte[] spell(String token) {
        int b = byteOf(token);
        return b >= 0 ? new byte[]{(byte) b} : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }

    /** The byte that {@code token} stands for if it is named {@code <0x00>} to {@code <0xFF>}, else -1. */
    static int byteOf(String token) {
        if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
            return -1;
        }
        int high = Character.digit(token.charAt(3), 16);
        int low = Character.digit(token.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    @Override
    public int[] encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), textTokens, true);
    }

    @Override
    public int[] encodeWithSpecials(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), allTokens, true);
    }

    @Override
    public int[] encode(byte[] utf8) {
        return encode(CharacterTokenizer.strict(utf8));
    }

    @Override
    public int[] encodePart(String text, boolean first) {
        return encode(text.getBytes(StandardCharsets.UTF_8), textTokens, first);
    }

    @Override
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A space that encoding put in front is taken off again. Tokens that stand for bytes and together are not valid UTF-8 become U+FFFD
     * each.
     */
    @Override
    public String decode(int[] ids) {
        var text = new StringBuilder(ids.length * 4);
        for (int i = 0; i < ids.length;) {
            int end = i;
            while (end < ids.length && byteOf(vocabulary.token(ids[end])) >= 0) {
                end++;
            }
            if (end > i) {
                text.append(bytes(Arrays.copyOfRange(ids, i, end)));
                i = end;
            } else {
                text.append(new String(vocabulary.bytes(ids[i++]), StandardCharsets.UTF_8));
            }
        }
        return stripFirstSpace && !text.isEmpty() && text.charAt(0) == ' ' ? text.substring(1) : text.toString();
    }

    private String bytes(int[] ids) {
        var bytes = decodeBytes(ids);
        for (int i = 0; i < bytes.length;) {
            int at = CodePoints.at(bytes, i, bytes.length);
            if (!CodePoints.valid(at)) {
                return "\ufffd".repeat(bytes.length);
            }
            i += CodePoints.length(at);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public TokenizerSettings settings() {
        return settings;
    }

    SpacePrefix prefix() {
        return prefix;
    }

    private int[] encode(byte[] text, AddedTokenFinder finder, boolean first) {
        var out = new Ints(text.length / 3);
        int from = 0;
        boolean begins = first;
        for (var match = finder.find(text, 0, text.length); match != null; match = finder.find(text, from, text.length)) {
            encodePlain(text, from, match.from(), begins ? prefix.first : prefix.others, out);
            out.add(match.id());
            from = match.to();
            begins = false;
        }
        encodePlain(text, from, text.length, begins ? prefix.first : prefix.others, out);
        return out.toArray();
    }

    private void encodePlain(byte[] text, int from, int end, boolean prefixed, Ints out) {
        if (from >= end) {
            return;
        }
        var plain = text;
        int start = from;
        int stop = end;
        if (holdsSpaceMark(text, from, end)) {
            plain = new String(text, from, end - from, StandardCharsets.UTF_8).replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
            start = 0;
            stop = plain.length;
        }
        if (prefixed && (prefix.doubled || plain[start] != ' ')) {
            var longer = new byte[stop - start + 1];
            longer[0] = ' ';
            System.arraycopy(plain, start, longer, 1, stop - start);
            plain = longer;
            start = 0;
            stop = longer.length;
        }
        for (int i = start; i < stop;) {
            int next = cut(plain, i, stop);
            var ids = cache.ids(plain, i, next - i);
            out.addAll(ids, ids.length);
            i = next;
        }
    }

    /** The first place after {@code from} that no token crosses. */
    private int cut(byte[] text, int from, int end) {
        for (int i = from + 1; i < end; i++) {
            boolean whole = (text[i] & 0xC0) != 0x80; // not within a character
            if (whole && (!joined[(text[i - 1] & 0xFF) << 8 | text[i] & 0xFF] || (cutAtSpaces && text[i] == ' '))) {
                return i;
            }
        }
        return end;
    }

    private static boolean holdsSpaceMark(byte[] text, int from, int end) {
        for (int i = from; i + 2 < end; i++) {
            if (text[i] == (byte) 0xE2 && text[i + 1] == (byte) 0x96 && text[i + 2] == (byte) 0x81) {
                return true;
            }
        }
        return false;
    }
}
