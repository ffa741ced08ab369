package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;

/** Writes what {@link GgufTokenizers} reads: a tokenizer as {@code tokenizer.ggml.*} keys, with the names and types that llama.cpp expects. */
final class GgufTokenizerKeys {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    /** Scores of pieces that no merge makes, such as characters: any will do that is below those of the others. */
    private static final float NO_MERGE = -1e6f;

    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final int rows;
    private final Map<String, Object> keys = new LinkedHashMap<>();

    private GgufTokenizerKeys(Tokenizer tokenizer, int rows) {
        this.tokenizer = tokenizer;
        this.vocabulary = tokenizer.vocabulary();
        this.rows = Math.max(rows, vocabulary.size());
    }

    static Map<String, Object> of(Tokenizer tokenizer, int rows) {
        var writer = new GgufTokenizerKeys(tokenizer, rows);
        switch (tokenizer) {
            case BytePairTokenizer bytePairs -> {
                var options = bytePairs.options();
                writer.bytePairs(options.splitting(), options.ignoreMerges(), options.spaceFirst());
            }
            case SentencePieceTokenizer pieces -> writer.sentencePiece(pieces);
            case CharacterTokenizer _ -> throw refused("a vocabulary of characters", "; llama.cpp has no tokenizer of that kind");
            case WordPieceTokenizer words -> writer.wordPiece(words);
            case HuggingFaceTokenizer _ -> writer.foreign();
        }
        writer.roles();
        return writer.keys;
    }

    private static UserError refused(String what, String why) {
        return new UserError("A GGUF file cannot hold this model's tokenizer, " + what + why + "; convert with --to hf instead.");
    }

    /** Byte-level BPE that lacks some bytes, such as SmolLM2's, runs in Hugging Face's library and is no trouble for llama.cpp. */
    private void foreign() {
        var root = TokenizerFiles.MAPPER.readTree(tokenizer.json());
        var model = root.path("model");
        var splitting = BytePairFiles.preSplit(root.path("pre_tokenizer"));
        if (!model.path("type").asString("").equals("BPE") || splitting == null || !BytePairFiles.byteLevel(root.path("decoder"))
                || !BytePairFiles.plainModel(model)) {
            throw refused("a tokenizer of a kind that only Hugging Face's library runs", "");
        }
        bytePairs(splitting, model.path("ignore_merges").asBoolean(false), BytePairFiles.spaceFirst(root.path("pre_tokenizer")));
    }

    private void bytePairs(Splitting splitting, boolean ignoreMerges, boolean spaceFirst) {
        var pre = GgufPreTokenizer.nameOf(splitting, ignoreMerges).orElseThrow(() -> refused(
                "which cuts text by expressions that llama.cpp has no name for", ""));
        keys.put("tokenizer.ggml.model", "gpt2");
        keys.put("tokenizer.ggml.pre", pre);
        tokens(-1, UnaryOperator.identity());
        keys.put("tokenizer.ggml.merges", merges());
        if (spaceFirst) {
            keys.put("tokenizer.ggml.add_space_prefix", true);
        }
    }

    private void sentencePiece(SentencePieceTokenizer pieces) {
        var unknown = model().path("unk_token").asString("");
        keys.put("tokenizer.ggml.model", "llama");
        keys.put("tokenizer.ggml.pre", "default");
        tokens(vocabulary.id(unknown).orElse(-1), UnaryOperator.identity());
        keys.put("tokenizer.ggml.scores", scores());
        keys.put("tokenizer.ggml.add_space_prefix", pieces.prefix().first());
    }

    /** GGUF marks the pieces that begin a word with U+2581; BERT's own files mark the others, with "##" as a rule. */
    private void wordPiece(WordPieceTokenizer words) {
        var normalizer = words.normalizer();
        if (!normalizer.cleanText() || !normalizer.chinese()) {
            throw refused("which keeps control characters or does not part Chinese ones", "");
        }
        int unknown = words.unknown();
        keys.put("tokenizer.ggml.model", "bert");
        keys.put("tokenizer.ggml.pre", "default");
        keys.put("tokenizer.ggml.unknown_token_id", unknown);
        tokens(vocabulary.isSpecial(unknown) ? -1 : unknown,
                name -> words.continues(name) ? name.substring(words.continuation().length()) : "\u2581" + name);
        keys.put("tokenizer.ggml.normalizer.lowercase", normalizer.lowercase());
        keys.put("tokenizer.ggml.normalizer.strip_accents", normalizer.stripAccents());
        var after = tokenizer.frame().after();
        keys.put("tokenizer.ggml.add_sep_token", after.length > 0);
        if (after.length > 0) {
            keys.put("tokenizer.ggml.seperator_token_id", after[0]); // spelled so by the specification
        }
    }

