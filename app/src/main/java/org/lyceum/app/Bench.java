package org.lyceum.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.app.bench.Conditions;
import org.lyceum.app.bench.EvaluateBench;
import org.lyceum.app.bench.GenerateBench;
import org.lyceum.app.bench.LimitsBench;
import org.lyceum.app.bench.LookupBench;
import org.lyceum.app.bench.Result;
import org.lyceum.app.bench.ResultTable;
import org.lyceum.app.bench.StartupBench;
import org.lyceum.app.bench.TokenizerBench;
import org.lyceum.app.bench.TrainBench;
import org.lyceum.app.bench.VectorsBench;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lyceum bench}: Lyceum beside its peers, each in a process of its own; nothing here loads libtorch. */
@Command(name = "bench", description = "Measure Lyceum, and its peers where they are "
        + "installed.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "train|decode|prefill|lookup|tokenizer|vectors|evaluate|startup|limits|losses", subcommands = {
                Bench.Train.class, Bench.Decode.class, Bench.Prefill.class, Bench.Lookup.class, Bench.TokenizerBenchmark.class,
                Bench.VectorsBenchmark.class, Bench.EvaluateBenchmark.class, Bench.Startup.class,
                Bench.Limits.class, BenchLosses.class}, footer = {"", "Example:",
                        "  lyceum bench train --only 12M --python ~/venv/bin/python",
                        "",
                        "Lyceum and its peers do the same work in turn, round by round. A ratio is the median over the rounds; above 1 is",
                        "better for Lyceum: its throughput over the peer's, or the peer's seconds or bytes over Lyceum's.",
                        "What the peers need is in bench/peers/README.md."})
