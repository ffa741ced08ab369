package org.lyceum.study.translation;

import org.lyceum.inference.translation.CrossWeights;
import org.lyceum.study.chart.HeatMap;

/** What a translation attended to, as a picture (Bahdanau, Cho and Bengio 2015, figure 3). */
public final class AttentionPicture {
    private AttentionPicture() {
    }

    /** The layer before the last, where words are aligned the most clearly, its heads averaged; the only layer where there is one. */
    public static HeatMap of(CrossWeights weights) {
        int layers = weights.weights().length;
        int layer = Math.max(0, layers - 2);
        return new HeatMap("Cross attention, layer " + (layer + 1) + " of " + layers + ", mean of its heads", "written", "read",
                weights.target(), weights.source(), weights.mean(layer));
    }
}
