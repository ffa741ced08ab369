package org.lyceum.text.tokenizer;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Opens a {@code tokenizer.json} and decides which {@link Tokenizer} it is. */
final class TokenizerFiles {
    static final String JSON = "tokenizer.json";
    static final String CONFIG = "tokenizer_config.json";
    static final String CHAT_TEMPLATE = "chat_template.jinja";
    static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Ids beyond this are damage, not a vocabulary: the largest published ones are near 260,000. */
    static final int LARGEST_ID = 1 << 24;

    private TokenizerFiles() {
    }

    static Tokenizer load(Path fileOrFolder) {
        var file = Files.isDirectory(fileOrFolder) ? fileOrFolder.resolve(JSON) : fileOrFolder;
        if (Files.isDirectory(fileOrFolder) && !Files.exists(file)) {
            throw new UserError(fileOrFolder + " holds no " + JSON + "; name a folder with one, or train a tokenizer first.");
        }
        var text = read(file);
        var root = object(file, text);
        if (!(root.get("model") instanceof ObjectNode model) || model.get("vocab") == null) {
            throw new UserError(file + " is not a Hugging Face " + JSON + ": it has no model with a vocabulary.");
        }
        var configFile = file.resolveSibling(CONFIG);
        var configText = Files.exists(configFile) ? read(configFile) : null;
        var config = configText == null ? null : object(configFile, configText);
        var templateFile = file.resolveSibling(CHAT_TEMPLATE);
        return tokenizer(new TokenizerSource(file, root, text, config, configText, Files.exists(templateFile) ? read(templateFile) : null));
    }

    /** The first of our own tokenizers that is sure to give the same ids as Hugging Face's library, else that library. */
    private static Tokenizer tokenizer(TokenizerSource source) {
        Tokenizer tokenizer = BytePairFiles.read(source);
        if (tokenizer == null) {
            tokenizer = CharacterTokenizer.read(source);
        }
        if (tokenizer == null) {
            tokenizer = SentencePieceFiles.read(source);
        }
        if (tokenizer == null) {
            tokenizer = WordPieceTokenizer.read(source);
        }
        return tokenizer == null ? HuggingFaceTokenizer.read(source) : tokenizer;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new UserError(file + " is not UTF-8 text, so it is no tokenizer file; it may be damaged.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    private static ObjectNode object(Path file, String text) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw new UserError(file + " holds no JSON object, so it is no tokenizer file.");
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new UserError(
                    file + " is not valid JSON" + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
                            + "; it may be cut off, copy it again.",
                    e);
        }
    }

    /** {@code vocab} by id; null where an id stands for nothing. */
    static List<@Nullable String> tokens(Path file, ObjectNode vocab) {
        var tokens = new ArrayList<@Nullable String>();
        for (var entry : vocab.properties()) {
            int id = id(file, entry.getKey(), entry.getValue());
            while (tokens.size() <= id) {
                tokens.add(null);
            }
            var other = tokens.set(id, entry.getKey());
            if (other != null) {
                throw new UserError(file + " is damaged: '" + other + "' and '" + entry.getKey() + "' both have the id " + id + ".");
            }
        }
        return tokens;
    }

    /** {@code added_tokens}, those found in text before the model sees it. */
    static List<AddedToken> added(Path file, JsonNode root) {
        var added = new ArrayList<AddedToken>();
        for (var node : root.path("added_tokens")) {
            var content = node.path("content");
            if (!content.isString()) {
                throw new UserError(file + " is damaged: an added token has no content.");
            }
            added.add(new AddedToken(id(file, content.stringValue(), node.path("id")), content.stringValue(),
                    node.path("special").asBoolean(false), node.path("single_word").asBoolean(false), node.path("lstrip").asBoolean(false),
                    node.path("rstrip").asBoolean(false), node.path("normalized").asBoolean(false)));
        }
        return added;
    }

    static int id(Path file, String token, JsonNode node) {
        if (!node.isInt() || node.intValue() < 0 || node.intValue() > LARGEST_ID) {
            throw new UserError(
                    file + " is damaged: the id of '" + token + "' is " + node + ", not a whole number from 0 to " + LARGEST_ID + ".");
        }
        return node.intValue();
    }

    /** {@code added_tokens} as Hugging Face writes them. */
    static void writeAdded(ObjectNode root, List<AddedToken> added) {
        var list = root.putArray("added_tokens");
        for (var token : added) {
            list.addObject().put("id", token.id()).put("content", token.content()).put("single_word", token.singleWord())
                    .put("lstrip", token.leftStrip()).put("rstrip", token.rightStrip()).put("normalized", token.normalized())
                    .put("special", token.special());
        }
    }

    /** The {@code tokenizer_config.json} of a tokenizer made here. */
    static String config(@Nullable String endOfText) {
        var config = MAPPER.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        if (endOfText != null) {
            // As GPT-2 has it: one token stands between documents, so it begins a text as well as it ends one.
            config.put("bos_token", endOfText).put("eos_token", endOfText);
        }
        config.put("clean_up_tokenization_spaces", false);
        return pretty(config);
    }

    static String pretty(ObjectNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node).replace("\r\n", "\n") + "\n";
    }
}
