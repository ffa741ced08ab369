package org.lyceum.study.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Digest;

/** What is searched: the same texts for every query of a task. */
public final class Passages {
    private final List<String> texts;
    private final String digest;

    Passages(List<String> texts) {
        this.texts = List.copyOf(texts);
        digest = Digest.sha256(String.join("\0", texts));
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
