package org.lyceum.inference.vector;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.Engine;
import org.lyceum.inference.vector.VectorWeights.Affine;
import org.lyceum.inference.vector.VectorWeights.Gain;
import org.lyceum.inference.vector.VectorWeights.Layer;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.DecoderConfig.Positions;
import org.lyceum.models.DecoderConfig.QkNorm;
import org.lyceum.models.gguf.GgufImport;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.tensor.gguf.GgufFile;
import org.lyceum.tensor.kernels.CacheAttention;
import org.lyceum.tensor.kernels.GroupedMatrix;
import org.lyceum.tensor.kernels.ThreadTeam;
import org.lyceum.tensor.kernels.VectorMath;
import org.lyceum.tensor.kernels.WideProducts;

/**
 * A decoder on the Vector API, weights quantized in memory: {@link org.lyceum.models.Decoder} step by step, for the tokens of all sequences in
 * one pass, so that a weight is read once for all of them. A token's logits are the same bit for bit whatever is computed beside it, on
 * however many threads, in however many pieces of fewer than 64 tokens. In longer ones they may differ by the rounding to bf16: quantized
 * matrices meet whole blocks of 64 positions in {@link WideProducts}, if those pay on this machine, and the head meets those blocks of whose
 * tokens all logits are wanted.
 */
public final class VectorEngine implements Engine {
    /** Tokens in one pass: what activations there are grows with it. */
    private static final int CHUNK = 512;
    /** Tokens that go through the head at once. */
    private static final int HEAD_CHUNK = 8;

    private final VectorWeights weights;
    private final DecoderConfig config;
    private final ThreadTeam team;
    private final PassProducts products;
    private final Arena arena;
    private final PagePool pool;
    private final Set<PagedSequence> open = new LinkedHashSet<>();
    private final float[] frequencies;
    private final float[] slidingFrequencies;
    private final float attentionScale;

    private Activations buffers;

    /** What one pass holds; T tokens. */
    private final class Activations {
        final int tokens;
        final float[] x; // (T, W), the residual stream
        final float[] normed; // (T, W)
        final float[] qkv; // (T, (H + 2K)·D)
        final float[] mixed; // (T, H·D)
        final float[] branch; // (T, W), what attention or feed-forward add to x
        final float[] hidden; // (T, F) or (T, 2F), the gate first
        final PagedSequence[] sequences; // of each token
        final int[] positions;
        final float[] turns; // (T, 2, D/2): cosines and sines
        final float[] slidingTurns;

        Activations(int tokens) {
            this.tokens = tokens;
            x = new float[tokens * config.width()];
            normed = new float[x.length];
            branch = new float[x.length];
            qkv = new float[tokens * qkvWidth()];
            mixed = new float[tokens * config.heads() * config.headWidth()];
            hidden = new float[tokens * (config.activation().gated() ? 2 : 1) * config.hiddenWidth()];
            sequences = new PagedSequence[tokens];
            positions = new int[tokens];
            turns = new float[tokens * config.headWidth()];
            slidingTurns = config.window() == null ? turns : new float[turns.length];
        }
    }

    /** Where the weights come from: packed into the arena's memory by the team. */
    @FunctionalInterface
    interface Source {
        /** Packs them. */
        VectorWeights read(Arena arena, ThreadTeam team);
    }

    /**
     * An engine with the weights of a libtorch decoder, in f32.
     *
     * @param cacheBytes what the caches of all sequences may take together
     */
    public static VectorEngine of(Decoder decoder, int threads, long cacheBytes) {
        return new VectorEngine((arena, team) -> DecoderWeights.of(decoder, arena, team), threads, cacheBytes, false);
    }

    /**
     * An engine with the weights of a GGUF file, as they are quantized there; the file may be closed afterwards.
     *
     * @throws UserError where the file describes no model that we compute, or a tensor is missing or of another shape
     */
    public static VectorEngine of(GgufFile file, int threads, long cacheBytes) {
        return of(file, threads, cacheBytes, WideProducts.pay());
    }

