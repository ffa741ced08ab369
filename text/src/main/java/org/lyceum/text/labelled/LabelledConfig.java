package org.lyceum.text.labelled;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a file becomes labelled examples.
 *
 * @param format what the file holds; {@code auto} goes by the file name
 * @param text the column or field of the text
 * @param second the column or field of the other text of a pair; null where there is one text alone
 * @param label the column or field of the label
 * @param charset how the file spells characters: {@code utf-8}, {@code windows-1252}, …
 */
public record LabelledConfig(Format format, String text, @Nullable String second, String label, String charset) {
    /** By file name, the columns {@code text} and {@code label}, UTF-8. */
    public static final LabelledConfig DEFAULT = new LabelledConfig(Format.AUTO, "text", null, "label", "utf-8");

    /** What a file holds. */
    public enum Format {
        /** By the file name: .jsonl, .ndjson and .json, .csv, .tsv; every other name stands for lines. */
        AUTO,
        /** A line is a label, white space, a text. */
        LINES,
        /** One JSON object a line. */
        JSONL,
        /** Comma-separated values (RFC 4180) with a row of column names. */
        CSV,
        /** A row of column names, then values between tabs; quotation marks are text, as in GLUE's files. */
        TSV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same with other columns: a text alone where {@code second} is null. */
    public LabelledConfig withColumns(String newText, @Nullable String newSecond, String newLabel) {
        return new LabelledConfig(format, newText, newSecond, newLabel, charset);
    }

    /** The same with another charset. */
    public LabelledConfig withCharset(String other) {
        return new LabelledConfig(format, text, second, label, other);
    }
}