    /**
     * Names and types of all rows, those of the padding too.
     *
     * @param unknown id of the unknown token where it has a type of its own, else -1
     * @param spelling how GGUF spells the name of an ordinary token
     */
    private void tokens(int unknown, UnaryOperator<String> spelling) {
        var names = new ArrayList<String>(rows);
        var types = new int[rows];
        Arrays.fill(types, NORMAL);
        var added = new HashSet<Integer>();
        vocabulary.added().forEach(token -> added.add(token.id()));
        for (int id = 0; id < rows; id++) {
            var name = id < vocabulary.size() ? vocabulary.token(id) : "";
            if (name.isEmpty()) {
                name = "[PAD" + id + "]"; // llama.cpp wants every row to have a name of its own
                types[id] = UNUSED;
            } else if (id == unknown) {
                types[id] = UNKNOWN;
            } else if (vocabulary.isSpecial(id)) {
                types[id] = CONTROL;
            } else if (tokenizer instanceof SentencePieceTokenizer && SentencePieceTokenizer.byteOf(name) >= 0) {
                types[id] = BYTE;
            } else if (added.contains(id)) {
                types[id] = USER_DEFINED;
                name = name.replace('\u2581', ' '); // looked for in the text as it is
            } else {
                name = spelling.apply(name);
            }
            names.add(name);
        }
        keys.put("tokenizer.ggml.tokens", names);
        keys.put("tokenizer.ggml.token_type", types);
    }

    private JsonNode model() {
        return TokenizerFiles.MAPPER.readTree(tokenizer.json()).path("model");
    }

    /** "a b" each: the parts of byte-level tokens hold no spaces. */
    private List<String> merges() {
        return model().path("merges").valueStream()
                .map(merge -> merge.isString() ? merge.stringValue() : merge.path(0).asString("") + " " + merge.path(1).asString(""))
                .toList();
    }

    /** A piece's score falls with the rank of the first merge that makes it, so that the highest score is what is merged first. */
    private float[] scores() {
        var scores = new float[rows];
        Arrays.fill(scores, NO_MERGE);
        int rank = 0;
        for (var merge : model().path("merges")) {
            var parts = merge.isString()
                    ? merge.stringValue().split(" ", -1)
                    : new String[]{merge.path(0).asString(""), merge.path(1).asString("")};
            var id = vocabulary.id(String.join("", parts));
            if (id.isPresent() && scores[id.getAsInt()] == NO_MERGE) {
                scores[id.getAsInt()] = -rank++;
            }
        }
        return scores;
    }

    private void roles() {
        var named = tokenizer.settings().namedTokens();
        var frame = tokenizer.frame();
        if (frame.before().length > 0) { // what llama.cpp puts around a text it knows by these roles
            keys.put("tokenizer.ggml.bos_token_id", frame.before()[0]);
        } else {
            role("bos_token_id", named.get("bos_token"));
        }
        var end = frame.after().length > 0 ? OptionalInt.of(frame.after()[0]) : tokenizer.endOfText();
        if (end.isPresent()) {
            keys.put("tokenizer.ggml.eos_token_id", end.getAsInt());
        }
        role("unknown_token_id", named.get("unk_token"));
        role("padding_token_id", named.get("pad_token"));
        role("seperator_token_id", named.get("sep_token"));
        role("mask_token_id", named.get("mask_token"));
        keys.put("tokenizer.ggml.add_bos_token", tokenizer.frame().before().length > 0);
        keys.put("tokenizer.ggml.add_eos_token", tokenizer.frame().after().length > 0);
        tokenizer.chatTemplate().ifPresent(template -> keys.put("tokenizer.chat_template", template));
    }

    private void role(String key, @Nullable String name) {
        if (name != null) {
            vocabulary.id(name).ifPresent(id -> keys.put("tokenizer.ggml." + key, id));
        }
    }
}
