package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Byte-level BPE as {@code tokenizer.json} writes it. */
final class BytePairFiles {
    private BytePairFiles() {
    }

    /** The tokenizer in {@code root}, or null unless {@link BytePairTokenizer} is sure to give the same ids as Hugging Face's library. */
    static @Nullable BytePairTokenizer read(TokenizerSource source) {
        var file = source.file();
        var root = source.root();
        var model = root.path("model");
        var preSplit = preSplit(root.path("pre_tokenizer"));
        var normalizer = normalizer(root.path("normalizer"));
        if (!model.path("type").asString("").equals("BPE") || preSplit == null || normalizer == null || !byteLevel(root.path("decoder"))
                || !absent(model.path("dropout")) || !blank(model.path("continuing_subword_prefix"))
                || !blank(model.path("end_of_word_suffix")) || !(model.path("vocab") instanceof ObjectNode vocab)) {
            return null;
        }
        boolean composed = normalizer.equals("NFC");
        for (var token : root.path("added_tokens")) {
            if (token.path("single_word").asBoolean(false) || token.path("lstrip").asBoolean(false) || token.path("rstrip").asBoolean(false)
                    || (composed && token.path("normalized").asBoolean(false))) {
                return null;
            }
        }
        var tokens = TokenizerFiles.tokens(file, vocab);
        var ids = new HashMap<String, Integer>();
        for (int id = 0; id < tokens.size(); id++) {
            var token = tokens.get(id);
            if (token != null) {
                ids.put(token, id);
            }
        }
        for (int b = 0; b < 256; b++) {
            if (!ids.containsKey(String.valueOf(ByteAlphabet.character(b)))) {
                return null;
            }
        }
        var added = TokenizerFiles.added(file, root);
        for (var token : added) {
            var known = ids.get(token.content());
            if (known == null ? token.id() < tokens.size() && tokens.get(token.id()) != null : known != token.id()) {
                return null;
            }
        }
        var merges = merges(file, model.path("merges"), ids);
        var vocabulary = new Vocabulary(tokens, added, BytePairFiles::spell, source.endOfText());
        return new BytePairTokenizer(vocabulary, merges, preSplit, model.path("ignore_merges").asBoolean(false), composed,
                source.settings(vocabulary));
    }

    /** A tokenizer from its parts. {@code specials} have their names in {@code tokens} already. */
    static BytePairTokenizer create(List<String> tokens, List<AddedToken> specials, Merges merges, PreSplit preSplit) {
        var vocabulary = new Vocabulary(List.copyOf(tokens), specials, BytePairFiles::spell, null);
        return new BytePairTokenizer(vocabulary, merges, preSplit, false, false,
                TokenizerSettings.made(write(tokens, specials, merges, preSplit), endName(vocabulary)));
    }

    private static @Nullable String endName(Vocabulary vocabulary) {
        var end = vocabulary.endOfText();
        return end.isPresent() ? vocabulary.token(end.getAsInt()) : null;
    }

    private static byte[] spell(String token) {
        var bytes = ByteAlphabet.read(token);
        return bytes == null ? token.getBytes(StandardCharsets.UTF_8) : bytes;
    }

    private static Merges merges(Path file, JsonNode list, Map<String, Integer> ids) {
        if (!list.isArray()) {
            throw new UserError(file + " is damaged: its BPE model has no list of merges.");
        }
        var pairs = new long[list.size()];
        var results = new int[list.size()];
        int rank = 0;
        for (var merge : list) {
            // "a b" until 2024, ["a", "b"] since.
            var both = merge.isString()
                    ? merge.stringValue().split(" ", -1)
                    : new String[]{merge.path(0).asString(""), merge.path(1).asString("")};
            var left = ids.get(both[0]);
            var right = both.length == 2 ? ids.get(both[1]) : null;
            var result = both.length == 2 ? ids.get(both[0] + both[1]) : null;
            if (left == null || right == null || result == null) {
                throw new UserError(file + " is damaged: merge " + (rank + 1) + " (" + merge + ") is not of two tokens into a third.");
            }
            pairs[rank] = LongIntMap.pair(left, right);
            results[rank++] = result;
        }
        return new Merges(pairs, results);
    }

    private static @Nullable PreSplit preSplit(JsonNode node) {
        return switch (node.path("type").asString("")) {
            case "ByteLevel" ->
                !node.path("add_prefix_space").asBoolean(true) && node.path("use_regex").asBoolean(true) ? PreSplit.GPT2 : null;
            case "Sequence" -> {
                var steps = node.path("pretokenizers");
                var split = steps.path(0);
                var bytes = steps.path(1);
                boolean isolated = split.path("behavior").asString("").equals("Isolated") && !split.path("invert").asBoolean(false);
                boolean removed = split.path("behavior").asString("").equals("Removed") && split.path("invert").asBoolean(false);
                yield steps.size() == 2 && split.path("type").asString("").equals("Split") && (isolated || removed)
                        && bytes.path("type").asString("").equals("ByteLevel") && !bytes.path("add_prefix_space").asBoolean(true)
                        && !bytes.path("use_regex").asBoolean(true)
                                ? PreSplit.of(split.path("pattern").path("Regex").asString("")).orElse(null)
                                : null;
            }
            default -> null;
        };
    }

    /** "" for none, "NFC", or null for one that is not known here. */
    private static @Nullable String normalizer(JsonNode node) {
        if (absent(node)) {
            return "";
        }
        return switch (node.path("type").asString("")) {
            case "NFC" -> "NFC";
            case "Sequence" -> node.path("normalizers").isEmpty() ? "" : null;
            default -> null;
        };
    }

    private static boolean byteLevel(JsonNode decoder) {
        return switch (decoder.path("type").asString("")) {
            case "ByteLevel" -> true;
            case "Sequence" -> decoder.path("decoders").size() == 1 && byteLevel(decoder.path("decoders").path(0));
            default -> false;
        };
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static boolean blank(JsonNode node) {
        return absent(node) || (node.isString() && node.stringValue().isEmpty());
    }

    private static String write(List<String> tokens, List<AddedToken> specials, Merges merges, PreSplit preSplit) {
        var root = TokenizerFiles.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        TokenizerFiles.writeAdded(root, specials);
        root.putNull("normalizer");
        var pre = root.putObject("pre_tokenizer");
        if (preSplit == PreSplit.GPT2) {
            byteLevel(pre, true);
        } else {
            var steps = pre.put("type", "Sequence").putArray("pretokenizers");
            var split = steps.addObject().put("type", "Split");
            split.putObject("pattern").put("Regex", preSplit.pattern());
            split.put("behavior", "Isolated").put("invert", false);
            byteLevel(steps.addObject(), false);
        }
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"), true);
        var model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        var vocab = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocab.put(tokens.get(id), id);
        }
        var list = model.putArray("merges");
        for (int rank = 0; rank < merges.size(); rank++) {
            list.add(tokens.get(merges.left(rank)) + " " + tokens.get(merges.right(rank)));
        }
        return TokenizerFiles.pretty(root);
    }

    private static void byteLevel(ObjectNode node, boolean useRegex) {
        node.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", useRegex);
    }
}
