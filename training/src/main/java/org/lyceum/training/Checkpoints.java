package org.lyceum.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.NamedTensors;
import org.lyceum.tensor.safetensors.SafetensorsWriter;
import tools.jackson.core.JacksonException;

/**
 * The folder {@code checkpoints/} of a run: {@code step-00000200/} and so on, each a Hugging Face model folder with
 * {@code optimizer.safetensors} and {@code training_state.json} beside the weights; {@code last.txt} and {@code best.txt} name the newest
 * and the one with the lowest validation loss. A checkpoint appears whole or not at all; older ones are deleted when a newer one is safe.
 */
public final class Checkpoints {
    private static final String STATE = "training_state.json";
    private static final String OPTIMIZER = "optimizer.safetensors";

    private final Path folder;
    private final int keepLast;
    private final Milestones milestones;

    /** Keeps the best and the newest {@code keepLast}. */
    public Checkpoints(Path runFolder, int keepLast) {
        this(runFolder, keepLast, Milestones.NONE);
    }

    /** Keeps those of {@code milestones} as well. */
    public Checkpoints(Path runFolder, int keepLast, Milestones milestones) {
        this.folder = runFolder.resolve("checkpoints");
        this.keepLast = Math.max(1, keepLast);
        this.milestones = milestones;
    }

    /** Whether a checkpoint of {@code step} is one to keep for good. */
    boolean isMilestone(long step) {
        return milestones.contains(step);
    }

    /**
     * Writes a checkpoint and deletes the ones that are not kept any more; returns its folder. Throws {@link UserError}, leaving the
     * earlier ones as they were, when the disk is full or may not be written.
     *
     * @param model writes the model's own files into the folder it is given
     * @param optimizer the optimizer's tensors by name, f32
     */
    public Path save(TrainingState state, WholeFiles.Content<Path> model, Map<String, Tensor> optimizer) {
        var target = folder.resolve(name(state.step()));
        WholeFiles.writeFolder(target, partial -> {
            model.writeTo(partial);
            NamedTensors.write(partial.resolve(OPTIMIZER), optimizer, SafetensorsWriter.PYTORCH);
            Files.writeString(partial.resolve(STATE), Records.toJson(state) + "\n");
        });
        point("last.txt", target);
        if (state.bestStep() != null && state.bestStep() == state.step()) {
            point("best.txt", target);
        }
        prune();
        return target;
    }

    /**
     * Puts in order what a killed process may have left: unfinished folders go, and the pointer files name what the newest checkpoint says.
     * To be called by the process that holds the run, before it saves.
     */
    public void recover() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            for (var path : entries.toList()) {
                var name = path.getFileName().toString();
                if (name.matches("\\.step-\\d+\\.old")) { // set aside while its successor took its name
                    var target = folder.resolve(name.substring(1, name.length() - ".old".length()));
                    if (Files.exists(target)) {
                        WholeFiles.deleteTree(path);
                    } else {
                        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
                    }
                } else if (name.endsWith(".partial")) {
                    WholeFiles.deleteTree(path);
                }
            }
        } catch (IOException e) {
            throw IoErrors.writing(folder, e);
        }
        last().ifPresent(newest -> {
            point("last.txt", newest);
            try {
                if (state(newest).bestStep() instanceof Long best && Files.isDirectory(folder.resolve(name(best)))) {
                    point("best.txt", folder.resolve(name(best)));
                }
            } catch (UserError _) {
                return; // damaged: who goes on from it will say so
            }
        });
    }

    private void point(String file, Path target) {
        WholeFiles.write(folder.resolve(file), target.getFileName() + "\n");
    }

    /**
     * The checkpoint that {@code path} means: itself, or of a run folder the newest. Throws {@link UserError} when it is neither.
     */
    public static Path at(Path path) {
        if (Files.exists(path.resolve(STATE))) {
            return path;
        }
        return new Checkpoints(path, 1).last().orElseThrow(() -> new UserError(Files.exists(path)
                ? path + " is no checkpoint to go on from, it holds no " + STATE
                        + "; name a run folder or one of its checkpoints/step-… folders."
                : "There is no checkpoint " + path + "; name a run folder or one of its checkpoints/step-… folders."));
    }

    /** What {@code read} gives, which reads {@code checkpoint}; a {@link UserError} becomes one that also says how the run can go on. */
    public static <T> T reading(Path checkpoint, Supplier<T> read) {
        try {
            return read.get();
        } catch (UserError e) {
            var before = siblings(checkpoint).filter(other -> other.getFileName().compareTo(checkpoint.getFileName()) < 0).findFirst();
            throw new UserError("The checkpoint " + checkpoint + " cannot be resumed ("
                    + String.valueOf(e.getMessage()).replaceAll("\\.$", "") + "); "
                    + before.map(other -> "delete that folder and the run goes on from " + other.getFileName() + ".")
                            .orElse("--resume never sets the run aside and starts afresh."),
                    e);
        }
    }

    private static Stream<Path> siblings(Path checkpoint) {
        var checkpoints = checkpoint.toAbsolutePath().normalize().getParent();
        var run = checkpoints == null ? null : checkpoints.getParent();
        return run == null ? Stream.empty() : new Checkpoints(run, 1).all().stream();
    }

    /** The newest checkpoint, if there is one. */
    public Optional<Path> last() {
        return all().stream().findFirst();
    }

    /** The checkpoint with the lowest validation loss, or else (before the first validation) the newest. */
    public Optional<Path> best() {
        return named("best.txt").or(this::last);
    }

    /** What {@code checkpoint} says of where the run stood. Throws {@link UserError} when it does not say. */
    public static TrainingState state(Path checkpoint) {
        var file = checkpoint.resolve(STATE);
        try {
            var state = Records.fromJson(TrainingState.START, Files.readString(file));
            if (state.step() >= 1) {
                return state;
            }
        } catch (JacksonException | UserError e) {
            throw new UserError(file + " is damaged, it does not say where the run stood.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        throw new UserError(file + " is damaged, it names no step that was done.");
    }

    /** Copies a checkpoint's optimizer moments into {@code live}. Throws {@link UserError} when names or shapes differ. */
    public static void loadOptimizer(Path checkpoint, Map<String, Tensor> live) {
        NamedTensors.read(checkpoint.resolve(OPTIMIZER), live, "holds the state of another optimizer or model than the configuration's",
                "resume with the run's own config.yaml");
    }

    /** Every checkpoint, the newest first. */
    public List<Path> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().matches("step-\\d+")).sorted(Comparator.reverseOrder()).toList();
        } catch (IOException e) {
            throw IoErrors.reading(folder, e);
        }
    }

    private Optional<Path> named(String file) {
        var pointer = folder.resolve(file);
        if (!Files.exists(pointer)) {
            return Optional.empty();
        }
        try {
            return Optional.of(folder.resolve(Files.readString(pointer).strip())).filter(Files::isDirectory);
        } catch (IOException e) {
            throw IoErrors.reading(pointer, e);
        }
    }

    private void prune() {
        var keep = new ArrayList<Path>(all().stream().limit(keepLast).toList());
        named("best.txt").ifPresent(keep::add);
        for (var old : all()) {
            if (!keep.contains(old) && !isMilestone(step(old))) {
                try {
                    WholeFiles.deleteTree(old);
                } catch (IOException e) {
                    throw IoErrors.writing(old, e);
                }
            }
        }
    }

    /** The step in a checkpoint's name. */
    public static long step(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().replace("step-", ""));
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%08d", step);
    }
}
