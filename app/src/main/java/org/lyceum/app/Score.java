package org.lyceum.app;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lyceum.inference.Scorer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lyceum score}. */
@Command(name = "score", description = "Say how probable a model finds each token of a text.", mixinStandardHelpOptions = true, footer = {
        "",
        "Example:", "  lyceum score --model runs/first --text \"A kind of bird.\"",
        "",
        "Prints the natural logarithm of each token's probability and the token. In JSON, tokens are ids and pieces their text; a first",
        "token with nothing before it has the log-probability null."})
final class Score implements Callable<Integer> {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private TextInput input;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var text = input.read();
        var loaded = model.load();
        var score = new Scorer(loaded).score(text);
        var pieces = score.ids().stream().map(id -> loaded.tokenizer().decode(new int[]{id})).toList();
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("tokens", score.ids());
            result.put("pieces", pieces);
            result.put("logprobs", score.logProbabilities());
            result.put("perplexity", score.perplexity());
            result.put("bits_per_byte", score.bitsPerByte());
            output.print(result);
            return 0;
        }
        var out = output.out();
        for (int i = 0; i < pieces.size(); i++) {
            var logProbability = score.logProbabilities().get(i);
            out.println((logProbability == null ? "       –" : String.format(Locale.ROOT, "%8.4f", logProbability)) + "  "
                    + pieces.get(i).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
        }
        out.printf(Locale.ROOT, "perplexity %.4f, %.4f bits per byte, %d tokens%n", score.perplexity(), score.bitsPerByte(), pieces.size());
        out.flush();
        return 0;
    }
}
