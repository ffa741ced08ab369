package org.lyceum.inference.translation;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;

/**
 * Keys and values of what many hypotheses have written so far, all of them equally long. Between two tokens the rows are {@link #choose}n
 * anew: a hypothesis that was continued twice is there twice, one that was given up is gone.
 */
final class BeamCache implements KeyValueCache, AutoCloseable {
    private final List<KeyValues> layers = new ArrayList<>();
    private int length;

    @Override
    public int length() {
        return length;
    }

    @Override
    public KeyValues append(int layer, Tensor keys, Tensor values) {
        try (var scope = Scope.open()) {
            if (layer == layers.size()) {
                layers.add(new KeyValues(scope.keep(keys.copy()), scope.keep(values.copy())));
            } else {
                var old = layers.get(layer);
                replace(layer, new KeyValues(scope.keep(Tensor.cat(List.of(old.keys(), keys), 2)),
                        scope.keep(Tensor.cat(List.of(old.values(), values), 2))));
            }
        }
        return layers.get(layer);
    }

    /** One more token has gone through every layer. */
    void advance() {
        length++;
    }

    /** From here on the rows are those of {@code index} (N) i64, in that order. */
    void choose(Tensor index) {
        for (int layer = 0; layer < layers.size(); layer++) {
            try (var scope = Scope.open()) {
                var old = layers.get(layer);
                replace(layer, new KeyValues(scope.keep(old.keys().chosen(0, index)), scope.keep(old.values().chosen(0, index))));
            }
        }
    }

    private void replace(int layer, KeyValues fresh) {
        free(layers.set(layer, fresh));
    }

    private static void free(KeyValues buffer) {
        buffer.keys().close();
        buffer.values().close();
    }

    @Override
    public void close() {
        layers.forEach(BeamCache::free);
        layers.clear();
    }
}
