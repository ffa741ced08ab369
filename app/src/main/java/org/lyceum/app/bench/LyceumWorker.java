package org.lyceum.app.bench;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Records;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Torch;

/** Lyceum's end of the protocol of {@link Worker}: the main class of the child process. */
public final class LyceumWorker {
    /** What a benchmark lets its child do. */
    interface Work {
        /** Said when it is ready. */
        Map<String, Object> ready();

        /** The answer to {@code command} with its {@code words}. */
        Map<String, Object> answer(String command, List<String> words) throws Exception;
    }

    private LyceumWorker() {
    }

    /** Arguments: the benchmark and the folder or file with what it works on; for some, more. */
    public static void main(String[] arguments) throws IOException {
        var answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        var folder = Path.of(arguments[1]);
        serve(switch (arguments[0]) {
            case "train" -> new TrainWorker(folder);
            case "generate" -> new GenerateWorker(folder);
            case "tokenizer" -> new TokenizerWorker(folder);
            case "vectors" -> new VectorsWorker(folder);
            case "evaluate" -> new EvaluateWorker(folder);
            case "limits" -> new LimitsWorker(folder);
            case "gguf" -> new GgufWorker(folder, Integer.parseInt(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }, answers);
    }

    private static void serve(Work work, PrintStream answers) throws IOException {
        var ready = new LinkedHashMap<String, Object>(Map.of("ready", true, "name", "Lyceum"));
        ready.putAll(work.ready());
        answers.println(Records.toJson(ready));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = commands.readLine(); line != null; line = commands.readLine()) {
            var words = List.of(line.split(" "));
            Map<String, Object> answer;
            try {
                if (words.getFirst().equals("reset")) {
                    PeakMemory.reset();
                    answer = Map.of();
                } else {
                    answer = work.answer(words.getFirst(), words.subList(1, words.size()));
                }
            } catch (Exception e) {
                answer = Map.of("error", e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            answers.println(Records.toJson(answer));
        }
    }

    /** The command line of such a child. */
    static List<String> command(String benchmark, Path folder, String... more) {
        var words = java(LyceumWorker.class.getName());
        words.addAll(List.of(benchmark, folder.toString()));
        words.addAll(List.of(more));
        return words;
    }

    /** The command line of another virtual machine like this one, with the options that it was started with itself. */
    static List<String> java(String mainClass) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent") && !option.startsWith("-XX:AOT"))
                .forEach(words::add);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        return words;
    }

    /** Sets up libtorch for {@code spec}. */
    static DType engine(WorkSpec spec) {
        Torch.use(spec.device().equals("cuda") ? Device.CUDA : Device.CPU);
        Torch.threads(spec.threads());
        return spec.dtype().equals("bf16") ? DType.BF16 : DType.F32;
    }
}
