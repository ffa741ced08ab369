package org.lyceum.foundation;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files and folders that are written whole or not at all. The content goes to the hidden sibling {@code .name.partial}, is forced to the
 * disk, and takes its name by one rename, so that a reader (or a restart after {@code kill -9}) sees the old content or the new, never a
 * part. Only one process may write a target at a time.
 */
public final class WholeFiles {
    /** What is to be written. */
    @FunctionalInterface
    public interface Content<T> {
        /** Writes all of it to {@code sink}; whatever it throws, nothing takes the target's name. */
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
        } catch (UncheckedIOException e) { // from content that had to wrap its own
            deleteQuietly(partial);
            throw IoErrors.writing(target, Objects.requireNonNull(e.getCause()));
        } catch (RuntimeException | Error e) {
            deleteQuietly(partial);
            throw e;
        }
    }

    /**
     * Fills a fresh folder and gives it the name {@code target} when every file in it is on the disk. An existing {@code target} is
     * replaced only then, by two renames, since no system swaps folders portably: a process killed between them leaves the earlier folder
     * under {@code .name.old}, whole. Throws {@link UserError} when the disk does not take it.
     */
    public static void writeFolder(Path target, Content<Path> content) {
        var absolute = target.toAbsolutePath();
        var partial = partialOf(absolute);
        try {
            deleteTree(partial);
            Files.createDirectories(partial);
            content.writeTo(partial);
            try (Stream<Path> files = Files.walk(partial)) {
                for (var path : (Iterable<Path>) files::iterator) {
                    force(path);
                }
            }
            if (Files.exists(absolute)) {
                replace(absolute, partial);
            } else {
                rename(partial, absolute);
            }
        } catch (IOException e) {
            deleteTreeQuietly(partial);
            throw IoErrors.writing(target, e);
        } catch (UncheckedIOException e) { // from walking the folder, or from content that had to wrap its own
            deleteTreeQuietly(partial);
            throw IoErrors.writing(target, Objects.requireNonNull(e.getCause()));
        } catch (RuntimeException | Error e) {
            deleteTreeQuietly(partial);
            throw e;
        }
    }

    /** Deletes a file or a folder with all it holds; nothing happens when it is not there. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) { // a folder below that cannot be listed
            throw e.getCause();
        }
    }

    private static void replace(Path target, Path fresh) throws IOException {
        var old = target.resolveSibling("." + target.getFileName() + ".old");
        deleteTree(old);
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            rename(fresh, target);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        deleteTreeQuietly(old); // the new folder stands, whatever becomes of the old one
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
