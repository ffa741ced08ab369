package org.lyceum.text.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * A file of a corpus as it was when the corpus was opened.
 *
 * @param path where it is
 * @param name what messages call it
 * @param format what it holds
 * @param size in bytes
 * @param modified in nanoseconds since 1970
 */
record SourceFile(Path path, String name, CorpusConfig.Format format, long size, long modified) {
    /** In powers of two: what {@code zstd --ultra --long=31} writes, the most there is. The library takes 27 unless told. */
    private static final int LONGEST_ZSTD_WINDOW = 31;

    static final String KNOWN = ".txt, .md, .jsonl, .ndjson, .csv, .tsv, each also .gz or .zst";

    static SourceFile of(Path path, String name, CorpusConfig.Format format) {
        try {
            return new SourceFile(path, name, format, Files.size(path), modified(path));
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /** What a file of this name holds, or null when the name does not say. */
    static CorpusConfig.@Nullable Format formatOf(String fileName) {
        var plain = withoutCompression(fileName.toLowerCase(Locale.ROOT));
        return switch (plain.substring(plain.lastIndexOf('.') + 1)) {
            case String _ when plain.lastIndexOf('.') < 0 -> null;
            case "txt", "text", "md" -> CorpusConfig.Format.TEXT;
            case "jsonl", "ndjson" -> CorpusConfig.Format.JSONL;
            case "csv" -> CorpusConfig.Format.CSV;
            case "tsv" -> CorpusConfig.Format.TSV;
            default -> null;
        };
    }

    static boolean hasExtension(String fileName) {
        return withoutCompression(fileName).lastIndexOf('.') > 0;
    }

    DocumentReader open(CorpusConfig config) {
        var text = text();
        try {
            return switch (format) {
                case AUTO, TEXT -> new TextReader(text, name, config);
                case JSONL -> new JsonLinesReader(text, name, config.field());
                case CSV -> new TableReader(text, name, ',', config.column());
                case TSV -> new TableReader(text, name, '\t', config.column());
            };
        } catch (RuntimeException e) {
            closeQuietly(text);
            throw e;
        }
    }

    /** Its characters, decompressed. */
    Utf8Reader text() {
        InputStream raw;
        try {
            unchanged();
            raw = Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw new UserError(name + " vanished while the data were being read; put it back and run the command again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
        try {
            var lower = path.toString().toLowerCase(Locale.ROOT);
            boolean compressed = lower.endsWith(".gz") || lower.endsWith(".zst");
            return new Utf8Reader(new Watched(decompress(raw, lower)), name, compressed);
        } catch (RuntimeException e) {
            closeQuietly(raw);
            throw e;
        }
    }

    private InputStream decompress(InputStream raw, String lower) {
        if (lower.endsWith(".gz") && size > 0) {
            try {
                return GzipCompressorInputStream.builder().setInputStream(raw).setDecompressConcatenated(true).get();
            } catch (IOException e) {
                throw new UserError(name + " is not a gzip file, or is cut short; download or compress it again.", e);
            }
        }
        if (lower.endsWith(".zst")) {
            try {
                return new ZstdInputStream(raw).setLongMax(LONGEST_ZSTD_WINDOW);
            } catch (IOException e) {
                throw new UserError(name + " is not a Zstandard file; download or compress it again.", e);
            }
        }
        return raw;
    }

    /** Throws when the file is no longer the one that was listed: half-old, half-new data would carry a fingerprint of neither. */
    private void unchanged() throws IOException {
        if (Files.size(path) != size || modified(path) != modified) {
            throw new UserError(name + " changed while the data were being read; run the command again when it is written whole.");
        }
    }

    private static long modified(Path path) throws IOException {
        return Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS);
    }

    private static String withoutCompression(String fileName) {
        for (var ending : List.of(".gz", ".zst")) {
            if (fileName.toLowerCase(Locale.ROOT).endsWith(ending)) {
                return fileName.substring(0, fileName.length() - ending.length());
            }
        }
        return fileName;
    }

    private static void closeQuietly(Closeable in) {
        try {
            in.close();
        } catch (IOException _) {
            return; // the first failure is the one to report
        }
    }

    /** Looks at the file once more when its end is reached. */
    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            if (n < 0 && Files.exists(path)) {
                unchanged();
            }
            return n;
        }
    }
}