final class Bench implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to measure: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }

    /** What every benchmark takes. */
    static final class Options {
        @Option(names = "--python", paramLabel = "PATH", description = "The Python that has the peers installed; python3 by default.")
        private @Nullable String python;

        @Option(names = "--peers", paramLabel = "NAME", split = ",", arity = "1", description = "The peers wanted, or none; all by "
                + "default.")
        private @Nullable List<String> peers;

        @Option(names = "--rounds", paramLabel = "N", description = "Rounds, in each of which everybody works once (${DEFAULT-VALUE}).")
        private int rounds = 5;

        @Option(names = "--seconds", paramLabel = "S", description = "What a round should take each of them, about (${DEFAULT-VALUE}).")
        private double seconds = 3;

        @Option(names = "--only", paramLabel = "NAME", description = "Measure only this size or part.")
        private @Nullable String only;

        @Option(names = "--threads", paramLabel = "N", description = "Threads that one operator may use; all cores by default.")
        private int threads = Runtime.getRuntime().availableProcessors();

        @Option(names = "--device", paramLabel = "cpu|cuda", description = "Where to compute; cpu by default.")
        private Device device = Device.CPU;

        @Option(names = "--dtype", paramLabel = "f32|bf16", description = "Number format of matrix products; bf16 for training by "
                + "default, f32 for the rest.")
        private EngineOptions.@Nullable MatmulType dtype;

        @Mixin
        private Output output = new Output();

        Conditions conditions(EngineOptions.MatmulType defaultType, List<String> known) {
            if (rounds < 1 || threads < 1 || !(seconds > 0)) {
                throw UserError.usage("--rounds, --threads and --seconds must be above 0.");
            }
            return new Conditions(python, rounds, threads, (dtype == null ? defaultType : dtype).toString(),
                    device.name().toLowerCase(Locale.ROOT), only, wanted(known), seconds, output.err()::println);
        }

        private List<String> wanted(List<String> known) {
            var wanted = new ArrayList<>(peers == null ? known : peers);
            wanted.remove("none");
            wanted.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
                throw UserError.usage("There is no peer '" + name + "' here; " + Nearest.hint(name, known));
            });
            return wanted;
        }

        int print(List<Result> results) {
            if (output.json()) {
                output.print(Map.of("results", results.stream().map(Result::json).toList()));
            } else {
                output.out().print(ResultTable.of(results));
            }
            return 0;
        }
    }

    /** {@code lyceum bench train}. */
    @Command(name = "train", description = "Training tokens a second, peak memory and share of the matmul peak: GPT-2 with 0.8M, 12M and "
            + "124M parameters, beside PyTorch eager and torch.compile.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                    "  lyceum bench train --only 12M --peers eager --rounds 5"})
    static final class Train implements Callable<Integer> {
        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            return options.print(new TrainBench(options.conditions(EngineOptions.MatmulType.BF16, TrainBench.PEERS)).run());
        }
    }

    /** What completes. */
    static final class Generation {
        @Option(names = "--model", paramLabel = "FILE", description = "A .gguf file, whose weights are used as they are quantized; a GPT-2 "
                + "of 12M parameters by default.")
        private @Nullable Path model;

        @Option(names = "--clients", paramLabel = "N", description = "With --model: sequences that are decoded together once more.")
        private int clients = 1;

        int run(Options options, GenerateBench.Part part) {
            if (model != null && !Files.isRegularFile(model)) {
                throw UserError.usage("There is no file " + model + "; --model takes a .gguf file here.");
            }
            if (clients < 1 || clients > 1 && (model == null || part == GenerateBench.Part.PREFILL)) {
                throw UserError.usage("--clients takes a number above 0, for decoding a --model.");
            }
            var peers = model == null ? GenerateBench.PEERS : GenerateBench.MODEL_PEERS;
            return options.print(new GenerateBench(options.conditions(EngineOptions.MatmulType.F32, peers), part, model, clients).run());
        }
    }

    /** {@code lyceum bench decode}. */
    @Command(name = "decode", description = "Tokens a second of a completion, one sequence: 12M parameters beside PyTorch eager, or a "
            + ".gguf file beside llama.cpp.", mixinStandardHelpOptions = true, footer = {"", "Examples:",
                    "  lyceum bench decode --rounds 5",
                    "  lyceum bench decode --model model.gguf --clients 8"})
    static final class Decode implements Callable<Integer> {
        @Mixin
        private Options options = new Options();

        @Mixin
        private Generation generation = new Generation();

        @Override
        public Integer call() {
            return generation.run(options, GenerateBench.Part.DECODE);
        }
    }

    /** {@code lyceum bench prefill}. */
    @Command(name = "prefill", description = "Prompt tokens a second, 512 of them: 12M parameters beside PyTorch eager, or a .gguf file "
            + "beside llama.cpp.", mixinStandardHelpOptions = true, footer = {"", "Examples:", "  lyceum bench prefill --dtype bf16",
                    "  lyceum bench prefill --model model.gguf"})
    static final class Prefill implements Callable<Integer> {
        @Mixin
        private Options options = new Options();

        @Mixin
        private Generation generation = new Generation();

        @Override
        public Integer call() {
            return generation.run(options, GenerateBench.Part.PREFILL);
        }
    }

    /** {@code lyceum bench lookup}. */
    @Command(name = "lookup", description = "Tokens a second of completions with prompt lookup beside those without: a text that copies "
            + "its prompt, a greedy one, one drawn at temperature 1.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                    "  lyceum bench lookup --model model.gguf --rounds 5"})
    static final class Lookup implements Callable<Integer> {
        @Option(names = "--model", required = true, paramLabel = "FILE", description = "A .gguf file.")
        @SuppressWarnings("NullAway.Init") // required
        private Path model;

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            if (!Files.isRegularFile(model)) {
                throw UserError.usage("There is no file " + model + "; --model takes a .gguf file here.");
            }
            return options.print(new LookupBench(options.conditions(EngineOptions.MatmulType.F32, List.of()), model).run());
        }
    }

    /** {@code lyceum bench tokenizer}. */
    @Command(name = "tokenizer", description = "BPE training and encoding in megabytes a second, beside Hugging Face tokenizers "
            + "and tiktoken.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                    "  lyceum bench tokenizer --data books.txt --vocab-size 32768 --only encode"})
    static final class TokenizerBenchmark implements Callable<Integer> {
        @Option(names = "--data", paramLabel = "PATH", description = "Text to work on, all of it; the built-in corpus, shuffled and "
                + "repeated, by default.")
        private @Nullable Path data;

        @Option(names = "--megabytes", paramLabel = "N", description = "How much of the built-in corpus (${DEFAULT-VALUE}).")
        private int megabytes = 20;

        @Option(names = "--vocab-size", paramLabel = "N", description = "Tokens to learn (${DEFAULT-VALUE}).")
        private int vocabularySize = 32_768;

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            var conditions = options.conditions(EngineOptions.MatmulType.F32, TokenizerBench.PEERS);
            return options.print(new TokenizerBench(conditions, data, megabytes, vocabularySize).run());
        }
    }

    /** {@code lyceum bench vectors}. */
    @Command(name = "vectors", description = "Words a second of learning word vectors: skip-gram, CBOW and fastText, beside "
            + "gensim.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                    "  lyceum bench vectors --data books.txt --only skip-gram --threads 2",
                    "",
                    "skip-gram shares the words that are drawn against a window's pairs; skip-gram-pairs draws for each pair, as gensim does; both",
                    "are held against gensim's skip-gram. A name that ends in tree has hierarchical softmax in place of negative sampling."})
    static final class VectorsBenchmark implements Callable<Integer> {
        @Option(names = "--data", paramLabel = "PATH", description = "Text to learn from, all of it; the built-in corpus, repeated, by default.")
        private @Nullable Path data;

        @Option(names = "--megabytes", paramLabel = "N", description = "How much of the built-in corpus (${DEFAULT-VALUE}).")
        private int megabytes = 10;

        @Option(names = "--dimensions", paramLabel = "N", description = "Numbers in a vector (${DEFAULT-VALUE}).")
        private int dimensions = 100;

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            if (megabytes < 1 || dimensions < 1) {
                throw UserError.usage("--megabytes and --dimensions must be above 0.");
            }
            var conditions = options.conditions(EngineOptions.MatmulType.F32, VectorsBench.PEERS);
            return options.print(new VectorsBench(conditions, data, megabytes, dimensions).run());
        }
    }

    /** {@code lyceum bench evaluate}. */
    @Command(name = "evaluate", description = "Documents a second of evaluation, beside lm-evaluation-harness with the same model, tasks and "
            + "data.", mixinStandardHelpOptions = true, footer = {"", "Example:",
                    "  lyceum bench evaluate --model model-hf --data evaluation-data --tasks arc_easy,piqa --limit 64 --python ~/venv/bin/python",
                    "", "The peer takes the batch size, of 1, 8 and 32, that is the fastest for the task."})
    static final class EvaluateBenchmark implements Callable<Integer> {
        @Option(names = "--model", required = true, paramLabel = "DIR", description = "A Hugging Face model folder.")
        @SuppressWarnings("NullAway.Init") // required
        private Path model;

        @Option(names = "--data", paramLabel = "DIR", description = "The folder that the tasks' data files are relative to; by default the "
                + "current one.")
        private Path data = Path.of("");

        @Option(names = "--tasks", split = ",", paramLabel = "T", description = "Tasks that come with Lyceum, or YAML files, in what both "
                + "understand (${DEFAULT-VALUE}).")
        private List<String> tasks = List.of("arc_easy");

        @Option(names = "--limit", paramLabel = "N", description = "The first N documents of each task (${DEFAULT-VALUE}).")
        private int limit = 64;

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            if (!Files.isRegularFile(model.resolve("config.json"))) {
                throw UserError.usage("There is no config.json in " + model + "; --model takes a Hugging Face model folder here.");
            }
            if (limit < 1) {
                throw UserError.usage("--limit must be above 0.");
            }
            var conditions = options.conditions(EngineOptions.MatmulType.F32, EvaluateBench.PEERS);
            return options.print(new EvaluateBench(conditions, model, data, tasks, limit).run());
        }
    }

    /** {@code lyceum bench startup}. */
    @Command(name = "startup", description = "Seconds until --help is over, and until the first token of a 12M "
            + "model.", mixinStandardHelpOptions = true, footer = {"", "Example:", "  lyceum bench startup --rounds 10"})
    static final class Startup implements Callable<Integer> {
        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            var conditions = options.conditions(EngineOptions.MatmulType.F32, StartupBench.PEERS);
            return options.print(new StartupBench(conditions, StartupBench.launcher()).run());
        }
    }

    /** {@code lyceum bench limits}. */
    @Command(name = "limits", description = "What the machine can do at most: matrix products and memory "
            + "traffic.", mixinStandardHelpOptions = true, footer = {"", "Example:", "  lyceum bench limits --threads 1"})
    static final class Limits implements Callable<Integer> {
        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            return options.print(new LimitsBench(options.conditions(EngineOptions.MatmulType.F32, LimitsBench.PEERS)).run());
        }
    }
}
