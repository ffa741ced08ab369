package org.lyceum.inference.translation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lyceum.models.EncoderDecoder;
import org.lyceum.models.Pass;
import org.lyceum.models.layers.AttentionProbe;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.parallel.PairTokenizer;

/**
 * What a translation attended to while it was written (Bahdanau, Cho and Bengio 2015, figure 3).
 *
 * @param source the S tokens that were read, their end the last
 * @param target the T tokens that were written, their end the last
 * @param weights by layer, head, written token and read token; the weights of a written token sum to 1
 */
public record CrossWeights(List<String> source, List<String> target, double[][][][] weights) {
    static CrossWeights of(EncoderDecoder model, PairTokenizer tokenizer, int[] source, int[] target) {
        var inputs = new int[target.length + 1];
        inputs[0] = tokenizer.start();
        System.arraycopy(target, 0, inputs, 1, target.length);
        int heads = model.config().heads();
        var layers = new ArrayList<double[][][]>();
        AttentionProbe probe = (_, queries, keys, _, scale) -> {
            var values = queries.matmul(keys.transpose(2, 3)).times(scale).softmax(-1).doubles(); // (1, H, T, S)
            var layer = new double[heads][inputs.length][];
            for (int i = 0; i < heads * inputs.length; i++) {
                layer[i / inputs.length][i % inputs.length] = Arrays.copyOfRange(values, i * source.length, (i + 1) * source.length);
            }
            layers.add(layer);
        };
        try (var _ = Scope.open(); var _ = NoGradient.open()) {
            var read = model.read(Tensor.ofIds(source, 1, source.length), new int[]{source.length}, Pass.EVALUATION);
            ScopedValue.where(AttentionProbe.CROSS, probe)
                    .run(() -> model.hidden(Tensor.ofIds(inputs, 1, inputs.length), read, Pass.EVALUATION));
        }
        var written = Arrays.copyOf(target, target.length + 1);
        written[target.length] = tokenizer.end();
        return new CrossWeights(names(tokenizer, source), names(tokenizer, written), layers.toArray(double[][][][]::new));
    }

    /** The mean over the heads of {@code layer}, from 0: (T, S). */
    public double[][] mean(int layer) {
        var mean = new double[target.size()][source.size()];
        for (var head : weights[layer]) {
            for (int t = 0; t < mean.length; t++) {
                for (int s = 0; s < mean[t].length; s++) {
                    mean[t][s] += head[t][s] / weights[layer].length;
                }
            }
        }
        return mean;
    }

    private static List<String> names(PairTokenizer tokenizer, int[] ids) {
        return Arrays.stream(ids).mapToObj(id -> tokenizer.tokenizer().decode(new int[]{id}).strip()).toList();
    }
}
