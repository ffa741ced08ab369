package org.lyceum.training;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.safetensors.SafetensorsFile;
import org.lyceum.tensor.safetensors.SafetensorsWriter;

/**
 * The folder {@code checkpoints/} of a run: {@code step-00000200/} and so on, each a Hugging Face model folder with {@code optimizer.safetensors}
 * and {@code training_state.json} beside the weights; {@code last.txt} and {@code best.txt} name the newest and the one with the lowest
 * validation loss. A checkpoint appears whole or not at all; older ones are deleted when a newer one is safe.
 */
public final class Checkpoints {
    private static final String STATE = "training_state.json";
    private static final String OPTIMIZER = "optimizer.safetensors";

    private final Path folder;
    private final int keepLast;

    /** Keeps the best and the newest {@code keepLast}. */
    public Checkpoints(Path runFolder, int keepLast) {
        this.folder = runFolder.resolve("checkpoints");
        this.keepLast = Math.max(1, keepLast);
    }

    /** Writes a checkpoint; {@code model} writes the model's own files into the folder it is given. */
    public Path save(TrainingState state, WholeFiles.Content<Path> model, Map<String, Tensor> optimizer) {
        var target = folder.resolve(name(state.step()));
        WholeFiles.writeFolder(target, partial -> {
            model.writeTo(partial);
            writeTensors(partial.resolve(OPTIMIZER), optimizer);
            Files.writeString(partial.resolve(STATE), Records.toJson(state) + "\n");
        });
        WholeFiles.write(folder.resolve("last.txt"), target.getFileName() + "\n");
        if (state.bestStep() != null && state.bestStep() == state.step()) {
            WholeFiles.write(folder.resolve("best.txt"), target.getFileName() + "\n");
        }
        prune();
        return target;
    }

    /** The newest checkpoint, if there is one. */
    public Optional<Path> last() {
        return all().stream().findFirst();
    }

    /** The checkpoint with the lowest validation loss, or else the newest. */
    public Optional<Path> best() {
        return named("best.txt").or(this::last);
    }

    /** What {@code checkpoint} says of where the run stood. */
    public static TrainingState state(Path checkpoint) {
        return Records.read(TrainingState.START, checkpoint.resolve(STATE), List.of());
    }

    /** Copies a checkpoint's optimizer moments into {@code live}. Throws {@link UserError} when names or shapes differ. */
    public static void loadOptimizer(Path checkpoint, Map<String, Tensor> live) {
        var file = checkpoint.resolve(OPTIMIZER);
        try (var saved = SafetensorsFile.open(file); var _ = NoGradient.open()) {
            if (!saved.entries().keySet().equals(live.keySet())) {
                throw new UserError(file + " holds the state of another optimizer or model than the configuration's; resume with the run's own config.yaml.");
            }
            for (var entry : live.entrySet()) {
                try (var _ = Scope.open()) {
                    var source = saved.entry(entry.getKey());
                    var shape = source.shape().stream().mapToLong(Long::longValue).toArray();
                    if (!Arrays.equals(shape, entry.getValue().shape()) || source.dtype() != DType.F32) {
                        throw new UserError(file + ": '" + entry.getKey() + "' is " + source.dtype() + source.shape() + " where the model needs "
                                + entry.getValue() + "; resume with the run's own config.yaml.");
                    }
                    entry.getValue().copyFrom(Tensor.copyOf(source.data(), source.dtype(), shape));
                }
            }
        }
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
            if (!keep.contains(old)) {
                try {
                    WholeFiles.deleteTree(old);
                } catch (IOException e) {
                    throw IoErrors.writing(old, e);
                }
            }
        }
    }

    private static void writeTensors(Path file, Map<String, Tensor> tensors) {
        var sources = new ArrayList<SafetensorsWriter.Source>();
        tensors.forEach((name, tensor) -> sources.add(new SafetensorsWriter.Source(name, tensor.dtype(), Arrays.stream(tensor.shape()).boxed().toList(),
                sink -> sink.accept(hostBytes(tensor)))));
        SafetensorsWriter.write(file, sources, SafetensorsWriter.PYTORCH);
    }

    private static MemorySegment hostBytes(Tensor tensor) {
        return tensor.to(Device.CPU).contiguous().data();
    }

    private static String name(long step) {
        return String.format("step-%08d", step);
    }
}
