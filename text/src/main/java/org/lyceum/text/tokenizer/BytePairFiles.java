package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.BytePairTokenizer.Options;
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
                || !plainModel(model) || !(model.path("vocab") instanceof ObjectNode vocab)) {
            return null;
        }
        boolean composed = normalizer.equals("NFC");
        for (var token : root.path("added_tokens")) {
            if (composed && token.path("normalized").asBoolean(false)
                    && !Normalizer.isNormalized(token.path("content").asString(""), Normalizer.Form.NFC)) {
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
        var merges = merges(file.toString(), pairs(file, model.path("merges")), ids);
        var vocabulary = new Vocabulary(tokens, added, BytePairFiles::spell, source.endOfText());
        var options = new Options(preSplit, model.path("ignore_merges").asBoolean(false), composed, spaceFirst(root.path("pre_tokenizer")));
        return new BytePairTokenizer(vocabulary, merges, options, source.settings(vocabulary));
    }

    /** A tokenizer from its parts. {@code specials} have their names in {@code tokens} already. */
    static BytePairTokenizer create(List<String> tokens, List<AddedToken> specials, Merges merges, PreSplit preSplit) {
        var vocabulary = new Vocabulary(List.copyOf(tokens), specials, BytePairFiles::spell, null);
        var options = Options.of(preSplit);
        var pairs = IntStream.range(0, merges.size()).mapToObj(r -> new String[]{tokens.get(merges.left(r)), tokens.get(merges.right(r))})
                .toList();
        return new BytePairTokenizer(vocabulary, merges, options,
                TokenizerSettings.made(write(vocabulary, pairs, options, Frame.NONE), endName(vocabulary)));
    }

    private static @Nullable String endName(Vocabulary vocabulary) {
        var end = vocabulary.endOfText();
        return end.isPresent() ? vocabulary.token(end.getAsInt()) : null;
    }

    static byte[] spell(String token) {
        var bytes = ByteAlphabet.read(token);
        return bytes == null ? token.getBytes(StandardCharsets.UTF_8) : bytes;
    }

    /** The list of merges of a {@code tokenizer.json}: "a b" until 2024, ["a", "b"] since. */
    static List<String[]> pairs(Path file, JsonNode list) {
        if (!list.isArray()) {
            throw new UserError(file + " is damaged: its BPE model has no list of merges.");
        }
        return list.valueStream().map(merge -> merge.isString()
                ? merge.stringValue().split(" ", -1)
                : new String[]{merge.path(0).asString(""), merge.path(1).asString("")}).toList();
    }

    static Merges merges(String where, List<String[]> list, Map<String, Integer> ids) {
        var pairs = new long[list.size()];
        var results = new int[list.size()];
        int rank = 0;
        for (var both : list) {
            var left = ids.get(both[0]);
            var right = both.length == 2 ? ids.get(both[1]) : null;
            var result = both.length == 2 ? ids.get(both[0] + both[1]) : null;
            if (left == null || right == null || result == null) {
                throw new UserError(where + " is damaged: merge " + (rank + 1) + " (" + String.join(" ", both)
                        + ") is not of two tokens into a third.");
            }
            pairs[rank] = LongIntMap.pair(left, right);
            results[rank++] = result;
        }
        return new Merges(pairs, results);
    }

    /** Whether a BPE model has none of the options that no tokenizer here knows. */
    static boolean plainModel(JsonNode model) {
        return absent(model.path("dropout")) && blank(model.path("continuing_subword_prefix")) && blank(model.path("end_of_word_suffix"));
    }

    /** The expressions that a pre-tokenizer amounts to, if {@link Splitting} knows them all; null otherwise. */
    static @Nullable Splitting preSplit(JsonNode node) {
        boolean sequence = node.path("type").asString("").equals("Sequence");
        var steps = sequence ? node.path("pretokenizers").valueStream().toList() : List.of(node);
        var patterns = new ArrayList<String>();
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            switch (step.path("type").asString("")) {
                case "Split" -> {
                    boolean isolated = step.path("behavior").asString("").equals("Isolated") && !step.path("invert").asBoolean(false);
                    boolean removed = step.path("behavior").asString("").equals("Removed") && step.path("invert").asBoolean(false);
                    var pattern = step.path("pattern").path("Regex").asString("");
                    if (!isolated && !(removed && PreSplit.of(pattern).isPresent())) {
                        return null;
                    }
                    patterns.add(pattern);
                }
                case "Digits" -> patterns.add(step.path("individual_digits").asBoolean(false) ? SplitSteps.DIGIT : SplitSteps.DIGITS);
                case "Punctuation" -> {
                    switch (step.path("behavior").asString("Isolated")) {
                        case "Isolated" -> patterns.add(SplitSteps.EACH_PUNCTUATION);
                        case "Contiguous" -> patterns.add(SplitSteps.PUNCTUATION);
                        default -> {
                            return null;
                        }
                    }
                }
                case "ByteLevel" -> {
                    if (i != steps.size() - 1 || (step.path("add_prefix_space").asBoolean(true) && i > 0)) {
                        return null; // what comes after would see the alphabet of bytes, not the text
                    }
                    if (step.path("use_regex").asBoolean(true)) {
                        patterns.add(PreSplit.GPT2.pattern());
                    }
                }
                default -> {
                    return null;
                }
            }
        }
        return steps.isEmpty() || !steps.getLast().path("type").asString("").equals("ByteLevel")
                ? null
                : Splitting.of(patterns).orElse(null);
    }

    static boolean spaceFirst(JsonNode node) {
        var step = node.path("type").asString("").equals("Sequence") ? node.path("pretokenizers").path(0) : node;
        return step.path("type").asString("").equals("ByteLevel") && step.path("add_prefix_space").asBoolean(true);
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

    static boolean byteLevel(JsonNode decoder) {
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

    /** The {@code tokenizer.json} of a byte-level tokenizer. */
    static String write(Vocabulary vocabulary, List<String[]> merges, Options options, Frame frame) {
        var root = TokenizerFiles.MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        TokenizerFiles.writeAdded(root, vocabulary.added());
        if (options.composed()) {
            root.putObject("normalizer").put("type", "NFC");
        } else {
            root.putNull("normalizer");
        }
        var pre = root.putObject("pre_tokenizer");
        if (options.splitting() == PreSplit.GPT2) {
            byteLevel(pre, options.spaceFirst(), true);
        } else {
            var steps = pre.put("type", "Sequence").putArray("pretokenizers");
            for (var pattern : options.splitting().patterns()) {
                var split = steps.addObject().put("type", "Split");
                split.putObject("pattern").put("Regex", pattern);
                split.put("behavior", "Isolated").put("invert", false);
            }
            byteLevel(steps.addObject(), false, false);
        }
        root.set("post_processor", Frames.write(frame, vocabulary));
        byteLevel(root.putObject("decoder"), false, true);
        var model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false)
                .put("ignore_merges", options.ignoreMerges());
        writeVocabulary(model, vocabulary);
        var list = model.putArray("merges");
        for (var merge : merges) {
            list.add(merge[0] + " " + merge[1]);
        }
        return TokenizerFiles.pretty(root);
    }

    static void writeVocabulary(ObjectNode model, Vocabulary vocabulary) {
        var vocab = model.putObject("vocab");
        for (int id = 0; id < vocabulary.size(); id++) {
            var token = vocabulary.token(id);
            if (!token.isEmpty()) {
                vocab.put(token, id);
            }
        }
    }

    private static void byteLevel(ObjectNode node, boolean addPrefixSpace, boolean useRegex) {
        node.put("type", "ByteLevel").put("add_prefix_space", addPrefixSpace).put("trim_offsets", true).put("use_regex", useRegex);
    }
}