    /** The same, with {@link WideProducts} or without them. */
    static VectorEngine of(GgufFile file, int threads, long cacheBytes, boolean widely) {
        var config = GgufImport.config(file);
        boolean pairsTogether = "llama".equals(GgufImport.family(file).ggufArchitecture()); // llama.cpp's converter turns that one's rows
        return new VectorEngine((arena, team) -> new GgufWeights(file, config, pairsTogether, arena, team).read(), threads, cacheBytes,
                widely);
    }

    @SuppressWarnings("MustBeClosedChecker") // close() closes it
    private VectorEngine(Source source, int threads, long cacheBytes, boolean widely) {
        arena = Arena.ofShared();
        team = new ThreadTeam(threads);
        try {
            weights = source.read(arena, team);
        } catch (RuntimeException | Error e) {
            team.close();
            arena.close();
            throw e;
        }
        config = weights.config();
        if (config.positions() != Positions.ROPE && config.positions() != Positions.LEARNED && config.positions() != Positions.NONE) {
            throw new IllegalArgumentException("no kernels for positions " + config.positions());
        }
        pool = new PagePool(config, arena, cacheBytes);
        frequencies = config.positions() == Positions.ROPE ? config.rope().frequencies(config.headWidth()) : new float[0];
        var window = config.window();
        slidingFrequencies = window == null || frequencies.length == 0 ? frequencies : window.rope().frequencies(config.headWidth());
        var scale = config.attentionScale();
        attentionScale = (float) (scale == null ? 1 / Math.sqrt(config.headWidth()) : scale);
        buffers = new Activations(1);
        products = new PassProducts(team, widely);
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    /** By construction: every sum is taken in the same order whatever is computed beside it, and fewer than 64 tokens are no block. */
    @Override
    public boolean exact() {
        return true;
    }

    /** The bytes of weights that computing one token reads: all but an embedding of its own, of which it reads a row. */
    public long weightBytesRead() {
        return weights.bytes() - (weights.head() == weights.embedding() ? 0 : weights.embedding().bytes());
    }

    @Override
    public long cacheTokens(int sequences) {
        return pool.positions(sequences);
    }

    /** The memory of the weights. */
    public long weightBytes() {
        return weights.bytes();
    }

    @Override
    public Sequence open() {
        var made = new PagedSequence[1];
        var sequence = new PagedSequence(pool, () -> open.remove(made[0]));
        made[0] = sequence;
        open.add(sequence);
        return sequence;
    }

    @Override
    public List<float[][]> forward(List<Part> parts) {
        var before = parts.stream().mapToInt(part -> part.sequence().length()).toArray();
        int total = parts.stream().mapToInt(part -> part.ids().length).sum();
        var logits = new ArrayList<float[][]>();
        parts.forEach(part -> logits.add(new float[part.wanted()][]));
        try {
            for (var part : parts) {
                ((PagedSequence) part.sequence()).reserve(part.sequence().length() + part.ids().length);
            }
            if (buffers.tokens < Math.min(total, CHUNK)) {
                buffers = new Activations(Math.min(total, CHUNK));
            }
            for (var pass : Pass.plan(parts, before, products.byBlocks(), CHUNK)) {
                int token = 0;
                var rows = new ArrayList<Row>(); // whose logits are wanted
                for (var run : pass.runs()) {
                    var current = parts.get(run.part());
                    for (int at = run.from(); at < run.to(); at++, token++) {
                        place(token, current.ids()[at], (PagedSequence) current.sequence(), before[run.part()] + at);
                        int row = at - (current.ids().length - current.wanted());
                        if (row >= 0) {
                            rows.add(new Row(token, logits.get(run.part()), row));
                        }
                    }
                }
                pass(pass);
                head(rows, pass);
            }
            for (int i = 0; i < before.length; i++) {
                ((PagedSequence) parts.get(i).sequence()).grown(before[i] + parts.get(i).ids().length);
            }
            return logits;
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < before.length; i++) {
                parts.get(i).sequence().truncate(before[i]);
            }
            throw e;
        }
    }

    /** Where a token's logits go: {@code to[row]}. */
    private record Row(int token, float[][] to, int row) {
    }

