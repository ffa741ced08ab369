package org.lyceum.text.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.node.ObjectNode;

/**
 * One token a character (Unicode code point), as in Karpathy's char-rnn and nanoGPT: the vocabulary is the sorted set of the training
 * text's characters. In {@code tokenizer.json} it is a BPE model without merges, which gives the same ids in Hugging Face's library.
 */
public final class CharacterTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final LongIntMap ids = new LongIntMap(256);
    private final AddedTokenFinder textTokens;
    private final AddedTokenFinder allTokens;
    private final TokenizerSettings settings;

    private CharacterTokenizer(Vocabulary vocabulary, TokenizerSettings settings) {
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.textTokens = vocabulary.finder(false);
        this.allTokens = vocabulary.finder(true);
        for (int id = 0; id < vocabulary.size(); id++) {
            var token = vocabulary.token(id);
            if (!token.isEmpty() && token.codePointCount(0, token.length()) == 1) {
                ids.put(token.codePointAt(0), id);
            }
        }
    }

    /**
     * The characters of {@code texts}, in code point order from id 0, then {@code specialTokens} in the order given.
     *
     * @throws UserError if there is no character at all, or a special token's name is one character or none
     */
    public static CharacterTokenizer of(Iterable<String> texts, List<String> specialTokens) {
        var characters = new TreeSet<Integer>();
        for (var text : texts) {
            text.codePoints().forEach(characters::add);
        }
        if (characters.isEmpty()) {
            throw new UserError("There is no text to take characters from; the data is empty.");
        }
        for (var special : specialTokens) {
            if (special.codePointCount(0, special.length()) < 2) { // then a character of the text would become special
                throw UserError.usage("'" + special + "' cannot be a special token, because it could be a character of the text; "
                        + "use a name such as " + BytePairTrainer.END_OF_TEXT + ".");
            }
        }
        var tokens = new ArrayList<@Nullable String>();
        characters.forEach(c -> tokens.add(Character.toString(c)));
        var specials = new ArrayList<AddedToken>();
        for (var special : specialTokens) {
            specials.add(new AddedToken(tokens.size() + specials.size(), special, true));
        }
        var vocabulary = new Vocabulary(tokens, specials, CharacterTokenizer::spell, null);
        var end = vocabulary.endOfText();
        return new CharacterTokenizer(vocabulary,
                TokenizerSettings.made(write(tokens, specials), end.isPresent() ? vocabulary.token(end.getAsInt()) : null));
    }

    /** The tokenizer in {@code root} if it is a BPE model of single characters without merges, else null. */
    static @Nullable CharacterTokenizer read(TokenizerSource source) {
        var file = source.file();
        var root = source.root();
        var model = root.path("model");
        if (!model.path("type").asString("").equals("BPE") || !model.path("merges").isEmpty() || root.path("pre_tokenizer").isObject()
                || root.path("normalizer").isObject() || !root.path("decoder").path("type").asString("").equals("Fuse")
                || model.path("unk_token").isString() || model.path("byte_fallback").asBoolean(false)
                || !(model.path("vocab") instanceof ObjectNode vocab)) {
            return null;
        }
        var tokens = TokenizerFiles.tokens(file, vocab);
        if (!tokens.stream().allMatch(token -> token != null && token.codePointCount(0, token.length()) == 1)) {
            return null;
        }
        var added = TokenizerFiles.added(file, root);
        for (int i = 0; i < added.size(); i++) {
            if (added.get(i).id() != tokens.size() + i) {
                return null;
            }
        }
        var vocabulary = new Vocabulary(tokens, added, CharacterTokenizer::spell, source.endOfText());
        return new CharacterTokenizer(vocabulary, source.settings(vocabulary));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UserError at the first character that is not in the vocabulary
     */
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
        return encode(strict(utf8));
    }

    @Override
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public TokenizerSettings settings() {
        return settings;
    }

    /** The text of {@code utf8}. Throws {@link UserError} with the offset of the first byte that is not valid. */
    static String strict(byte[] utf8) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(utf8);
        try {
            return decoder.decode(in).toString();
        } catch (CharacterCodingException e) {
            throw new UserError(
                    "The text is not valid UTF-8 at byte " + in.position() + ", and only a byte-level tokenizer takes any bytes.", e);
        }
    }

    private int[] encode(String text, AddedTokenFinder finder) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new Ints(bytes.length);
        int position = 0; // in characters
        int from = 0;
        while (true) {
            var match = finder.find(bytes, from, bytes.length);
            int end = match == null ? bytes.length : match.from();
            for (int i = from; i < end;) {
                int at = CodePoints.at(bytes, i, end);
                int id = ids.get(at & 0xFFFFFF);
                if (id == LongIntMap.NONE) {
                    throw unseen(at & 0xFFFFFF, position);
                }
                out.add(id);
                position++;
                i += CodePoints.length(at);
            }
            if (match == null) {
                return out.toArray();
            }
            out.add(match.id());
            position += vocabulary.token(match.id()).codePointCount(0, vocabulary.token(match.id()).length());
            from = match.to();
        }
    }

    private static UserError unseen(int character, int position) {
        return new UserError("The character '" + Character.toString(character) + "' (U+" + "%04X".formatted(character) + ") at position "
                + position + " of the text is not in this character vocabulary; leave it out, or train the tokenizer on text that has it.");
    }

    private static byte[] spell(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }

    private static String write(List<@Nullable String> tokens, List<AddedToken> specials) {
        var root = TokenizerFiles.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        TokenizerFiles.writeAdded(root, specials);
        root.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
        root.putObject("decoder").put("type", "Fuse");
        var model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        var vocab = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocab.put(String.valueOf(tokens.get(id)), id);
        }
        model.putArray("merges");
        return TokenizerFiles.pretty(root);
    }
}
