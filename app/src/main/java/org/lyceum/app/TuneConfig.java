package org.lyceum.app;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.text.labelled.LabelledConfig;
import org.lyceum.training.finetune.FineTuningConfig;

/**
 * What {@code lyceum encoder tune} was asked to do.
 *
 * @param from the encoder
 * @param task what is learned
 * @param pooling for classes: how the states of a text become one vector
 * @param data where the labelled data are
 * @param tune how it is learned
 */
record TuneConfig(String from, Task task, SequenceHead.Pooling pooling, Data data, FineTuningConfig tune) {
    /** What is learned. */
    enum Task {
        /** Classes of texts or pairs. */
        CLASSES,
        /** Tags of words. */
        TAGS,
        /** Answers that stand in a text. */
        SPANS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param train what is learned from
     * @param validation what chooses the best weights
     * @param format what the files hold
     * @param text the column or field of the text
     * @param second the column or field of the other text of a pair; null where there is one text alone
     * @param label the column or field of the label
     * @param charset how the files spell characters
     */
    record Data(String train, String validation, LabelledConfig.Format format, String text, @Nullable String second, String label,
            String charset) {
        LabelledConfig columns() {
            return new LabelledConfig(format, text, second, label, charset);
        }
    }

    static final TuneConfig DEFAULTS = new TuneConfig("", Task.CLASSES, SequenceHead.Pooling.CLS,
            new Data("", "", LabelledConfig.Format.AUTO, "text", null, "label", "utf-8"), FineTuningConfig.DEFAULT);
}