    /** Begins the pass of one token: its vector, and what its queries and keys are turned by. */
    private void place(int token, int id, PagedSequence sequence, int position) {
        if (position >= config.context()) {
            throw new UserError("The model's context is " + config.context() + " tokens, and the sequence would be longer; shorten it.");
        }
        var b = buffers;
        int width = config.width();
        b.sequences[token] = sequence;
        b.positions[token] = position;
        weights.embedding().row(id, b.x, token * width);
        if (config.embeddingScale() != 1) {
            for (int k = token * width; k < (token + 1) * width; k++) {
                b.x[k] *= (float) config.embeddingScale();
            }
        }
        var learned = weights.positions();
        if (learned != null) {
            VectorMath.add(b.x, token * width, learned, position * width, width);
        }
        turn(frequencies, position, b.turns, token);
        if (b.slidingTurns != b.turns) {
            turn(slidingFrequencies, position, b.slidingTurns, token);
        }
    }

    private void turn(float[] frequency, int position, float[] turns, int token) {
        int half = config.headWidth() / 2;
        for (int i = 0; i < frequency.length; i++) {
            float angle = position * frequency[i];
            turns[token * 2 * half + i] = (float) Math.cos(angle);
            turns[token * 2 * half + half + i] = (float) Math.sin(angle);
        }
    }

    /** The blocks, for the tokens of a pass. */
    private void pass(Pass pass) {
        var b = buffers;
        int tokens = pass.tokens();
        for (int i = 0; i < weights.layers().size(); i++) {
            int layer = i;
            var l = weights.layers().get(i);
            var window = config.window();
            boolean sliding = config.slides(layer);
            team.split(tokens, (from, to) -> norm(l.attentionNorm(), from, to));
            products.multiply(l.qkv().matrices(), b.normed, config.width(), config.width(), pass, b.qkv, qkvWidth());
            team.split(tokens, (from, to) -> keysAndValues(l, layer, sliding ? b.slidingTurns : b.turns, from, to));
            int window1 = sliding ? requireNonNull(window).length() : Integer.MAX_VALUE;
            team.split(tokens * config.keyValueHeads() * fours(), (from, to) -> attend(layer, window1, from, to));
            products.multiply(l.output().matrices(), b.mixed, config.heads() * config.headWidth(),
                    config.heads() * config.headWidth(), pass, b.branch, config.width());
            team.split(tokens, (from, to) -> {
                addBranch(l.output(), l.afterAttention(), from, to);
                norm(l.feedForwardNorm(), from, to);
            });
            int hiddenRows = l.up().rows();
            products.multiply(l.up().matrices(), b.normed, config.width(), config.width(), pass, b.hidden, hiddenRows);
            team.split(tokens, (from, to) -> activate(l.up(), hiddenRows, from, to));
            products.multiply(l.down().matrices(), b.hidden, config.hiddenWidth(), hiddenRows, pass, b.branch, config.width());
            team.split(tokens, (from, to) -> addBranch(l.down(), l.afterFeedForward(), from, to));
        }
    }

    private int qkvWidth() {
        return (config.heads() + 2 * config.keyValueHeads()) * config.headWidth();
    }

    /** normed = norm(x), or x itself where there is no norm. */
    private void norm(@Nullable Gain gain, int from, int to) {
        for (int t = from; t < to; t++) {
            if (gain == null) {
                System.arraycopy(buffers.x, t * config.width(), buffers.normed, t * config.width(), config.width());
            } else {
                norm(gain, buffers.x, t * config.width(), buffers.normed, t * config.width());
            }
        }
    }

    private void norm(Gain gain, float[] x, int at, float[] out, int to) {
        if (config.norm() == Norm.Kind.LAYER) {
            VectorMath.layerNorm(x, at, gain.weight(), requireNonNull(gain.bias()), config.width(), (float) config.normEpsilon(), out, to);
        } else {
            VectorMath.rmsNorm(x, at, gain.weight(), 0, config.width(), (float) config.normEpsilon(), out, to);
        }
    }

