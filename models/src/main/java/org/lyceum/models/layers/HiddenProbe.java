package org.lyceum.models.layers;

import java.util.ArrayList;
import java.util.List;
import org.lyceum.tensor.Tensor;

/** Sees the hidden states between a model's blocks while it is bound: for looking at a model, not for training it. */
@FunctionalInterface
public interface HiddenProbe {
    /** The probe of the code that is running, if any. */
    ScopedValue<HiddenProbe> BOUND = ScopedValue.newInstance();

    /**
     * The hidden states (B, T, W) behind {@code layer} blocks: 0 is what goes into the first block, the depth L what comes out of the last, of a
     * decoder behind its final norm.
     */
    void passes(int layer, Tensor hidden);

    /** The hidden states (B, T, W) of all layers, 0 to L, that one pass of {@code forward} through a model makes. */
    static List<Tensor> states(Runnable forward) {
        var states = new ArrayList<Tensor>();
        ScopedValue.where(BOUND, (_, hidden) -> states.add(hidden)).run(forward);
        return states;
    }

    /** For models: shows {@code hidden} to the probe that is bound, if one is. */
    static void show(int layer, Tensor hidden) {
        if (BOUND.isBound()) {
            BOUND.get().passes(layer, hidden);
        }
    }
}
