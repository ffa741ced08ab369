package org.lyceum.study.recall;

import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lyceum.models.CausalConfig;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.layers.Recurrence.Kind;

/** What is compared. Another architecture is another constant and its shape. */
public enum Architecture {
    /** One layer of Elman's. */
    RNN("Elman RNN") {
        @Override
        CausalConfig shape(long parameters, int vocabularySize, int context) {
            return recurrent(Kind.ELMAN, parameters, vocabularySize, context);
        }
    },
    /** One layer of gated recurrent units. */
    GRU("GRU") {
        @Override
        CausalConfig shape(long parameters, int vocabularySize, int context) {
            return recurrent(Kind.GRU, parameters, vocabularySize, context);
        }
    },
    /** One layer of long short-term memory. */
    LSTM("LSTM") {
        @Override
        CausalConfig shape(long parameters, int vocabularySize, int context) {
            return recurrent(Kind.LSTM, parameters, vocabularySize, context);
        }
    },
    /** Two blocks of Llama's kind: four heads, rotary positions. */
    TRANSFORMER("Transformer") {
        @Override
        CausalConfig shape(long parameters, int vocabularySize, int context) {
            // A block of width W has about 12·W² weights; the feed-forward width then hits the number of parameters.
            int width = Math.max(8, (int) Math.sqrt(parameters / 24.0) / 8 * 8);
            var base = DecoderConfig.llama(vocabularySize, context, width, 2, 4, 4).with(c -> c.tiedEmbeddings = false);
            return nearest(parameters, IntStream.rangeClosed(1, 16 * width).mapToObj(hidden -> base.with(c -> c.hiddenWidth = hidden)));
        }
    };

    private final String title;

    Architecture(String title) {
        this.title = title;
    }

    /** Its name in tables and pictures. */
    String title() {
        return title;
    }

    /** A model of this kind with as nearly {@code parameters} parameters as can be. */
    abstract CausalConfig shape(long parameters, int vocabularySize, int context);

    private static CausalConfig recurrent(Kind kind, long parameters, int vocabularySize, int context) {
        int widest = (int) Math.sqrt(parameters) + 1;
        return nearest(parameters, IntStream.rangeClosed(1, widest)
                .mapToObj(width -> new RecurrentConfig(kind, vocabularySize, context, width, 1, false, 0)));
    }

    private static CausalConfig nearest(long parameters, Stream<? extends CausalConfig> shapes) {
        return shapes.map(CausalConfig.class::cast)
                .min(Comparator.comparingLong(shape -> Math.abs(shape.parameterCount() - parameters))).orElseThrow();
    }
}
