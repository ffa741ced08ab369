package org.lyceum.foundation;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Files and folders that are written whole or not at all. The content goes to a hidden sibling, is forced to the disk, and takes its name by
 * one rename, so that a reader (or a restart after {@code kill -9}) sees the old content or the new, never a part.
 */
public final class WholeFiles {
    /** Writes content into what it is given; may fail. */
    @FunctionalInterface
    public interface Content<T> {
        void writeTo(T sink) throws IOException;
    }

    private WholeFiles() {
    }

    /** Writes {@code target} from a stream. Throws {@link UserError} and leaves an earlier {@code target} as it was when that fails. */
    public static void write(Path target, Content<OutputStream> content) {
        writeChannel(target, channel -> {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            content.writeTo(out);
            out.flush();
        });
    }

    /** Writes {@code target} as UTF-8 text. */
    public static void write(Path target, String text) {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes {@code target} through a channel open for reading and writing (so that it can be mapped). */
    public static void writeChannel(Path target, Content<FileChannel> content) {
        var absolute = target.toAbsolutePath();
        var partial = partialOf(absolute);
        try {
            Files.createDirectories(parentOf(absolute));
            try (var channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            rename(partial, absolute);
        } catch (IOException e) {
            deleteQuietly(partial);
            throw IoErrors.writing(target, e);
        } catch (RuntimeException | Error e) {
            deleteQuietly(partial);
            throw e;
        }
    }

    /**
     * Fills a fresh folder and gives it the name {@code target} when every file in it is on the disk. An existing {@code target} is replaced
     * only then.
     */
    public static void writeFolder(Path target, Content<Path> content) {
        var absolute = target.toAbsolutePath();
        var partial = partialOf(absolute);
        try {
            deleteTree(partial);
            Files.createDirectories(partial);
            content.writeTo(partial);
            try (Stream<Path> files = Files.walk(partial)) {
                for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    force(file);
                }
            }
            force(partial);
            if (Files.exists(absolute)) {
                var old = absolute.resolveSibling("." + absolute.getFileName() + ".old");
                deleteTree(old);
                Files.move(absolute, old, StandardCopyOption.ATOMIC_MOVE);
                rename(partial, absolute);
                deleteTree(old);
            } else {
                rename(partial, absolute);
            }
        } catch (IOException e) {
            deleteTreeQuietly(partial);
            throw IoErrors.writing(target, e);
        } catch (RuntimeException | Error e) {
            deleteTreeQuietly(partial);
            throw e;
        }
    }

    /** Deletes a file or a folder with all it holds; nothing happens when it is not there. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static Path partialOf(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".partial");
    }

    private static Path parentOf(Path absolute) {
        var parent = absolute.getParent();
        if (parent == null) {
            throw new UserError(absolute + " cannot be written; name a file in a folder.");
        }
        return parent;
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
        force(parentOf(to));
    }

    /** Forces a file or folder to the disk; some systems cannot open a folder, and then the rename alone has to do. */
    private static void force(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException _) {
                return;
            }
        } else {
            try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            return; // the first failure is the one to report
        }
    }

    private static void deleteTreeQuietly(Path path) {
        try {
            deleteTree(path);
        } catch (IOException _) {
            return; // the first failure is the one to report
        }
    }
}