    /** x += norm(branch + bias). */
    private void addBranch(Affine affine, @Nullable Gain after, int from, int to) {
        int width = config.width();
        for (int at = from * width; at < to * width; at += width) {
            var bias = affine.bias();
            if (bias != null) {
                VectorMath.add(buffers.branch, at, bias, 0, width);
            }
            if (after != null) {
                norm(after, buffers.branch, at, buffers.branch, at);
            }
            VectorMath.add(buffers.x, at, buffers.branch, at, width);
        }
    }

    /** Queries and keys normalised and turned in place; keys and values into the cache. */
    private void keysAndValues(Layer layer, int number, float[] turns, int from, int to) {
        int headWidth = config.headWidth();
        int queries = config.heads() * headWidth;
        int keys = config.keyValueHeads() * headWidth;
        for (int t = from; t < to; t++) {
            int q = t * qkvWidth();
            int k = q + queries;
            int v = k + keys;
            var bias = layer.qkv().bias();
            if (bias != null) {
                VectorMath.add(buffers.qkv, q, bias, 0, bias.length);
            }
            if (layer.queryNorm() != null && layer.keyNorm() != null) {
                normHeads(layer.queryNorm(), q, queries);
                normHeads(layer.keyNorm(), k, keys);
            }
            if (config.positions() == Positions.ROPE) {
                for (int head = q; head < v; head += headWidth) {
                    rotate(head, turns, t * headWidth);
                }
            }
            int slot = buffers.positions[t] % CacheAttention.PAGE;
            var page = buffers.sequences[t].page(buffers.positions[t] / CacheAttention.PAGE);
            for (int head = 0; head < config.keyValueHeads(); head++) {
                CacheAttention.putKey(buffers.qkv, k + head * headWidth, headWidth, page, pool.keys(number, head), slot);
                CacheAttention.putValue(buffers.qkv, v + head * headWidth, headWidth, page, pool.values(number, head), slot);
            }
        }
    }

    private void normHeads(float[] weight, int at, int length) {
        int step = config.qkNorm() == QkNorm.FULL ? length : config.headWidth();
        for (int head = at; head < at + length; head += step) {
            VectorMath.rmsNorm(buffers.qkv, head, weight, 0, step, (float) config.normEpsilon(), buffers.qkv, head);
        }
    }

    /** Pairs (i, i + D/2), as {@link org.lyceum.models.layers.RotaryPositions}. */
    private void rotate(int at, float[] turns, int turn) {
        int half = config.headWidth() / 2;
        for (int i = 0; i < half; i++) {
            float a = buffers.qkv[at + i];
            float b = buffers.qkv[at + half + i];
            float cos = turns[turn + i];
            float sin = turns[turn + half + i];
            buffers.qkv[at + i] = a * cos - b * sin;
            buffers.qkv[at + half + i] = b * cos + a * sin;
        }
    }

    /** Query heads that share a key–value head, by fours: their number, the last of them with fewer than four heads. */
    private int fours() {
        return (config.heads() / config.keyValueHeads() + 3) / 4;
    }

    /** The units are four heads of a token: unit = (token·K + key–value head)·fours + four. */
    private void attend(int layer, int window, int from, int to) {
        int headWidth = config.headWidth();
        int share = config.heads() / config.keyValueHeads();
        float[] scores = {};
        var mixed = new float[4 * headWidth];
        for (int unit = from; unit < to; unit++) {
            int keyValueHead = unit / fours() % config.keyValueHeads();
            int t = unit / fours() / config.keyValueHeads();
            int head = keyValueHead * share + unit % fours() * 4; // the first of the four
            int count = Math.min(4, (keyValueHead + 1) * share - head);
            int end = buffers.positions[t] + 1;
            int begin = Math.max(0, end - Math.min(window, end));
            int firstPage = begin / CacheAttention.PAGE;
            int pages = (end + CacheAttention.PAGE - 1) / CacheAttention.PAGE;
            int base = firstPage * CacheAttention.PAGE; // the position of scores[0]
            int stride = (pages - firstPage) * CacheAttention.PAGE;
            if (scores.length < 4 * stride) {
                scores = new float[4 * (stride + 8 * CacheAttention.PAGE)];
            }
            var sequence = buffers.sequences[t];
            int query = t * qkvWidth() + head * headWidth;
            for (int page = firstPage; page < pages; page++) {
                CacheAttention.scores(buffers.qkv, query, query + Math.min(1, count - 1) * headWidth,
                        query + Math.min(2, count - 1) * headWidth, query + (count - 1) * headWidth, headWidth, attentionScale,
                        sequence.page(page), pool.keys(layer, keyValueHead), scores, page * CacheAttention.PAGE - base, stride);
            }
            Arrays.fill(mixed, 0);
            var inverse = new float[count];
            for (int i = 0; i < count; i++) {
                inverse[i] = VectorMath.expScores(scores, i * stride + begin - base, end - begin);
            }
            for (int page = firstPage; page < pages; page++) {
                int first = page * CacheAttention.PAGE;
                CacheAttention.mix(scores, first - base, stride, Math.max(begin - first, 0), Math.min(end - first, CacheAttention.PAGE),
                        headWidth, sequence.page(page), pool.values(layer, keyValueHead), mixed, 0);
            }
            int out = (t * config.heads() + head) * headWidth;
            for (int i = 0; i < count; i++) {
                for (int d = 0; d < headWidth; d++) {
                    buffers.mixed[out + i * headWidth + d] = mixed[i * headWidth + d] * inverse[i];
                }
            }
        }
    }

