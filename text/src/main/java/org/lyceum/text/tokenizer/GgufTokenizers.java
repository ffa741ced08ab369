package org.lyceum.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.BytePairTokenizer.Options;
import org.lyceum.text.tokenizer.SentencePieceTokenizer.SpacePrefix;

/**
 * The tokenizer in the metadata of a GGUF file (the {@code tokenizer.ggml.*} keys of ggml's specification): byte-level BPE ("gpt2"),
 * SentencePiece with scores ("llama") and BERT's WordPiece ("bert"). What it gives is a {@code tokenizer.json} like any other.
 */
final class GgufTokenizers {
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    private final GgufValues values;
    private final List<String> tokens;
    private final int[] types;
    private final List<AddedToken> added = new ArrayList<>();
    private final Map<String, String> named = new LinkedHashMap<>();

    private GgufTokenizers(GgufValues values) {
        this.values = values;
        this.tokens = values.texts("tokenizer.ggml.tokens");
        if (tokens.isEmpty()) {
            throw new UserError(values.where() + " has no tokens, so there is nothing to encode text with.");
        }
        this.types = values.wholeNumbers("tokenizer.ggml.token_type", tokens.size());
    }

    static Tokenizer read(Map<String, ?> metadata, String where) {
        var values = new GgufValues(metadata, where);
        var model = values.text("tokenizer.ggml.model");
        if (model == null) {
            throw new UserError(where + " holds no tokenizer (no 'tokenizer.ggml.model'); name a file that was converted with one.");
        }
        var reader = new GgufTokenizers(values);
        return switch (model) {
            case "gpt2" -> reader.bytePairs();
            case "llama" -> reader.sentencePiece();
            case "bert" -> reader.wordPiece();
            default -> throw new UserError(where + " has a tokenizer of the kind '" + model
                    + "'; known are gpt2 (byte-level BPE), llama (SentencePiece) and bert (WordPiece).");
        };
    }

    private BytePairTokenizer bytePairs() {
        var kind = GgufPreTokenizer.of(values.text("tokenizer.ggml.pre"), values.where());
        var roles = roles();
        collectAdded(roles);
        var ids = ids();
        var vocabulary = new Vocabulary(new ArrayList<>(tokens), added, BytePairFiles::spell, named.get("eos_token"));
        var list = values.texts("tokenizer.ggml.merges").stream().map(merge -> merge.split(" ", -1)).toList();
        if (list.isEmpty() && tokens.size() > 512) {
            throw new UserError(values.where() + " has a byte-level BPE tokenizer without its merges; convert the model again.");
        }
        var merges = BytePairFiles.merges(values.where(), list, ids);
        var options = new Options(kind.splitting(), kind.ignoreMerges(), kind.composed(),
                values.flag("tokenizer.ggml.add_space_prefix", false));
        var frame = frame(roles, kind.addsBos(), kind.addsSep());
        return new BytePairTokenizer(vocabulary, merges, options,
                settings(frame, () -> BytePairFiles.write(vocabulary, list, options, frame)));
    }

    private SentencePieceTokenizer sentencePiece() {
        var roles = roles();
        collectAdded(roles);
        var scores = values.scores(tokens.size());
        boolean spaceFirst = values.flag("tokenizer.ggml.add_space_prefix", true);
        var prefix = spaceFirst ? SpacePrefix.ALWAYS : SpacePrefix.NONE;
        var vocabulary = new Vocabulary(new ArrayList<>(tokens), added, SentencePieceTokenizer::spell, SentencePieceTokenizer::spell,
                named.get("eos_token"));
        int unknown = roles.getOrDefault("unk_token", -1);
        var pieces = new ScoredPieces(vocabulary, scores,
                id -> types[id] != CONTROL && types[id] != UNKNOWN && types[id] != BYTE && !vocabulary.isSpecial(id),
                new ByteFallback(vocabulary, unknown));
        var frame = frame(roles, true, false);
        return new SentencePieceTokenizer(vocabulary, settings(frame,
                () -> SentencePieceFiles.write(vocabulary, pieces, prefix, spaceFirst, unknown < 0 ? "" : tokens.get(unknown), frame)),
                pieces, prefix, false, spaceFirst);
    }

    /** GGUF marks the pieces that begin a word with U+2581; BERT's own files mark the others with "##". */
    private WordPieceTokenizer wordPiece() {
        var roles = roles();
        collectAdded(roles);
        var names = new ArrayList<@Nullable String>();
        var seen = new HashMap<String, Integer>();
        for (int id = 0; id < tokens.size(); id++) {
            var token = tokens.get(id);
            boolean structure = types[id] == CONTROL || types[id] == UNKNOWN || types[id] == USER_DEFINED;
            var name = structure ? token : token.startsWith("\u2581") ? token.substring(1) : "##" + token;
            names.add(seen.putIfAbsent(name, id) == null ? name : token);
        }
        boolean lowercase = values.flag("tokenizer.ggml.normalizer.lowercase", true);
        boolean accents = values.flag("tokenizer.ggml.normalizer.strip_accents", lowercase);
        var normalizer = new BertNormalizer(true, true, accents, lowercase);
        var vocabulary = new Vocabulary(names, added, WordPieceTokenizer.spelling("##"), named.get("eos_token"));
        var unknown = roles.get("unk_token");
        if (unknown == null) {
            throw new UserError(values.where() + " has a WordPiece tokenizer without an unknown token; convert the model again.");
        }
        var frame = frame(roles, true, true);
        return new WordPieceTokenizer(vocabulary, settings(frame, () -> WordPieceTokenizer.write(vocabulary, normalizer, unknown, frame)),
                normalizer, "##", 100, unknown, true);
    }

