package org.lyceum.text.corpus;

import java.util.Locale;
import org.lyceum.foundation.UserError;

/**
 * How files become documents.
 *
 * @param format what the files hold; {@code auto} goes by the file name, and takes standard input for text
 * @param field the field of a JSON-lines object that holds the text
 * @param column the column of a .csv or .tsv table that holds the text; the first row names the columns
 * @param split how a text file (.txt, .md) is cut into documents
 * @param pieceChars under {@code split: auto}, the most a document cut from a long file holds, in characters (UTF-16 units)
 */
public record CorpusConfig(Format format, String field, String column, Split split, int pieceChars) {
    /** The defaults: formats by file name, the field or column {@code text}, long text files cut into pieces of at most 4096 characters. */
    public static final CorpusConfig DEFAULT = new CorpusConfig(Format.AUTO, "text", "text", Split.AUTO, 4096);

    public CorpusConfig {
        if (pieceChars < 2) {
            throw UserError.usage("pieceChars must be at least 2, not " + pieceChars + "; 4096 is the default.");
        }
    }

    /** The same with another way to cut text files. */
    public CorpusConfig withSplit(Split newSplit) {
        return new CorpusConfig(format, field, column, newSplit, pieceChars);
    }

    /** The same with another JSON-lines field. */
    public CorpusConfig withField(String newField) {
        return new CorpusConfig(format, newField, column, split, pieceChars);
    }

    /** The same with another table column. */
    public CorpusConfig withColumn(String newColumn) {
        return new CorpusConfig(format, field, newColumn, split, pieceChars);
    }

    /** What a file holds, once decompressed. */
    public enum Format {
        /** By the file name: .txt and .md, .jsonl and .ndjson, .csv, .tsv. */
        AUTO,
        /** Plain text. */
        TEXT,
        /** One JSON object a line. */
        JSONL,
        /** Comma-separated values (RFC 4180) with a row of column names. */
        CSV,
        /** The same with tabs. */
        TSV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a text file is cut. Whatever the choice, the documents of a file put together again are the file's text. */
    public enum Split {
        /**
         * A file of at most {@value TextReader#WHOLE_FILE_CHARS} characters is one document. A longer one is cut, where possible at blank
         * lines, into documents of at most {@code pieceChars}: without that a corpus in one file could not be split into training and
         * validation documents.
         */
        AUTO,
        /** A file is a document. */
        FILE,
        /** A line is a document, its line break included. */
        LINE,
        /** A paragraph is a document, the blank lines after it included. */
        PARAGRAPH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
