package org.lyceum.app.bench;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/**
 * Training steps a second of a GPT-2 in three sizes, beside PyTorch eager and compiled. Everybody starts from the same weights, sees the
 * same ids and takes the same steps; the first loss must agree, or it was not the same work.
 */
public final class TrainBench {
    /** The peers, by the names of {@code --peers}. */
    public static final List<String> PEERS = List.of("eager", "compile");
    /** torch.compile may take minutes before its first step. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    /** The JVM's compilers are at work for about as long while steps are short, on the cores that the steps want, too. */
    private static final double WARM_UP_SECONDS = 10;

    private final Conditions conditions;

    public TrainBench(Conditions conditions) {
        this.conditions = conditions;
    }

    /** Measures the sizes asked for. */
    public List<Result> run() {
        var peers = conditions.peers().isEmpty()
                ? Optional.<Peers>empty()
                : Peers.find(conditions.python(), List.of("torch"), conditions.say());
        return sizes(conditions.only()).stream().flatMap(size -> measure(size, peers).stream()).toList();
    }

    private static List<TrainingSize> sizes(@Nullable String only) {
        if (only == null) {
            return TrainingSize.ALL;
        }
        if (only.equals(TrainingSize.TOY.name())) {
            return List.of(TrainingSize.TOY);
        }
        var names = TrainingSize.ALL.stream().map(TrainingSize::name).toList();
        return List.of(TrainingSize.ALL.stream().filter(size -> size.name().equalsIgnoreCase(only)).findFirst()
                .orElseThrow(() -> UserError.usage("There is no size '" + only + "'; " + Nearest.hint(only, names))));
    }

    private List<Result> measure(TrainingSize size, Optional<Peers> peers) {
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            var spec = WorkSpec.of(size, conditions);
            spec.write(folder.path());
            TrainingIds.write(folder.path(), spec);
            var lyceum = team
                    .add(Worker.start("Lyceum", LyceumWorker.command("train", folder.path()), folder.file("lyceum.log"), PATIENCE));
            lyceum.ask("save");
            say("%s: %,d parameters, %d × %d tokens a step, %s, %d threads", size.name(), size.config().parameterCount(), size.batch(),
                    size.context(), conditions.dtype(), conditions.threads());
            peers.ifPresent(p -> conditions.peers().forEach(mode -> start(team, p, mode, folder)));
            int steps = warmUp(size, team);
            return results(size, team, steps, rounds(team, steps));
        }
    }

    private void start(Team team, Peers peers, String mode, TemporaryFolder folder) {
        try {
            var peer = team.add(Worker.start("PyTorch " + mode, peers.command("train.py", folder.path().toString(), mode),
                    folder.file(mode + ".log"), PATIENCE));
            say("  %s, attention in %s", peer.name(), peer.ready().path("attention").asString(""));
        } catch (UserError e) {
            conditions.say().accept("  left out: " + e.getMessage());
        }
    }

    /** First steps, which set up more than they train; returns how many steps make a round. */
    private int warmUp(TrainingSize size, Team team) {
        var first = team.everybody("run 1", conditions.say());
        double ours = first.getFirst().slice().loss();
        double tolerance = conditions.dtype().equals("bf16") ? 1e-2 : 1e-4;
        for (var turn : first) {
            double loss = turn.slice().loss();
            say("  %s: first loss %.5f, first step %.1f s", turn.worker().name(), loss, turn.slice().seconds());
            if (!(Math.abs(loss - ours) <= tolerance)) {
                throw new UserError(String.format(Locale.ROOT,
                        "%s began with a loss of %.5f and Lyceum with %.5f, from the same weights and "
                                + "ids; it did other work, so there is nothing to compare (%s).",
                        turn.worker().name(), loss, ours, size.name()));
            }
        }
        double step = team.everybody("run 1", conditions.say()).getFirst().slice().seconds();
        if (step < conditions.seconds()) { // else these two were warm-up enough
            int steps = stepsIn(Math.min(WARM_UP_SECONDS, 3 * conditions.seconds()), step);
            step = team.everybody("run " + steps, conditions.say()).getFirst().slice().seconds() / steps;
        }
        team.workers().forEach(worker -> worker.ask("reset"));
        return stepsIn(conditions.seconds(), step);
    }

    private static int stepsIn(double seconds, double step) {
        return (int) Math.clamp(Math.round(seconds / step), 1, 2000);
    }

    private Map<Worker, List<Slice>> rounds(Team team, int steps) {
        var slices = new LinkedHashMap<Worker, List<Slice>>();
        for (int round = 0; round < conditions.rounds(); round++) {
            double peak = team.lyceum().ask("peak").path(conditions.dtype()).asDouble();
            team.everybody("run " + steps, conditions.say())
                    .forEach(turn -> slices.computeIfAbsent(turn.worker(), _ -> new ArrayList<>()).add(turn.slice().withPeak(peak)));
        }
        slices.keySet().retainAll(team.workers()); // one that failed midway has no median
        return slices;
    }

    private List<Result> results(TrainingSize size, Team team, int steps, Map<Worker, List<Slice>> slices) {
        var name = "train " + size.name();
        double tokens = (double) steps * size.tokens();
        var ours = requireNonNull(slices.get(team.lyceum()));
        var speed = ours.stream().mapToDouble(slice -> tokens / slice.seconds()).toArray();
        var memory = ours.stream().mapToDouble(slice -> slice.peakBytes() / 1e6).toArray();
        var results = new ArrayList<Result>();
        slices.forEach((worker, theirs) -> {
            say("  %s: loss %.5f after the same steps", worker.name(), theirs.getLast().loss());
            if (worker != team.lyceum()) {
                results.add(Result.throughput(name, speed, "tokens/s", worker.name(),
                        theirs.stream().mapToDouble(slice -> tokens / slice.seconds()).toArray()));
                results.add(Result.cost(name + " peak memory", memory, "MB", worker.name(),
                        theirs.stream().mapToDouble(slice -> slice.peakBytes() / 1e6).toArray()));
            }
        });
        if (results.isEmpty()) {
            results.add(Result.alone(name, Ratios.median(speed), "tokens/s"));
            results.add(Result.alone(name + " peak memory", Ratios.median(memory), "MB"));
        }
        var peaks = ours.stream().mapToDouble(Slice::matmulPeak).toArray();
        results.add(Result.alone(name + " matmul peak", Ratios.median(peaks) / 1e9, conditions.dtype() + " GFLOP/s"));
        results.add(Result.alone(name + " share of that peak",
                100 * size.flopsPerToken() * Ratios.median(Ratios.of(speed, peaks)), "%"));
        results.add(Result.alone(name + " data loading share",
                100 * Ratios.median(ours.stream().mapToDouble(slice -> slice.loading() / slice.seconds()).toArray()), "%"));
        return results;
    }

    private void say(String format, Object... values) {
        conditions.say().accept(String.format(Locale.ROOT, format, values));
    }
}
