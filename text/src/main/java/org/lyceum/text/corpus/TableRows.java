package org.lyceum.text.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** The rows of a table (RFC 4180) below its first, which names the columns. Empty lines are passed over. */
public final class TableRows implements Closeable {
    /**
     * A row.
     *
     * @param cells from left to right, as many as the row has
     * @param line on which it begins, from 1
     */
    public record Row(List<String> cells, long line) {
    }

    private final CSVParser parser;
    private final Iterator<CSVRecord> rows;
    private final String name;
    private @Nullable List<String> columns;

    /**
     * A table that nothing is read of yet.
     *
     * @param in closed with this
     * @param name what messages call the table
     */
    public TableRows(Reader in, String name, char delimiter) {
        this.name = name;
        try {
            parser = CSVFormat.RFC4180.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get().parse(in);
        } catch (IOException e) {
            throw new UserError("Could not read " + name + ": " + e.getMessage() + ".", e);
        }
        rows = parser.iterator();
    }

    /** What the first row holds; nothing where the table is empty. Throws {@link UserError} where quotes do not match. */
    public List<String> columns() {
        if (columns == null) {
            columns = read() instanceof Row first ? first.cells() : List.of();
        }
        return columns;
    }

    /** The next row below the first; null behind the last. Throws {@link UserError} where quotes do not match. */
    public @Nullable Row next() {
        return columns().isEmpty() ? null : read();
    }

    private @Nullable Row read() {
        try {
            while (true) {
                long line = parser.getCurrentLineNumber() + 1; // asked before the row is read, which hasNext() does
                if (!rows.hasNext()) {
                    return null;
                }
                var row = rows.next();
                if (!isBlank(row)) {
                    return new Row(row.toList(), line);
                }
            }
        } catch (UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            throw new UserError(
                    name + " is not a valid table near line " + parser.getCurrentLineNumber()
                            + "; look for a stray or missing quote (\") there.",
                    e);
        }
    }

    /** The parser could leave these out itself, but then its line numbers would be too low after them. */
    private static boolean isBlank(CSVRecord row) {
        return row.size() == 1 && row.get(0).isEmpty();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
