package org.lyceum.study.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Digest;
import org.lyceum.text.labelled.Example;
import org.lyceum.text.labelled.Labels;
import org.lyceum.training.finetune.FineTuningConfig;

/** What a model is taught before it is asked: the same for all documents of a task. */
public final class Lesson {
    /** One example in as many is held out to choose the epoch by. */
    private static final int HELD_OUT = 10;

    /**
     * How it is taught.
     *
     * @param config epochs, rate and so on; its seed is that of the request
     * @param pooling how the states of a text become one vector; null for what is usual of the model
     */
    record Tuning(FineTuningConfig config, @Nullable Pooling pooling) {
    }

    /** How the states of a text become one vector. */
    enum Pooling {
        /** Of an encoder: tanh(dense(the first token's state)), BERT's pooler. */
        CLS,
        /** The mean of the states of all its tokens. */
        MEAN,
        /** Of a decoder: the state of its last token. */
        LAST;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final List<Example> examples;
    private final Labels labels;
    private final Tuning tuning;
    private final String digest;

    Lesson(List<Example> examples, Labels labels, Tuning tuning) {
        this.examples = List.copyOf(examples);
        this.labels = labels;
        this.tuning = tuning;
        digest = Digest.sha256(tuning + "\0" + examples);
    }

    /** To learn from. */
    List<Example> train() {
        return part(false);
    }

    /** To choose the epoch by. */
    List<Example> heldOut() {
        return part(true);
    }

    private List<Example> part(boolean held) {
        var part = new ArrayList<Example>();
        for (int i = 0; i < examples.size(); i++) {
            if ((i % HELD_OUT == HELD_OUT - 1) == held) {
                part.add(examples.get(i));
            }
        }
        return part;
    }

    Labels labels() {
        return labels;
    }

    Tuning tuning() {
        return tuning;
    }

    /** Stands for all of it where a request is written down. */
    @JsonValue
    String digest() {
        return digest;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lesson lesson && digest.equals(lesson.digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return examples.size() + " examples " + digest.substring(0, 8);
    }
}
