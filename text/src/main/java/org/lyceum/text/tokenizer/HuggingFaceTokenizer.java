package org.lyceum.text.tokenizer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Any other {@code tokenizer.json} (SentencePiece BPE, Unigram, WordPiece, …), run by Hugging Face's own library in native code. The
 * library always looks for special tokens in text, so plain text goes to a second instance of it that knows none.
 */
public final class HuggingFaceTokenizer implements Tokenizer {
    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer full;
    private final ai.djl.huggingface.tokenizers.HuggingFaceTokenizer plain;
    private final Map<Long, Integer> plainIds;
    private final Vocabulary vocabulary;
    private final TokenizerSettings settings;

    private HuggingFaceTokenizer(TokenizerSource source) {
        var file = source.file();
        var root = source.root();
        var added = TokenizerFiles.added(file, root);
        var model = root.path("model");
        var tokens = model.path("vocab") instanceof ObjectNode vocab
                ? TokenizerFiles.tokens(file, vocab)
                : pieces(file, model.path("vocab"));
        this.vocabulary = new Vocabulary(tokens, added, spelling(root), source.endOfText());
        this.settings = source.settings(vocabulary);
        this.full = open(file, withoutPadding(root));
        this.plain = open(file, withoutSpecials(root, added));
        this.plainIds = plainIds(added);
    }

    static HuggingFaceTokenizer read(TokenizerSource source) {
        return new HuggingFaceTokenizer(source);
    }

    @Override
    public int[] encode(String text) {
        var ids = ids(plain, text);
        for (int i = 0; i < ids.length; i++) {
            var declared = plainIds.get((long) ids[i]);
            if (declared != null) {
                ids[i] = declared;
            }
        }
        return ids;
    }

    @Override
    public int[] encodeWithSpecials(String text) {
        return ids(full, text);
    }

    @Override
    public int[] encode(byte[] utf8) {
        return encode(CharacterTokenizer.strict(utf8));
    }

    /**
     * {@inheritDoc}
     *
     * <p>A piece that begins a word has its space in front here, also where {@link #decode} would leave it out at the start of a text.
     */
    @Override
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    @Override
    public String decode(int[] ids) {
        for (int id : ids) {
            vocabulary.token(id); // says so if it is out of range
        }
        return full.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public TokenizerSettings settings() {
        return settings;
    }

    private static int[] ids(ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer, String text) {
        // A lone surrogate has no UTF-8 form; it becomes '?' as everywhere in Java.
        var valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        try {
            return Arrays.stream(tokenizer.encode(valid, false, false).getIds()).mapToInt(Math::toIntExact).toArray();
        } catch (RuntimeException e) {
            throw new UserError("The tokenizer's model cannot encode this text: " + reason(e) + ".", e);
        }
    }

    /** Ids that the plain instance gives to added tokens that are text, where they differ from the declared ones. */
    private Map<Long, Integer> plainIds(List<AddedToken> added) {
        var different = new HashMap<Long, Integer>();
        for (var token : added) {
            if (!token.special()) {
                var ids = plain.encode(token.content(), false, false).getIds();
                if (ids.length == 1 && ids[0] != token.id()) {
                    different.put(ids[0], token.id());
                }
            }
        }
        return different;
    }

    private static ObjectNode withoutPadding(ObjectNode root) {
        return root.deepCopy().putNull("truncation").putNull("padding");
    }

    private static ObjectNode withoutSpecials(ObjectNode root, List<AddedToken> added) {
        var copy = withoutPadding(root).putNull("post_processor");
        var list = copy.putArray("added_tokens");
        int i = 0;
        for (var node : root.path("added_tokens")) {
            if (!added.get(i++).special()) {
                list.add(node);
            }
        }
        hideSpecials(copy.path("model"), added);
        return copy;
    }

    /**
     * Unigram, WordPiece and WordLevel models match their whole vocabulary against the text, the special tokens in it too: give these a
     * name that no text has. BPE builds tokens by merges only, which do not spell special ones.
     */
    private static void hideSpecials(JsonNode model, List<AddedToken> added) {
        var unknown = model.path("unk_token").asString("");
        for (var token : added) {
            var hidden = Character.toString(Character.MAX_CODE_POINT) + token.id();
            if (!token.special()) {
                continue;
            }
            if (model.path("vocab") instanceof ArrayNode pieces && pieces.get(token.id()) instanceof ArrayNode piece && !piece.isEmpty()) {
                piece.set(0, hidden);
            } else if (model.path("vocab") instanceof ObjectNode vocab && !model.path("merges").isArray()
                    && !token.content().equals(unknown)
                    && vocab.has(token.content())) {
                vocab.set(hidden, vocab.remove(token.content()));
            }
        }
    }

    private static ai.djl.huggingface.tokenizers.HuggingFaceTokenizer open(Path file, ObjectNode root) {
        // DJL would otherwise report its use to a server of its makers.
        if (System.getProperty("OPT_OUT_TRACKING") == null) {
            System.setProperty("OPT_OUT_TRACKING", "true");
        }
        try {
            var in = new ByteArrayInputStream(TokenizerFiles.MAPPER.writeValueAsBytes(root));
            return ai.djl.huggingface.tokenizers.HuggingFaceTokenizer.newInstance(in,
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        } catch (IOException | RuntimeException e) {
            throw new UserError(file + " is not a tokenizer that Hugging Face's library can open: " + reason(e) + ".", e);
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new UserError("Hugging Face's tokenizer library, which " + file + " needs, does not load on this machine: " + reason(e)
                    + "; byte-level BPE and character tokenizers work without it.", e);
        }
    }

    private static String reason(Throwable e) {
        var message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.strip().replaceAll("\\.$", "");
    }

    /** A Unigram model's vocabulary: a list of [piece, log-probability], the id is the place in it. */
    private static List<@Nullable String> pieces(Path file, JsonNode list) {
        var pieces = new ArrayList<@Nullable String>();
        for (var piece : list) {
            if (!piece.path(0).isString()) {
                throw new UserError(file + " is damaged: entry " + pieces.size() + " of its vocabulary has no piece.");
            }
            pieces.add(piece.path(0).stringValue());
        }
        return pieces;
    }

    /** How a token's name spells its bytes, by the kind of decoder that the file asks for. */
    private static Function<String, byte[]> spelling(ObjectNode root) {
        var decoder = root.path("decoder");
        var kinds = new ArrayList<String>();
        kinds.add(decoder.path("type").asString(""));
        decoder.path("decoders").forEach(step -> kinds.add(step.path("type").asString("")));
        if (kinds.contains("ByteLevel")) {
            return token -> {
                var bytes = ByteAlphabet.read(token);
                return bytes == null ? token.getBytes(StandardCharsets.UTF_8) : bytes;
            };
        }
        if (kinds.contains("WordPiece")) {
            var prefix = decoder.path("prefix").asString("##");
            return token -> (token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token).getBytes(StandardCharsets.UTF_8);
        }
        boolean byteFallback = kinds.contains("ByteFallback");
        return token -> byteFallback && token.matches("<0x[0-9A-Fa-f]{2}>")
                ? new byte[]{(byte) Integer.parseInt(token.substring(3, 5), 16)}
                : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
}
