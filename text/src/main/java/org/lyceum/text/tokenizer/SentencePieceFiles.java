package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.SentencePieceTokenizer.SpacePrefix;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** SentencePiece models as {@code tokenizer.json} writes them: BPE over characters, spaces as U+2581, bytes for what is missing. */
final class SentencePieceFiles {
    private static final String SPACE = "\u2581";

    private SentencePieceFiles() {
    }

    /** The tokenizer in {@code source}, or null unless {@link SentencePieceTokenizer} is sure to give the same ids as Hugging Face's library. */
    static @Nullable SentencePieceTokenizer read(TokenizerSource source) {
        var file = source.file();
        var root = source.root();
        var model = root.path("model");
        if (!model.path("type").asString("").equals("BPE") || !model.path("byte_fallback").asBoolean(false)
                || model.path("ignore_merges").asBoolean(false) || !BytePairFiles.plainModel(model)
                || !(model.path("vocab") instanceof ObjectNode vocab)) {
            return null;
        }
        var spaces = spaces(root.path("normalizer"), root.path("pre_tokenizer"));
        var strips = strips(root.path("decoder"));
        var added = TokenizerFiles.added(file, root);
        if (spaces == null || strips == null || added.stream().anyMatch(token -> needsNormalizedText(token, spaces))) {
            return null;
        }
        var tokens = TokenizerFiles.tokens(file, vocab);
        var ids = new HashMap<String, Integer>();
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.get(id) instanceof String token) {
                ids.put(token, id);
            }
        }
        var vocabulary = new Vocabulary(tokens, added, SentencePieceTokenizer::spell, SentencePieceTokenizer::spell, source.endOfText());
        var unknown = model.path("unk_token").asString("");
        if (!unknown.isEmpty() && vocabulary.id(unknown).isEmpty()) {
            throw new UserError(file + " is damaged: its unknown token '" + unknown + "' is not in the vocabulary.");
        }
        var fallback = new ByteFallback(vocabulary, vocabulary.id(unknown).orElse(-1));
        if (!fallback.isComplete()) {
            return null;
        }
        var pieces = new RankedPieces(vocabulary,
                BytePairFiles.merges(file.toString(), BytePairFiles.pairs(file, model.path("merges")), ids),
                fallback);
        return new SentencePieceTokenizer(vocabulary, source.settings(vocabulary), pieces, spaces.prefix, spaces.cut, strips);
    }

    /** Whether the token has to be looked for in the text as it is after its spaces were treated, which is not done here. */
    private static boolean needsNormalizedText(AddedToken token, Spaces spaces) {
        return token.normalized() && (spaces.prepends || token.content().contains(" ") || token.content().contains(SPACE));
    }

    /** What happens to spaces before the model sees them. */
    private record Spaces(SpacePrefix prefix, boolean cut, boolean prepends) {
    }

    private static @Nullable Spaces spaces(JsonNode normalizer, JsonNode preTokenizer) {
        boolean prepends = false;
        boolean replaces = false;
        for (var step : steps(normalizer, "normalizers")) {
            switch (step.path("type").asString("")) {
                case "Prepend" -> {
                    if (replaces || !step.path("prepend").asString("").equals(SPACE)) {
                        return null;
                    }
                    prepends = true;
                }
                case "Replace" -> {
                    if (!step.path("pattern").path("String").asString("").equals(" ") || !step.path("content").asString("").equals(SPACE)) {
                        return null;
                    }
                    replaces = true;
                }
                default -> {
                    return null;
                }
            }
        }
        var steps = steps(preTokenizer, "pretokenizers");
        if (steps.size() > 1) {
            return null;
        }
        var prefix = prepends ? SpacePrefix.ALWAYS : SpacePrefix.NONE;
        if (steps.isEmpty()) {
            return replaces ? new Spaces(prefix, false, prepends) : null;
        }
        var step = steps.getFirst();
        return switch (step.path("type").asString("")) {
            // Gemma's: cuts at spaces that the normalizer has replaced already, so nowhere.
            case "Split" ->
                replaces && step.path("pattern").path("String").asString("").equals(" ") ? new Spaces(prefix, false, prepends) : null;
            case "Metaspace" -> prepends || !step.path("replacement").asString("").equals(SPACE)
                    ? null
                    : switch (step.path("prepend_scheme").asString(step.path("add_prefix_space").asBoolean(true) ? "always" : "never")) {
                        case "first" -> new Spaces(new SpacePrefix(true, false, false), step.path("split").asBoolean(true), false);
                        case "always" -> new Spaces(new SpacePrefix(true, true, false), step.path("split").asBoolean(true), false);
                        case "never" -> new Spaces(SpacePrefix.NONE, step.path("split").asBoolean(true), false);
                        default -> null;
                    };
            default -> null;
        };
    }

    /** Whether decoding takes one space off the front; null for a decoder that is not known here. */
    private static @Nullable Boolean strips(JsonNode decoder) {
        boolean strips = false;
        boolean bytes = false;
        for (var step : steps(decoder, "decoders")) {
            switch (step.path("type").asString("")) {
                case "Replace" -> {
                    if (!step.path("pattern").path("String").asString("").equals(SPACE) || !step.path("content").asString("").equals(" ")) {
                        return null;
                    }
                }
                case "ByteFallback" -> bytes = true;
                case "Fuse" -> {
                }
                case "Strip" -> {
                    if (!step.path("content").asString("").equals(" ") || step.path("start").asInt(0) != 1
                            || step.path("stop").asInt(0) != 0) {
                        return null;
                    }
                    strips = true;
                }
                case "Metaspace" -> strips = !step.path("prepend_scheme").asString("always").equals("never");
                default -> {
                    return null;
                }
            }
        }
        return bytes ? (Boolean) strips : null;
    }

    private static ArrayList<JsonNode> steps(JsonNode node, String list) {
        var steps = new ArrayList<JsonNode>();
        if (node.path("type").asString("").equals("Sequence")) {
            node.path(list).forEach(steps::add);
        } else if (node.isObject()) {
            steps.add(node);
        }
        return steps;
    }

    /** The {@code tokenizer.json} of a model with scores. */
    static String write(Vocabulary vocabulary, ScoredPieces pieces, SpacePrefix prefix, boolean strips, String unknown, Frame frame) {
        var root = TokenizerFiles.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        TokenizerFiles.writeAdded(root, vocabulary.added());
        var normalizer = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (prefix.first()) {
            normalizer.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replace(normalizer.addObject(), " ", SPACE);
        root.putNull("pre_tokenizer");
        root.set("post_processor", Frames.write(frame, vocabulary));
        var decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders.addObject(), SPACE, " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (strips) {
            decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
        }
        var model = root.putObject("model").put("type", "BPE").putNull("dropout").put("unk_token", unknown.isEmpty() ? null : unknown)
                .putNull("continuing_subword_prefix").putNull("end_of_word_suffix").put("fuse_unk", true).put("byte_fallback", true)
                .put("ignore_merges", false);
        BytePairFiles.writeVocabulary(model, vocabulary);
        var merges = model.putArray("merges");
        for (var merge : pieces.merges()) {
            merges.addArray().add(merge[0]).add(merge[1]);
        }
        return TokenizerFiles.pretty(root);
    }

    private static void replace(ObjectNode node, String what, String by) {
        node.put("type", "Replace").putObject("pattern").put("String", what);
        node.put("content", by);
    }
}
