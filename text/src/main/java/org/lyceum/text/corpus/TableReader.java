package org.lyceum.text.corpus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** A table with a row of column names, the text in one of the columns. Empty texts are passed over. */
final class TableReader implements DocumentReader {
    private final TableRows rows;
    private final String name;
    private final String column;
    private int index = -1;

    TableReader(Utf8Reader in, String name, char delimiter, String column) {
        this.name = name;
        this.column = column;
        rows = new TableRows(in, name, delimiter);
    }

    @Override
    public @Nullable Document next() {
        index = index < 0 ? rows.columns().indexOf(column) : index;
        if (index < 0 && !rows.columns().isEmpty()) {
            throw new UserError(
                    name + " has no column '" + column + "' in its first row; " + JsonLinesReader.hint(column, rows.columns()));
        }
        while (rows.next() instanceof TableRows.Row row) {
            if (row.cells().size() <= index) {
                throw new UserError(
                        name + ": the row on line " + row.line() + " has " + row.cells().size() + " columns and so no '" + column
                                + "', which is column " + (index + 1) + "; mend or leave out that row.");
            }
            var text = row.cells().get(index);
            if (!text.isEmpty()) {
                return new Document(name + ":" + row.line(), text);
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
