package org.lyceum.text.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** A table with a row of column names, the text in one of the columns. Empty texts are passed over. */
final class TableReader implements DocumentReader {
    private final CSVParser parser;
    private final Iterator<CSVRecord> rows;
    private final String name;
    private final String column;
    private int index = -1;

    TableReader(Utf8Reader in, String name, char delimiter, String column) {
        this.name = name;
        this.column = column;
        try {
            this.parser = CSVFormat.RFC4180.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get().parse(in);
        } catch (IOException e) {
            throw new UserError("Could not read " + name + ": " + e.getMessage() + ".", e);
        }
        this.rows = parser.iterator();
    }

    @Override
    public @Nullable Document next() {
        try {
            while (index < 0) {
                if (!rows.hasNext()) {
                    return null;
                }
                var row = rows.next();
                if (!isBlankLine(row)) {
                    readHeader(row);
                }
            }
            while (true) {
                long line = parser.getCurrentLineNumber() + 1; // asked before the row is read, which hasNext() does
                if (!rows.hasNext()) {
                    return null;
                }
                var row = rows.next();
                if (isBlankLine(row)) {
                    continue;
                }
                if (row.size() <= index) {
                    throw new UserError(name + ": the row on line " + line + " has " + row.size() + " columns and so no '" + column
                            + "', which is column " + (index + 1) + "; mend or leave out that row.");
                }
                var text = row.get(index);
                if (!text.isEmpty()) {
                    return new Document(name + ":" + line, text);
                }
            }
        } catch (UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            throw new UserError(
                    name + " is not a valid table near line " + parser.getCurrentLineNumber()
                            + "; look for a stray or missing quote (\") there.",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    /** The parser could leave these out itself, but then its line numbers would be too low after them. */
    private static boolean isBlankLine(CSVRecord row) {
        return row.size() == 1 && row.get(0).isEmpty();
    }

    private void readHeader(CSVRecord header) {
        var names = header.toList();
        index = names.indexOf(column);
        if (index < 0) {
            throw new UserError(name + " has no column '" + column + "' in its first row; " + JsonLinesReader.hint(column, names));
        }
    }
}
