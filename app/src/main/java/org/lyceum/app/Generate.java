package org.lyceum.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lyceum.inference.Generation;
import org.lyceum.inference.Generator;
import org.lyceum.inference.SamplingConfig.WhenFull;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum generate}. */
@Command(name = "generate", description = "Complete a text.", mixinStandardHelpOptions = true, footer = {"", "Example:",
        "  lyceum generate --model runs/first --prompt \"A kind of\" --max-tokens 50 --temperature 0.7",
        "", "Prints the prompt and its completion as it comes; with --json only the object, whose text is the completion."})
final class Generate implements Callable<Integer> {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--prompt", paramLabel = "P", description = "The text to complete; nothing by default.")
    private String prompt = "";

    @Option(names = "--when-full", paramLabel = "stop|slide", description = "At the end of the context stop, "
            + "or forget its older half (stop).")
    private WhenFull whenFull = WhenFull.STOP;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var config = sampling.config(whenFull); // a wrong setting is said before the model is read
        var loaded = model.load();
        var out = output.out();
        try (var generator = new Generator(loaded)) {
            if (output.json()) {
                output.print(report(generator.generate(prompt, config, _ -> {
                })));
                return 0;
            }
            var printing = new Printing(out, prompt);
            var made = generator.generate(prompt, config, printing);
            printing.text("");
            out.println();
            out.flush();
            output.err().printf(Locale.ROOT, "%d prompt tokens at %.0f/s, %d tokens at %.1f/s (%s)%n", made.promptTokens(),
                    made.prefillTokensPerSecond(), made.completionTokens(), made.decodeTokensPerSecond(),
                    made.finish().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return 0;
    }

    private static Map<String, Object> report(Generation made) {
        var result = new LinkedHashMap<String, Object>();
        result.put("text", made.text());
        result.put("tokens", made.ids());
        result.put("prompt_tokens", made.promptTokens());
        result.put("completion_tokens", made.completionTokens());
        result.put("prefill_tokens_per_s", made.prefillTokensPerSecond());
        result.put("decode_tokens_per_s", made.decodeTokensPerSecond());
        result.put("finish_reason", made.finish().name().toLowerCase(Locale.ROOT));
        return result;
    }

    /**
     * Prints pieces as they come, the prompt before the first, so that nothing is printed of a prompt that is refused; a reader that has
     * gone away ({@code | head}) ends the generation.
     */
    private static final class Printing implements Generator.Listener {
        private final PrintWriter out;
        private String before;

        Printing(PrintWriter out, String prompt) {
            this.out = out;
            this.before = prompt;
        }

        @Override
        public void text(String piece) {
            out.print(before + piece);
            out.flush();
            before = "";
        }

        @Override
        public boolean cancelled() {
            return out.checkError();
        }
    }
}