    private void activate(Affine up, int rows, int from, int to) {
        int width = config.hiddenWidth();
        for (int at = from * rows; at < to * rows; at += rows) {
            var bias = up.bias();
            if (bias != null) {
                VectorMath.add(buffers.hidden, at, bias, 0, rows);
            }
            switch (config.activation()) {
                case FeedForward.Kind.GELU -> VectorMath.gelu(buffers.hidden, at, null, 0, width);
                case FeedForward.Kind.RELU -> {
                    for (int i = at; i < at + width; i++) {
                        buffers.hidden[i] = Math.max(buffers.hidden[i], 0);
                    }
                }
                case FeedForward.Kind.GEGLU -> VectorMath.gelu(buffers.hidden, at, buffers.hidden, at + width, width);
                case FeedForward.Kind.SWIGLU -> VectorMath.siluTimes(buffers.hidden, at, buffers.hidden, at + width, width);
            }
        }
    }

    /** The logits of some tokens of the pass. Blocks of which all are wanted go through the head as blocks, too. */
    private void head(List<Row> rows, Pass pass) {
        var blocks = new ArrayList<Row>();
        var others = new ArrayList<Row>();
        var wanted = new BitSet();
        rows.forEach(row -> wanted.set(row.token));
        var inBlocks = new BitSet();
        int first = pass.few();
        for (int block : pass.blocks()) {
            if (wanted.nextClearBit(first) >= first + block) {
                inBlocks.set(first, first + block);
            }
            first += block;
        }
        boolean possible = weights.head() instanceof GroupedMatrix;
        rows.forEach(row -> (possible && inBlocks.get(row.token) ? blocks : others).add(row));
        head(others, HEAD_CHUNK, count -> new Pass(List.of(), count, new int[0]));
        head(blocks, WideProducts.BLOCK, count -> new Pass(List.of(), 0, new int[]{count}));
    }

    private void head(List<Row> rows, int atOnce, IntFunction<Pass> pass) {
        int width = config.width();
        int vocabulary = config.vocabularySize();
        for (int first = 0; first < rows.size(); first += atOnce) {
            var some = rows.subList(first, Math.min(rows.size(), first + atOnce));
            for (int i = 0; i < some.size(); i++) {
                norm(weights.norm(), buffers.x, some.get(i).token * width, buffers.normed, i * width);
            }
            var logits = new float[some.size() * vocabulary];
            products.multiply(List.of(weights.head()), buffers.normed, width, width, pass.apply(some.size()), logits, vocabulary);
            for (int i = 0; i < some.size(); i++) {
                some.get(i).to[some.get(i).row] = some.size() == 1
                        ? logits
                        : Arrays.copyOfRange(logits, i * vocabulary, (i + 1) * vocabulary);
            }
        }
    }

    /** Frees the weights and the caches. */
    @Override
    public void close() {
        open.clear();
        products.close();
        team.close();
        arena.close();
    }
}
