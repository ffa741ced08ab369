package org.lyceum.text.tokenizer;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a tokenizer's files say beside its model. */
public final class TokenizerSettings {
    private final Supplier<String> writer;
    private volatile @Nullable String json;
    private final Supplier<String> configWriter;
    private final Map<String, String> namedTokens;
    private final @Nullable String chatTemplate;
    private final Frame frame;

    /** @param writer {@code tokenizer.json}, written when somebody asks for it: a quarter of a million tokens take a while */
    TokenizerSettings(Supplier<String> writer, Supplier<String> configWriter, Map<String, String> namedTokens,
            @Nullable String chatTemplate,
            Frame frame) {
        this.writer = writer;
        this.configWriter = configWriter;
        this.namedTokens = Map.copyOf(namedTokens);
        this.chatTemplate = chatTemplate;
        this.frame = frame;
    }

    /** Those of a tokenizer made here, with {@code endOfText} as its first and last token. */
    static TokenizerSettings made(String json, @Nullable String endOfText) {
        return new TokenizerSettings(() -> json, () -> TokenizerFiles.config(endOfText),
                endOfText == null ? Map.of() : Map.of("bos_token", endOfText, "eos_token", endOfText), null, Frame.NONE);
    }

    /** The contents of {@code tokenizer.json}. */
    public String json() {
        var text = json;
        if (text == null) {
            text = writer.get();
            json = text; // two threads at once write the same
        }
        return text;
    }

    /** The contents of {@code tokenizer_config.json}. */
    public String configJson() {
        return configWriter.get();
    }

    /** Names of the tokens that have a role, by the role: {@code bos_token}, {@code eos_token}, {@code unk_token}, … */
    public Map<String, String> namedTokens() {
        return namedTokens;
    }

    /** The Jinja source of the chat template that came with the tokenizer. */
    public Optional<String> chatTemplate() {
        return Optional.ofNullable(chatTemplate);
    }

    /** What goes around a text. */
    public Frame frame() {
        return frame;
    }
}
