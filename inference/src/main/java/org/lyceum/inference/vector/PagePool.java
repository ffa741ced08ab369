package org.lyceum.inference.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.tensor.kernels.CacheAttention;

/**
 * The memory of key–value caches, in pages of {@value CacheAttention#PAGE} positions (Kwon et al. 2023, section 4.1): a sequence takes pages as it
 * grows, and gives them back when it is cut or closed.
 */
final class PagePool {
    private final DecoderConfig config;
    private final Arena arena;
    private final long pageBytes;
    private final long limitBytes;
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();
    private long allocated;

    PagePool(DecoderConfig config, Arena arena, long limitBytes) {
        this.config = config;
        this.arena = arena;
        this.limitBytes = limitBytes;
        this.pageBytes = layerBytes() * config.depth();
    }

    private long layerBytes() {
        return 2 * headBytes() * config.keyValueHeads();
    }

    private long headBytes() {
        return 4L * CacheAttention.PAGE * config.headWidth();
    }

    /** Where the keys of a head begin in a page. */
    long keys(int layer, int keyValueHead) {
        return layer * layerBytes() + keyValueHead * headBytes();
    }

    /** Where the values of a head begin in a page. */
    long values(int layer, int keyValueHead) {
        return keys(layer, config.keyValueHeads() + keyValueHead);
    }

    /** The positions for which there is room in {@code sequences} sequences, each with a page that is hardly begun. */
    long positions(int sequences) {
        return Math.max(1, limitBytes / pageBytes - sequences) * CacheAttention.PAGE;
    }

    /** A page of any content. Throws {@link UserError} when all caches together would grow over the limit. */
    MemorySegment take() {
        var page = free.poll();
        if (page == null) {
            if (allocated + pageBytes > limitBytes) {
                throw new UserError(String.format(Locale.ROOT,
                        "The caches of all sequences would need more than the %,d MiB that they may take (%,d KiB a token); use a shorter "
                                + "context or fewer sequences at once.",
                        limitBytes >> 20,
                        pageBytes / CacheAttention.PAGE >> 10));
            }
            page = arena.allocate(pageBytes, 64); // zeros
            allocated += pageBytes;
        }
        return page;
    }

    void give(MemorySegment page) {
        free.push(page);
    }
}
