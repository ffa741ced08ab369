package org.lyceum.study.evaluation;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.lyceum.foundation.UserError;

/** The rows of a Parquet file as columns by name: texts, numbers, booleans, lists, maps; what is null is left out. */
final class ParquetRows {
    private ParquetRows() {
    }

    /** Gives each row of {@code file}, in order. Throws {@link UserError} for what is no such file, or compressed in a way that is not known. */
    static void read(Path file, Consumer<Map<String, Object>> rows) {
        try (var reader = ParquetFileReader.open(InputFile.of(file)); var row = reader.rowReader()) {
            while (row.hasNext()) {
                row.next();
                rows.accept(struct(row));
            }
        } catch (IOException | RuntimeException e) {
            throw new UserError(file + " cannot be read as Parquet: " + e.getMessage() + ".", e);
        }
    }

    private static Map<String, Object> struct(StructAccessor struct) {
        var columns = new LinkedHashMap<String, Object>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
            var name = struct.getFieldName(i);
            if (!struct.isNull(name)) {
                columns.put(name, plain(struct.getValue(name)));
            }
        }
        return columns;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case String text -> text;
            case Number number -> number;
            case Boolean flag -> flag;
            case PqList list -> list.values().stream().map(each -> each == null ? "" : plain(each)).toList();
            case PqStruct struct -> struct(struct);
            case PqMap map -> {
                var entries = new LinkedHashMap<String, Object>();
                map.getEntries().forEach(entry -> entries.put(String.valueOf(entry.getKey()), plain(entry.getValue())));
                yield entries;
            }
            default -> value.toString();
        };
    }
}
