package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.node.ObjectNode;

/**
 * WordPiece as in BERT (Devlin et al. 2019, section 3): of each word, again and again the longest beginning that the vocabulary holds; a
 * word that cannot be covered is the unknown token as a whole. Text does not come back unchanged: case, accents and spaces may be lost.
 */
public final class WordPieceTokenizer implements Tokenizer {
    private static final int LONGEST_WORD = 100;

    private final Vocabulary vocabulary;
    private final TokenizerSettings settings;
    private final BertNormalizer normalizer;
    private final String continuation;
    private final int longestWord;
    private final int unknown;
    private final boolean cleanup;

    private final Map<String, Integer> first = new HashMap<>(); // pieces that begin a word
    private final Map<String, Integer> inside = new HashMap<>(); // pieces that continue one, without their prefix
    private final AddedTokenFinder textTokens;
    private final AddedTokenFinder allTokens;
    private final PieceCache cache = new PieceCache(this::word);
    private int longestPiece = 1; // in UTF-16 units

    /**
     * @param continuation what names of pieces inside a word begin with, "##"
     * @param longestWord  words of more characters are unknown
     * @param unknown      id of the unknown token
     * @param cleanup      whether decoding joins punctuation to the word before it
     */
    WordPieceTokenizer(Vocabulary vocabulary, TokenizerSettings settings, BertNormalizer normalizer, String continuation, int longestWord,
            int unknown, boolean cleanup) {
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.normalizer = normalizer;
        this.continuation = continuation;
        this.longestWord = longestWord;
        this.unknown = unknown;
        this.cleanup = cleanup;
        this.textTokens = vocabulary.finder(false);
        this.allTokens = vocabulary.finder(true);
        for (int id = 0; id < vocabulary.size(); id++) {
            var token = vocabulary.token(id);
            if (token.isEmpty() || vocabulary.isSpecial(id)) {
                continue;
            }
            boolean continues = continues(token);
            var piece = continues ? token.substring(continuation.length()) : token;
            (continues ? inside : first).put(piece, id);
            longestPiece = Math.max(longestPiece, piece.length());
        }
    }

    /** The tokenizer in {@code source} if it is BERT's arrangement of WordPiece, else null. */
    static @Nullable WordPieceTokenizer read(TokenizerSource source) {
        var root = source.root();
        var model = root.path("model");
        var normalizer = root.path("normalizer");
        var decoder = root.path("decoder");
        var added = TokenizerFiles.added(source.file(), root);
        if (!model.path("type").asString("").equals("WordPiece") || !(model.path("vocab") instanceof ObjectNode vocab)
                || !normalizer.path("type").asString("").equals("BertNormalizer")
                || !root.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer")
                || !decoder.path("type").asString("").equals("WordPiece") || added.stream().anyMatch(AddedToken::normalized)) {
            return null;
        }
        var tokens = TokenizerFiles.tokens(source.file(), vocab);
        var prefix = model.path("continuing_subword_prefix").asString("##");
        var shown = decoder.path("prefix").asString("##");
        var vocabulary = new Vocabulary(tokens, added, spelling(shown), source.endOfText());
        var unknown = vocabulary.id(model.path("unk_token").asString("[UNK]"));
        if (unknown.isEmpty()) {
            throw new UserError(source.file() + " is damaged: its unknown token is not in the vocabulary.");
        }
        boolean lowercase = normalizer.path("lowercase").asBoolean(true);
        return new WordPieceTokenizer(vocabulary, source.settings(vocabulary),
                new BertNormalizer(normalizer.path("clean_text").asBoolean(true), normalizer.path("handle_chinese_chars").asBoolean(true),
                        normalizer.path("strip_accents").asBoolean(lowercase), lowercase),
                prefix, model.path("max_input_chars_per_word").asInt(LONGEST_WORD), unknown.getAsInt(),
                decoder.path("cleanup").asBoolean(true));
    }

    /** The {@code tokenizer.json} of one that came from elsewhere. */
    static String write(Vocabulary vocabulary, BertNormalizer normalizer, int unknown, Frame frame) {
        var root = TokenizerFiles.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        TokenizerFiles.writeAdded(root, vocabulary.added());
        root.putObject("normalizer").put("type", "BertNormalizer").put("clean_text", normalizer.cleanText())
                .put("handle_chinese_chars", normalizer.chinese()).put("strip_accents", normalizer.stripAccents())
                .put("lowercase", normalizer.lowercase());
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        root.set("post_processor", Frames.write(frame, vocabulary));
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        var model = root.putObject("model").put("type", "WordPiece").put("unk_token", vocabulary.token(unknown))
                .put("continuing_subword_prefix", "##").put("max_input_chars_per_word", LONGEST_WORD);
        BytePairFiles.writeVocabulary(model, vocabulary);
        return TokenizerFiles.pretty(root);
    }

