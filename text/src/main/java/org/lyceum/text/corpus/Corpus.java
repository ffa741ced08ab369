package org.lyceum.text.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * The documents of files, folders, standard input ({@code -}) and the built-in corpus {@code wordnet}, read as they are asked for: memory
 * stays bounded by the longest document. Files are .txt and .md, .jsonl and .ndjson, .csv, .tsv, each also .gz and .zst; of a folder all
 * such files are taken, in the order of their paths, hidden ones left out. Text must be UTF-8 and is kept as it is, character for
 * character.
 *
 * <p>Each iteration reads the sources anew. It throws {@link UserError} for what cannot be read, and when there is no text at all. An
 * iterator that is left before its end holds a file open until it is collected, or {@linkplain #stream() its stream} closed.
 */
public final class Corpus implements Documents {
    private final List<String> sources;
    private final CorpusConfig config;
    private final List<Source> opened;

    /** Something to read documents from. */
    private sealed interface Source {
        DocumentReader open(CorpusConfig config);

        String fingerprint();

        record OfFile(SourceFile file, String identity) implements Source {
            @Override
            public DocumentReader open(CorpusConfig config) {
                return file.open(config);
            }

            @Override
            public String fingerprint() {
                return identity;
            }
        }

        record OfWordNet() implements Source {
            @Override
            public DocumentReader open(CorpusConfig config) {
                return new WordNet();
            }

            @Override
            public String fingerprint() {
                return WordNet.FINGERPRINT;
            }
        }
    }

    private Corpus(List<String> sources, CorpusConfig config, List<Source> opened) {
        this.sources = sources;
        this.config = config;
        this.opened = opened;
    }

    /**
     * Finds the files behind {@code sources}; reads none of them yet, except standard input and pipes, which are copied to a temporary file
     * because they can be read only once.
     *
     * @throws UserError when one does not exist, or has a name that does not say what it holds, or a folder holds nothing to read
     */
    public static Corpus open(List<String> sources, CorpusConfig config) {
        if (sources.isEmpty()) {
            throw UserError.usage("Name some data: files, folders, - for standard input, or the built-in corpus wordnet.");
        }
        var opened = new ArrayList<Source>();
        for (var source : sources) {
            if (source.equals(WordNet.NAME)) {
                opened.add(new Source.OfWordNet());
            } else if (source.equals("-")) {
                opened.add(spool(System.in, "standard input", null, config));
            } else {
                addPath(path(source), config, opened);
            }
        }
        return new Corpus(List.copyOf(sources), config, opened);
    }

    /** With {@link CorpusConfig#DEFAULT}. */
    public static Corpus open(String... sources) {
        return open(List.of(sources), CorpusConfig.DEFAULT);
    }

    @Override
    public List<String> sources() {
        return sources;
    }

    /** Made of the configuration and, for each file, its path, size and time of change; for standard input, its bytes. */
    @Override
    public String fingerprint() {
        var text = new StringBuilder(config.toString());
        for (var source : opened) {
            text.append('\n').append(source.fingerprint());
        }
        return text.toString();
    }

    @Override
    public Iterator<Document> iterator() {
        return new Reading();
    }

    /** The documents in order; closing the stream closes the file that is being read. */
    public Stream<Document> stream() {
        var reading = new Reading();
        Iterable<Document> once = () -> reading;
        return StreamSupport.stream(once.spliterator(), false).onClose(reading::close);
    }

    private static Path path(String source) {
        try {
            return Path.of(source);
        } catch (InvalidPathException e) {
            throw new UserError("'" + source.replace('\0', '?') + "' cannot be the name of a file; check the path.", e);
        }
    }

    private static void addPath(Path path, CorpusConfig config, List<Source> opened) {
        try {
            if (Files.isDirectory(path)) {
                addFolder(path, config, opened);
            } else if (Files.isRegularFile(path)) {
                var file = SourceFile.of(path, path.toString(), formatOf(path, config));
                opened.add(new Source.OfFile(file, identity(file)));
            } else {
                try (var in = Files.newInputStream(path)) { // a pipe, or nothing at all
                    opened.add(spool(in, path.toString(), path, config));
                }
            }
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    private static void addFolder(Path folder, CorpusConfig config, List<Source> opened) throws IOException {
        try (var paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            var files = paths
                    .filter(path -> !hidden(folder, path) && Files.isRegularFile(path) && SourceFile.formatOf(nameOf(path)) != null)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new UserError("The folder " + folder + " holds nothing to read; Lyceum reads " + SourceFile.KNOWN + ".");
            }
            for (var path : files) {
                var file = SourceFile.of(path, path.toString(), formatOf(path, config));
                opened.add(new Source.OfFile(file, identity(file)));
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FileSystemLoopException loop) {
                throw new UserError(
                        "The folder " + folder + " holds a link that leads back into it, " + loop.getFile() + "; remove the link.", e);
            }
            throw e.getCause();
        }
    }

    private static CorpusConfig.Format formatOf(Path path, CorpusConfig config) {
        var name = nameOf(path);
        if (config.format() != CorpusConfig.Format.AUTO) {
            return config.format();
        }
        var format = SourceFile.formatOf(name);
        if (format == null && SourceFile.hasExtension(name)) {
            throw new UserError("What " + path + " holds cannot be told from its name; Lyceum reads " + SourceFile.KNOWN
                    + ", and format=text (or jsonl, csv, tsv) says it for other names.");
        }
        return format == null ? CorpusConfig.Format.TEXT : format;
    }

    private static boolean hidden(Path folder, Path path) {
        for (var part : folder.relativize(path)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static String nameOf(Path path) {
        return Objects.toString(path.getFileName(), "");
    }

    private static String identity(SourceFile file) {
        return file.path().toAbsolutePath().normalize() + " " + file.size() + " bytes, changed " + file.modified();
    }

    /** A copy of what can be read only once; gone when the process ends. */
    private static Source spool(InputStream in, String name, @Nullable Path path, CorpusConfig config) {
        var format = path != null
                ? formatOf(path, config)
                : config.format() == CorpusConfig.Format.AUTO ? CorpusConfig.Format.TEXT : config.format();
        try {
            var copy = Files.createTempFile("lyceum-", path == null ? ".txt" : "-" + nameOf(path));
            copy.toFile().deleteOnExit();
            var crc = new CheckedInputStream(in, new CRC32C());
            long size;
            try (var out = Files.newOutputStream(copy)) {
                size = crc.transferTo(out);
            } catch (IOException e) {
                Files.deleteIfExists(copy);
                throw e;
            }
            return new Source.OfFile(SourceFile.of(copy, name, format),
                    name + " " + size + " bytes, CRC32C " + Long.toHexString(crc.getChecksum().getValue()));
        } catch (IOException e) {
            throw new UserError("Could not copy " + name + " to a temporary file in " + System.getProperty("java.io.tmpdir") + ": "
                    + e.getMessage() + "; free some space there, or save the data to a file and name that.", e);
        }
    }

    private final class Reading implements Iterator<Document> {
        private final Iterator<Source> rest = opened.iterator();
        private @Nullable DocumentReader reader;
        private @Nullable Document next;
        private boolean any;

        @Override
        public boolean hasNext() {
            while (next == null) {
                if (reader == null) {
                    if (!rest.hasNext()) {
                        if (!any) {
                            throw new UserError("There is no text in " + String.join(", ", sources) + "; name data that are not empty.");
                        }
                        return false;
                    }
                    reader = rest.next().open(config);
                }
                try {
                    next = reader.next();
                } catch (RuntimeException e) {
                    close();
                    throw e;
                }
                if (next == null) {
                    close();
                }
            }
            any = true;
            return true;
        }

        @Override
        public Document next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var document = Objects.requireNonNull(next);
            next = null;
            return document;
        }

        void close() {
            if (reader != null) {
                try {
                    reader.close();
                } catch (IOException _) {
                    return; // what was read was read
                } finally {
                    reader = null;
                }
            }
        }
    }
}
