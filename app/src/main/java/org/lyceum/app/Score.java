package org.lyceum.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.lyceum.inference.Scorer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lyceum score}. */
@Command(name = "score", description = "Say how probable a model finds each token of a text.", mixinStandardHelpOptions = true, footer = {
        "",
        "Example:", "  lyceum score --model runs/first --text \"A kind of bird.\"",
        "",
        "Prints the natural logarithm of each token's probability and the token. In JSON, tokens are ids and pieces their text; a first",
        "token with nothing before it has the log-probability null."})
final class Score implements Callable<Integer> {
    @Option(names = "--model", required = true, paramLabel = "M", description = "A run folder, a checkpoint, or a Hugging Face model folder.")
    @SuppressWarnings("NullAway.Init") // required
    private Path model;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private TextInput input;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public Integer call() {
        var text = input.read();
        var loaded = engine.load(model);
        var score = new Scorer(loaded).score(text);
        var pieces = score.ids().stream().map(id -> loaded.tokenizer().decode(new int[]{id})).toList();
        var out = spec.commandLine().getOut();
        if (json.wanted()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("tokens", score.ids());
            result.put("pieces", pieces);
            result.put("logprobs", score.logProbabilities());
            result.put("perplexity", score.perplexity());
            result.put("bits_per_byte", score.bitsPerByte());
            JsonOption.print(out, result);
            return 0;
        }
        for (int i = 0; i < pieces.size(); i++) {
            var logProbability = score.logProbabilities().get(i);
            out.println((logProbability == null ? "       –" : "%8.4f".formatted(logProbability)) + "  "
                    + pieces.get(i).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
        }
        out.println("perplexity %.4f, %.4f bits per byte, %d tokens".formatted(score.perplexity(), score.bitsPerByte(), pieces.size()));
        out.flush();
        return 0;
    }
}
