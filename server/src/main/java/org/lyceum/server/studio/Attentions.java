package org.lyceum.server.studio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.TorchEngine;
import org.lyceum.models.Decoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.AttentionProbe;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;
import org.lyceum.server.http.Json;
import org.lyceum.tensor.Inference;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/** What each head of each layer attends to, for one text: softmax(q · kᵀ · scale + mask) (Vaswani et al. 2017, equation 1). */
public final class Attentions {
    private static final int MOST_TOKENS = 64;

    private final @Nullable LanguageModel model;
    /** One at a time: the pictures are for looking at, and the cores are for generating. */
    private final Semaphore turn = new Semaphore(1);

    /** @param model null if the server has none that writes text */
    public Attentions(@Nullable LanguageModel model) {
        this.model = model;
    }

    /** {@code POST /studio/api/attention}: {@code {"text"}} to {@code {"tokens", "weights"}}, weights [layer][head][query][key ≤ query]. */
    public void answer(Exchange exchange) throws InterruptedException {
        var text = Json.object(exchange.body()).get("text");
        if (text == null || !text.isString() || text.stringValue().isEmpty()) {
            throw HttpError.badField("text", "'text' is missing; it takes a sentence.");
        }
        if (model == null || !(model.engine() instanceof TorchEngine engine)) {
            throw HttpError.refused(400, "no_attention",
                    "This model's engine keeps its attention to itself; serve a Hugging Face folder or a "
                            + "run, not a GGUF file, to see it.");
        }
        var ids = model.tokenizer().encodeFramed(text.stringValue());
        if (ids.length < 1 || ids.length > Math.min(MOST_TOKENS, model.engine().config().context())) {
            throw HttpError.badField("text", "'text' is " + ids.length + " tokens long; from 1 to " + MOST_TOKENS + " can be shown.");
        }
        var tokenizer = model.tokenizer();
        var tokens = Arrays.stream(ids).mapToObj(id -> tokenizer.isSpecial(id) ? tokenizer.token(id) : tokenizer.decode(new int[]{id}))
                .toList();
        turn.acquire();
        try (var thread = Executors.newSingleThreadExecutor()) { // a platform thread: libtorch would hold a virtual one's carrier
            exchange.json(200, Map.of("tokens", tokens, "weights", thread.submit(() -> weights(engine.decoder(), ids)).get()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the attention could not be computed", e.getCause());
        } finally {
            turn.release();
        }
    }

    /** The weights [layer][head][query][key], each row up to its own query, in thousandths. */
    static List<List<float[][]>> weights(Decoder decoder, int[] ids) {
        var layers = new ArrayList<List<float[][]>>();
        try (var _ = Scope.open(); var _ = Inference.open()) {
            ScopedValue.where(AttentionProbe.BOUND, (_, queries, keys, mask, scale) -> layers.add(heads(queries, keys, mask, scale)))
                    .run(() -> decoder.hidden(Tensor.ofIds(ids, 1, ids.length), null, Pass.EVALUATION));
        }
        return layers;
    }

    private static List<float[][]> heads(Tensor queries, Tensor keys, @Nullable Tensor mask, double scale) {
        int count = (int) queries.size(1);
        int shared = count / (int) keys.size(1);
        int length = (int) queries.size(2);
        int width = (int) queries.size(3);
        var q = queries.floats();
        var k = keys.floats();
        var added = mask == null ? new float[0] : mask.floats();
        boolean each = added.length > length * length; // a mask of its own for each head
        var heads = new ArrayList<float[][]>();
        for (int h = 0; h < count; h++) {
            var rows = new float[length][];
            for (int t = 0; t < length; t++) {
                var scores = new double[t + 1];
                for (int s = 0; s <= t; s++) {
                    double dot = 0;
                    for (int d = 0; d < width; d++) {
                        dot += (double) q[(h * length + t) * width + d] * k[(h / shared * length + s) * width + d];
                    }
                    scores[s] = dot * scale + (added.length == 0 ? 0 : added[((each ? h * length : 0) + t) * length + s]);
                }
                rows[t] = softmax(scores);
            }
            heads.add(rows);
        }
        return heads;
    }

    private static float[] softmax(double[] scores) {
        double largest = Arrays.stream(scores).max().orElse(0);
        double total = Arrays.stream(scores).map(score -> Math.exp(score - largest)).sum();
        var weights = new float[scores.length];
        for (int s = 0; s < scores.length; s++) {
            weights[s] = Math.round(1000 * Math.exp(scores[s] - largest) / total) / 1000f;
        }
        return weights;
    }
}
