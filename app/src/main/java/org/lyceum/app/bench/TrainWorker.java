package org.lyceum.app.bench;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lyceum.models.Decoder;
import org.lyceum.models.Initialisation;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.MatmulPeak;
import org.lyceum.tensor.safetensors.SafetensorsWriter;
import org.lyceum.text.shard.Batch;
import org.lyceum.text.shard.BatchSource;
import org.lyceum.training.Callback;
import org.lyceum.training.StepReport;
import org.lyceum.training.Trainer;
import org.lyceum.training.TrainingState;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.optimizer.Optimizer;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;

/**
 * Lyceum's side of {@code bench train}: the data, loop, objective and optimizer that {@code pretrain} uses. Commands: {@code save} writes the
 * weights, {@code run STEPS} trains on, {@code peak} measures the matmul peak.
 */
final class TrainWorker implements LyceumWorker.Work {
    private final Path folder;
    private final WorkSpec spec;
    private final Decoder model;
    private final Optimizer optimizer;
    private final OptimizerConfig settings;
    private final BatchSource batches;
    private long loadingNanos;
    private TrainingState state = TrainingState.START;

    TrainWorker(Path folder) {
        this.folder = folder;
        spec = WorkSpec.read(folder);
        var dtype = LyceumWorker.engine(spec);
        model = new Decoder(spec.trainingSize().config(), dtype);
        Initialisation.of(model, spec.seed());
        settings = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, spec.learningRate(), spec.beta1(), spec.beta2(), spec.epsilon(),
                spec.weightDecay(), OptimizerConfig.DEFAULTS.momentum(), spec.clip());
        optimizer = Optimizers.of(model.parameters(), spec.learningRate(), settings, dtype);
        batches = TrainingIds.open(folder, spec, Arena.global());
    }

    @Override
    public Map<String, Object> ready() {
        return Map.of("parameters", model.config().parameterCount());
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        return switch (command) {
            case "save" -> {
                save(model, folder);
                yield Map.of();
            }
            case "run" -> run(Integer.parseInt(words.getFirst()));
            case "peak" -> Map.of("bf16", MatmulPeak.measure(DType.BF16), "f32", MatmulPeak.measure(DType.F32));
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** Writes {@code weights.safetensors}, by our own names, which are also the peers'. */
    static void save(Decoder model, Path folder) {
        var weights = model.parameters().stream().map(parameter -> new SafetensorsWriter.Source(parameter.name(), DType.F32,
                Arrays.stream(parameter.value().shape()).boxed().toList(), sink -> sink.accept(parameter.value().data()))).toList();
        SafetensorsWriter.write(WorkSpec.weights(folder), weights, SafetensorsWriter.PYTORCH);
    }

    private Map<String, Object> run(int steps) {
        var losses = new double[steps];
        long before = state.step();
        var keeping = new Callback() {
            @Override
            public TrainingState onStep(StepReport step, TrainingState after) {
                losses[(int) (step.step() - before - 1)] = step.loss();
                return after;
            }
        };
        var setup = new Trainer.Setup<>(model, model.parameters(), this::batch, spec.trainingSize().tokens(), new NextToken(), optimizer,
                new Schedule(Schedule.Kind.CONSTANT, 0, 0, 0), spec.learningRate(),
                new Trainer.Loop(before + steps, 1, settings.clip(), false), spec.seed());
        loadingNanos = 0;
        long begin = System.nanoTime();
        state = new Trainer<>(setup, List.of(keeping), state).run();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Map.of("seconds", seconds, "first_loss", losses[0], "loss", losses[steps - 1], "loading_seconds", loadingNanos / 1e9,
                "peak_bytes", PeakMemory.bytes());
    }

    /** What the loop waits for at the beginning of a step. */
    private Batch batch(long number) {
        long begin = System.nanoTime();
        var batch = batches.batch(number % spec.batches());
        loadingNanos += System.nanoTime() - begin;
        return batch;
    }
}