    static Function<String, byte[]> spelling(String prefix) {
        return token -> (token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int[] encode(String text) {
        return encode(text, textTokens);
    }

    @Override
    public int[] encodeWithSpecials(String text) {
        return encode(text, allTokens);
    }

    @Override
    public int[] encode(byte[] utf8) {
        return encode(CharacterTokenizer.strict(utf8));
    }

    /**
     * {@inheritDoc}
     *
     * <p>A piece that begins a word has a space in front here, also where {@link #decode} would leave it out.
     */
    @Override
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    @Override
    public String decode(int[] ids) {
        var text = new StringBuilder();
        for (int i = 0; i < ids.length; i++) {
            var token = vocabulary.token(ids[i]);
            // Hugging Face's decoder: the first token as it is, of the others the prefix goes or a space comes.
            var piece = i == 0 ? token : token.startsWith(continuation) ? token.substring(continuation.length()) : " " + token;
            text.append(cleanup ? cleaned(piece) : piece);
        }
        return text.toString();
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public TokenizerSettings settings() {
        return settings;
    }

    BertNormalizer normalizer() {
        return normalizer;
    }

    /** The id of the unknown token. */
    int unknown() {
        return unknown;
    }

    /** What names of pieces inside a word begin with. */
    String continuation() {
        return continuation;
    }

    /** Whether {@code token} is the name of a piece inside a word. */
    boolean continues(String token) {
        return token.startsWith(continuation) && token.length() > continuation.length();
    }

    private int[] encode(String text, AddedTokenFinder finder) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new Ints(bytes.length / 3);
        int from = 0;
        for (var match = finder.find(bytes, 0, bytes.length); match != null; match = finder.find(bytes, from, bytes.length)) {
            encodePlain(new String(bytes, from, Math.max(0, match.from() - from), StandardCharsets.UTF_8), out);
            out.add(match.id());
            from = match.to();
        }
        encodePlain(new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8), out);
        return out.toArray();
    }

    private void encodePlain(String text, Ints out) {
        var characters = normalizer.characters(text);
        var word = new Utf8Word();
        for (int c : characters) {
            if (c == BertNormalizer.GAP) {
                flush(word, out);
            } else if ((c & BertNormalizer.ALONE) != 0) {
                flush(word, out);
                word.add(c & ~BertNormalizer.ALONE);
                flush(word, out);
            } else {
                word.add(c);
            }
        }
        flush(word, out);
    }

    private void flush(Utf8Word word, Ints out) {
        if (word.length > 0) {
            var ids = cache.ids(word.bytes, 0, word.length);
            out.addAll(ids, ids.length);
            word.length = 0;
        }
    }

    /** Of one word: the longest piece that fits, then on from its end; a word that does not come out whole is unknown. */
    private int[] word(byte[] text, int from, int length) {
        var word = new String(text, from, length, StandardCharsets.UTF_8);
        if (length > longestWord && word.codePointCount(0, word.length()) > longestWord) {
            return new int[]{unknown};
        }
        var ids = new Ints(8);
        for (int at = 0; at < word.length();) {
            var pieces = at == 0 ? first : inside;
            int end = Math.min(word.length(), at + longestPiece);
            Integer id = null;
            for (; end > at && id == null; end--) {
                id = pieces.get(word.substring(at, end));
            }
            if (id == null) {
                return new int[]{unknown};
            }
            ids.add(id);
            at = end + 1;
        }
        return ids.toArray();
    }

    private static String cleaned(String piece) {
        return piece.replace(" .", ".").replace(" ?", "?").replace(" !", "!").replace(" ,", ",").replace(" ' ", "'").replace(" n't", "n't")
                .replace(" 'm", "'m").replace(" do not", " don't").replace(" 's", "'s").replace(" 've", "'ve").replace(" 're", "'re");
    }

    /** A word's bytes as they come. */
    private static final class Utf8Word {
        private byte[] bytes = new byte[256];
        private int length;

        void add(int c) {
            if (length + 4 > bytes.length) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            }
            if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xC0 | c >> 6);
                bytes[length++] = (byte) (0x80 | c & 0x3F);
            } else if (c < 0x10000) {
                bytes[length++] = (byte) (0xE0 | c >> 12);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
                bytes[length++] = (byte) (0x80 | c & 0x3F);
            } else {
                bytes[length++] = (byte) (0xF0 | c >> 18);
                bytes[length++] = (byte) (0x80 | c >> 12 & 0x3F);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
                bytes[length++] = (byte) (0x80 | c & 0x3F);
            }
        }
    }
}