    private Map<String, Integer> ids() {
        var ids = new HashMap<String, Integer>(tokens.size() * 2);
        for (int id = 0; id < tokens.size(); id++) {
            ids.put(tokens.get(id), id);
        }
        return ids;
    }

    /** Ids of the tokens with a role, which become {@link #named} too. */
    private Map<String, Integer> roles() {
        var roles = new HashMap<String, Integer>();
        role(roles, "bos_token", "tokenizer.ggml.bos_token_id");
        role(roles, "eos_token", "tokenizer.ggml.eos_token_id");
        role(roles, "unk_token", "tokenizer.ggml.unknown_token_id");
        role(roles, "sep_token", "tokenizer.ggml.seperator_token_id"); // spelled so by the specification
        role(roles, "pad_token", "tokenizer.ggml.padding_token_id");
        role(roles, "cls_token", "tokenizer.ggml.cls_token_id");
        role(roles, "mask_token", "tokenizer.ggml.mask_token_id");
        role(roles, "eot_token", "tokenizer.ggml.eot_token_id");
        role(roles, "eom_token", "tokenizer.ggml.eom_token_id");
        return roles;
    }

    private void role(Map<String, Integer> roles, String role, String key) {
        var id = values.wholeNumber(key);
        if (id == null || id == -1 || id == 0xFFFF_FFFFL) {
            return;
        }
        if (id < 0 || id >= tokens.size()) {
            throw new UserError(values.where() + " is damaged: '" + key + "' is " + id + ", and there are " + tokens.size() + " tokens.");
        }
        roles.put(role, id.intValue());
        named.put(role, tokens.get(id.intValue()));
    }

    /** Control tokens are special; user-defined ones are found in any text. Ends of a turn are special whatever their type says. */
    private void collectAdded(Map<String, Integer> roles) {
        var ends = new HashSet<Integer>();
        for (var role : List.of("bos_token", "eos_token", "eot_token", "eom_token")) {
            if (roles.get(role) instanceof Integer id) {
                ends.add(id);
            }
        }
        boolean phi3 = "phi3".equals(values.text("general.architecture"));
        for (int id = 0; id < tokens.size(); id++) {
            var token = tokens.get(id);
            boolean special = types[id] == CONTROL || types[id] == UNKNOWN || (ends.contains(id) && types[id] != BYTE)
                    || (types[id] != USER_DEFINED && token.length() > 4 && Vocabulary.TURN_ENDS.contains(token));
            if ((special || types[id] == USER_DEFINED) && !token.isEmpty()) {
                // As their original tokenizer.json files say; a GGUF file has no place for it.
                boolean right = phi3 && id >= 32000 && !token.equals("<|endoftext|>") || phi3 && token.equals("</s>");
                boolean left = roles.getOrDefault("mask_token", -1) == id;
                added.add(new AddedToken(id, token, special, false, left, right, false));
            }
        }
    }

    private Frame frame(Map<String, Integer> roles, boolean addBos, boolean addSep) {
        var before = values.flag("tokenizer.ggml.add_bos_token", addBos)
                ? first(roles, "bos_token", "cls_token")
                : OptionalInt.empty();
        var after = new Ints(2);
        if (values.flag("tokenizer.ggml.add_eos_token", false) && roles.get("eos_token") instanceof Integer eos) {
            after.add(eos);
        } else if (values.flag("tokenizer.ggml.add_sep_token", addSep)) {
            first(roles, "sep_token", "eos_token").ifPresent(after::add);
        }
        return new Frame(before.isPresent() ? new int[]{before.getAsInt()} : new int[0], after.toArray());
    }

    private static OptionalInt first(Map<String, Integer> roles, String one, String other) {
        var id = roles.getOrDefault(one, roles.get(other));
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private TokenizerSettings settings(Frame frame, Supplier<String> json) {
        var template = values.text("tokenizer.chat_template");
        return new TokenizerSettings(json, () -> config(template), named, template, frame);
    }

    /** Written when somebody asks for it: a model that only runs has no use for it. */
    private String config(@Nullable String template) {
        var config = TokenizerFiles.MAPPER.createObjectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        named.forEach(config::put);
        config.put("clean_up_tokenization_spaces", false);
        if (template != null) {
            config.put("chat_template", template);
        }
        return TokenizerFiles.pretty(config);
    }
}
