package org.lyceum.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.layers.KeyValueCache;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Memory;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.tensor.Torch;

/**
 * A key–value cache in buffers (B, K, C, D), two for each layer: new positions are copied into their place, attention sees a view of the
 * first S. C starts small and doubles up to the model's context, so that a short generation takes little memory. Full, it takes
 * 2 · layers · B · K · context · D · 4 bytes (f32); while it grows, one layer's old buffers live beside its new ones.
 *
 * <p>Not for several threads at once. The buffers live until {@link #close}.
 */
public final class PreallocatedCache implements KeyValueCache, AutoCloseable {
    private static final int FIRST_CAPACITY = 64;

    private final int batch;
    private final int layers;
    private final int keyValueHeads;
    private final int headWidth;
    private final int context;
    private final List<KeyValues> buffers = new ArrayList<>();
    private int length;

    /** An empty cache for {@code batch} sequences through a model of this shape. */
    public PreallocatedCache(DecoderConfig config, int batch) {
        this.batch = batch;
        this.layers = config.depth();
        this.keyValueHeads = config.keyValueHeads();
        this.headWidth = config.headWidth();
        this.context = config.context();
    }

    /** The number of positions held; it moves on when the last layer has appended. */
    @Override
    public int length() {
        return length;
    }

    @Override
    public KeyValues append(int layer, Tensor keys, Tensor values) {
        int added = Math.toIntExact(keys.size(2));
        int total = length + added;
        var buffer = buffer(layer, total);
        buffer.keys().narrow(2, length, added).copyFrom(keys);
        buffer.values().narrow(2, length, added).copyFrom(values);
        if (layer == layers - 1) {
            length = total;
        }
        return new KeyValues(buffer.keys().narrow(2, 0, total), buffer.values().narrow(2, 0, total));
    }

    /** What is held, for a pass whose own positions are not kept. */
    KeyValueCache readOnly() {
        return new KeyValueCache() {
            @Override
            public int length() {
                return length;
            }

            @Override
            public KeyValues append(int layer, Tensor keys, Tensor values) {
                if (length == 0) {
                    return new KeyValues(keys, values);
                }
                var held = buffers.get(layer);
                return new KeyValues(Tensor.cat(List.of(held.keys().narrow(2, 0, length), keys), 2),
                        Tensor.cat(List.of(held.values().narrow(2, 0, length), values), 2));
            }
        };
    }

    /** Forgets all but the first {@code n} positions; the memory stays for those to come. */
    public void truncate(int n) {
        if (n < 0 || n > length) {
            throw new IllegalArgumentException("cannot keep " + n + " of " + length + " positions");
        }
        length = n;
    }

    /** Becomes the first {@code n} positions of {@code other}, a cache of the same shape. */
    void copyFrom(PreallocatedCache other, int n) {
        if (n < 0 || n > other.length) {
            throw new IllegalArgumentException("cannot copy " + n + " of " + other.length + " positions");
        }
        length = 0;
        try (var _ = Scope.open()) {
            for (int layer = 0; n > 0 && layer < layers; layer++) {
                var from = other.buffers.get(layer);
                var to = buffer(layer, n);
                to.keys().narrow(2, 0, n).copyFrom(from.keys().narrow(2, 0, n));
                to.values().narrow(2, 0, n).copyFrom(from.values().narrow(2, 0, n));
            }
        }
        length = n;
    }

    /** The positions that fit into half of the memory that is free now, of one sequence or of many, were each to double its buffers. */
    static long fitting(DecoderConfig config) {
        long position = 2L * config.depth() * config.keyValueHeads() * config.headWidth() * DType.F32.bytes();
        return Torch.device() == Device.CPU ? Memory.availableBytes() / 2 / (2 * position) : Long.MAX_VALUE;
    }

    /** The bytes that the buffers take now. */
    public long bytes() {
        return buffers.stream().mapToLong(b -> 2 * b.keys().numel() * b.keys().dtype().bytes()).sum();
    }

    @Override
    public void close() {
        buffers.forEach(PreallocatedCache::free);
        buffers.clear();
        length = 0;
    }

    private KeyValues buffer(int layer, int needed) {
        if (needed > context) {
            throw new IllegalArgumentException(needed + " positions in a context of " + context);
        }
        if (layer == 0) {
            requireMemory(needed);
        }
        if (layer == buffers.size()) {
            buffers.add(allocate(capacity(FIRST_CAPACITY, needed)));
        } else if (buffers.get(layer).keys().size(2) < needed) {
            var old = buffers.get(layer);
            var larger = allocate(capacity(2 * (int) old.keys().size(2), needed));
            if (length > 0) {
                larger.keys().narrow(2, 0, length).copyFrom(old.keys().narrow(2, 0, length));
                larger.values().narrow(2, 0, length).copyFrom(old.values().narrow(2, 0, length));
            }
            free(old);
            buffers.set(layer, larger);
        }
        return buffers.get(layer);
    }

    /** Throws {@link UserError} where the buffers of all layers would not fit once they hold {@code needed} positions. */
    private void requireMemory(int needed) {
        long held = buffers.isEmpty() ? 0 : buffers.getFirst().keys().size(2);
        long wanted = capacity(buffers.isEmpty() ? FIRST_CAPACITY : (int) (2 * held), needed);
        long more = 2L * layers * batch * keyValueHeads * headWidth * DType.F32.bytes() * (wanted - held);
        if (held < needed && Torch.device() == Device.CPU && more > Memory.availableBytes()) {
            throw new UserError(String.format(Locale.ROOT,
                    "The cache of keys and values for %,d tokens would need %,d MiB more, but only %,d MiB are free; use a shorter prompt or "
                            + "fewer tokens.",
                    wanted, more >> 20, Memory.availableBytes() >> 20));
        }
    }

    private int capacity(int wanted, int needed) {
        return Math.min(context, Math.max(wanted, needed));
    }

    private KeyValues allocate(int capacity) {
        try (var scope = Scope.open()) { // kept beyond whichever step happens to be running
            return new KeyValues(scope.keep(Tensor.empty(DType.F32, batch, keyValueHeads, capacity, headWidth)),
                    scope.keep(Tensor.empty(DType.F32, batch, keyValueHeads, capacity, headWidth)));
        }
    }

    private static void free(KeyValues buffer) {
        buffer.keys().close();
        buffer.values().close();
    }
}
