package org.lyceum.study.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is searched: the same texts for every query of a task. */
public final class Passages {
    private final List<String> texts;
    private final String digest;

    Passages(List<String> texts) {
        this.texts = List.copyOf(texts);
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var text : texts) {
                sha.update(text.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            digest = HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** In their order. */
    public List<String> texts() {
        return texts;
    }

    /** Stands for all of them where a request is written down. */
    @JsonValue
    String digest() {
        return digest;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Passages passages && digest.equals(passages.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return texts.size() + " passages " + digest.substring(0, 8);
    }
}
