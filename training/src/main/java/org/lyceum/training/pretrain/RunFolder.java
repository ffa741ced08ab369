package org.lyceum.training.pretrain;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.training.Evaluation;
import org.lyceum.training.run.XzBaseline;

/**
 * The folder of one run: {@code config.yaml}, {@code run.json} (how it stands), {@code tokenizer.json}, {@code data/}, {@code
 * metrics.jsonl}, TensorBoard files, {@code samples.jsonl}, {@code checkpoints/}, {@code report.html}. Held by one process at a time.
 */
public final class RunFolder implements AutoCloseable {
    /**
     * @param status running, finished, stopped or failed
     * @param step the last step that is known
     * @param steps of the whole run
     * @param message why it failed
     * @param figures what came out, once it is finished
     */
    public record Status(String status, long step, long steps, @Nullable String message, @Nullable Figures figures) {
        public static final String FINISHED = "finished";
        static final Status NONE = new Status("", 0, 0, null, null);
    }

    /**
     * What a finished run prints.
     *
     * @param trainLoss of the last step
     * @param validation of the best checkpoint
     * @param baseline what a compressor needs
     */
    public record Figures(@Nullable Double trainLoss, Evaluation validation, XzBaseline baseline, double tokensPerSecond, double mfu) {
    }

    private final Path path;
    private final FileChannel lockFile;

    private RunFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** Makes the folder if need be and takes hold of it. Throws {@link UserError} when another process has it. */
    public static RunFolder open(Path path) {
        try {
            Files.createDirectories(path);
            var channel = FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new UserError("Another process is training in " + path + "; wait for it, stop it, or choose another --out.");
            }
            return new RunFolder(path, channel);
        } catch (IOException e) {
            throw IoErrors.writing(path, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    /**
     * Moves an earlier run out of the way, keeping it. Returns where it went, or nothing if there was none. Throws {@link UserError} while
     * a process has it.
     */
    public static Optional<Path> setAside(Path path) {
        if (!Files.exists(path.resolve("config.yaml"))) {
            return Optional.empty();
        }
        open(path).close(); // not from under a process that trains in it
        var aside = path.resolveSibling(
                path.getFileName() + "-before-" + LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")));
        try {
            Files.move(path, aside);
            return Optional.of(aside);
        } catch (IOException e) {
            throw IoErrors.writing(aside, e);
        }
    }

    public Path path() {
        return path;
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /** How the run stood when last written; empty for a new folder. */
    public Optional<Status> status() {
        var file = file("run.json");
        return Files.exists(file) ? Optional.of(Records.read(Status.NONE, file, List.of())) : Optional.empty();
    }

    public void status(Status status) {
        WholeFiles.write(file("run.json"), Records.toJson(status) + "\n");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw IoErrors.writing(path, e);
        }
    }
}
