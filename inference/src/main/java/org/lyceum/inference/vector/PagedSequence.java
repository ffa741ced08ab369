package org.lyceum.inference.vector;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lyceum.inference.Engine;
import org.lyceum.tensor.kernels.CacheAttention;

/** The keys and values of one sequence. */
final class PagedSequence implements Engine.Sequence {
    private final PagePool pool;
    private final Runnable closed;
    private final List<MemorySegment> pages = new ArrayList<>();
    private int length;

    PagedSequence(PagePool pool, Runnable closed) {
        this.pool = pool;
        this.closed = closed;
    }

    /** Takes pages for {@code wanted} positions; those from {@link #length} on are not held until {@link #grown}. */
    void reserve(int wanted) {
        while (pages.size() * CacheAttention.PAGE < wanted) {
            pages.add(pool.take());
        }
    }

    void grown(int to) {
        length = to;
    }

    MemorySegment page(int index) {
        return pages.get(index);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void truncate(int to) {
        length = Math.min(length, to);
        while ((pages.size() - 1) * CacheAttention.PAGE >= length && !pages.isEmpty()) {
            pool.give(pages.removeLast());
        }
    }

    @Override
    public void copyFrom(Engine.Sequence other, int to) {
        var source = (PagedSequence) other;
        if (source == this) {
            truncate(to);
            return;
        }
        truncate(0);
        reserve(to);
        for (int i = 0; i * CacheAttention.PAGE < to; i++) {
            pages.get(i).copyFrom(source.pages.get(i));
        }
        length = to;
    }

    @Override
    public void close() {
        truncate(0);
        closed.run();
    }
}
